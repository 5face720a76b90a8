//! Decimal numbers of the wire.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

const SCALE: u64 = 10_000;
/// Twelve digits in all: the table's `Double(12,4)`.
const LARGEST: u64 = 999_999_999_999;

/// A number of at most 12 digits, 4 of them decimals: the vendor's `Double(12,4)`.
///
/// Usage and prices are money, so the number is held in whole ten-thousandths. On the wire it is a JSON number.
///
/// ```
/// use marketplace_core::Amount;
///
/// let used: Amount = "12.78".parse()?;
/// assert_eq!(used.ten_thousandths(), 127_800);
/// assert_eq!(used.to_string(), "12.78");
/// assert!("0.00001".parse::<Amount>().is_err());
/// # Ok::<(), marketplace_core::UnusableAmount>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

impl Amount {
    /// A number given in ten-thousandths.
    ///
    /// # Errors
    ///
    /// [`UnusableAmount`] above 99,999,999.9999.
    pub fn from_ten_thousandths(amount: u64) -> Result<Self, UnusableAmount> {
        if amount <= LARGEST { Ok(Self(amount)) } else { Err(UnusableAmount) }
    }

    /// The number in ten-thousandths.
    #[must_use]
    pub fn ten_thousandths(self) -> u64 {
        self.0
    }

    /// A number that JSON parsing has made a float of. Twelve digits survive that: the float of the whole number of
    /// ten-thousandths, divided, is the same float again.
    // In range and whole when it is cast; see the comparison.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    pub(crate) fn from_float(value: f64) -> Result<Self, UnusableAmount> {
        let scaled = (value * SCALE as f64).round();
        if !(0.0..=LARGEST as f64).contains(&scaled) || scaled / SCALE as f64 != value {
            return Err(UnusableAmount);
        }
        Ok(Self(scaled as u64))
    }

    pub(crate) fn from_whole(value: u64) -> Result<Self, UnusableAmount> {
        Self::from_ten_thousandths(value.saturating_mul(SCALE))
    }
}

impl FromStr for Amount {
    type Err = UnusableAmount;

    fn from_str(text: &str) -> Result<Self, UnusableAmount> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, most: usize| {
            (!part.is_empty() && part.len() <= most && part.bytes().all(|digit| digit.is_ascii_digit()))
                .then(|| part.bytes().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0')))
                .ok_or(UnusableAmount)
        };
        // `.5` is five tenths: each digit that is not there makes the others worth ten times as much.
        let worth = [SCALE, 1000, 100, 10, 1];
        let worth = worth.get(decimals.len()).ok_or(UnusableAmount)?;
        Self::from_ten_thousandths(digits(whole, 8)? * SCALE + digits(decimals, 4)? * worth)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / SCALE, self.0 % SCALE);
        if decimals == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{decimals:04}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    // At most twelve digits: the nearest f64 is written with the same digits.
    #[allow(clippy::cast_precision_loss)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(SCALE) {
            serializer.serialize_u64(self.0 / SCALE)
        } else {
            serializer.serialize_f64(self.0 as f64 / SCALE as f64)
        }
    }
}

/// Not a number of at most 8 digits and 4 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of at most 8 digits and 4 decimals")]
pub struct UnusableAmount;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_exactly_what_it_holds() {
        for amount in [0, 1, 9, 10_000, 127_800, 123_456_781_234, LARGEST, 999_999_990_001] {
            let amount = Amount(amount);
            let text = serde_json::to_string(&amount).unwrap();
            assert_eq!(text, amount.to_string());
            assert_eq!(text.parse::<Amount>().unwrap(), amount);
            assert_eq!(Amount::from_float(text.parse().unwrap()), Ok(amount));
        }
    }

    #[test]
    fn refuses_what_the_table_does_not_hold() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "0.00001", "123456789", "1,5", "NaN", "inf"] {
            assert_eq!(text.parse::<Amount>(), Err(UnusableAmount), "{text}");
        }
        for float in [f64::NAN, f64::INFINITY, -0.5, 1e300, 0.00001] {
            assert_eq!(Amount::from_float(float), Err(UnusableAmount), "{float}");
        }
    }
}
