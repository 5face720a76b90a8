//! What can go wrong with a call.

mod classify;
mod detail;
mod guide;
mod scrub;

use std::error::Error;
use std::time::Duration;

use http::StatusCode;
use marketplace_core::catalogue::Entry;

use super::version::ApiVersion;
use crate::entry::entry;

pub(super) use self::classify::classify;
pub use self::detail::{CertificateRefusal, Refused, Stage, Unit};
pub(super) use self::guide::by_message;
pub(super) use self::scrub::Scrub;

/// Why a call failed.
///
/// The first ten are the messages of the vendor's Solution Guide. No table of numbers is published, so they are told by their
/// words, whatever letter case and punctuation; the number is kept. [`entry`](Self::entry) has the checks for each, and
/// [`Client::diagnose`](super::Client::diagnose) finds out which cause it is.
///
/// No error shows a secret: answers are not repeated, and a message or an error of the transport that repeats what was sent
/// is withheld.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SkmError {
    /// `Invalid Appkey`
    #[error("the Secure Key Manager does not know the appkey ({0})")]
    InvalidAppkey(Refused),
    /// `Invalid Key ID`
    #[error("the Secure Key Manager has no key with this id in service ({0})")]
    InvalidKeyId(Refused),
    /// `Invalid Key Version`
    #[error("the key has no such version any more ({0})")]
    InvalidKeyVersion(Refused),
    /// `Invalid User Data`
    #[error("the Secure Key Manager cannot read the ciphertext, the signature or the text ({0})")]
    InvalidUserData(Refused),
    /// `Invalid Key Status`
    #[error("the key is not in service ({0})")]
    InvalidKeyStatus(Refused),
    /// `Invalid Key Version Status`
    #[error("the version of the key is not in service ({0})")]
    InvalidKeyVersionStatus(Refused),
    /// `IPv4 Auth Failure`
    #[error("the key store does not accept the address that this client comes from ({0})")]
    Ipv4AuthFailure(Refused),
    /// `MAC Auth Failure`
    #[error("the key store does not accept the MAC address in `X-TOAST-CLIENT-MAC-ADDR` ({0})")]
    MacAuthFailure(Refused),
    /// `Certificate Auth Failure`
    #[error("the key store does not accept the certificate of this client ({0})")]
    CertificateAuthFailure(Refused),
    /// `URL NOT FOUND`
    #[error("the Secure Key Manager has nothing at this path ({0})")]
    UrlNotFound(Refused),
    /// The guide's certificate-related errors: TLS ended because of this client's certificate.
    #[error("TLS was refused because of this client's certificate: {0}")]
    ClientCertificate(CertificateRefusal),
    /// A message that the Solution Guide does not have.
    #[error("the Secure Key Manager says `{message}` ({refused})")]
    Other {
        /// Number and status.
        refused: Refused,
        /// The message, shortened to 200 letters; withheld if it repeats what was sent.
        message: Box<str>,
    },
    /// The answer has no JSON with the `header` that every answer has. Usually somebody else answered: a gateway, a proxy, or
    /// the check of the caller before the Secure Key Manager.
    #[error("the answer is not the Secure Key Manager's: HTTP {}, without its header", status.as_u16())]
    NotJson {
        /// The HTTP status.
        status: StatusCode,
    },
    /// The call succeeded, but its answer lacks what it should have.
    #[error("the answer to `{operation}` is a success, but has not the documented form")]
    UnexpectedBody {
        /// What was called.
        operation: &'static str,
    },
    /// The answer is longer than is read.
    #[error("the answer is longer than {limit} bytes")]
    AnswerTooLong {
        /// In bytes.
        limit: usize,
    },
    /// What was to be sent is longer than documented. Nothing was sent.
    #[error("the {what} has {length} {unit}, at most {limit} are taken")]
    TooLong {
        /// Which part of the request.
        what: &'static str,
        /// What is counted.
        unit: Unit,
        /// At most so many.
        limit: usize,
        /// So many there are.
        length: usize,
    },
    /// The version that goes with the credentials does not have the call. Nothing was sent.
    #[error("`{operation}` is not in {version} of the API: it needs credentials of {since} or later")]
    NotInVersion {
        /// What was called.
        operation: &'static str,
        /// The version of the credentials.
        version: ApiVersion,
        /// The first version that has it.
        since: ApiVersion,
    },
    /// No token was given out for version 1.3.
    #[error("no token was given out for the user's key: HTTP {}", status.as_u16())]
    Token {
        /// The HTTP status of the address for tokens.
        status: StatusCode,
    },
    /// The certificate of the server, or of a proxy that stands for it, is not accepted. Nothing was sent.
    #[error("the server's certificate is not accepted")]
    ServerCertificate(#[source] Box<dyn Error + Send + Sync>),
    /// There is no connection. Nothing was sent.
    #[error("the Secure Key Manager cannot be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// It took too long. If it was a call that changes something, whether it did so is unknown.
    #[error("{stage} took longer than {limit:?}")]
    TimedOut {
        /// What took too long.
        stage: Stage,
        /// The limit.
        limit: Duration,
    },
    /// The connection broke before the answer was complete. If it was a call that changes something, whether it did so is
    /// unknown.
    #[error("the connection broke before the answer was complete")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
}

impl SkmError {
    /// A stable word for metrics and alarms.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.entry().slug
    }

    /// What happened, where it usually comes from, what to do about it, and what to check.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::InvalidAppkey(_) => entry!("skm-invalid-appkey"),
            Self::InvalidKeyId(_) => entry!("skm-invalid-key-id"),
            Self::InvalidKeyVersion(_) => entry!("skm-invalid-key-version"),
            Self::InvalidUserData(_) => entry!("skm-invalid-user-data"),
            Self::InvalidKeyStatus(_) => entry!("skm-invalid-key-status"),
            Self::InvalidKeyVersionStatus(_) => entry!("skm-invalid-key-version-status"),
            Self::Ipv4AuthFailure(_) => entry!("skm-ipv4-auth-failure"),
            Self::MacAuthFailure(_) => entry!("skm-mac-auth-failure"),
            Self::CertificateAuthFailure(_) => entry!("skm-certificate-auth-failure"),
            Self::UrlNotFound(_) => entry!("skm-url-not-found"),
            Self::ClientCertificate(_) => entry!("skm-client-certificate"),
            Self::Other { .. } => entry!("skm-other"),
            Self::NotJson { .. } => entry!("skm-not-json"),
            Self::UnexpectedBody { .. } | Self::AnswerTooLong { .. } => entry!("skm-unexpected-body"),
            Self::TooLong { .. } => entry!("skm-too-long"),
            Self::NotInVersion { .. } => entry!("skm-not-in-version"),
            Self::Token { .. } => entry!("skm-token"),
            Self::ServerCertificate(_) => entry!("skm-server-certificate"),
            Self::Unreachable(_) => entry!("skm-unreachable"),
            Self::TimedOut { .. } => entry!("skm-timed-out"),
            Self::Broken(_) => entry!("skm-broken"),
        }
    }

    /// The message as the Solution Guide prints it, if it is one of the guide's.
    #[must_use]
    pub fn guide_message(&self) -> Option<&'static str> {
        guide::message_of(self)
    }

    /// Number and status, if it was the Secure Key Manager that refused.
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        match self {
            Self::InvalidAppkey(refused)
            | Self::InvalidKeyId(refused)
            | Self::InvalidKeyVersion(refused)
            | Self::InvalidUserData(refused)
            | Self::InvalidKeyStatus(refused)
            | Self::InvalidKeyVersionStatus(refused)
            | Self::Ipv4AuthFailure(refused)
            | Self::MacAuthFailure(refused)
            | Self::CertificateAuthFailure(refused)
            | Self::UrlNotFound(refused)
            | Self::Other { refused, .. } => Some(*refused),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use marketplace_core::catalogue::{self, Kind};

    use super::*;

    /// One of each variant.
    fn errors() -> Vec<SkmError> {
        let status = StatusCode::OK;
        let refused = Refused { code: 1, status };
        vec![
            SkmError::InvalidAppkey(refused),
            SkmError::InvalidKeyId(refused),
            SkmError::InvalidKeyVersion(refused),
            SkmError::InvalidUserData(refused),
            SkmError::InvalidKeyStatus(refused),
            SkmError::InvalidKeyVersionStatus(refused),
            SkmError::Ipv4AuthFailure(refused),
            SkmError::MacAuthFailure(refused),
            SkmError::CertificateAuthFailure(refused),
            SkmError::UrlNotFound(refused),
            SkmError::ClientCertificate(CertificateRefusal::Expired),
            SkmError::Other { refused, message: "busy".into() },
            SkmError::NotJson { status },
            SkmError::UnexpectedBody { operation: "secret" },
            SkmError::AnswerTooLong { limit: 1 },
            SkmError::TooLong { what: "text", unit: Unit::Bytes, limit: 1, length: 2 },
            SkmError::NotInVersion { operation: "x", version: ApiVersion::V1_0, since: ApiVersion::V1_2 },
            SkmError::Token { status },
            SkmError::ServerCertificate("unknown".into()),
            SkmError::Unreachable("refused".into()),
            SkmError::TimedOut { stage: Stage::Call, limit: Duration::ZERO },
            SkmError::Broken("reset".into()),
        ]
    }

    #[test]
    fn every_error_has_an_entry_and_every_entry_an_error() {
        for error in errors() {
            let entry = error.entry();
            assert!(entry.is(Kind::SecureKeyManager) && entry.slug == error.slug(), "{error}");
            if let Some(message) = error.guide_message() {
                assert!(entry.what.contains(&format!("`{message}`")), "{error}: {}", entry.what);
            }
        }
        let described =
            catalogue::all().filter(|entry| entry.is(Kind::SecureKeyManager)).map(|entry| entry.slug);
        assert_eq!(described.collect::<BTreeSet<_>>(), errors().iter().map(SkmError::slug).collect());
    }

    #[test]
    fn only_those_of_the_server_have_a_number() {
        for error in errors() {
            let is_other = matches!(error, SkmError::Other { .. });
            assert_eq!(error.refused().is_some(), error.guide_message().is_some() || is_other, "{error}");
        }
    }
}
