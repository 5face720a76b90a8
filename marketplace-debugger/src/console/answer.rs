//! An answer that was read.

use serde_json::Value;

use super::leak::Secrets;
use crate::check::Failure;
use crate::transport::RawAnswer;

const SUCCESS: &str = "000000";
const PROCESSING: &str = "000004";

/// An answer, as far as it can be read.
pub(crate) struct Answer {
    /// The object, if it is one.
    pub(crate) json: Option<Value>,
    /// What it said, for a report; without secrets.
    shown: String,
}

impl Answer {
    pub(crate) fn read(raw: &RawAnswer, secrets: &Secrets<'_>) -> Self {
        let json: Option<Value> = serde_json::from_slice(&raw.body).ok().filter(Value::is_object);
        let mut answer = Self { json, shown: String::new() };
        answer.shown = match (answer.code(), answer.text("/resultMsg")) {
            (None, _) => format!("status {}, no result code", raw.status),
            (Some(code), Some(message)) if !secrets.are_in(raw) => {
                format!("{} ({})", shortened(code), shortened(message))
            }
            (Some(code), _) => shortened(code),
        };
        answer
    }

    pub(crate) fn code(&self) -> Option<&str> {
        self.text("/resultCode")
    }

    pub(crate) fn is_success(&self) -> bool {
        self.code() == Some(SUCCESS)
    }

    pub(crate) fn is_processing(&self) -> bool {
        self.code() == Some(PROCESSING)
    }

    /// Code and message, for a report.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// A text that is there, and not empty.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.json.as_ref()?.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// A field that the vendor requires.
    pub(crate) fn required(&self, pointer: &str) -> Result<&str, Failure> {
        self.text(pointer).ok_or_else(|| missing(pointer))
    }

    /// Whether something is there, of whatever type.
    pub(crate) fn has(&self, pointer: &str) -> Result<(), Failure> {
        match self.json.as_ref().and_then(|json| json.pointer(pointer)) {
            None | Some(Value::Null) => Err(missing(pointer)),
            Some(_) => Ok(()),
        }
    }
}

fn missing(pointer: &str) -> Failure {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let path = pointer.trim_start_matches('/').replace('/', ".");
    Failure::new(format!("`{path}` is missing")).with_value(name)
}

/// What a seller wrote may be long, and have anything in it.
pub(crate) fn shortened(text: &str) -> String {
    let mut letters = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let short: String = letters.by_ref().take(80).collect();
    if letters.next().is_some() { format!("{short}…") } else { short }
}
