//! The body signature of a usage push: the headers `signature`, `ts` and `nonce`.
//!
//! Pages of `POST …/global/v1/isv/usage-data` (2025-11-13, 2025-11-18). They say that the body is "naturally sorted",
//! and no more.

use crate::analysis::body::{Body, Edits};
use crate::analysis::capture::CapturedRequest;
use crate::analysis::digest::{Digest, Letters, hmac_sha256, sha256};
use crate::analysis::finding::{Case, Finding, only_header};
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::time;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

pub(in crate::analysis) fn explain(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let value = |name| only_header(request, name).map(str::to_owned);
    let parts = value("ts").and_then(|ts| Ok((ts, value("nonce")?, value("signature")?)));
    let (ts, nonce, signature) = match parts {
        Ok(parts) => parts,
        Err(slip) => return Finding::broken(slip, value("signature").ok()),
    };
    let push = Push { ts, nonce, body: Body::new(&request.body) };
    let (finding, text) = Finding::search(case, &push, Letters::Base64, 32, &signature);
    let body =
        text.and_then(|text| push.body.write(&text)).or_else(|| push.body.write(&[])).unwrap_or_default();
    let header = |name: &str| Origin::Header(name.to_owned());
    let tokens = vec![
        RawToken::key("accessKey", "***access key***", case.configured.name()),
        RawToken::separator("ts="),
        RawToken::new("ts", &*push.ts, header("ts")),
        RawToken::separator("&nonce="),
        RawToken::new("nonce", &*push.nonce, header("nonce")),
        RawToken::separator("&body="),
        RawToken::new("body", body, Origin::Body),
    ];
    finding.with_tokens(tokens).with_time(time::of_usage_push(&push.ts))
}

struct Push<'c> {
    ts: String,
    nonce: String,
    body: Body<'c>,
}

#[derive(Debug, Clone, Copy)]
enum Method {
    Right,
    Swapped,
    OtherUnit(usize),
    WithoutTs,
    WithoutNonce,
    KeyWithTimestamp,
    HashOfKeyAndText,
    HashOfText,
}

impl Recipe for Push<'_> {
    type Text = Edits;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Edits>> {
        self.body.texts(true)
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let mut methods = vec![Variant::right(Method::Right)];
        let mut push = |slip, method| methods.push(Variant::wrong(slip, method));
        push(Slip::new(VerdictCode::NonceTimestampSwapped), Method::Swapped);
        for (at, other) in time::other_units(&self.ts).into_iter().enumerate() {
            let what = format!("`{other}` was signed, and `{}` was sent", self.ts);
            push(Slip::about(VerdictCode::TimestampUnit, &what), Method::OtherUnit(at));
        }
        push(Slip::about(VerdictCode::ParameterUnsigned, "ts"), Method::WithoutTs);
        push(Slip::about(VerdictCode::ParameterUnsigned, "nonce"), Method::WithoutNonce);
        push(Slip::new(VerdictCode::KeyWithTimestamp), Method::KeyWithTimestamp);
        push(Slip::about(VerdictCode::HashInsteadOfHmac, "access key and text"), Method::HashOfKeyAndText);
        push(Slip::about(VerdictCode::HashInsteadOfHmac, "the text alone"), Method::HashOfText);
        methods
    }

    fn write(&self, text: &Edits) -> Option<Written> {
        self.body.write(text).map(Written::from)
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let (ts, nonce, body) = (self.ts.as_bytes(), self.nonce.as_bytes(), &*text.body);
        let other = match method {
            Method::OtherUnit(at) => time::other_units(&self.ts).into_iter().nth(at).unwrap_or_default(),
            _ => String::new(),
        };
        let ts = if other.is_empty() { ts } else { other.as_bytes() };
        let text: [&[u8]; 6] = match method {
            Method::Swapped => [b"nonce=", nonce, b"&ts=", ts, b"&body=", body],
            Method::WithoutTs => [b"nonce=", nonce, b"&body=", body, b"", b""],
            Method::WithoutNonce => [b"ts=", ts, b"&body=", body, b"", b""],
            _ => [b"ts=", ts, b"&nonce=", nonce, b"&body=", body],
        };
        match method {
            Method::KeyWithTimestamp => hmac_sha256(&[key, ts].concat(), &text),
            Method::HashOfKeyAndText => sha256(&[key, &text.concat()]),
            Method::HashOfText => sha256(&text),
            _ => hmac_sha256(key, &text),
        }
    }
}
