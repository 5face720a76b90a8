//! V2 and the kit V2: key, nonce, timestamp and the body or its hash, one directly after the other.
//!
//! Pages `topic_0070649090` (2025-10-09), `zh-cn_topic_0070649476` (2025-08-06).

use crate::analysis::body::{Body, Edits};
use crate::analysis::capture::CapturedRequest;
use crate::analysis::digest::{Digest, Letters, hmac_sha256, sha256};
use crate::analysis::finding::{Case, Finding, only_header};
use crate::analysis::query::pairs;
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::time;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

/// V2: the parameters are in the query, the body is hashed on its own.
pub(in crate::analysis) fn v2(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let mut values = Vec::new();
    for name in ["signature", "timestamp", "nonce"] {
        let mut found = pairs(request.query()).filter(|pair| pair.is(name));
        let value = found.next().map(|pair| pair.plain_value()).unwrap_or_default();
        if found.next().is_some() {
            return Finding::repeated(name, None);
        }
        values.push(String::from_utf8_lossy(&value).into_owned());
    }
    let [signature, timestamp, nonce] = values.try_into().unwrap_or_default();
    // The order in which the vendor's sample looks at them.
    for (name, value) in [("timestamp", &timestamp), ("nonce", &nonce), ("signature", &signature)] {
        if value.is_empty() {
            return Finding::missing(name, Some(signature.clone()).filter(|signature| !signature.is_empty()));
        }
    }
    let origin = |name: &str| Origin::Query(name.to_owned());
    let recipe = Concatenated { nonce, timestamp, body: Body::new(&request.body), is_kit: false };
    recipe.explain(case, &signature, origin("nonce"), origin("timestamp"))
}

/// The kit V2: the parameters are headers, the body is signed itself.
pub(in crate::analysis) fn kit_v2(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let value = |name| only_header(request, name).map(str::to_owned);
    let parts =
        value("x-timestamp").and_then(|timestamp| Ok((timestamp, value("x-nonce")?, value("x-sign")?)));
    let (timestamp, nonce, sign) = match parts {
        Ok(parts) => parts,
        Err(slip) => return Finding::broken(slip, value("x-sign").ok()),
    };
    let origin = |name: &str| Origin::Header(name.to_owned());
    let recipe = Concatenated { nonce, timestamp, body: Body::new(&request.body), is_kit: true };
    recipe.explain(case, &sign, origin("x-nonce"), origin("x-timestamp"))
}

struct Concatenated<'c> {
    nonce: String,
    timestamp: String,
    body: Body<'c>,
    is_kit: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Right,
    KeyWithTimestamp,
    OuterKeyWithTimestamp,
    LongerKey,
    WithoutKey,
    KeyLast,
    InnerPlain,
    InnerIsBody,
    InnerNothing,
    InnerUpper,
    Swapped,
    OtherUnit(usize),
    WithoutNonce,
    WithoutTimestamp,
    PlainHash,
    PlainHashes,
}

impl Concatenated<'_> {
    fn explain(self, case: Case<'_>, provided: &str, nonce: Origin, timestamp: Origin) -> Finding {
        let letters = if self.is_kit { Letters::Hex } else { Letters::UpperHex };
        let (finding, text) = Finding::search(case, &self, letters, 32, provided);
        let time = time::of_v2(&self.timestamp, &self.nonce, case.now);
        let body =
            text.and_then(|text| self.body.write(&text)).or_else(|| self.body.write(&[])).unwrap_or_default();
        let mut tokens = vec![
            RawToken::key("accessKey", "***access key***", case.configured.name()),
            RawToken::new("nonce", &*self.nonce, nonce),
            RawToken::new("timestamp", &*self.timestamp, timestamp),
        ];
        tokens.push(if self.is_kit {
            RawToken::new("body", body, Origin::Body)
        } else {
            let sha256 = const_hex::encode(sha256(&[&body]));
            let from = format!("HMAC of the body: {} bytes, their plain SHA-256 is {sha256}", body.len());
            // Under the access key it is what signs an answer with this body, so it is as good as a signature.
            let inner = const_hex::encode(hmac_sha256(case.configured.bytes(), &[&body]));
            RawToken::new("inner", inner, Origin::Computed(from)).masked_as("***HMAC of the body***")
        });
        finding.with_tokens(tokens).with_time(time)
    }
}

impl Recipe for Concatenated<'_> {
    type Text = Edits;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Edits>> {
        self.body.texts(self.is_kit)
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let mut methods = vec![Variant::right(Method::Right)];
        let mut push = |slip, method| methods.push(Variant::wrong(slip, method));
        let about = Slip::about;
        push(Slip::new(VerdictCode::AccessKeyMissing), Method::WithoutKey);
        if !self.is_kit {
            push(Slip::new(VerdictCode::InnerPlainHash), Method::InnerPlain);
            push(about(VerdictCode::InnerMissing, "the body itself"), Method::InnerIsBody);
            push(about(VerdictCode::InnerMissing, "the timestamp"), Method::InnerNothing);
            push(Slip::new(VerdictCode::InnerUpperCase), Method::InnerUpper);
        }
        push(Slip::new(VerdictCode::NonceTimestampSwapped), Method::Swapped);
        for (at, other) in time::other_units(&self.timestamp).into_iter().enumerate() {
            let what = format!("`{other}` was signed, and `{}` was sent", self.timestamp);
            push(about(VerdictCode::TimestampUnit, &what), Method::OtherUnit(at));
        }
        push(Slip::new(VerdictCode::KeyWithTimestamp), Method::KeyWithTimestamp);
        if !self.is_kit {
            push(Slip::new(VerdictCode::KeyWithTimestamp), Method::OuterKeyWithTimestamp);
        }
        push(Slip::new(VerdictCode::KeyWithTimestamp), Method::LongerKey);
        push(about(VerdictCode::KeyLast, "nonce, timestamp, body, key"), Method::KeyLast);
        push(about(VerdictCode::ParameterUnsigned, "nonce"), Method::WithoutNonce);
        push(about(VerdictCode::ParameterUnsigned, "timestamp"), Method::WithoutTimestamp);
        push(about(VerdictCode::HashInsteadOfHmac, "the whole text"), Method::PlainHash);
        if !self.is_kit {
            push(
                about(VerdictCode::HashInsteadOfHmac, "the body and of the whole text"),
                Method::PlainHashes,
            );
        }
        methods
    }

    fn write(&self, text: &Edits) -> Option<Written> {
        self.body.write(text).map(Written::from)
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let (nonce, stamp, body) = (self.nonce.as_bytes(), self.timestamp.as_bytes(), &*text.body);
        let with_stamp = [key, stamp].concat();
        let other = match method {
            Method::OtherUnit(at) => {
                time::other_units(&self.timestamp).into_iter().nth(at).unwrap_or_default()
            }
            _ => String::new(),
        };
        let hashed: Vec<u8> = match method {
            _ if self.is_kit => Vec::new(),
            Method::InnerPlain | Method::PlainHashes => const_hex::encode(sha256(&[body])).into(),
            Method::InnerIsBody | Method::InnerNothing => Vec::new(),
            Method::InnerUpper => const_hex::encode_upper(hmac_sha256(key, &[body])).into(),
            Method::KeyWithTimestamp | Method::LongerKey => {
                const_hex::encode(hmac_sha256(&with_stamp, &[body])).into()
            }
            _ => const_hex::encode(hmac_sha256(key, &[body])).into(),
        };
        let inner = if self.is_kit || method == Method::InnerIsBody { body } else { &*hashed };
        let parts: [&[u8]; 4] = match method {
            Method::WithoutKey => [nonce, stamp, inner, b""],
            Method::KeyLast => [nonce, stamp, inner, key],
            Method::LongerKey => [&with_stamp, nonce, stamp, inner],
            Method::Swapped => [key, stamp, nonce, inner],
            Method::OtherUnit(_) => [key, nonce, other.as_bytes(), inner],
            Method::WithoutNonce => [key, stamp, inner, b""],
            Method::WithoutTimestamp => [key, nonce, inner, b""],
            _ => [key, nonce, stamp, inner],
        };
        match method {
            Method::PlainHash | Method::PlainHashes => sha256(&parts),
            Method::KeyWithTimestamp | Method::OuterKeyWithTimestamp | Method::LongerKey => {
                hmac_sha256(&with_stamp, &parts)
            }
            _ => hmac_sha256(key, &parts),
        }
    }
}
