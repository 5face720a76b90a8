//! The text of a call, and its activity.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use super::verified::Content;
use super::{DecodeError, Parameters, Verified};

/// The text of a call, checked once to be UTF-8 and shared from then on without copies, and where in it its members are.
#[derive(Clone)]
pub struct CallText {
    text: ByteString,
    form: Form,
}

/// How the members of a call are written.
#[derive(Clone)]
pub(super) enum Form {
    /// A JSON object, with the activity in it.
    Json,
    /// A JSON object; the activity is this.
    Named(Arc<str>),
    /// Parameters.
    Query(Parameters),
}

impl CallText {
    /// Takes a JSON object with its `activity`, as V2 sends it.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if it is not UTF-8.
    pub fn new(body: Bytes) -> Result<Self, DecodeError> {
        Self::in_form(body, Form::Json)
    }

    /// Takes what was signed.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if it is not UTF-8.
    pub fn of(verified: &Verified) -> Result<Self, DecodeError> {
        let form = match verified.content() {
            Content::Body => Form::Json,
            Content::Query(parameters) => Form::Query(parameters.clone()),
            Content::KitV1(name) | Content::KitV2(name) => Form::Named(Arc::clone(name)),
        };
        Self::in_form(verified.body().clone(), form)
    }

    /// Takes a JSON object whose activity is somewhere else, as the kits send it: for tests.
    #[doc(hidden)]
    pub fn named(activity: &str, body: Bytes) -> Result<Self, DecodeError> {
        Self::in_form(body, Form::Named(activity.into()))
    }

    /// Takes the query of a V1 call that nobody has verified: for tests.
    #[doc(hidden)]
    pub fn from_query(query: &str) -> Result<Self, DecodeError> {
        let (text, parameters) = crate::signature::v1::read_unverified(query)
            .map_err(|error| DecodeError::new(error.to_string()))?;
        Ok(Self { text: text.into(), form: Form::Query(parameters) })
    }

    fn in_form(body: Bytes, form: Form) -> Result<Self, DecodeError> {
        match ByteString::try_from(body) {
            Ok(text) => Ok(Self { text, form }),
            Err(_) => Err(DecodeError::new("the body is not UTF-8")),
        }
    }

    pub(super) fn into_parts(self) -> (ByteString, Form) {
        (self.text, self.form)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The activity: what is asked for.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the call does not say it.
    pub fn activity(&self) -> Result<Cow<'_, str>, DecodeError> {
        match &self.form {
            Form::Json => self.member_activity(),
            Form::Named(name) => Ok(Cow::Borrowed(name)),
            Form::Query(parameters) => {
                let found = parameters
                    .iter(&self.text)
                    .find(|(name, value)| *name == "activity" && !value.is_empty());
                let (_, activity) = found.ok_or_else(|| DecodeError::new("`activity` is missing"))?;
                Ok(Cow::Borrowed(activity))
            }
        }
    }

    /// The member `activity` of a JSON object.
    fn member_activity(&self) -> Result<Cow<'_, str>, DecodeError> {
        // Every known body begins so, because its members are sorted. Names of activities have nothing to escape.
        let peeked = self.text.strip_prefix(r#"{"activity":""#).and_then(|rest| {
            let letters = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            rest.split_at_checked(letters).filter(|(_, after)| letters > 0 && after.starts_with('"'))
        });
        match peeked {
            Some((activity, _)) => Ok(Cow::Borrowed(activity)),
            _ => {
                let mut json = serde_json::Deserializer::from_str(&self.text);
                let found = json.deserialize_any(FindActivity).map_err(|error| DecodeError::json(&error))?;
                found.ok_or_else(|| DecodeError::new("`activity` is missing"))
            }
        }
    }
}

impl fmt::Debug for CallText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallText").field("length", &self.text.len()).finish_non_exhaustive()
    }
}

struct FindActivity;

impl<'de> Visitor<'de> for FindActivity {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    // Serde's own message would repeat the text.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("invalid type: text, expected an object"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<BorrowedText<'de>>()? {
            if name.0 == "activity" && found.is_none() {
                found = Some(map.next_value::<BorrowedText<'de>>()?.0);
            } else {
                // Read to the end, or the parser takes what is left for an error. A second `activity` is judged when the
                // request is decoded.
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found.filter(|activity| !activity.is_empty()))
    }
}

struct BorrowedText<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for BorrowedText<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Borrow).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(body: &str) -> Result<String, String> {
        let text =
            CallText::new(Bytes::copy_from_slice(body.as_bytes())).map_err(|error| error.to_string())?;
        text.activity().map(Cow::into_owned).map_err(|error| error.to_string())
    }

    #[test]
    fn finds_the_activity_wherever_it_stands() {
        for body in [
            r#"{"activity":"newInstance","orderId":"1"}"#,
            r#" { "orderId" : "1", "nested": {"activity":"no"}, "activity" : "newInstance" } "#,
            r#"{"activity":"new\u0049nstance"}"#,
            r#"{"\u0061ctivity":"newInstance"}"#,
            r#"{ "activity": "newInstance", "orderId": "1" }"#,
            r#"{"activity":"new\u0049nstance","orderId":"1"}"#,
            r#"{"businessId":"1","activity":"newInstance","orderId":"1","activity":"judged later"}"#,
        ] {
            assert_eq!(activity(body).as_deref(), Ok("newInstance"), "{body}");
        }
    }

    #[test]
    fn wants_an_object_with_an_activity() {
        for body in ["", "[]", "{}", "null", "{", r#"{"activity":1}"#, r#"{"activity":""}"#, "\u{feff}{}"] {
            assert!(activity(body).is_err(), "{body}");
        }
        let nested = "[".repeat(100_000);
        assert!(activity(&nested).is_err());
        assert!(activity(&format!(r#"{{"x":{nested}"#)).is_err());
        assert!(CallText::new(Bytes::from_static(b"{\"activity\":\"\xff\"}")).is_err());
    }
}
