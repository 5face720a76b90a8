//! `SDK-HMAC-SHA256`, by which the API gateway knows a seller.
//!
//! Pages "AK/SK signing" 002 to 004 of API Gateway, and the sources of the vendor's SDK for Go.

mod authorization;
mod canonical;

use authorization::Authorization;
use canonical::{Canonical, Headers, Query, Text};

use super::super::capture::CapturedRequest;
use crate::analysis::body::Body;
use crate::analysis::digest::{Digest, Letters, hmac_sha256, sha256};
use crate::analysis::finding::{Case, Finding, only_header};
use crate::analysis::query::pairs;
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::time;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE: &str = "x-sdk-date";
const CONTENT_HASH: &str = "x-sdk-content-sha256";
/// Longer lists are not analysed.
const MOST: usize = 128;

pub(in crate::analysis) fn explain(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let date = match only_header(request, DATE) {
        Ok(date) => date,
        Err(slip) => return Finding::broken(slip, None),
    };
    let authorization = match only_header(request, "Authorization") {
        Ok(value) => value,
        Err(slip) => return Finding::broken(slip, None),
    };
    let Some(authorization) = Authorization::parse(authorization) else {
        let about = "`Authorization` is not SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…";
        return Finding::broken(Slip::about(VerdictCode::HeaderForm, about), None);
    };
    let provided = Some(authorization.signature.to_owned());
    if authorization.signed.len() > MOST || pairs(request.query()).count() > MOST {
        return Finding::unknown("The request has more parameters or headers than are analysed");
    }
    let mut headers = Vec::new();
    for name in &authorization.signed {
        if name.eq_ignore_ascii_case("authorization") {
            let about = "the header `authorization`, which is among the signed ones";
            return Finding::broken(Slip::about(VerdictCode::TokenIncluded, about), provided);
        }
        let mut found = request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (sent_name, value) = match (found.next(), request.authority()) {
            (Some((sent_name, value)), _) => (&**sent_name, value.trim()),
            // A captured URL says as much as the header.
            (None, Some(authority)) if name.eq_ignore_ascii_case("host") => ("Host", authority),
            _ => return Finding::missing(name, provided),
        };
        if found.next().is_some() {
            return Finding::repeated(name, provided);
        }
        headers.push(canonical::Header { name: name.to_ascii_lowercase(), sent_name, value });
    }
    let gateway = Gateway {
        date,
        canonical: Canonical::new(request, headers, Body::new(&request.body)),
        content_hash: request.values(CONTENT_HASH).next().map(str::trim),
    };
    let pair = case.keys.iter().find(|key| key.id() == Some(authorization.access));
    let configured = pair.unwrap_or(case.configured);
    let carried = carried(&authorization, configured.id());
    let case = Case { configured, ..case };
    let (finding, _) = Finding::search(case, &gateway, Letters::LowerHex, 32, authorization.signature);
    let tokens = gateway.tokens(configured.name());
    finding.with_tokens(tokens).with_time(time::of_sdk(date, case.now)).with_carried(carried)
}

/// What is wrong with the header itself.
fn carried(authorization: &Authorization<'_>, id: Option<&str>) -> Vec<Slip> {
    let mut carried = Vec::new();
    if !authorization.is_exact {
        let about = "`Authorization` is not SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…, with these commas and blanks";
        carried.push(Slip::about(VerdictCode::HeaderForm, about));
    }
    if authorization.signed.iter().any(|name| name.bytes().any(|letter| letter.is_ascii_uppercase())) {
        let about = "The names of the signed headers are in upper case, and are signed in lower case";
        carried.push(Slip::about(VerdictCode::HeaderCase, about));
    }
    if !authorization.signed.iter().any(|name| name.eq_ignore_ascii_case(DATE)) {
        carried.push(Slip::about(VerdictCode::ParameterUnsigned, DATE));
    }
    if id.is_some_and(|id| id != authorization.access) {
        carried.push(Slip::about(VerdictCode::KeyOther, authorization.access));
    }
    carried
}

struct Gateway<'c> {
    date: &'c str,
    canonical: Canonical<'c>,
    content_hash: Option<&'c str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Right,
    UpperPayload,
    UpperRequest,
    PayloadIsBody,
    RequestIsText,
    HashOfKeyAndText,
    HashOfText,
}

impl Gateway<'_> {
    fn tokens(&self, key_name: &str) -> Vec<RawToken> {
        let (head, canonical) = self.canonical.tokens();
        let payload = self.payload(&self.canonical.body.write(&[]).unwrap_or_default(), Method::Right);
        let hash = const_hex::encode(sha256(&[&head, &payload]));
        let header = |name: &str| Origin::Header(name.to_owned());
        let mut tokens = vec![
            RawToken::key("secretKey", "***secret key***", key_name),
            RawToken::new("algorithm", ALGORITHM, Origin::Scheme),
            RawToken::separator("\n"),
            RawToken::new("date", self.date, header(DATE)),
            RawToken::separator("\n"),
            RawToken::new(
                "canonical request",
                hash,
                Origin::Computed("SHA-256 of the tokens below".to_owned()),
            ),
        ];
        tokens.extend(canonical);
        let origin = match self.content_hash {
            Some(_) => header(CONTENT_HASH),
            None => Origin::Computed("SHA-256 of the body".to_owned()),
        };
        tokens.push(RawToken::new("payload", payload, origin));
        tokens
    }

    fn payload(&self, body: &[u8], method: Method) -> Vec<u8> {
        match (method, self.content_hash) {
            (Method::PayloadIsBody, _) => body.to_vec(),
            (_, Some(hash)) => hash.into(),
            (Method::UpperPayload, None) => const_hex::encode_upper(sha256(&[body])).into(),
            (_, None) => const_hex::encode(sha256(&[body])).into(),
        }
    }
}

impl Recipe for Gateway<'_> {
    type Text = Text;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Text>> {
        let bodies = if self.content_hash.is_some() {
            vec![Variant::right(Vec::new())]
        } else {
            self.canonical.body.texts(false)
        };
        let mut texts: Vec<_> = bodies
            .into_iter()
            .map(|body| {
                let value = Text { query: Query::Right, headers: Headers::Right, body: body.value };
                Variant { slips: body.slips, value }
            })
            .collect();
        let (mut others, singles) = (Vec::new(), texts.iter().filter(|text| text.slips.len() < 2));
        for text in singles {
            for (query, slip) in self.canonical.queries() {
                let slips = std::iter::once(slip).chain(text.slips.iter().cloned()).collect();
                others.push(Variant { slips, value: Text { query, ..text.value.clone() } });
            }
            for (headers, slip) in self.canonical.header_blocks() {
                let slips = std::iter::once(slip).chain(text.slips.iter().cloned()).collect();
                others.push(Variant { slips, value: Text { headers, ..text.value.clone() } });
            }
        }
        texts.extend(others);
        texts
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let mut methods = vec![Variant::right(Method::Right)];
        let mut push = |slip, method| methods.push(Variant::wrong(slip, method));
        let upper = || Slip::new(VerdictCode::InnerUpperCase);
        push(upper(), Method::UpperPayload);
        push(upper(), Method::UpperRequest);
        push(Slip::about(VerdictCode::InnerMissing, "the body itself"), Method::PayloadIsBody);
        push(Slip::about(VerdictCode::InnerMissing, "the canonical request itself"), Method::RequestIsText);
        push(Slip::about(VerdictCode::HashInsteadOfHmac, "secret key and text"), Method::HashOfKeyAndText);
        push(Slip::about(VerdictCode::HashInsteadOfHmac, "the text alone"), Method::HashOfText);
        methods
    }

    fn write(&self, text: &Text) -> Option<Written> {
        let body = self.canonical.body.write(&text.body)?;
        Some(Written { head: self.canonical.head(text.query, text.headers), body })
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let payload = self.payload(&text.body, method);
        let request = match method {
            Method::RequestIsText => [&*text.head, &payload].concat(),
            Method::UpperRequest => const_hex::encode_upper(sha256(&[&text.head, &payload])).into_bytes(),
            _ => const_hex::encode(sha256(&[&text.head, &payload])).into_bytes(),
        };
        let text: [&[u8]; 5] = [ALGORITHM.as_bytes(), b"\n", self.date.as_bytes(), b"\n", &request];
        match method {
            Method::HashOfKeyAndText => sha256(&[key, &text.concat()]),
            Method::HashOfText => sha256(&text),
            _ => hmac_sha256(key, &text),
        }
    }
}
