//! Flags of V1.

use serde::de::Deserializer;

use super::decode::{Decoder, Source};
use super::field::RequestField;
use super::from_text::from_text;
use crate::text::check_length;

/// A flag of at most 2 UTF-16 units: `1` is yes; everything else, empty or missing too, is no. Seen as a `bool`.
#[derive(Debug)]
pub struct YesNo;

impl RequestField for YesNo {
    type Stored = bool;
    type View<'a> = bool;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<bool, D::Error> {
        from_text(deserializer, "0 or 1, as text", |text| check_length(text, 2).map(|()| text == "1"))
    }

    fn absent() -> Option<bool> {
        Some(false)
    }

    fn view<'a>(stored: &'a bool, _: &'a Source) -> bool {
        *stored
    }
}
