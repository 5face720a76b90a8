//! The timestamp of a signed request, in either unit.

use crate::UnixMillis;

/// Thirteen digits.
pub(super) const LONGEST_STAMP: usize = 13;
/// November 2023, in milliseconds: before it, hardly a seller served V2, and nobody kept a call of this service.
const FIRST_CALL: u64 = 1_700_000_000_000;

/// A timestamp of the wire: exactly 10 digits (seconds) or 13 digits (milliseconds).
///
/// The pages of the international and European sites say seconds, those of the China site milliseconds, and every
/// example has milliseconds; so both are read, by their length. The text is what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'q> {
    text: &'q str,
    pub(super) unit: Unit,
    pub(super) value: u64,
}

impl<'q> Stamp<'q> {
    pub(in crate::signature) fn parse(text: &'q str) -> Option<Self> {
        let unit = match text.len() {
            10 => Unit::Seconds,
            13 => Unit::Milliseconds,
            _ => return None,
        };
        let mut value = 0;
        for digit in text.bytes() {
            // Thirteen digits are far below the largest u64.
            value = value * 10 + u64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        Some(Self { text, unit, value })
    }

    /// Could these seconds be the tail of a stamp in milliseconds, whose first three digits stand at the end of the nonce?
    ///
    /// The signed text has no separators, so both readings share a signature. A call signed in milliseconds long ago
    /// would become fresh again when its last ten digits, read as seconds, come round, and the replay store has
    /// forgotten it by then.
    pub(in crate::signature) fn may_be_cut_from(&self, nonce: &str) -> bool {
        let head = match (self.unit, nonce.as_bytes()) {
            (Unit::Seconds, [.., a, b, c]) if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
                [a, b, c].iter().fold(0, |value, digit| value * 10 + u64::from(*digit - b'0'))
            }
            _ => return false,
        };
        // The longer reading must have been signed before this moment, and after there was anything to sign.
        let millis = head * 10_000_000_000 + self.value;
        (FIRST_CALL..=self.value.saturating_add(3600).saturating_mul(1000)).contains(&millis)
    }

    /// As it was sent and signed.
    #[must_use]
    pub fn as_str(&self) -> &'q str {
        self.text
    }

    /// Its unit, told by its length.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The moment, in milliseconds since 1970. For a stamp in seconds, the beginning of that second.
    #[must_use]
    pub fn millis(&self) -> UnixMillis {
        UnixMillis(match self.unit {
            Unit::Seconds => self.value * 1000,
            Unit::Milliseconds => self.value,
        })
    }
}

/// The unit of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Ten digits.
    Seconds,
    /// Thirteen digits.
    Milliseconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_have_ten_or_thirteen_digits() {
        for text in [
            "",
            "0",
            "166666666",
            "16666666660",
            "166666666600",
            "16666666660000",
            "+1666666666",
            "-166666666",
            "01666666666",
            "-9223372036854775808",
            "9999999999999999999999999999999999999999",
            "１６６６６６６６６６",
            "1666666666.0",
            "1e10000000",
            " 166666666",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
        assert_eq!(Stamp::parse("1666666666").unwrap().millis(), UnixMillis(1_666_666_666_000));
        assert_eq!(Stamp::parse("9999999999999").unwrap().millis(), UnixMillis(9_999_999_999_999));
    }
}
