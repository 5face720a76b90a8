//! JSON inside a text of a call.

use serde::de::IgnoredAny;
use serde_json::de::StrRead;

use super::bare_names::quote_bare_names;
use super::source::Decoder;

/// Reads JSON that stands in a text. If it is none, it is read once more with quotes around the names of its members: the
/// examples of `allOrgSync` leave them out (`zh-cn_topic_0070649113`, 2024-01-23; `zh-cn_topic_0070649437`).
pub(crate) fn from_json_text<T>(
    text: &str,
    decoder: &mut Decoder<'_>,
    read: impl for<'t> Fn(&mut Json<'t>, &mut Decoder<'t>) -> serde_json::Result<T>,
) -> serde_json::Result<T> {
    let mut strictly = |text: &str| {
        let mut inner = decoder.nested();
        let mut json = serde_json::Deserializer::from_str(text);
        let read = read(&mut json, &mut inner).and_then(|value| json.end().map(|()| value));
        decoder.rejoin(inner);
        read
    };
    strictly(text).or_else(|error| match quoted(text) {
        Some(quoted) => strictly(&quoted),
        None => Err(error),
    })
}

/// What reads JSON out of a text.
pub(crate) type Json<'t> = serde_json::Deserializer<StrRead<'t>>;

/// The text with quotes around the names that have none, if it is not JSON as it is.
fn quoted(text: &str) -> Option<String> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => None,
        Err(_) => quote_bare_names(text),
    }
}
