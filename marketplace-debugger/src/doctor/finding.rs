//! What is found.

use std::fmt;

use super::Unreachable;

/// What there is about proxies in general.
pub(super) const PROXIES: &str = "docs/operations.md#proxies";

/// One thing that is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    code: FindingCode,
    sentence: String,
    recipe: &'static str,
}

impl Finding {
    pub(super) fn new(code: FindingCode, sentence: impl Into<String>, recipe: &'static str) -> Self {
        Self { code, sentence: sentence.into(), recipe }
    }

    pub(super) fn http2_preferred() -> Self {
        let sentence =
            "Of h2 and http/1.1, TLS takes h2, in which no header has capital letters: switch HTTP/2 off";
        Self::new(FindingCode::Http2Preferred, sentence, PROXIES)
    }

    pub(super) fn http1_refused(error: &Unreachable) -> Self {
        let sentence = format!("A client that speaks HTTP/1.1 only is turned away ({error})");
        Self::new(FindingCode::Http1Refused, sentence, PROXIES)
    }

    /// What it is.
    #[must_use]
    pub fn code(&self) -> FindingCode {
        self.code
    }

    /// The same for a human. Its wording may change.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Where the recipe against it is: a page of this project and its anchor.
    #[must_use]
    pub fn recipe(&self) -> &'static str {
        self.recipe
    }

    /// Does it have to change? If not, it is worth knowing.
    #[must_use]
    pub fn is_problem(&self) -> bool {
        self.code.is_problem()
    }
}

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingCode {
    /// `Body-Sign` is spelled otherwise.
    BodySignSpelling,
    /// There is no `Body-Sign`.
    BodySignMissing,
    /// Its value has another form, or there are several.
    BodySignForm,
    /// The answer leads elsewhere.
    Redirect,
    /// The status is not 200.
    HttpStatus,
    /// The content is said to be something else than JSON.
    ContentType,
    /// The answer was compressed on its way.
    ContentEncoding,
    /// The answer took too long.
    SlowAnswer,
    /// TLS prefers HTTP/2.
    Http2Preferred,
    /// HTTP/1.1 alone is not served.
    Http1Refused,
    /// Every call makes a new connection. Worth knowing.
    NoKeepAlive,
    /// It is not https. Worth knowing: on one's own machine it is not.
    PlainHttp,
}

impl FindingCode {
    /// The stable name, such as `body-sign-spelling`. Those that the catalogue of errors has are the same there.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BodySignSpelling => "body-sign-spelling",
            Self::BodySignMissing => "body-sign-missing",
            Self::BodySignForm => "body-sign-form",
            Self::Redirect => "redirect",
            Self::HttpStatus => "http-status",
            Self::ContentType => "content-type",
            Self::ContentEncoding => "content-encoding",
            Self::SlowAnswer => "slow-answer",
            Self::Http2Preferred => "http2-preferred",
            Self::Http1Refused => "http1-refused",
            Self::NoKeepAlive => "no-keep-alive",
            Self::PlainHttp => "plain-http",
        }
    }

    const fn is_problem(self) -> bool {
        !matches!(self, Self::NoKeepAlive | Self::PlainHttp)
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}
