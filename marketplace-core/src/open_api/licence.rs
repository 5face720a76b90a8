//! Licence codes: activating one, and asking for its state.
//!
//! "Activating a licence code" `zh-cn_topic_0070649244` (2025-05-23), "Querying a licence code" `zh-cn_topic_0070649245`
//! (2025-07-03), which was the heartbeat before. Of activating, only the answer's table could be read: it is asked with the
//! member that querying has.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::answer::{parse, told};
use super::members::Members;
use super::{ApiFailure, Meaning, UnreadableAnswer};
use crate::{Text, TooLong};

/// A licence code, of 1 to 64 characters. Whoever has it can use what was bought: `Debug` does not show it.
///
/// ```
/// use marketplace_core::open_api::LicenceCode;
///
/// let code = LicenceCode::new("ABCD-EFGH")?;
/// assert_eq!(format!("{code:?}"), "LicenceCode(…)");
/// assert!(LicenceCode::new("").is_err());
/// # Ok::<(), marketplace_core::open_api::UnusableLicenceCode>(())
/// ```
#[derive(Clone)]
pub struct LicenceCode(Text<64>);

impl LicenceCode {
    /// Takes a code.
    ///
    /// # Errors
    ///
    /// [`UnusableLicenceCode`] says which rule it breaks.
    pub fn new(code: impl Into<String>) -> Result<Self, UnusableLicenceCode> {
        let code = code.into();
        if code.is_empty() {
            return Err(UnusableLicenceCode::Empty);
        }
        Text::new(code).map(Self).map_err(UnusableLicenceCode::TooLong)
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for LicenceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LicenceCode(…)")
    }
}

/// Not a licence code. The text is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableLicenceCode {
    /// Nothing.
    #[error("`license` is empty")]
    Empty,
    /// More than 64 characters.
    #[error("`license` is too long")]
    TooLong(#[source] TooLong),
}

/// `status` of a licence code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenceStatus {
    /// `ALIVE`: it is in use.
    Alive,
    /// `EXPIRED`: its time is over.
    Expired,
    /// `RELEASED`: it was taken back.
    Released,
    /// A word that is not known here.
    Other(Box<str>),
}

impl LicenceStatus {
    fn new(word: String) -> Self {
        match &*word {
            "ALIVE" => Self::Alive,
            "EXPIRED" => Self::Expired,
            "RELEASED" => Self::Released,
            _ => Self::Other(word.into()),
        }
    }

    /// The word of the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Alive => "ALIVE",
            Self::Expired => "EXPIRED",
            Self::Released => "RELEASED",
            Self::Other(word) => word,
        }
    }
}

/// What is known of a licence code. Only its status has to be there.
///
/// `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq)]
pub struct Licence {
    status: LicenceStatus,
    activate_time: Option<String>,
    expire_time: Option<String>,
    product_id: Option<String>,
    order_id: Option<String>,
    amount: Option<String>,
    json: Box<str>,
}

impl Licence {
    fn read(value: &Value) -> Option<Self> {
        let members = Members::of(value);
        Some(Self {
            status: LicenceStatus::new(members.text("status")?),
            activate_time: members.text("activate_time"),
            expire_time: members.text("expire_time"),
            product_id: members.text("product_id"),
            order_id: members.text("order_id"),
            amount: members.text("amount"),
            json: value.to_string().into(),
        })
    }

    /// `status`
    #[must_use]
    pub fn status(&self) -> &LicenceStatus {
        &self.status
    }

    /// `activate_time`, as it was written.
    #[must_use]
    pub fn activate_time(&self) -> Option<&str> {
        self.activate_time.as_deref()
    }

    /// `expire_time`, as it was written.
    #[must_use]
    pub fn expire_time(&self) -> Option<&str> {
        self.expire_time.as_deref()
    }

    /// `product_id`
    #[must_use]
    pub fn product_id(&self) -> Option<&str> {
        self.product_id.as_deref()
    }

    /// `order_id`
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// `amount`, as it was written.
    #[must_use]
    pub fn amount(&self) -> Option<&str> {
        self.amount.as_deref()
    }

    /// The object, compact, with everything that is not known here.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }
}

impl fmt::Debug for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Licence")
            .field("status", &self.status)
            .field("expire_time", &self.expire_time)
            .field("product_id", &self.product_id)
            .field("order_id", &self.order_id)
            .finish_non_exhaustive()
    }
}

/// The body that asks about a licence code, and that activates it.
#[must_use]
pub fn encode_licence(code: &LicenceCode) -> Bytes {
    #[derive(Serialize)]
    struct Ask<'c> {
        license: &'c str,
    }
    // A text: nothing of it can fail.
    serde_json::to_vec(&Ask { license: code.as_str() }).map(Bytes::from).unwrap_or_default()
}

/// Reads the answer of [`path::ACTIVATE_LICENCE`](super::path::ACTIVATE_LICENCE) and of
/// [`path::QUERY_LICENCE`](super::path::QUERY_LICENCE).
///
/// The first has the licence in `data.license_code_info`, as JSON in a text; the second in `data`.
///
/// # Errors
///
/// [`UnreadableAnswer`], if it is not one.
pub fn read_licence(body: &[u8]) -> Result<Result<Licence, ApiFailure>, UnreadableAnswer> {
    let answer = parse(body)?;
    let told = told(&answer)?;
    if told.meaning() != Meaning::Success {
        return Ok(Err(told));
    }
    let data = Members::of(&answer).value("data").ok_or(UnreadableAnswer::Missing("data"))?;
    let licence = match Members::of(data).value("license_code_info") {
        None => Licence::read(data),
        Some(Value::String(text)) => serde_json::from_str(text).ok().as_ref().and_then(Licence::read),
        Some(info) => Licence::read(info),
    };
    licence.map(Ok).ok_or(UnreadableAnswer::Missing("status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_the_answer_are_read() {
        let activated = r#"{"error_code":"92020000","error_msg":"success","data":{"license_code_info":
            "{\"status\":\"ALIVE\",\"expire_time\":\"20260101000000\",\"product_id\":\"P\",\"amount\":3,\"order_id\":\"CS1\"}"}}"#;
        let licence = read_licence(activated.as_bytes()).unwrap().unwrap();
        assert_eq!((licence.status(), licence.amount()), (&LicenceStatus::Alive, Some("3")));
        assert_eq!((licence.product_id(), licence.order_id()), (Some("P"), Some("CS1")));
        assert_eq!(licence.expire_time(), Some("20260101000000"));
        let queried = r#"{"error_code":"92020000","data":{"license_code":"canary","status":"RELEASED",
            "activate_time":"20250101000000","more":1}}"#;
        let licence = read_licence(queried.as_bytes()).unwrap().unwrap();
        assert_eq!(licence.status().as_str(), "RELEASED");
        assert_eq!(licence.activate_time(), Some("20250101000000"));
        assert!(licence.json().contains(r#""more":1"#) && !format!("{licence:?}").contains("canary"));
        let other = r#"{"error_code":"92020000","data":{"status":"PAUSED"}}"#;
        let licence = read_licence(other.as_bytes()).unwrap().unwrap();
        assert_eq!(licence.status(), &LicenceStatus::Other("PAUSED".into()));
    }

    #[test]
    fn failures_and_what_is_missing_are_told() {
        let failure = read_licence(br#"{"error_code":"92020005","error_msg":"no such code"}"#);
        assert_eq!(failure.unwrap().unwrap_err().meaning(), Meaning::NoSuchLicence);
        for (answer, missing) in [
            (r#"{"error_code":"92020000"}"#, "data"),
            (r#"{"error_code":"92020000","data":{}}"#, "status"),
            (r#"{"error_code":"92020000","data":{"license_code_info":"{"}}"#, "status"),
        ] {
            assert_eq!(read_licence(answer.as_bytes()), Err(UnreadableAnswer::Missing(missing)));
        }
    }

    #[test]
    fn the_code_is_asked_for_by_its_name() {
        let code = LicenceCode::new("a\"b").unwrap();
        assert_eq!(encode_licence(&code), r#"{"license":"a\"b"}"#);
        let error = LicenceCode::new("x".repeat(65)).unwrap_err();
        assert_eq!(error.to_string(), "`license` is too long");
    }
}
