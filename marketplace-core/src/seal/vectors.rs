//! The vectors, for the tests beside the code.

use serde_json::Value;

/// Keys and texts that JDK 17 and OpenSSL made; the file says so itself.
pub(super) fn load() -> Value {
    serde_json::from_str(include_str!("../../tests/data/seal.json")).unwrap()
}

pub(super) fn rows<'v>(vectors: &'v Value, name: &str) -> &'v [Value] {
    vectors[name].as_array().unwrap()
}

pub(super) fn field<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}"))
}
