//! What every answer is wrapped in.

use http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::error::{Refused, Scrub, SkmError, by_message};

/// `header` and `body`.
#[derive(Deserialize)]
struct Envelope<'a> {
    header: Header,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    #[serde(default, deserialize_with = "number")]
    result_code: Option<i64>,
    #[serde(default)]
    result_message: Option<String>,
    #[serde(default)]
    is_successful: Option<bool>,
}

/// Judges an answer by `isSuccessful`, whatever its HTTP status: the vendor does not say which statuses go with failures.
pub(super) fn judge<'a, T: Deserialize<'a>>(
    operation: &'static str,
    status: StatusCode,
    answer: &'a [u8],
    scrub: &Scrub<'_>,
) -> Result<T, SkmError> {
    // What serde_json says about a mistake can show the value, so it is dropped.
    let Ok(Envelope { header, body }) = serde_json::from_slice(answer) else {
        return Err(SkmError::NotJson { status });
    };
    let Some(is_successful) = header.is_successful.or(header.result_code.map(|code| code == 0)) else {
        return Err(SkmError::NotJson { status });
    };
    if is_successful {
        let body = body.map_or("null", RawValue::get);
        return serde_json::from_str(body).map_err(|_| SkmError::UnexpectedBody { operation });
    }
    let refused = Refused { code: header.result_code.unwrap_or(0), status };
    let message = header.result_message.unwrap_or_default();
    Err(by_message(&message, refused)
        .unwrap_or_else(|| SkmError::Other { refused, message: scrub.message(&message) }))
}

/// A number, or a text of one.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
        Nothing(()),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => Some(number),
        Either::Text(text) => text.trim().parse().ok(),
        Either::Nothing(()) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, answer: &str) -> Result<u8, SkmError> {
        let scrub = Scrub::new(std::iter::empty(), b"");
        judge("test", StatusCode::from_u16(status).unwrap(), answer.as_bytes(), &scrub)
    }

    #[test]
    fn success_is_what_the_header_says_and_not_the_status() {
        for status in [200, 201, 400, 500] {
            let answer =
                r#"{"header":{"resultCode":0,"resultMessage":"success","isSuccessful":true},"body":7}"#;
            assert_eq!(judged(status, answer).unwrap(), 7);
            let answer = r#"{"header":{"resultCode":"-12","resultMessage":"INVALID KEY ID","isSuccessful":false},"body":null}"#;
            let Err(SkmError::InvalidKeyId(refused)) = judged(status, answer) else { panic!() };
            assert_eq!((refused.code, refused.status.as_u16()), (-12, status));
        }
    }

    #[test]
    fn what_is_unknown_is_kept() {
        let answer =
            r#"{"header":{"resultCode":9,"resultMessage":"Key store is\nbusy","isSuccessful":false}}"#;
        let Err(SkmError::Other { refused, message }) = judged(200, answer) else { panic!() };
        assert_eq!((refused.code, &*message), (9, "Key store is busy"));
    }

    #[test]
    fn what_has_no_header_is_not_the_key_managers() {
        for answer in
            ["", "<html>", "{}", "[]", r#"{"header":{}}"#, r#"{"header":{"resultMessage":"success"}}"#]
        {
            let Err(SkmError::NotJson { status }) = judged(403, answer) else { panic!("{answer}") };
            assert_eq!(status, StatusCode::FORBIDDEN);
        }
    }

    #[test]
    fn a_success_in_another_form_is_told_without_its_content() {
        for body in ["null", "\"canary\"", "{\"canary\":1}"] {
            let answer = format!(r#"{{"header":{{"isSuccessful":true}},"body":{body}}}"#);
            let error = judged(200, &answer).unwrap_err();
            assert!(matches!(error, SkmError::UnexpectedBody { operation: "test" }));
            assert!(!format!("{error:?} {error}").contains("canary"));
        }
    }
}
