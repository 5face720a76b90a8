//! Keys as they are kept in a file, a variable or a secret.

use std::fmt;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use super::{AccessKey, EmptyKeyRing, KeyRing, KeyState, UnusableKey};
use crate::{Guide, UnixMillis};

impl KeyRing {
    /// Reads keys from a text: either one key alone, or a JSON object that has several.
    ///
    /// ```
    /// use marketplace_core::KeyRing;
    ///
    /// let ring = KeyRing::from_document(r#"{"keys": [
    ///     {"id": "base", "version": 3, "key": "new-key", "guides": ["v2", "v1"]},
    ///     {"id": "base", "version": 2, "key": "old-key", "state": "scheduled-for-deletion", "notAfter": "2027-01-31T00:00:00Z"},
    ///     {"id": "base", "version": 4, "key": "next-key", "notBefore": "2027-01-01T00:00:00Z", "routes": ["/saasproduce"]}
    /// ]}"#)?;
    /// assert_eq!((ring.first().name(), ring.first().version()), ("base", Some(3)));
    /// assert_eq!(KeyRing::from_document("only-key")?.iter().count(), 1);
    /// # Ok::<(), marketplace_core::UnusableKeyDocument>(())
    /// ```
    ///
    /// `id` and `key` are required; `state` is `in-service`, `scheduled-for-deletion` or `disabled`; `guides` are `v1`, `v2`,
    /// `kit_v1`, `kit_v2` and `licence`. The first key signs refusals.
    ///
    /// # Errors
    ///
    /// [`UnusableKeyDocument`] says where, and never repeats a key.
    pub fn from_document(text: &str) -> Result<Self, UnusableKeyDocument> {
        if !text.trim_start().starts_with('{') {
            return Ok(AccessKey::new(text)?.into());
        }
        let document: Document = serde_json::from_str(text)?;
        let keys = document.keys.into_iter().enumerate().map(|(number, entry)| {
            let number = number + 1;
            entry.read().map_err(|source| UnusableKeyDocument::Key { number, source })
        });
        Ok(Self::new(keys.collect::<Result<Vec<_>, _>>()?)?)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    id: Box<str>,
    key: Zeroizing<String>,
    version: Option<u32>,
    #[serde(default)]
    state: State,
    not_before: Option<Moment>,
    not_after: Option<Moment>,
    guides: Option<Vec<Name>>,
    routes: Option<Vec<Box<str>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum State {
    #[default]
    InService,
    ScheduledForDeletion,
    Disabled,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    V1,
    V2,
    KitV1,
    KitV2,
    Licence,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Moment(UnixMillis);

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let time = OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| "not a time of RFC 3339")?;
        let millis =
            u64::try_from(time.unix_timestamp_nanos() / 1_000_000).map_err(|_| "a time before 1970")?;
        Ok(Self(UnixMillis(millis)))
    }
}

impl Entry {
    fn read(mut self) -> Result<AccessKey, UnusableKey> {
        let mut key =
            AccessKey::named(&*self.id, std::mem::take(&mut *self.key))?.in_state(match self.state {
                State::InService => KeyState::InService,
                State::ScheduledForDeletion => KeyState::ScheduledForDeletion,
                State::Disabled => KeyState::Disabled,
            });
        if let Some(version) = self.version {
            key = key.with_version(version);
        }
        if let Some(Moment(from)) = self.not_before {
            key = key.not_before(from);
        }
        if let Some(Moment(until)) = self.not_after {
            key = key.not_after(until);
        }
        if let Some(guides) = self.guides {
            key = key.serving(guides.into_iter().map(|name| match name {
                Name::V1 => Guide::V1,
                Name::V2 => Guide::V2,
                Name::KitV1 => Guide::KitV1,
                Name::KitV2 => Guide::KitV2,
                Name::Licence => Guide::Licence,
            }));
        }
        if let Some(routes) = self.routes {
            key = key.on_routes(routes);
        }
        Ok(key)
    }
}

/// Why no keys can be read from a text. It never repeats any of it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableKeyDocument {
    /// It is one key, which is not usable.
    #[error(transparent)]
    Single(#[from] UnusableKey),
    /// One of several keys is not usable.
    #[error("key {number} of the document: {source}")]
    Key {
        /// Which, from 1 on.
        number: usize,
        /// Why.
        source: UnusableKey,
    },
    /// It begins as JSON, and is no document of keys.
    #[error(
        "not a document of keys, at line {line}, column {column}: see `KeyRing::from_document` for its form"
    )]
    Form {
        /// The line, from 1 on.
        line: usize,
        /// The column, from 1 on.
        column: usize,
    },
    /// It has no key.
    #[error("the document has no key: {0}")]
    Empty(#[from] EmptyKeyRing),
}

impl fmt::Debug for UnusableKeyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnusableKeyDocument({self})")
    }
}

/// Serde's own message would repeat the text.
impl From<serde_json::Error> for UnusableKeyDocument {
    fn from(error: serde_json::Error) -> Self {
        Self::Form { line: error.line(), column: error.column() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_wrong_and_never_shows_a_key() {
        for (text, why) in [
            ("", "the access key is empty"),
            ("canary \n", "white space"),
            ("canary\n", "white space"),
            ("\"canary\"", "quoted"),
            ("{}", "line 1, column 2"),
            (r#"{"keys":[]}"#, "has no key"),
            (r#"{"keys":[{"id":"a","key":" canary"}]}"#, "key 1 of the document: the access key begins"),
            (r#"{"keys":[{"id":"a","key":"b"},{"id":"a","key":""}]}"#, "key 2 of the document"),
            (r#"{"keys":[{"id":"a","key":"b","state":"canary"}]}"#, "line 1"),
            (r#"{"keys":[{"id":"a","key":"b","notAfter":"canary"}]}"#, "line 1"),
            (r#"{"keys":[{"id":"a","key":"b","canary":1}]}"#, "line 1"),
            (r#"{"keys":[{"id":"a","key":["canary"]}]}"#, "line 1"),
            (r#"{"keys":["canary"]}"#, "line 1"),
        ] {
            let error = KeyRing::from_document(text).unwrap_err();
            assert!(error.to_string().contains(why), "{text}: {error}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn reads_states_times_guides_and_routes() {
        let text = r#"{"keys":[
            {"id":"a","version":7,"key":"b","state":"disabled"},
            {"id":"b","key":"c","notBefore":"2026-11-22T00:00:00+08:00","notAfter":"2026-11-23T00:00:00Z",
             "guides":["kit_v2"],"routes":["/a"]}]}"#;
        let ring = KeyRing::from_document(text).unwrap();
        let [first, second] = ring.iter().collect::<Vec<_>>()[..] else { panic!("two keys") };
        assert_eq!((first.version(), first.state()), (Some(7), KeyState::Disabled));
        assert!(second.serves(Guide::KitV2) && !second.serves(Guide::V2));
        for (now, path, serves) in [
            (1_795_276_799_999, "/a", false),
            (1_795_276_800_000, "/a", true),
            (1_795_392_000_000, "/a", true),
            (1_795_392_000_001, "/a", false),
            (1_795_300_000_000, "/b", false),
        ] {
            assert_eq!(ring.in_service(UnixMillis(now), path).is_some(), serves, "{now} {path}");
        }
    }
}
