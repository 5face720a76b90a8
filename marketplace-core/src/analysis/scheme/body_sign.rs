//! `Body-Sign`, the signature of an answer.
//!
//! Pages "Body-Sign" (2023-12-04), FAQ `0082027567` (2025-11-13).

use crate::analysis::body::{Body, Edits};
use crate::analysis::capture::{CapturedRequest, CapturedResponse};
use crate::analysis::digest::{Digest, Letters, hmac_sha256, sha256};
use crate::analysis::finding::{Case, Finding};
use crate::analysis::json::{Node, decoded};
use crate::analysis::query::pairs;
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;
use crate::signature::BodySign;

/// A shorter word of a header without form is not taken for a signature.
const SHORTEST: usize = 40;

pub(in crate::analysis) fn explain(
    case: Case<'_>,
    response: &CapturedResponse,
    request: Option<&CapturedRequest>,
) -> Finding {
    let mut headers = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(BodySign::NAME));
    let Some((name, value)) = headers.next() else { return Finding::missing(BodySign::NAME, None) };
    if headers.next().is_some() {
        return Finding::repeated(BodySign::NAME, None);
    }
    let mut carried = Vec::new();
    if name != BodySign::NAME {
        let about = format!("The header is called `{name}`, and is found as `Body-Sign` only");
        carried.push(Slip::about(VerdictCode::HeaderCase, &about));
    }
    let (signature, has_form) = parse(value);
    let Some(signature) = signature else {
        let about = "`Body-Sign` is not sign_type=\"HMAC-SHA256\", signature=\"…\", and has no signature";
        return Finding::broken(Slip::about(VerdictCode::HeaderForm, about), Some(value.clone()));
    };
    if !has_form {
        let about = "`Body-Sign` is not sign_type=\"HMAC-SHA256\", signature=\"…\", with both values in double quotes";
        carried.push(Slip::about(VerdictCode::HeaderForm, about));
    }
    let signed = Signed { body: Body::new(&response.body), stamps: request.map(stamps).unwrap_or_default() };
    let (finding, _) = Finding::search(case, &signed, Letters::Base64, 32, signature);
    let tokens = vec![
        RawToken::key("accessKey", "***access key***", case.configured.name()),
        RawToken::new("body", &*response.body, Origin::Body),
    ];
    finding.with_tokens(tokens).with_carried(carried)
}

/// The signature, wherever it is in the value, and whether the value has its form.
fn parse(header: &str) -> (Option<&str>, bool) {
    let exact = header.split_once(',').and_then(|(kind, signature)| {
        (quoted(kind, "sign_type")? == "HMAC-SHA256").then(|| quoted(signature, "signature"))?
    });
    if let Some(signature) = exact {
        return (Some(signature).filter(|signature| !signature.is_empty()), true);
    }
    // Blanks do not end a word: one may be a `+` that somebody decoded.
    let words = header.split([',', ';', '"', '\'', '“', '”']).map(|part| {
        let value =
            part.trim().strip_prefix("signature").and_then(|rest| rest.trim_start().strip_prefix('='));
        value.unwrap_or(part).trim()
    });
    let longest = words.filter(|word| !word.starts_with("sign_type")).max_by_key(|word| word.len());
    (longest.filter(|word| word.len() >= SHORTEST), false)
}

fn quoted<'h>(part: &'h str, name: &str) -> Option<&'h str> {
    let value = part.trim().strip_prefix(name)?.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix('"')?.strip_suffix('"').filter(|value| !value.contains('"'))
}

/// The times of the request, which some sellers sign with by mistake.
fn stamps(request: &CapturedRequest) -> Vec<String> {
    let mut stamps: Vec<String> = pairs(request.query())
        .filter(|pair| pair.is("timeStamp") || pair.is("timestamp"))
        .map(|pair| String::from_utf8_lossy(&pair.form_value()).into_owned())
        .collect();
    stamps.extend(request.values("x-timestamp").map(str::to_owned));
    let body = Body::new(&request.body);
    for member in body.json().map(Node::members).unwrap_or_default() {
        if let (Node::Text(raw), "\"timeStamp\"") = (&member.value, member.name) {
            stamps.push(decoded(raw));
        }
    }
    stamps.truncate(4);
    stamps
}

struct Signed<'c> {
    body: Body<'c>,
    stamps: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Method {
    Right,
    KeyWithTimestamp(usize),
    HashOfKeyAndBody,
    HashOfBody,
    KeyLast,
}

impl Recipe for Signed<'_> {
    type Text = Edits;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Edits>> {
        self.body.texts(false)
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let mut methods = vec![Variant::right(Method::Right)];
        for at in 0..self.stamps.len() {
            let slip = Slip::new(VerdictCode::KeyWithTimestamp);
            methods.push(Variant::wrong(slip, Method::KeyWithTimestamp(at)));
        }
        let hash = |about| Slip::about(VerdictCode::HashInsteadOfHmac, about);
        methods.push(Variant::wrong(hash("access key and body"), Method::HashOfKeyAndBody));
        methods.push(Variant::wrong(hash("the body alone"), Method::HashOfBody));
        methods.push(Variant::wrong(hash("body and access key"), Method::KeyLast));
        methods
    }

    fn write(&self, text: &Edits) -> Option<Written> {
        self.body.write(text).map(Written::from)
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let body = &*text.body;
        match method {
            Method::Right => hmac_sha256(key, &[body]),
            Method::KeyWithTimestamp(at) => {
                let stamp = self.stamps.get(at).map(String::as_bytes).unwrap_or_default();
                hmac_sha256(&[key, stamp].concat(), &[body])
            }
            Method::HashOfKeyAndBody => sha256(&[key, body]),
            Method::HashOfBody => sha256(&[body]),
            Method::KeyLast => sha256(&[body, key]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_found_in_a_header_of_another_form() {
        let sign = "5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=";
        for (header, has_form) in [
            (format!("sign_type=\"HMAC-SHA256\", signature=\"{sign}\""), true),
            (format!("sign_type=\"HMAC-SHA256\",signature= \"{sign}\""), true),
            (format!("sign_type=HMAC-SHA256, signature={sign}"), false),
            (format!("sign_type='HMAC-SHA256', signature='{sign}'"), false),
            (format!("signature=\"{sign}\", sign_type=\"HMAC-SHA256\""), false),
            (format!("sign_type=\"HMAC-SHA1\", signature=\"{sign}\""), false),
            (sign.to_owned(), false),
        ] {
            assert_eq!(parse(&header), (Some(sign), has_form), "{header}");
        }
        assert_eq!(parse(""), (None, false));
        assert_eq!(parse("sign_type=\"HMAC-SHA256\", signature=\"\""), (None, true));
    }
}
