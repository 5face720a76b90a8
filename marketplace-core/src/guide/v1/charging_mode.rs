//! `chargingMode`: how an order is billed.

use serde::de::Deserializer;

use crate::call::{Decoder, RequestField, Source, from_text};

/// How an order is billed: a number of the wire. The vendor adds some over time, and an order is not lost for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChargingMode {
    /// `0`, pay per use: KooGallery calls once for each chargeable item.
    OnDemand,
    /// `1`, by the month or the year.
    Period,
    /// `3`, paid once.
    OneTime,
    /// `5`, a package of what is paid per use otherwise.
    Package,
    /// A number that is none of these.
    Other(i64),
}

impl ChargingMode {
    /// The number of the wire.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::OnDemand => 0,
            Self::Period => 1,
            Self::OneTime => 3,
            Self::Package => 5,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for ChargingMode {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::OnDemand,
            1 => Self::Period,
            3 => Self::OneTime,
            5 => Self::Package,
            other => Self::Other(other),
        }
    }
}

impl RequestField for ChargingMode {
    type Stored = Self;
    type View<'a> = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<Self, D::Error> {
        from_text(deserializer, "a whole number, as text", |text| {
            text.parse::<i64>().map(Self::from).map_err(|_| "not a whole number")
        })
    }

    fn view<'a>(stored: &'a Self, _: &'a Source) -> Self {
        *stored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_number() {
        for number in -1..10 {
            let mode = ChargingMode::from(number);
            assert_eq!(mode.number(), number);
            assert_eq!(matches!(mode, ChargingMode::Other(_)), ![0, 1, 3, 5].contains(&number), "{number}");
        }
    }
}
