//! `extension` of a user, which the vendor uses and never defines.

use std::fmt;

use marketplace_macros::message;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::EmployeeType;
use crate::Text;
use crate::call::{Decoder, RequestField, Source, from_json_text};

/// What may stand in `extension`: an object, or JSON text of one. ERP products with several sets of accounts get something
/// else there, which is nowhere described; whatever it is, it is skipped like an unknown member.
pub(super) struct Extension;

message! {
    /// The members that the example of `authSync` has in `extension`.
    pub(super) request part Extras {
        employee_type: Option<EmployeeType>,
        work_place: Option<Text<255>>,
        entry_date: Option<Text<32>>,
    }
}

impl RequestField for Extension {
    type Stored = Option<Extras>;
    type View<'a> = Option<ExtrasView<'a>>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Extras>, D::Error> {
        deserializer.deserialize_any(Shapes(decoder))
    }

    fn view<'a>(stored: &'a Option<Extras>, source: &'a Source) -> Option<ExtrasView<'a>> {
        stored.as_ref().map(|extras| Extras::view(extras, source))
    }
}

struct Shapes<'a, 'de>(&'a mut Decoder<'de>);

impl<'de> Visitor<'de> for Shapes<'_, 'de> {
    type Value = Option<Extras>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Extras::decode(MapAccessDeserializer::new(map), self.0).map(Some)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if !text.trim_ascii_start().starts_with('{') {
            return Ok(None);
        }
        from_json_text(text, self.0, |json, decoder| Extras::decode(json, decoder))
            .map(Some)
            .map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
