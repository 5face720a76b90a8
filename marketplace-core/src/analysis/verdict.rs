//! What came out: a stable code, a sentence, an action.

mod text;

use std::fmt;

use super::slip::Slip;
use crate::catalogue::{self, Entry};

/// Why a signature is not accepted, or that it is. The slugs are stable: logs, scripts and the documentation name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum VerdictCode {
    /// Signature and time are right.
    Valid,
    /// A parameter, a header or a member that signing needs is not there, or empty.
    ParameterMissing,
    /// It is there more than once.
    ParameterRepeated,
    /// The signature is right, but too old.
    StaleTimestamp,
    /// The signature is right, but its time lies ahead of the clock.
    FutureTimestamp,
    /// The time is in another unit or form than the scheme has, or was signed in another.
    TimestampUnit,
    /// Nonce and timestamp have traded places.
    NonceTimestampSwapped,
    /// The access key was left out of the signed text.
    AccessKeyMissing,
    /// The body was hashed without the key.
    InnerPlainHash,
    /// The body itself, or nothing, stands where its hash belongs.
    InnerMissing,
    /// The hash of the body is in upper case.
    InnerUpperCase,
    /// The signature is in base64 where hexadecimal digits belong, or in another kind of base64.
    SignatureBase64,
    /// The signature is in hexadecimal digits where base64 belongs, or in digits of the wrong case.
    SignatureHex,
    /// Blanks, line ends or a byte order mark around the key.
    KeyWhitespace,
    /// Quotes around the key.
    KeyQuoted,
    /// Another key than the configured one.
    KeyOther,
    /// The key of the MAC is the access key alone, without the timestamp that belongs to it.
    KeyWithoutTimestamp,
    /// The key of the MAC is the access key and a timestamp that does not belong to it.
    KeyWithTimestamp,
    /// A line end behind the body was signed and not sent, or sent and not signed.
    BodyTrailingNewline,
    /// White space of the body was changed after signing.
    BodyWhitespace,
    /// The members of the body were signed in another order.
    BodyKeyOrder,
    /// Letters were signed as `\u…` escapes and sent as letters, or the other way round.
    BodyEscapedUnicode,
    /// `/` was signed as `\/`, or the other way round.
    BodyEscapedSlash,
    /// A byte order mark was signed and not sent, or sent and not signed.
    BodyBom,
    /// An empty body was signed.
    BodyEmpty,
    /// A `+` and a blank were taken for each other.
    PlusBecameBlank,
    /// Percent-encoded values were signed.
    UrlEncodedValues,
    /// The parameters were not sorted, or in another way.
    NotSorted,
    /// The parameter of the signature was signed itself.
    TokenIncluded,
    /// Parameters with empty values were left out of the text.
    EmptyValueDropped,
    /// Parameters with empty values were signed though they do not count.
    EmptyValueKept,
    /// A parameter was left out of the text.
    ParameterUnsigned,
    /// A MAC where a plain hash belongs.
    HmacInsteadOfHash,
    /// A plain hash where a MAC belongs.
    HashInsteadOfHmac,
    /// The key stands behind the text instead of before it.
    KeyLast,
    /// The text was signed in Latin-1, or encoded twice.
    Latin1,
    /// `debug-component` was signed.
    DebugComponentSigned,
    /// The query was encoded as a form instead of by RFC 3986.
    QueryFormEncoded,
    /// A header's name is in the wrong case.
    HeaderCase,
    /// A header's value does not have its form.
    HeaderForm,
    /// None of the known mistakes.
    Unknown,
}

impl VerdictCode {
    /// Every code.
    pub const ALL: [Self; 41] = [
        Self::Valid,
        Self::ParameterMissing,
        Self::ParameterRepeated,
        Self::StaleTimestamp,
        Self::FutureTimestamp,
        Self::TimestampUnit,
        Self::NonceTimestampSwapped,
        Self::AccessKeyMissing,
        Self::InnerPlainHash,
        Self::InnerMissing,
        Self::InnerUpperCase,
        Self::SignatureBase64,
        Self::SignatureHex,
        Self::KeyWhitespace,
        Self::KeyQuoted,
        Self::KeyOther,
        Self::KeyWithoutTimestamp,
        Self::KeyWithTimestamp,
        Self::BodyTrailingNewline,
        Self::BodyWhitespace,
        Self::BodyKeyOrder,
        Self::BodyEscapedUnicode,
        Self::BodyEscapedSlash,
        Self::BodyBom,
        Self::BodyEmpty,
        Self::PlusBecameBlank,
        Self::UrlEncodedValues,
        Self::NotSorted,
        Self::TokenIncluded,
        Self::EmptyValueDropped,
        Self::EmptyValueKept,
        Self::ParameterUnsigned,
        Self::HmacInsteadOfHash,
        Self::HashInsteadOfHmac,
        Self::KeyLast,
        Self::Latin1,
        Self::DebugComponentSigned,
        Self::QueryFormEncoded,
        Self::HeaderCase,
        Self::HeaderForm,
        Self::Unknown,
    ];

    /// The stable name, such as `key-whitespace`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ParameterMissing => "parameter-missing",
            Self::ParameterRepeated => "parameter-repeated",
            Self::StaleTimestamp => "stale-timestamp",
            Self::FutureTimestamp => "future-timestamp",
            Self::TimestampUnit => "timestamp-unit",
            Self::NonceTimestampSwapped => "nonce-timestamp-swapped",
            Self::AccessKeyMissing => "access-key-missing",
            Self::InnerPlainHash => "inner-plain-hash",
            Self::InnerMissing => "inner-missing",
            Self::InnerUpperCase => "inner-upper-case",
            Self::SignatureBase64 => "signature-base64",
            Self::SignatureHex => "signature-hex",
            Self::KeyWhitespace => "key-whitespace",
            Self::KeyQuoted => "key-quoted",
            Self::KeyOther => "key-other",
            Self::KeyWithoutTimestamp => "key-without-timestamp",
            Self::KeyWithTimestamp => "key-with-timestamp",
            Self::BodyTrailingNewline => "body-trailing-newline",
            Self::BodyWhitespace => "body-whitespace",
            Self::BodyKeyOrder => "body-key-order",
            Self::BodyEscapedUnicode => "body-escaped-unicode",
            Self::BodyEscapedSlash => "body-escaped-slash",
            Self::BodyBom => "body-bom",
            Self::BodyEmpty => "body-empty",
            Self::PlusBecameBlank => "plus-became-blank",
            Self::UrlEncodedValues => "url-encoded-values",
            Self::NotSorted => "not-sorted",
            Self::TokenIncluded => "token-included",
            Self::EmptyValueDropped => "empty-value-dropped",
            Self::EmptyValueKept => "empty-value-kept",
            Self::ParameterUnsigned => "parameter-unsigned",
            Self::HmacInsteadOfHash => "hmac-instead-of-hash",
            Self::HashInsteadOfHmac => "hash-instead-of-hmac",
            Self::KeyLast => "key-last",
            Self::Latin1 => "latin-1",
            Self::DebugComponentSigned => "debug-component-signed",
            Self::QueryFormEncoded => "query-form-encoded",
            Self::HeaderCase => "header-case",
            Self::HeaderForm => "header-form",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, where it comes from and what to do about it, of no request in particular.
    #[must_use]
    #[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "checked below, at compile time")]
    pub fn entry(self) -> &'static Entry {
        catalogue::find(self.slug()).expect("every code has an entry")
    }

    /// The anchor of its entry in `docs/errors.md`, with the `#`.
    #[must_use]
    pub fn link(self) -> String {
        self.entry().anchor.to_owned()
    }

    /// What to do about it.
    #[must_use]
    pub fn action(self) -> &'static str {
        self.entry().fix
    }

    /// What it means, of no request in particular.
    #[must_use]
    pub fn sentence(self) -> String {
        text::sentence(self, None)
    }
}

const _: () = {
    let mut codes = VerdictCode::ALL.as_slice();
    while let [code, rest @ ..] = codes {
        assert!(catalogue::find(code.slug()).is_some(), "a verdict without an entry in the catalogue");
        codes = rest;
    }
};

impl fmt::Display for VerdictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// What came out of an analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    codes: Vec<VerdictCode>,
    sentence: String,
    action: String,
}

impl Verdict {
    /// No mistake is [`VerdictCode::Valid`].
    pub(super) fn new(slips: &[Slip]) -> Self {
        let valid = [Slip::new(VerdictCode::Valid)];
        let slips = if slips.is_empty() { &valid } else { slips };
        let mut codes = Vec::new();
        let (mut sentences, mut actions) = (Vec::new(), Vec::new());
        for slip in slips {
            sentences.push(sentence(slip));
            if !codes.contains(&slip.code) {
                codes.push(slip.code);
                actions.push(slip.code.action());
            }
        }
        let several = if slips.len() > 1 { "Several mistakes at once. " } else { "" };
        Self { codes, sentence: format!("{several}{}", sentences.join(" ")), action: actions.join(" ") }
    }

    /// The code; of several mistakes at once, that of the first.
    #[must_use]
    pub fn code(&self) -> VerdictCode {
        self.codes.first().copied().unwrap_or(VerdictCode::Unknown)
    }

    /// The codes of all mistakes, each once.
    #[must_use]
    pub fn codes(&self) -> &[VerdictCode] {
        &self.codes
    }

    /// One sentence for each mistake, for a human. Its wording may change.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// What to do. Its wording may change.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The entry of the code in the catalogue.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        self.code().entry()
    }

    /// The anchor of the code's entry in `docs/errors.md`, with the `#`.
    #[must_use]
    pub fn link(&self) -> String {
        self.code().link()
    }

    pub(super) fn map_texts(&mut self, change: impl Fn(&str) -> String) {
        self.sentence = change(&self.sentence);
        self.action = change(&self.action);
    }
}

pub(super) fn sentence(slip: &Slip) -> String {
    text::sentence(slip.code, slip.about.as_deref())
}

/// One known mistake that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    code: VerdictCode,
    matched: bool,
}

impl Probe {
    pub(super) fn new(code: VerdictCode, matched: bool) -> Self {
        Self { code, matched }
    }

    /// The mistake.
    #[must_use]
    pub fn code(self) -> VerdictCode {
        self.code
    }

    /// Does it, perhaps together with another that matched, reproduce the signature that was provided?
    #[must_use]
    pub fn matched(self) -> bool {
        self.matched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_slug_a_sentence_and_an_action_of_its_own() {
        let mut slugs: Vec<_> = VerdictCode::ALL.iter().map(|code| code.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), VerdictCode::ALL.len());
        let mut sentences: Vec<_> = VerdictCode::ALL.iter().map(|code| code.sentence()).collect();
        assert!(sentences.iter().all(|sentence| sentence.ends_with('.') && sentence.len() > 20));
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), VerdictCode::ALL.len());
        assert!(VerdictCode::ALL.iter().all(|code| code.action().ends_with('.')));
        assert!(VerdictCode::ALL.windows(2).all(|two| two[0] < two[1]));
    }
}
