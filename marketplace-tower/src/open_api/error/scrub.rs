//! What of a request must not be shown.

use std::error::Error;
use std::fmt::Write as _;

use http::HeaderMap;
use zeroize::Zeroizing;

use crate::BoxError;

/// The values of a request's sensitive headers.
pub(in super::super) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    pub(in super::super) fn of(headers: &HeaderMap) -> Self {
        let sensitive = headers.values().filter(|value| value.is_sensitive());
        let texts = sensitive.filter_map(|value| value.to_str().ok());
        // Of `Authorization`, the part that is a signature: the rest is no secret.
        let secret = |text: &str| text.rsplit("Signature=").next().unwrap_or(text).to_owned();
        Self(texts.map(|text| Zeroizing::new(secret(text))).collect())
    }

    /// An error of the transport.
    pub(super) fn error(&self, error: BoxError) -> BoxError {
        let mut shown = Zeroizing::new(format!("{error:?}"));
        let mut at: Option<&dyn Error> = Some(&*error);
        while let Some(cause) = at {
            let _ = write!(shown, " {cause}");
            at = cause.source();
        }
        if self.is_repeated_in(shown.as_bytes()) { "(withheld: it repeats a secret)".into() } else { error }
    }

    pub(super) fn is_repeated_in(&self, text: &[u8]) -> bool {
        self.0.iter().any(|secret| find(text, secret.as_bytes()).is_some())
    }

    /// The body of an answer, with stars for each secret in it. They are ASCII, so it stays what it is otherwise.
    pub(super) fn covered(&self, body: &[u8]) -> Vec<u8> {
        let mut covered = body.to_vec();
        for secret in &self.0 {
            let mut from = 0;
            while let Some((at, length)) = find(covered.get(from..).unwrap_or_default(), secret.as_bytes()) {
                covered.splice(from + at..from + at + length, STARS);
                from += at + STARS.len();
            }
        }
        covered
    }
}

const STARS: [u8; 3] = *b"***";

/// Where it begins, and how long it is there. Nothing is nowhere.
fn find(text: &[u8], wanted: &[u8]) -> Option<(usize, usize)> {
    if wanted.is_empty() {
        return None;
    }
    (0..text.len()).find_map(|at| Some((at, text.get(at..)?.len() - after(text.get(at..)?, wanted)?.len())))
}

/// What is behind this, if the text begins with it: as it is, or as JSON may write it, `\/` and `\u003d`.
fn after<'t>(mut text: &'t [u8], wanted: &[u8]) -> Option<&'t [u8]> {
    for letter in wanted {
        text = match text {
            [first, rest @ ..] if first == letter => rest,
            [b'\\', b'u', rest @ ..] => {
                let (digits, rest) = rest.split_at_checked(4)?;
                let number = u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
                if number == u32::from(*letter) { rest } else { return None }
            }
            [b'\\', first, rest @ ..] if first == letter => rest,
            _ => return None,
        };
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::{AUTHORIZATION, HOST};

    use super::*;

    #[test]
    fn what_is_sensitive_is_covered_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("host"));
        let mut value =
            HeaderValue::from_static("SDK-HMAC-SHA256 Access=ak, SignedHeaders=host, Signature=c0ffee");
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        let secrets = Secrets::of(&headers);
        assert_eq!(secrets.covered(b"ak c0ffee host c0ffee"), b"ak *** host ***");
        assert_eq!(secrets.error("no host".into()).to_string(), "no host");
        assert_eq!(secrets.error("no c0ffee".into()).to_string(), "(withheld: it repeats a secret)");
    }

    #[test]
    fn a_secret_is_covered_however_json_writes_it() {
        let mut headers = HeaderMap::new();
        let mut value = HeaderValue::from_static("7U1b/I1+=");
        value.set_sensitive(true);
        headers.insert("signature", value);
        let secrets = Secrets::of(&headers);
        for written in ["7U1b/I1+=", r"7U1b\/I1+=", r"7U1b/I1+\u003d", r"7U1b\u002FI1\u002b="] {
            let body = format!("no {written} here");
            assert!(secrets.is_repeated_in(body.as_bytes()), "{written}");
            assert_eq!(secrets.covered(body.as_bytes()), b"no *** here", "{written}");
        }
        assert!(!secrets.is_repeated_in(br"7U1b\u"));
    }
}
