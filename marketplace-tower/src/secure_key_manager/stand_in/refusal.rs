//! How the stand-in says no.

use http::StatusCode;

/// Why a call is not answered as it wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A message of the Solution Guide.
    Guide(Message),
    /// A message that the guide does not have.
    Other(&'static str),
    /// What stands for the gateway answers: a page, no envelope.
    Gateway(StatusCode),
}

/// The messages of the Solution Guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    InvalidAppkey,
    InvalidKeyId,
    InvalidKeyVersion,
    InvalidUserData,
    InvalidKeyStatus,
    InvalidKeyVersionStatus,
    Ipv4AuthFailure,
    MacAuthFailure,
    CertificateAuthFailure,
    UrlNotFound,
}

impl Message {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::InvalidAppkey => "Invalid Appkey",
            Self::InvalidKeyId => "Invalid Key ID",
            Self::InvalidKeyVersion => "Invalid Key Version",
            Self::InvalidUserData => "Invalid User Data",
            Self::InvalidKeyStatus => "Invalid Key Status",
            Self::InvalidKeyVersionStatus => "Invalid Key Version Status",
            Self::Ipv4AuthFailure => "IPv4 Auth Failure",
            Self::MacAuthFailure => "MAC Auth Failure",
            Self::CertificateAuthFailure => "Certificate Auth Failure",
            Self::UrlNotFound => "URL NOT FOUND",
        }
    }

    /// Made up: the vendor publishes none.
    pub(super) fn code(self) -> i64 {
        -1000 - self as i64
    }
}

impl From<Message> for Refusal {
    fn from(message: Message) -> Self {
        Self::Guide(message)
    }
}
