//! Safe Creative's API v2: SHA-1 over the private key and the sorted parameters of query and form together.
//!
//! Pages "Signature" and "Troubleshooting" of the vendor's wiki, and its labs pages (2010 to 2025).

use crate::analysis::capture::CapturedRequest;
use crate::analysis::digest::{Digest, Letters, hmac_sha1, sha1};
use crate::analysis::finding::{Case, Finding};
use crate::analysis::pairs::{MOST_PAIRS, Pair, Pairs, Role, Text};
use crate::analysis::query::pairs;
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::time;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

const SIGNATURE: &str = "signature";

pub(in crate::analysis) fn explain(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let mut read = read(request.query(), Origin::Query);
    if let Some(form) = form(request) {
        read.extend(self::read(form, Origin::Form));
    }
    let signature = read.iter().find(|pair| pair.role == Role::Signature);
    let signature = signature.map(|pair| String::from_utf8_lossy(&pair.value).into_owned());
    let signature = signature.filter(|signature| !signature.is_empty());
    if read.len() > MOST_PAIRS {
        return Finding::unknown("The request has more parameters than are analysed");
    }
    let request = Pairs { pairs: read, signature: SIGNATURE, is_json: false };
    if let Some(name) = request.repeated() {
        return Finding::repeated(&name, signature);
    }
    let Some(signature) = signature else { return Finding::missing(SIGNATURE, None) };
    let request = Request(request);
    let (finding, text) = Finding::search(case, &request, Letters::LowerHex, 20, &signature);
    let mut tokens = vec![RawToken::key("privateKey", "***private key***", case.configured.name())];
    tokens.extend(request.0.tokens(text.as_ref(), true));
    // Calls without a time exist: callbacks of old, and the page of an authorization.
    let time = request.0.value("ztime").and_then(|ztime| time::of_safe_creative(&ztime, case.now));
    finding.with_tokens(tokens).with_time(time)
}

/// The body, if it is a form.
pub(super) fn form(request: &CapturedRequest) -> Option<&str> {
    let body = str::from_utf8(&request.body).ok()?.trim();
    let is_form = match request.values("content-type").next() {
        Some(kind) => kind.to_ascii_lowercase().contains("form-urlencoded"),
        None => body.contains('=') && !body.starts_with(['{', '[', '<', '"']),
    };
    is_form.then_some(body)
}

/// The encoding that the request names, as in the vendor's report.
pub(in crate::analysis) fn character_encoding(request: &CapturedRequest) -> Option<&str> {
    let kind = request.values("content-type").next()?;
    let (_, charset) = kind.split(';').find_map(|part| {
        part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
    })?;
    Some(charset.trim().trim_matches('"')).filter(|charset| !charset.is_empty())
}

fn read(query: &str, origin: impl Fn(String) -> Origin) -> Vec<Pair> {
    let mut read = Vec::new();
    for pair in pairs(query).take(MOST_PAIRS + 1) {
        let name = pair.decoded_name();
        let role = match &*name {
            b"signature" => Role::Signature,
            b"debug-component" => Role::Debug,
            _ => Role::Signed,
        };
        read.push(Pair {
            origin: origin(String::from_utf8_lossy(&name).into_owned()),
            name,
            value: pair.form_value(),
            wire: pair.value.as_bytes().to_vec(),
            plus_kept: None,
            role,
        });
    }
    read
}

struct Request(Pairs);

#[derive(Debug, Clone, Copy)]
enum Method {
    Right,
    Hmac,
    HmacOfAll,
    KeyLast,
    KeyLastBare,
    WithoutKey,
}

impl Recipe for Request {
    type Text = Text;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Text>> {
        self.0.texts()
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let hmac = || Slip::new(VerdictCode::HmacInsteadOfHash);
        vec![
            Variant::right(Method::Right),
            Variant::wrong(hmac(), Method::Hmac),
            Variant::wrong(hmac(), Method::HmacOfAll),
            Variant::wrong(Slip::about(VerdictCode::KeyLast, "text, `&`, key"), Method::KeyLast),
            Variant::wrong(Slip::about(VerdictCode::KeyLast, "text, key"), Method::KeyLastBare),
            Variant::wrong(Slip::new(VerdictCode::AccessKeyMissing), Method::WithoutKey),
        ]
    }

    fn write(&self, text: &Text) -> Option<Written> {
        self.0.write(text).map(Written::from)
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let text = &*text.body;
        match method {
            Method::Right => sha1(&[key, b"&", text]),
            Method::Hmac => hmac_sha1(key, &[text]),
            Method::HmacOfAll => hmac_sha1(key, &[key, b"&", text]),
            Method::KeyLast => sha1(&[text, b"&", key]),
            Method::KeyLastBare => sha1(&[text, key]),
            Method::WithoutKey => sha1(&[text]),
        }
    }
}
