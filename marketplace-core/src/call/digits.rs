//! Whole numbers of limited length.

use serde::de::Deserializer;

use super::field::RequestField;
use super::from_text::from_text;
use super::source::{Decoder, Source};

/// A whole number of 1 to `MOST` digits, without a sign, as V1 writes its numbers: as text. Seen as an `i64`.
#[derive(Debug)]
pub struct Digits<const MOST: usize>;

impl<const MOST: usize> Digits<MOST> {
    fn parse(text: &str) -> Result<i64, String> {
        const { assert!(MOST <= 18, "more digits than an i64 always holds") };
        if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err("not a whole number in digits".to_owned());
        }
        if text.len() > MOST {
            return Err(format!("{} digits, the limit is {MOST}", text.len()));
        }
        Ok(text.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }
}

impl<const MOST: usize> RequestField for Digits<MOST> {
    type Stored = i64;
    type View<'a> = i64;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<i64, D::Error> {
        from_text(deserializer, "a whole number, as text", Self::parse)
    }

    fn view<'a>(stored: &'a i64, _: &'a Source) -> i64 {
        *stored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_digits_and_nothing_else() {
        assert_eq!(Digits::<2>::parse("12"), Ok(12));
        assert_eq!(Digits::<2>::parse("00"), Ok(0));
        assert_eq!(Digits::<7>::parse("9999999"), Ok(9_999_999));
        assert_eq!(Digits::<18>::parse(&"9".repeat(18)), Ok(999_999_999_999_999_999));
        assert_eq!(Digits::<2>::parse("123"), Err("3 digits, the limit is 2".to_owned()));
        for text in ["", "-1", "+1", "1.0", "1e1", " 1", "１", "x"] {
            assert_eq!(Digits::<7>::parse(text), Err("not a whole number in digits".to_owned()), "{text}");
        }
    }
}
