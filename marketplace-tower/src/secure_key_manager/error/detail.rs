//! What errors say in particular.

use std::fmt;

use http::StatusCode;

/// What came with a message: the number, whose meaning the vendor does not publish, and the HTTP status, which need not be an
/// error's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// `resultCode`
    pub code: i64,
    /// The HTTP status.
    pub status: StatusCode,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}, HTTP {}", self.code, self.status.as_u16())
    }
}

/// Why a server ended TLS because of the client's certificate, as far as its alert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateRefusal {
    /// It is not within its validity period.
    Expired,
    /// The Secure Key Manager did not issue it.
    UnknownAuthority,
    /// It was revoked.
    Revoked,
    /// None was offered.
    Missing,
    /// The alert does not say.
    Unspecified,
}

impl fmt::Display for CertificateRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "it has expired, or is not valid yet",
            Self::UnknownAuthority => "the Secure Key Manager did not issue it",
            Self::Revoked => "it was revoked",
            Self::Missing => "none was offered",
            Self::Unspecified => "the server does not say why",
        })
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes, of UTF-8 if it is a text.
    Bytes,
    /// Characters.
    Characters,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Characters => "characters",
        })
    }
}

/// What took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Name, TCP and TLS. Nothing was sent.
    Connecting,
    /// The whole call.
    Call,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "connecting",
            Self::Call => "the call",
        })
    }
}
