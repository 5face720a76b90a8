//! Yes or no.

use std::fmt;

use serde::de::{Error, Visitor};

use super::scalar::scalar_field;

/// `true` or `false`, as the text that the vendor's tables say or as JSON has it. A handler sees a `bool`.
#[derive(Debug)]
pub struct TrueOrFalse;

scalar_field!(TrueOrFalse = bool, Word);

struct Word;

impl Visitor<'_> for Word {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        text.parse().map_err(|_| E::custom("neither true nor false"))
    }
}
