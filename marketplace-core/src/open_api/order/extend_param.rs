//! What a customer was asked for.

use std::fmt;

use serde_json::Value;

use crate::open_api::members::Members;

/// What a customer was asked for when buying.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtendParam {
    name: String,
    value: String,
}

impl ExtendParam {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let members = Members::of(value);
        Some(Self { name: members.text("name")?, value: members.text("value").unwrap_or_default() })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was answered.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Without what was answered.
impl fmt::Debug for ExtendParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendParam({})", self.name)
    }
}
