//! Reading a typed request out of the signed text, without copying what need not be copied.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::field::RequestField;
use super::parameter_value::ParameterValue;
use super::plain::{Flag, ShortFlag};
use super::skipped::Skipped;
use super::source::{Decoder, LONGEST, Source};
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
    let mut decoder = Decoder::new(&text);
    let read = match &form {
        Form::Json => from_json(&text, Some(activity), &mut decoder),
        Form::Named(_) => from_json(&text, None, &mut decoder),
        Form::Query(parameters) => from_parameters(parameters, &text, &mut decoder),
    };
    let (mode, fields) = read.map_err(|error| Error::json(&error))?;
    let copies = decoder.into_copies();
    Ok(Box::new(Decoded { source: Source::new(text, copies), mode, fields }))
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
