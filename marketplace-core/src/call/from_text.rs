//! Values that always travel as text.

use std::fmt::{self, Display};

use serde::de::{Deserializer, Visitor};

use super::field::RequestField;
use super::source::{Decoder, Source};
use crate::OrderAmount;

/// Reads a value that always travels as text. The errors of `parse` must not repeat it.
pub(crate) fn from_text<'de, D: Deserializer<'de>, T, E: Display>(
    deserializer: D,
    expecting: &'static str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(FromText { expecting, parse })
}

struct FromText<P> {
    expecting: &'static str,
    parse: P,
}

impl<T, E: Display, P: FnOnce(&str) -> Result<T, E>> Visitor<'_> for FromText<P> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<F: serde::de::Error>(self, text: &str) -> Result<T, F> {
        (self.parse)(text).map_err(F::custom)
    }
}

impl RequestField for OrderAmount {
    type Stored = Self;
    type View<'a> = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<Self, D::Error> {
        from_text(
            deserializer,
            "an amount of at most 20 characters and 3 decimals, as text",
            str::parse::<Self>,
        )
    }

    fn view<'a>(stored: &'a Self, _: &'a Source) -> Self {
        *stored
    }
}
