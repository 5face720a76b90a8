//! Answers, in the shapes that the pages show.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Map, Value, json};

use super::code::MarketCode;

/// The names of the members that say what came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Envelope {
    /// `resultCode` and `resultMsg`.
    Result,
    /// `error_code` and `error_msg`.
    Error,
    /// The same, with codes that begin with `CBC.`.
    Cbc,
}

/// A code, and what it is about.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) code: MarketCode,
    detail: Option<String>,
    members: Map<String, Value>,
}

impl Told {
    pub(super) fn new(code: MarketCode) -> Self {
        Self { code, detail: None, members: Map::new() }
    }

    /// What the failure is, which the market puts behind its own words.
    pub(super) fn about(code: MarketCode, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn answer(self, envelope: Envelope, request: u64) -> Answer {
        let Self { code, detail, mut members } = self;
        let (mut name, mut message) = (code.code().to_owned(), code.message().to_owned());
        if let Some(detail) = &detail {
            message = format!("{message}: {detail}");
        }
        let is_of_the_market = name.starts_with("MKT.");
        let is_new = envelope == Envelope::Result && (is_of_the_market || name.starts_with("9406"));
        let (code_is, message_is) =
            if is_new { ("resultCode", "resultMsg") } else { ("error_code", "error_msg") };
        if envelope == Envelope::Cbc {
            name = name.replace("MKT.", "CBC.");
        }
        if name.starts_with("APIGW.") {
            members.insert("request_id".to_owned(), format!("{request:032x}").into());
        }
        if code.has_extra_info() {
            members.insert("extra_info".to_owned(), detail.into());
        }
        members.insert(code_is.to_owned(), name.clone().into());
        members.insert(message_is.to_owned(), message.into());
        Answer { status: code.status(), code: name, body: Value::Object(members).to_string().into() }
    }
}

/// An answer, ready to be sent.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// For the log.
    pub(super) code: String,
    body: Bytes,
}

impl Answer {
    /// Of the market's own pages, which KooGallery does not have.
    pub(super) fn ours(body: &Value) -> Self {
        Self { status: StatusCode::OK, code: "-".to_owned(), body: body.to_string().into() }
    }

    pub(super) fn not_ours(status: StatusCode, why: &str) -> Self {
        Self { status, code: "-".to_owned(), body: json!({"error": why}).to_string().into() }
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("application/json;charset=UTF-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// What a proxy in front of the gateway says when it does not reach it: no JSON.
pub(super) fn bad_gateway() -> Response<Full<Bytes>> {
    let mut response =
        Response::new(Full::new(Bytes::from_static(b"<html><body>502 Bad Gateway</body></html>")));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
