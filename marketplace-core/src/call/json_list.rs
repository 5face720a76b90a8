//! Lists that the vendor sends in several shapes.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::decode::{Seed, within};
use super::field::RequestField;
use super::json_text::from_json_text;
use super::list::List;
use super::source::{Decoder, Source};

/// A list of at most `MOST` objects, a single object, or JSON text that holds either: tables and examples of the vendor
/// differ. A handler sees a [`List`].
///
/// JSON text inside JSON text is refused. Names of members that have no quotes are read inside a text that is not JSON
/// otherwise.
#[derive(Debug)]
pub struct JsonList<T, const MOST: usize = { usize::MAX }>(PhantomData<T>);

impl<T: RequestField, const MOST: usize> JsonList<T, MOST> {
    /// The most elements.
    pub const MOST: usize = MOST;
}

impl<T: RequestField, const MOST: usize> RequestField for JsonList<T, MOST> {
    type Stored = Vec<T::Stored>;
    type View<'a> = List<'a, T>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        deserializer.deserialize_any(Shapes::<T, MOST> { decoder, inside_text: false, element: PhantomData })
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> List<'a, T> {
        List::new(stored, source)
    }
}

struct Shapes<'a, 'de, T, const MOST: usize> {
    decoder: &'a mut Decoder<'de>,
    /// JSON text is unwrapped once, not text in text.
    inside_text: bool,
    element: PhantomData<T>,
}

impl<'de, T: RequestField, const MOST: usize> Visitor<'de> for Shapes<'_, 'de, T, MOST> {
    type Value = Vec<T::Stored>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list of objects, or JSON text of either")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::decode(MapAccessDeserializer::new(map), self.decoder).map(|element| vec![element])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            match seq.next_element_seed(Seed::<T>(self.decoder, PhantomData)) {
                Ok(Some(_)) if elements.len() == MOST => {
                    return Err(A::Error::custom(format_args!(
                        "more than {MOST}, which is the most of one call"
                    )));
                }
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(elements),
                Err(error) => return Err(within(&format!("[{}]", elements.len()), &error)),
            }
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if self.inside_text {
            return Err(E::custom("JSON text inside JSON text"));
        }
        let elements = from_json_text(text, self.decoder, |json, decoder| {
            json.deserialize_any(Shapes::<T, MOST> { decoder, inside_text: true, element: PhantomData })
        });
        elements.map_err(E::custom)
    }
}
