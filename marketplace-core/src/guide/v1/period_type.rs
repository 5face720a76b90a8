//! `periodType`: the unit in which a period is counted.

use serde::de::Deserializer;

use crate::Text;
use crate::call::{Decoder, RequestField, Source};

/// The unit in which a period is counted: a word of at most 10 UTF-16 units. An order is not lost for a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodType<'a> {
    /// `year`.
    Year,
    /// `month`.
    Month,
    /// `day`, which so far only V2 orders have.
    Day,
    /// A word that is none of these.
    Other(&'a str),
}

impl<'a> PeriodType<'a> {
    /// The word of the wire.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Other(word) => word,
        }
    }
}

impl<'a> From<&'a str> for PeriodType<'a> {
    fn from(word: &'a str) -> Self {
        match word {
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            other => Self::Other(other),
        }
    }
}

type Word = Text<10>;

impl RequestField for PeriodType<'_> {
    type Stored = <Word as RequestField>::Stored;
    type View<'a> = PeriodType<'a>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        Word::decode(deserializer, decoder)
    }

    fn decode_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Self::Stored>, D::Error> {
        Word::decode_optional(deserializer, decoder)
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> PeriodType<'a> {
        Word::view(stored, source).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_word() {
        for word in ["year", "month", "day", "week", "YEAR", ""] {
            assert_eq!(PeriodType::from(word).as_str(), word);
        }
        assert_eq!(PeriodType::from("Month"), PeriodType::Other("Month"));
    }
}
