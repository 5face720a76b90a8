//! How much was used.

use std::fmt;
use std::str::FromStr;

use crate::wire::Amount;

/// How much was used: above zero, at most 4 decimals, 12 digits in all (the table's `Double(12,4)`).
///
/// It is money, so it is a decimal number and never a float.
///
/// ```
/// use marketplace_core::open_api::UsageValue;
///
/// let used: UsageValue = "12.5".parse()?;
/// assert_eq!(used.ten_thousandths(), 125_000);
/// assert_eq!("0".parse::<UsageValue>().unwrap_err().to_string(), "zero, and usage has to be above zero");
/// # Ok::<(), marketplace_core::open_api::UnusableUsageValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsageValue(Amount);

impl UsageValue {
    /// Takes a number.
    ///
    /// # Errors
    ///
    /// [`UnusableUsageValue::Zero`]
    pub fn new(amount: Amount) -> Result<Self, UnusableUsageValue> {
        if amount.ten_thousandths() == 0 { Err(UnusableUsageValue::Zero) } else { Ok(Self(amount)) }
    }

    /// So many ten-thousandths.
    ///
    /// # Errors
    ///
    /// [`UnusableUsageValue`] for zero, and above 99,999,999.9999.
    pub fn from_ten_thousandths(value: u64) -> Result<Self, UnusableUsageValue> {
        Self::new(Amount::from_ten_thousandths(value).map_err(|_| UnusableUsageValue::NoAmount)?)
    }

    /// The number in ten-thousandths.
    #[must_use]
    pub fn ten_thousandths(self) -> u64 {
        self.0.ten_thousandths()
    }
}

impl FromStr for UsageValue {
    type Err = UnusableUsageValue;

    fn from_str(text: &str) -> Result<Self, UnusableUsageValue> {
        Self::new(text.parse().map_err(|_| UnusableUsageValue::NoAmount)?)
    }
}

/// With as many decimals as it needs.
impl fmt::Display for UsageValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Not a number that usage can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableUsageValue {
    /// Nothing was used: then nothing is pushed.
    #[error("zero, and usage has to be above zero")]
    Zero,
    /// Not a decimal number of the table's size.
    #[error("not a decimal number of at most 8 digits and 4 decimals, above zero")]
    NoAmount,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_positive_decimal_number_is_usage() {
        for text in ["0", "0.0000", "00"] {
            assert_eq!(text.parse::<UsageValue>(), Err(UnusableUsageValue::Zero), "{text}");
        }
        for text in ["", "-1", "1e3", "0.00001", "123456789", "1,5", "NaN", "inf", "+1", " 1"] {
            assert_eq!(text.parse::<UsageValue>(), Err(UnusableUsageValue::NoAmount), "{text}");
        }
        for text in ["0.0001", "1", "99999999.9999", "12.78"] {
            assert_eq!(text.parse::<UsageValue>().unwrap().to_string(), text);
        }
        assert_eq!(UsageValue::from_ten_thousandths(0), Err(UnusableUsageValue::Zero));
        assert_eq!(UsageValue::from_ten_thousandths(u64::MAX), Err(UnusableUsageValue::NoAmount));
    }
}
