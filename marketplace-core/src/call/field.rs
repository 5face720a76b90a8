//! The types that can stand in a request.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;

use serde::de::{Deserializer, SeqAccess, Visitor};

use super::decode::{Seed, within};
use super::list::List;
use super::source::{Decoder, Source};
use crate::text::check_length;
use crate::{Text, TooLong};

/// A type that a field of a request can have: how it is read, how it is kept, and how a handler sees it.
///
/// Sealed in spirit: what the vendor's tables need is here, and the message macro adds the objects.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a request",
    label = "not a type of the wire",
    note = "use `Text<MAX>`, `i64`, `Amount`, `MarketTime`, an object of the message macro, or `Option` or `Vec` of these"
)]
pub trait RequestField {
    /// How it is kept: text as a span of the signed text.
    type Stored: Send + Sync + 'static;
    /// How a handler sees it.
    type View<'a>: fmt::Debug;

    /// Reads a value that has to be there.
    #[doc(hidden)]
    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error>;

    /// Reads a value that may be `null`, or, for text, empty.
    #[doc(hidden)]
    fn decode_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Self::Stored>, D::Error> {
        deserializer.deserialize_option(Optional::<Self>(decoder, PhantomData))
    }

    /// What stands for a member that is not there, if it may be missing.
    #[doc(hidden)]
    fn absent() -> Option<Self::Stored> {
        None
    }

    /// What a handler sees.
    #[doc(hidden)]
    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> Self::View<'a>;
}

/// Where a text, which is never empty, is in its [`Source`]. A signed text has less than 4 GiB.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub(super) start: u32,
    pub(super) length: NonZeroU32,
}

impl<const MAX: usize> RequestField for Text<MAX> {
    type Stored = Span;
    type View<'a> = &'a str;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Span, D::Error> {
        match deserializer.deserialize_str(Letters { decoder, limit: MAX })? {
            Some(span) => Ok(span),
            None => Err(empty()),
        }
    }

    fn decode_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Span>, D::Error> {
        deserializer.deserialize_option(Letters { decoder, limit: MAX })
    }

    fn view<'a>(stored: &'a Span, source: &'a Source) -> &'a str {
        source.get(*stored)
    }
}

/// Reads a text of limited length into a span. `null` and a text without a letter, empty or all white space, are nothing.
struct Letters<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    limit: usize,
}

impl<'de> Visitor<'de> for Letters<'_, 'de> {
    type Value = Option<Span>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    #[inline]
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Option<Span>, E> {
        match check_length(text, self.limit) {
            Ok(()) if is_blank(text) => Ok(None),
            Ok(()) => Ok(self.decoder.borrowed(text)),
            Err(error) => Err(too_long(&error)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Option<Span>, E> {
        check_length(text, self.limit).map_err(|error| too_long(&error))?;
        Ok(if is_blank(text) { None } else { self.decoder.copied(text) })
    }

    fn visit_none<E>(self) -> Result<Option<Span>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<Span>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Span>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

#[inline]
fn is_blank(text: &str) -> bool {
    // Nearly every text shows with its first letter that it is none.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim_start().is_empty()
}

#[cold]
fn too_long<E: serde::de::Error>(error: &TooLong) -> E {
    E::custom(error)
}

#[cold]
fn empty<E: serde::de::Error>() -> E {
    E::custom("is empty")
}

impl<T: RequestField> RequestField for Option<T> {
    type Stored = Option<T::Stored>;
    type View<'a> = Option<T::View<'a>>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        T::decode_optional(deserializer, decoder)
    }

    fn absent() -> Option<Self::Stored> {
        Some(None)
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> Self::View<'a> {
        stored.as_ref().map(|stored| T::view(stored, source))
    }
}

struct Optional<'a, 'de, T: ?Sized>(&'a mut Decoder<'de>, PhantomData<T>);

impl<'de, T: RequestField + ?Sized> Visitor<'de> for Optional<'_, 'de, T> {
    type Value = Option<T::Stored>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer, self.0).map(Some)
    }
}

impl<T: RequestField> RequestField for Vec<T> {
    type Stored = Vec<T::Stored>;
    type View<'a> = List<'a, T>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        deserializer.deserialize_any(Elements::<T>(decoder, PhantomData))
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> List<'a, T> {
        List::new(stored, source)
    }
}

struct Elements<'a, 'de, T>(&'a mut Decoder<'de>, PhantomData<T>);

impl<'de, T: RequestField> Visitor<'de> for Elements<'_, 'de, T> {
    type Value = Vec<T::Stored>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    // Serde's own message would repeat the text.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("invalid type: text, expected a list"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            match seq.next_element_seed(Seed::<T>(self.0, PhantomData)) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(elements),
                Err(error) => return Err(within(&format!("[{}]", elements.len()), &error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kit_v1::TenantSync;
    use crate::v1::NewInstance;
    use crate::v2::ReleaseInstance;

    /// The kit V1 does not even sign blank values.
    #[test]
    fn a_blank_text_is_none() {
        for blank in ["", " ", "  ", "\t", "\u{3000}"] {
            let query = format!("customerId=c&businessId=b&productId=p&orderId={blank}");
            let error = NewInstance::from_query(&query).unwrap_err().to_string();
            assert_eq!(error, "`orderId`: is empty", "{blank:?}");
            let query = format!("customerId=c&businessId=b&productId=p&orderId=o&skuCode={blank}");
            assert_eq!(NewInstance::from_query(&query).unwrap().sku_code(), None, "{blank:?}");

            let instance = |blank: &str| format!(r#"{{"activity":"releaseInstance","instanceId":{blank}}}"#);
            // As it is, and escaped.
            let plain = serde_json::to_string(blank).unwrap();
            let escaped: String =
                blank.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
            for spelled in [plain, format!("\"{escaped}\"")] {
                let error = ReleaseInstance::from_json(instance(&spelled)).unwrap_err().to_string();
                assert!(error.starts_with("`instanceId`: is empty"), "{spelled}: {error}");
                let body = format!(
                    r#"{{"instanceId":{spelled},"tenantId":"1","tenantCode":"2","name":"3","domainName":"4","flag":1,"timeStamp":"20220413093539534"}}"#
                );
                assert_eq!(TenantSync::from_json(body).unwrap().instance_id(), None, "{spelled}");
            }
        }
    }
}
