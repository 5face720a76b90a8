//! `saasExtendParams`: what the seller asked the buyer for.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;

use super::field::{RequestField, Span};
use super::source::{Decoder, Source};
use crate::{Fault, IntoFault, Text};

/// `saasExtendParams`, base64 of a JSON list of at most three parameters, of at most 2048 UTF-16 units as it arrives. Seen
/// as [`ExtendParamsView`], which decodes it when it is asked to.
///
/// Only its length is judged when a call is read: a buyer who has paid does not go without an instance because a
/// parameter that the seller may not even need cannot be read.
#[derive(Debug)]
pub struct ExtendParams;

impl RequestField for ExtendParams {
    type Stored = Span;
    type View<'a> = ExtendParamsView<'a>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Span, D::Error> {
        Text::<2048>::decode(deserializer, decoder)
    }

    fn decode_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Span>, D::Error> {
        Text::<2048>::decode_optional(deserializer, decoder)
    }

    fn view<'a>(stored: &'a Span, source: &'a Source) -> ExtendParamsView<'a> {
        ExtendParamsView(source.get(*stored))
    }
}

/// The parameters that the seller asked the buyer for, still as they were sent.
///
/// ```
/// use marketplace_core::v1::NewInstance;
/// use marketplace_core::Fault;
///
/// fn domain(order: &NewInstance) -> Result<Option<String>, Fault> {
///     let Some(params) = order.saas_extend_params() else { return Ok(None) };
///     let params = params.decoded()?;
///     let domain = params.iter().find(|param| param.name() == "emailDomainName");
///     Ok(domain.and_then(|param| param.as_str()).map(str::to_owned))
/// }
/// ```
#[derive(Clone, Copy)]
pub struct ExtendParamsView<'a>(&'a str);

impl<'a> ExtendParamsView<'a> {
    /// The text as it arrived.
    #[must_use]
    pub fn as_sent(&self) -> &'a str {
        self.0
    }

    /// The parameters, in the order in which they were sent.
    ///
    /// KooGallery encodes the text for a URL before it is put into one, so that it arrives encoded once more, or twice;
    /// and what was a plus may have become a blank. Both are undone.
    ///
    /// # Errors
    ///
    /// [`UnreadableExtendParams`]. A method that needs no parameter does not ask for them, and the purchase goes on; one
    /// that does may answer the error, with `?`: KooGallery then calls again.
    pub fn decoded(&self) -> Result<Vec<ExtendParam>, UnreadableExtendParams> {
        let letters = without_percents(self.0);
        let letters: Vec<u8> = letters
            .iter()
            .filter(|letter| !matches!(letter, b'\r' | b'\n'))
            .map(|letter| if *letter == b' ' { b'+' } else { *letter })
            .collect();
        let json = LENIENT.decode(letters).map_err(|_| UnreadableExtendParams::Base64)?;
        serde_json::from_slice(&json).map_err(|_| UnreadableExtendParams::Json)
    }
}

/// Does not show the text: it may say who the buyer is.
impl fmt::Debug for ExtendParamsView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExtendParamsView(…)")
    }
}

/// With or without `=`.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// More often than this nobody encodes by mistake.
const ROUNDS: usize = 3;

/// Undoes `%XX` while there is any: base64 has none.
fn without_percents(text: &str) -> Cow<'_, [u8]> {
    let mut bytes = Cow::Borrowed(text.as_bytes());
    for _ in 0..ROUNDS {
        match percent_decoded(&bytes) {
            Some(decoded) => bytes = Cow::Owned(decoded),
            None => break,
        }
    }
    bytes
}

/// Nothing, if there is no `%XX`.
fn percent_decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut decoded, mut rest, mut found) = (Vec::with_capacity(bytes.len()), bytes, false);
    while let Some((first, after)) = rest.split_first() {
        let byte = match after {
            [high, low, ..] if *first == b'%' => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match byte {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
                found = true;
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    found.then_some(decoded)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// One parameter that the seller asked the buyer for.
///
/// Names that are known: `emailDomainName`, `extendParamName`, `idNum`, `userName`, `custEmail`, for licences
/// `identificationCode`, and for products on WeLink `platformParams`, whose value is an object with `tenantName`,
/// `tennantId` (so the vendor spells it) and `userId`.
#[derive(Clone)]
pub struct ExtendParam {
    name: String,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Nothing,
    Text(String),
    Json(String),
}

impl ExtendParam {
    /// Its name, which the seller chose when the product was released.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, if that is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Nothing | Value::Json(_) => None,
        }
    }

    /// Its value as JSON, if that is an object, or anything else that is neither text nor `null`.
    #[must_use]
    pub fn as_json(&self) -> Option<&str> {
        match &self.value {
            Value::Json(json) => Some(json),
            Value::Nothing | Value::Text(_) => None,
        }
    }
}

/// Does not show the value.
impl fmt::Debug for ExtendParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtendParam").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for ExtendParam {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Members<'j> {
            name: String,
            #[serde(borrow, default)]
            value: Option<&'j RawValue>,
        }
        let Members { name, value } = Members::deserialize(deserializer)?;
        let value = match value.map_or("null", RawValue::get) {
            "null" => Value::Nothing,
            text if text.starts_with('"') => {
                Value::Text(serde_json::from_str(text).map_err(serde::de::Error::custom)?)
            }
            json => Value::Json(json.to_owned()),
        };
        Ok(Self { name, value })
    }
}

/// `saasExtendParams` cannot be read. The text itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableExtendParams {
    /// It is not base64.
    #[error("`saasExtendParams` is not base64")]
    Base64,
    /// It is base64, but not of a JSON list of objects with a `name`.
    #[error("`saasExtendParams` is not a JSON list of parameters with a name and a value")]
    Json,
}

/// `000002`: an invalid parameter.
impl IntoFault for UnreadableExtendParams {
    fn into_fault(self) -> Fault {
        Fault::new(crate::ResultCode::INVALID_PARAMETER, self.to_string()).with_source(self)
    }
}

impl From<UnreadableExtendParams> for Fault {
    fn from(error: UnreadableExtendParams) -> Self {
        error.into_fault()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

    use super::*;

    /// The example of the page `newInstance`.
    const PAGE: &str = "W3sibmFtZSI6ImlkTnVtIiwidmFsdWUiOiIzNTIyNTU1NTU1NTU2NTYifSx7Im5hbWUiOiJ1c2VyTmFtZSIsInZhbHVlIjoiaHVhd2VpMTIzIn0seyJuYW1lIjoiY3VzdEVtYWlsIiwidmFsdWUiOiIxMjNAaHVhd2VpLmNvbSJ9XQ==";

    fn texts(text: &str) -> Vec<(String, Option<String>)> {
        let params = ExtendParamsView(text).decoded().unwrap();
        params.iter().map(|param| (param.name().to_owned(), param.as_str().map(str::to_owned))).collect()
    }

    /// As a URL encodes it.
    fn encoded(text: &str) -> String {
        text.replace('%', "%25").replace('=', "%3D").replace('+', "%2B").replace('/', "%2f")
    }

    #[test]
    fn reads_the_example_of_the_page() {
        let expected =
            [("idNum", "352255555555656"), ("userName", "huawei123"), ("custEmail", "123@huawei.com")]
                .map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
        let mut text = PAGE.to_owned();
        for _ in 0..=ROUNDS {
            assert_eq!(texts(&text), expected, "{text}");
            text = encoded(&text);
        }
        assert_eq!(ExtendParamsView(&text).decoded().unwrap_err(), UnreadableExtendParams::Base64);
        assert_eq!(texts(PAGE.trim_end_matches('=')), expected);
    }

    #[test]
    fn blanks_were_pluses_and_slashes_may_be_encoded() {
        let json = r#"[{"name":"a","value":"～～>>>???~~~实例ûûû¾¾¾"}]"#;
        for base64 in [STANDARD.encode(json), STANDARD_NO_PAD.encode(json)] {
            assert!(base64.contains('+') && base64.contains('/'), "{base64}");
            let expected = texts(&base64);
            for text in [base64.replace('+', " "), encoded(&base64), encoded(&encoded(&base64))] {
                assert_eq!(texts(&text), expected, "{text}");
            }
        }
    }

    #[test]
    fn a_value_may_be_an_object() {
        let json = r#"[{"name":"platformParams","value":{"tenantName":"示例","tennantId":"t1","userId":"u1"}},{"name":"n","value":null},{"name":"m"},{"name":"x","value":7,"more":[]}]"#;
        let params = ExtendParamsView(&STANDARD.encode(json)).decoded().unwrap();
        let object: serde_json::Value = serde_json::from_str(params[0].as_json().unwrap()).unwrap();
        assert_eq!((object["tennantId"].as_str(), object["userId"].as_str()), (Some("t1"), Some("u1")));
        assert_eq!(params[0].as_str(), None);
        for nothing in &params[1..3] {
            assert_eq!((nothing.as_str(), nothing.as_json()), (None, None));
        }
        assert_eq!((params[3].as_str(), params[3].as_json()), (None, Some("7")));
        assert!(!format!("{params:?}").contains("示例"));
    }

    #[test]
    fn says_what_cannot_be_read_and_not_what_it_was() {
        for (text, error) in [
            ("canary!".to_owned(), UnreadableExtendParams::Base64),
            ("%%%".to_owned(), UnreadableExtendParams::Base64),
            ("W3s%2".to_owned(), UnreadableExtendParams::Base64),
            (STANDARD.encode("canary"), UnreadableExtendParams::Json),
            (STANDARD.encode(r#"{"name":"canary"}"#), UnreadableExtendParams::Json),
            (STANDARD.encode(r#"[{"value":"canary"}]"#), UnreadableExtendParams::Json),
            (STANDARD.encode(r#"[{"name":7}]"#), UnreadableExtendParams::Json),
            (STANDARD.encode(r#"[{"name":"a","value":"\ud800"}]"#), UnreadableExtendParams::Json),
            (STANDARD.encode([0xff, 0xfe]), UnreadableExtendParams::Json),
            (STANDARD.encode("[".repeat(1500)), UnreadableExtendParams::Json),
        ] {
            assert_eq!(ExtendParamsView(&text).decoded().unwrap_err(), error, "{text}");
            assert!(!format!("{error} {:?}", ExtendParamsView(&text)).contains("canary"));
        }
    }
}
