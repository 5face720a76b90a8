//! An answer that keeps every rule.

use marketplace_tower::AccessKey;
use marketplace_tower::signature::BodySign;
use serde_json::Value;

use crate::wire::RawAnswer;

/// An answer that keeps every rule: status, headers, signature, form.
#[derive(Debug, Clone)]
pub struct Answer(Value);

impl RawAnswer {
    /// Has this status and is signed with this key: then, what it says.
    ///
    /// # Errors
    ///
    /// The rule that is broken.
    pub fn judged(&self, status: u16, key: &AccessKey) -> Result<Answer, String> {
        self.check_status(status)?;
        self.check_signature(key)?;
        Answer::read(&self.body)
    }

    /// The status is this one.
    ///
    /// # Errors
    ///
    /// It is another one.
    pub fn check_status(&self, status: u16) -> Result<(), String> {
        if self.status == status { Ok(()) } else { Err(format!("HTTP status {}, not {status}", self.status)) }
    }

    /// `Body-Sign` is there once, spelled exactly, and signs the bytes of the body as they travelled, which are JSON.
    ///
    /// # Errors
    ///
    /// The rule that is broken.
    pub fn check_signature(&self, key: &AccessKey) -> Result<(), String> {
        let sign = self.only("Body-Sign")?;
        match BodySign::verify(key, &self.body, sign) {
            Ok(true) => {}
            Ok(false) => return Err("`Body-Sign` does not sign the body".to_owned()),
            Err(malformed) => return Err(format!("`Body-Sign: {sign}` is {malformed}")),
        }
        match self.value("Content-Type")? {
            "application/json" => Ok(()),
            other => Err(format!("the content type is `{other}`, not `application/json`")),
        }
    }
}

impl Answer {
    /// Every answer is an object with a code of six digits and a message of at most 255 letters.
    fn read(body: &[u8]) -> Result<Self, String> {
        let json: Value =
            serde_json::from_slice(body).map_err(|error| format!("the answer is not JSON: {error}"))?;
        let text = |name| json.get(name).and_then(Value::as_str);
        match (text("resultCode"), text("resultMsg")) {
            (Some(code), _) if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) => {
                Err(format!("the result code `{code}` has not six digits"))
            }
            (Some(_), Some(message)) if message.encode_utf16().count() <= 255 => Ok(Self(json)),
            (Some(_), Some(_)) => Err("`resultMsg` is too long".to_owned()),
            _ => Err(format!("`resultCode` or `resultMsg` is missing in {json}")),
        }
    }

    /// The result code has to be this one.
    ///
    /// # Errors
    ///
    /// It is another one.
    pub fn expect(self, code: &str) -> Result<Self, String> {
        if self.code() == code { Ok(self) } else { Err(format!("answered {}, not {code}", self.0)) }
    }

    /// The result code.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text("/resultCode").unwrap_or_default()
    }

    /// The id of the instance that was made.
    ///
    /// # Errors
    ///
    /// There is none, or it has another length than ids have.
    pub fn instance_id(&self) -> Result<String, String> {
        match self.text("/instanceId")? {
            id if (1..=64).contains(&id.encode_utf16().count()) => Ok(id.to_owned()),
            id => Err(format!("the instance id `{id}` has not 1 to 64 letters")),
        }
    }

    /// The text at this place, a JSON pointer.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn text(&self, pointer: &str) -> Result<&str, String> {
        let found = self.0.pointer(pointer).and_then(Value::as_str);
        found.ok_or_else(|| format!("there is no text at `{pointer}` in {}", self.0))
    }

    /// What is at this place, a JSON pointer, if there is something.
    #[must_use]
    pub fn value(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    /// How many entries a `queryInstance` was answered with.
    #[must_use]
    pub fn instances(&self) -> usize {
        self.0.get("info").and_then(Value::as_array).map_or(0, Vec::len)
    }
}
