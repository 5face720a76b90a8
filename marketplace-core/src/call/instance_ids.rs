//! The ids that a `queryInstance` asks for.

use std::fmt;

use serde::de::{Deserializer, Error as _};

use super::field::{RequestField, Span};
use super::source::{Decoder, Source};
use crate::Text;
use crate::text::check_length;

/// The ids of a `queryInstance`: 1 to 100, separated by commas, each of 1 to 64 UTF-16 units.
///
/// The vendor's table says 100 characters in all, and 100 ids: the two cannot both be, so the ids are what counts.
#[derive(Debug)]
pub struct InstanceIds;

impl InstanceIds {
    /// The most ids in one call.
    pub const MOST: usize = 100;

    /// With all of the ids at their longest, and a comma between each two.
    const LONGEST: usize = Self::MOST * 65 - 1;

    fn check(text: &str) -> Result<(), String> {
        let mut count = 0;
        for id in text.split(',').map(str::trim) {
            count += 1;
            if count > Self::MOST {
                return Err(format!("more than {} ids", Self::MOST));
            }
            if id.is_empty() {
                return Err(format!("id {count} is empty"));
            }
            check_length(id, 64).map_err(|error| format!("id {count}: {error}"))?;
        }
        Ok(())
    }
}

impl RequestField for InstanceIds {
    type Stored = Span;
    type View<'a> = InstanceIdList<'a>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Span, D::Error> {
        // Twice the length leaves room for blanks around the ids.
        let span = Text::<{ 2 * Self::LONGEST }>::decode(deserializer, decoder)?;
        Self::check(decoder.get(span)).map_err(D::Error::custom)?;
        Ok(span)
    }

    fn view<'a>(stored: &'a Span, source: &'a Source) -> InstanceIdList<'a> {
        InstanceIdList(source.get(*stored))
    }
}

/// The ids of a `queryInstance`, in the order in which they were asked for.
#[derive(Clone, Copy)]
pub struct InstanceIdList<'a>(&'a str);

impl<'a> InstanceIdList<'a> {
    /// Each id, blanks around it removed.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split(',').map(str::trim)
    }
}

impl fmt::Debug for InstanceIdList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
