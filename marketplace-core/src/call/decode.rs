//! Reading a typed request out of the signed text, without copying what need not be copied.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;

use bytestring::ByteString;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::field::{RequestField, Span};
use super::parameter_value::ParameterValue;
use super::plain::{Flag, ShortFlag};
use super::skipped::Skipped;
use super::text::Form;
use super::{CallText, DecodeError as Error, Parameters};
use crate::Mode;

/// What is wrong with the body of a call, for the operator: the field, and the rule that it breaks.
///
/// Texts of the call are not part of it: they may say who the customer is. It has at most 300 letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct DecodeError {
    detail: Box<str>,
}

const MOST_LETTERS: usize = 299;

impl DecodeError {
    pub(crate) fn new(detail: impl Into<Box<str>>) -> Self {
        Self { detail: detail.into() }
    }

    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let detail = error.to_string();
        // A name that a sender made up is part of the path; no line of a log has to hold all of it.
        match detail.char_indices().nth(MOST_LETTERS) {
            None => Self::new(detail),
            Some((end, _)) => Self::new(format!("{}…", detail.get(..end).unwrap_or_default())),
        }
    }
}

/// The members of an object of a request, as the message macro generates them.
#[doc(hidden)]
pub trait Fields: Sized + Send + Sync + 'static {
    /// What has been read so far.
    type Slots: Default;

    /// The number of a member, by its name on the wire.
    fn index(name: &str) -> Option<usize>;

    /// Reads the value of member number `index`.
    fn read<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        index: usize,
        map: &mut A,
        decoder: &mut Decoder<'de>,
    ) -> Result<(), A::Error>;

    /// Puts the members together, when all have been read. The error is the wire name of a missing one.
    fn finish(slots: Self::Slots) -> Result<Self, &'static str>;
}

/// The text of a call, in which the fields of its request are spans.
#[doc(hidden)]
#[derive(Clone)]
pub struct Source {
    text: ByteString,
    copies: Box<str>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("length", &self.text.len()).finish_non_exhaustive()
    }
}

impl Source {
    pub(crate) fn get(&self, span: Span) -> &str {
        get(&self.text, self.text.len(), &self.copies, span)
    }
}

fn get<'a>(text: &'a str, copies_at: usize, copies: &'a str, span: Span) -> &'a str {
    let (start, length) = (span.start as usize, span.length.get() as usize);
    match start.checked_sub(copies_at) {
        None => text.get(start..start + length),
        Some(start) => copies.get(start..start + length),
    }
    .unwrap_or_default()
}

/// A request is being read.
#[doc(hidden)]
#[derive(Debug)]
pub struct Decoder<'de> {
    text: &'de str,
    /// Where the copies begin: after the signed text.
    copies_at: usize,
    copies: String,
}

impl<'de> Decoder<'de> {
    /// A slice of the text itself; nothing, if it is empty.
    #[inline]
    pub(super) fn borrowed(&mut self, value: &'de str) -> Option<Span> {
        let start = (value.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if start < self.text.len() { span(start, value) } else { self.copied(value) }
    }

    /// A text that is not in the signed text as it is, because it was escaped there; nothing, if it is empty.
    pub(super) fn copied(&mut self, value: &str) -> Option<Span> {
        let start = self.copies_at + self.copies.len();
        self.copies.push_str(value);
        span(start, value)
    }

    /// A text that was read.
    pub(super) fn get(&self, span: Span) -> &str {
        get(self.text, self.copies_at, &self.copies, span)
    }

    /// For JSON inside a text, which is not a slice of the signed text: everything read there is copied.
    pub(crate) fn nested<'inner>(&mut self) -> Decoder<'inner> {
        Decoder { text: "", copies_at: self.copies_at, copies: std::mem::take(&mut self.copies) }
    }

    /// Takes the copies back.
    pub(crate) fn rejoin(&mut self, nested: Decoder<'_>) {
        self.copies = nested.copies;
    }
}

/// The longest text that is read; spans are of 32 bits, and copies have to fit as well.
const LONGEST: usize = 1 << 30;

// Neither the text nor its copies, which come from it, are longer than `LONGEST`.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn span(start: usize, value: &str) -> Option<Span> {
    NonZeroU32::new(value.len() as u32).map(|length| Span { start: start as u32, length })
}

/// A request that was read. In a box, because a request is handed from future to future until it reaches its method.
#[doc(hidden)]
#[derive(Debug)]
pub struct Decoded<F> {
    pub source: Source,
    pub mode: Mode,
    pub fields: F,
}

/// Reads a whole request: its own members, and the two that every call has.
#[doc(hidden)]
pub fn decode<F: Fields>(activity: &'static str, text: CallText) -> Result<Box<Decoded<F>>, Error> {
    let (text, form) = text.into_parts();
    if text.len() > LONGEST {
        return Err(Error::new("the call is longer than 1 GiB"));
    }
    let mut decoder = Decoder { text: &text, copies_at: text.len(), copies: String::new() };
    let read = match &form {
        Form::Json => from_json(&text, Some(activity), &mut decoder),
        Form::Named(_) => from_json(&text, None, &mut decoder),
        Form::Query(parameters) => from_parameters(parameters, &text, &mut decoder),
    };
    let (mode, fields) = read.map_err(|error| Error::json(&error))?;
    let copies = decoder.copies.into_boxed_str();
    Ok(Box::new(Decoded { source: Source { text, copies }, mode, fields }))
}

fn from_json<'de, F: Fields>(
    text: &'de str,
    activity: Option<&'static str>,
    decoder: &mut Decoder<'de>,
) -> Result<(Mode, F), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_any(Request::<F> { activity, decoder, fields: PhantomData })?;
    json.end()?;
    Ok(read)
}

fn from_parameters<'de, F: Fields>(
    parameters: &Parameters,
    text: &'de str,
    decoder: &mut Decoder<'de>,
) -> Result<(Mode, F), serde_json::Error> {
    let mut mode = None;
    let mut slots = F::Slots::default();
    for (name, value) in parameters.iter(text) {
        let mut value = ParameterValue(value);
        match F::index(name) {
            _ if name == "testFlag" => read::<ShortFlag, _>(&mut mode, "testFlag", &mut value, decoder)?,
            Some(index) => F::read(&mut slots, index, &mut value, decoder)?,
            None => {}
        }
    }
    Ok((mode.unwrap_or_default(), finish::<F, serde_json::Error>(slots)?))
}

struct Request<'a, 'de, F> {
    /// The activity that has to be among the members.
    activity: Option<&'static str>,
    decoder: &'a mut Decoder<'de>,
    fields: PhantomData<F>,
}

const ACTIVITY: usize = usize::MAX;
const TEST_FLAG: usize = usize::MAX - 1;

impl<'de, F: Fields> Visitor<'de> for Request<'_, 'de, F> {
    type Value = (Mode, F);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    // Serde's own message would repeat the text.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("invalid type: text, expected an object"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let index = |name: &str| match name {
            "activity" => Some(ACTIVITY),
            "testFlag" => Some(TEST_FLAG),
            other => F::index(other),
        };
        let (mut activity, mut mode) = (None, None);
        let mut slots = F::Slots::default();
        while let Some(member) = map.next_key_seed(Member(index))? {
            match member {
                Some(ACTIVITY) => {
                    read::<crate::Text<64>, A>(&mut activity, "activity", &mut map, self.decoder)?
                }
                Some(TEST_FLAG) => read::<Flag, A>(&mut mode, "testFlag", &mut map, self.decoder)?,
                Some(index) => F::read(&mut slots, index, &mut map, self.decoder)?,
                None => map.next_value::<Skipped>().map(drop)?,
            }
        }
        if let (None, Some(due)) = (activity, self.activity) {
            return Err(A::Error::custom(format_args!("`activity` is missing, `{due}` is due")));
        }
        Ok((mode.unwrap_or_default(), finish::<F, A::Error>(slots)?))
    }
}

/// An object inside a request.
struct Object<'a, 'de, F> {
    decoder: &'a mut Decoder<'de>,
    fields: PhantomData<F>,
}

impl<'de, F: Fields> Visitor<'de> for Object<'_, 'de, F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    // Serde's own message would repeat the text.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("invalid type: text, expected an object"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<F, A::Error> {
        let mut slots = F::Slots::default();
        while let Some(member) = map.next_key_seed(Member(F::index))? {
            match member {
                Some(index) => F::read(&mut slots, index, &mut map, self.decoder)?,
                None => map.next_value::<Skipped>().map(drop)?,
            }
        }
        finish::<F, A::Error>(slots)
    }
}

/// An object of a request that the message macro generated.
#[doc(hidden)]
pub fn decode_object<'de, F: Fields, D: Deserializer<'de>>(
    deserializer: D,
    decoder: &mut Decoder<'de>,
) -> Result<F, D::Error> {
    deserializer.deserialize_any(Object { decoder, fields: PhantomData })
}

/// Reads the value of one member into its slot. A member given twice is refused: which of the two was meant?
#[doc(hidden)]
pub fn read<'de, T: RequestField, A: MapAccess<'de>>(
    slot: &mut Option<T::Stored>,
    name: &'static str,
    map: &mut A,
    decoder: &mut Decoder<'de>,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom(format_args!("`{name}`: given more than once")));
    }
    match map.next_value_seed(Seed::<T>(decoder, PhantomData)) {
        Ok(value) => {
            *slot = Some(value);
            Ok(())
        }
        Err(error) => Err(within(name, &error)),
    }
}

fn finish<F: Fields, E: serde::de::Error>(slots: F::Slots) -> Result<F, E> {
    F::finish(slots).map_err(|missing| E::custom(format_args!("`{missing}` is missing")))
}

/// Puts the name of what it is in before an error's own path.
#[cold]
pub(super) fn within<E: serde::de::Error>(name: &str, error: &E) -> E {
    let inner = error.to_string();
    match inner.strip_prefix('`') {
        Some(path) if path.starts_with('[') => E::custom(format_args!("`{name}{path}")),
        Some(path) => E::custom(format_args!("`{name}.{path}")),
        None => E::custom(format_args!("`{name}`: {inner}")),
    }
}

/// Reads one value with the decoder at hand.
pub(super) struct Seed<'a, 'de, T>(pub(super) &'a mut Decoder<'de>, pub(super) PhantomData<T>);

impl<'de, T: RequestField> DeserializeSeed<'de> for Seed<'_, 'de, T> {
    type Value = T::Stored;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Stored, D::Error> {
        T::decode(deserializer, self.0)
    }
}

/// The number of a member, found without keeping its name.
struct Member<I>(I);

impl<'de, I: Fn(&str) -> Option<usize>> DeserializeSeed<'de> for Member<I> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<I: Fn(&str) -> Option<usize>> Visitor<'_> for Member<I> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name))
    }
}

#[cfg(test)]
mod tests {
    use crate::v2::NewInstance;

    fn error(body: &str) -> String {
        NewInstance::from_json(body.to_owned()).unwrap_err().to_string()
    }

    #[test]
    fn errors_do_not_repeat_the_texts_of_a_call() {
        for body in [
            r#""canary""#,
            r#"{"activity":"newInstance","buyerInfo":"canary"}"#,
            r#"{"activity":"newInstance","orderInfo":"canary"}"#,
            r#"{"activity":"newInstance","orderInfo":["canary"]}"#,
            r#"{"activity":"newInstance","orderInfo":[{"orderId":"1","periodNumber":"canary"}]}"#,
            r#"{"activity":"newInstance","orderInfo":[{"orderId":"1","createTime":"canary"}]}"#,
            r#"{"activity":"newInstance","orderInfo":[{"orderId":"1","orderAmount":"canary"}]}"#,
            r#"{"activity":"newInstance","orderInfo":[{"orderId":"1","trialFlag":"canary"}]}"#,
        ] {
            assert!(!error(body).contains("canary"), "{}", error(body));
        }
    }
}
