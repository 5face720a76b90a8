//! What a call says.

use std::collections::BTreeMap;

use serde_json::Value;

/// The parameters or members of a call, in ascending order, which is the order in which KooGallery sends them.
pub(crate) type Fields = BTreeMap<String, Value>;

/// Collects fields, `name => value`; values are texts, numbers or lists.
macro_rules! fields {
    ($($name:literal => $value:expr),* $(,)?) => {
        $crate::fields::Fields::from([$(($name.to_owned(), serde_json::Value::from($value))),*])
    };
}
pub(crate) use fields;

/// A value as the query of V1 has it.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
