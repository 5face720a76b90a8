//! The second layer: may this client use the key store?

mod certificate;
mod ipv4;

use std::fmt;

use http::HeaderValue;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::credentials::sensitive;
use super::secret::SecretValue;

pub use self::certificate::{ClientCertificate, UnusableCertificate};
pub use self::ipv4::{Ipv4Range, UnusableRange};

/// A MAC address, as it is registered with a key store.
///
/// The Secure Key Manager cannot see a client's MAC address: it compares a header, so this is a shared secret, and treated as
/// one. Whether letter case and separators matter is not documented; it is sent as it is given, so give it as it is
/// registered.
#[derive(Clone)]
pub struct MacAddress(Zeroizing<String>);

impl MacAddress {
    /// Takes six pairs of hexadecimal digits with `:` or `-` between them, or with nothing.
    ///
    /// # Errors
    ///
    /// [`UnusableMac`] for anything else.
    pub fn new(text: impl Into<String>) -> Result<Self, UnusableMac> {
        let address = Self(Zeroizing::new(text.into()));
        address.octets().map(|_| ()).ok_or(UnusableMac)?;
        Ok(address)
    }

    /// The text itself. Where this stands in a program, a secret leaves its shelter.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same letters?
    pub(super) fn is_spelled_like(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// The same address, whatever the letters?
    pub(super) fn is_same_address(&self, other: &Self) -> bool {
        self.octets().is_some() && self.octets() == other.octets()
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        sensitive(self.0.clone())
    }

    fn octets(&self) -> Option<[u8; 6]> {
        let text = self.0.as_bytes();
        let pairs: Vec<&[u8]> = match text.len() {
            12 => text.chunks(2).collect(),
            17 => {
                let separator = *text.get(2)?;
                if !matches!(separator, b':' | b'-') {
                    return None;
                }
                text.split(|letter| *letter == separator).collect()
            }
            _ => return None,
        };
        let mut octets = [0; 6];
        if pairs.len() != octets.len() {
            return None;
        }
        for (octet, pair) in octets.iter_mut().zip(pairs) {
            let digits = str::from_utf8(pair).ok().filter(|_| pair.len() == 2)?;
            if !pair.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            *octet = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(octets)
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacAddress(…)")
    }
}

/// As the server has it, whatever it is.
impl<'de> Deserialize<'de> for MacAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = SecretValue::deserialize(deserializer)?;
        Ok(Self(Zeroizing::new(value.expose().to_owned())))
    }
}

/// Why a text is no MAC address. The text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the MAC address is not six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`")]
pub struct UnusableMac;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_usual_spellings_and_nothing_else() {
        for text in ["aa:bb:cc:dd:ee:0f", "AA-BB-CC-DD-EE-0F", "aabbccddee0F"] {
            let other = MacAddress::new("aa:bb:cc:dd:ee:0f").unwrap();
            let address = MacAddress::new(text).unwrap();
            assert!(address.is_same_address(&other), "{text}");
            assert_eq!(address.is_spelled_like(&other), text == other.expose());
            assert_eq!(format!("{address:?}"), "MacAddress(…)");
        }
        for text in [
            "",
            "aa:bb:cc:dd:ee",
            "aa:bb-cc:dd:ee:ff",
            "aa.bb.cc.dd.ee.ff",
            "gg:bb:cc:dd:ee:ff",
            "+a:bb:cc:dd:ee:ff",
        ] {
            assert!(MacAddress::new(text).is_err(), "{text}");
        }
    }
}
