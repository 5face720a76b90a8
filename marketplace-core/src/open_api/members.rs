//! Members of an answer, read as far as they can be.

use serde_json::{Map, Value};

/// An object of an answer. What is null, of another type or missing is not there: answers may change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'v>(Option<&'v Map<String, Value>>);

impl<'v> Members<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        Self(value.as_object())
    }

    pub(super) fn value(self, name: &str) -> Option<&'v Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn object(self, name: &str) -> Option<Self> {
        self.value(name)?.as_object().map(|members| Self(Some(members)))
    }

    pub(super) fn list(self, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
        self.value(name).and_then(Value::as_array).into_iter().flatten()
    }

    /// Text, or a number as it would be written.
    pub(super) fn text(self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A whole number, or the digits of one.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }
}
