//! What an order cost.

use std::fmt;
use std::iter::repeat_n;
use std::str::FromStr;

/// What was paid for an order, or, below zero, given back: `orderAmount` of V1.
///
/// At most 20 characters and 3 decimals, held exactly in whole thousandths: it is money. On the China site it is in CNY,
/// on the international one in USD. For reconciliation only (`newInstance` 2025-11-13, `refreshInstance` 2025-01-17).
///
/// ```
/// use marketplace_core::OrderAmount;
///
/// let paid: OrderAmount = "-12.50".parse()?;
/// assert_eq!(paid.thousandths(), -12_500);
/// assert_eq!(paid.to_string(), "-12.5");
/// assert!("0.0001".parse::<OrderAmount>().is_err());
/// # Ok::<(), marketplace_core::UnusableOrderAmount>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderAmount(i128);

const SCALE: u128 = 1000;
const DECIMALS: usize = 3;
const LONGEST: usize = 20;

impl OrderAmount {
    /// The amount in thousandths.
    #[must_use]
    pub fn thousandths(self) -> i128 {
        self.0
    }
}

impl FromStr for OrderAmount {
    type Err = UnusableOrderAmount;

    fn from_str(text: &str) -> Result<Self, UnusableOrderAmount> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        if text.len() > LONGEST || whole.is_empty() || decimals.is_empty() {
            return Err(UnusableOrderAmount);
        }
        // Java writes `12.7800` for an amount of a scale of four.
        let decimals = decimals.trim_end_matches('0');
        let missing = DECIMALS.checked_sub(decimals.len()).ok_or(UnusableOrderAmount)?;
        let mut thousandths = 0_i128;
        for digit in whole.bytes().chain(decimals.bytes()).chain(repeat_n(b'0', missing)) {
            if !digit.is_ascii_digit() {
                return Err(UnusableOrderAmount);
            }
            // At most 23 digits.
            thousandths = thousandths * 10 + i128::from(digit - b'0');
        }
        Ok(Self(if text.starts_with('-') { -thousandths } else { thousandths }))
    }
}

/// With as many decimals as it needs.
impl fmt::Display for OrderAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, decimals) = (self.0.unsigned_abs() / SCALE, self.0.unsigned_abs() % SCALE);
        if decimals == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{decimals:03}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// Not an amount of at most 20 characters and 3 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of at most 20 characters and 3 decimals")]
pub struct UnusableOrderAmount;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_the_table_allows_exactly() {
        for (text, thousandths, written) in [
            ("0", 0, "0"),
            ("-0", 0, "0"),
            ("-0.00", 0, "0"),
            ("100", 100_000, "100"),
            ("12.78", 12_780, "12.78"),
            ("12.7800", 12_780, "12.78"),
            ("0.001", 1, "0.001"),
            ("-0.001", -1, "-0.001"),
            ("-99.5", -99_500, "-99.5"),
            ("007", 7_000, "7"),
            ("9007199254740993.001", 9_007_199_254_740_993_001, "9007199254740993.001"),
            ("99999999999999999999", 99_999_999_999_999_999_999_000, "99999999999999999999"),
            ("-9999999999999999999", -9_999_999_999_999_999_999_000, "-9999999999999999999"),
        ] {
            let amount: OrderAmount = text.parse().unwrap();
            assert_eq!((amount.thousandths(), amount.to_string().as_str()), (thousandths, written), "{text}");
            assert_eq!(written.parse(), Ok(amount));
        }
    }

    #[test]
    fn refuses_what_it_does_not() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            "--1",
            "1-",
            "1.-5",
            "1e3",
            "1,5",
            "1.0001",
            "0.00010",
            " 1",
            "NaN",
            "１",
            "1.2.3",
            "100000000000000000000",
            "-99999999999999999999",
        ] {
            assert_eq!(text.parse::<OrderAmount>(), Err(UnusableOrderAmount), "{text}");
        }
    }

    #[test]
    fn is_ordered_by_value() {
        let amount = |text: &str| text.parse::<OrderAmount>().unwrap();
        assert!(
            amount("-1") < amount("-0.999") && amount("-0.999") < amount("0") && amount("9") < amount("10")
        );
    }
}
