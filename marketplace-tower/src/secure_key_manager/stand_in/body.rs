//! The bodies of requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::refusal::{Message, Refusal};

/// A field that has to be a text.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    body.get(name).and_then(Value::as_str).ok_or(Refusal::Other("Bad Request"))
}

/// A field that has to be a whole number.
pub(super) fn number(body: &Value, name: &str) -> Result<u32, Refusal> {
    let number = body.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    number.ok_or(Refusal::Other("Bad Request"))
}

/// A text that is data of the user, with its limit in bytes.
pub(super) fn data<'a>(body: &'a Value, name: &str, limit: usize) -> Result<&'a str, Refusal> {
    let text = body.get(name).and_then(Value::as_str).ok_or(Message::InvalidUserData)?;
    if text.len() > limit { Err(Message::InvalidUserData.into()) } else { Ok(text) }
}

/// Data of the user, in Base64.
pub(super) fn bytes(body: &Value, name: &str) -> Result<Vec<u8>, Refusal> {
    let text = data(body, name, usize::MAX)?;
    STANDARD.decode(text).map_err(|_| Message::InvalidUserData.into())
}

/// Puts a member into an object.
pub(super) fn set(body: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(members) = body {
        members.insert(name.to_owned(), value.into());
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `0xXX, 0xXX, …`
pub(super) fn listed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("0x{byte:02X}")).collect::<Vec<_>>().join(", ")
}
