//! Fields of one value: a number, a word, a time.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// A field that is `Copy` and is seen as it is kept, read by this visitor. Where it may be missing, the empty text is
/// nothing.
macro_rules! scalar_field {
    ($field:ty = $kept:ty, $visitor:expr) => {
        impl $crate::call::RequestField for $field {
            type Stored = $kept;
            type View<'a> = $kept;

            fn decode<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
                _: &mut $crate::call::Decoder<'de>,
            ) -> Result<$kept, D::Error> {
                deserializer.deserialize_any($visitor)
            }

            fn decode_optional<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
                _: &mut $crate::call::Decoder<'de>,
            ) -> Result<Option<$kept>, D::Error> {
                deserializer.deserialize_option($crate::call::Perhaps($visitor))
            }

            fn view<'a>(stored: &'a $kept, _: &'a $crate::call::Source) -> $kept {
                *stored
            }
        }
    };
}
pub(crate) use scalar_field;

/// Reads with another visitor, but `null` and the empty text are nothing.
pub(crate) struct Perhaps<V>(pub(crate) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Perhaps<V> {
    type Value = Option<V::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() { Ok(None) } else { self.0.visit_str(text).map(Some) }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.0.visit_bool(value).map(Some)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.0.visit_u64(value).map(Some)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.0.visit_i64(value).map(Some)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.0.visit_f64(value).map(Some)
    }
}
