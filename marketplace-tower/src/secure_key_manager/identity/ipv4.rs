//! One IPv4 address, or a block of them.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// An IPv4 address, or a block in CIDR form, such as key stores have them.
///
/// ```
/// use std::net::Ipv4Addr;
/// use marketplace_tower::secure_key_manager::Ipv4Range;
///
/// let pods: Ipv4Range = "10.2.0.0/16".parse()?;
/// assert!(pods.contains(Ipv4Addr::new(10, 2, 7, 1)));
/// assert_eq!(Ipv4Range::from(Ipv4Addr::new(203, 0, 113, 7)).to_string(), "203.0.113.7");
/// # Ok::<(), marketplace_tower::secure_key_manager::UnusableRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Range {
    address: Ipv4Addr,
    prefix: u8,
}

impl Ipv4Range {
    /// Is the address one of them?
    #[must_use]
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
        (u32::from(self.address) ^ u32::from(address)) & mask == 0
    }
}

impl From<Ipv4Addr> for Ipv4Range {
    fn from(address: Ipv4Addr) -> Self {
        Self { address, prefix: 32 }
    }
}

impl FromStr for Ipv4Range {
    type Err = UnusableRange;

    fn from_str(text: &str) -> Result<Self, UnusableRange> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) if prefix.bytes().all(|digit| digit.is_ascii_digit()) => {
                (address, prefix.parse().ok().filter(|prefix| *prefix <= 32).ok_or(UnusableRange)?)
            }
            Some(_) => return Err(UnusableRange),
            None => (text, 32),
        };
        Ok(Self { address: address.parse().map_err(|_| UnusableRange)?, prefix })
    }
}

impl fmt::Display for Ipv4Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)?;
        if self.prefix < 32 { write!(f, "/{}", self.prefix) } else { Ok(()) }
    }
}

/// Why a text is no address and no block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an IPv4 address nor a block of them, such as `203.0.113.7` or `10.2.0.0/16`")]
pub struct UnusableRange;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_contains_what_shares_its_prefix() {
        for (range, inside, outside) in [
            ("10.2.3.4", "10.2.3.4", "10.2.3.5"),
            ("10.2.3.4/32", "10.2.3.4", "10.2.3.5"),
            ("10.2.3.4/31", "10.2.3.5", "10.2.3.6"),
            ("10.2.3.4/16", "10.2.255.0", "10.3.0.0"),
            ("128.0.0.0/1", "255.1.1.1", "127.255.255.255"),
        ] {
            let range: Ipv4Range = range.parse().unwrap();
            assert!(
                range.contains(inside.parse().unwrap()) && !range.contains(outside.parse().unwrap()),
                "{range}"
            );
        }
        assert!("0.0.0.0/0".parse::<Ipv4Range>().unwrap().contains(Ipv4Addr::BROADCAST));
        for text in ["", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0", "::1", "10.0.0.0/8/8"] {
            assert!(text.parse::<Ipv4Range>().is_err(), "{text}");
        }
    }
}
