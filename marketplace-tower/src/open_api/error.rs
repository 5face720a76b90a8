//! What can go wrong with a call.

mod classify;
mod entry;
mod judge;
mod scrub;
mod skew;

use std::time::Duration;

use http::StatusCode;
use marketplace_core::UnixMillis;
use marketplace_core::open_api::{ApiCode, ApiFailure, Meaning, UnreadableAnswer};

use super::sign_request::CannotSign;
use crate::BoxError;

pub(super) use self::classify::classify;
pub(super) use self::judge::{Read, judge};
pub(super) use self::scrub::Secrets;
pub use self::skew::ClockSkew;

/// Why a call failed.
///
/// No error shows a secret: neither SK nor access key is ever sent, and a message or an error of the transport that repeats a
/// signature or a security token is withheld.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenApiError {
    /// The market or its gateway refused. [`meaning`](Self::meaning) says why.
    #[error("refused with HTTP {}: {failure}", status.as_u16())]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// Code and message.
        failure: ApiFailure,
    },
    /// AK, SK or security token are not accepted. Sending it again makes it worse: the gateway locks an AK for five minutes.
    #[error("the credentials are not accepted: HTTP {}{}", status.as_u16(), told(failure.as_ref()))]
    Unauthenticated {
        /// The HTTP status.
        status: StatusCode,
        /// Code and message, if there were any.
        failure: Option<ApiFailure>,
    },
    /// The credentials were not accepted, and the clocks are more than 15 minutes apart, which is why.
    #[error("the credentials are not accepted because {skew}{}", told(failure.as_ref()))]
    ClockSkew {
        /// How far this machine's clock is off.
        skew: ClockSkew,
        /// Code and message, if there were any.
        failure: Option<ApiFailure>,
    },
    /// Nothing was sent: the credentials were not accepted four times in a row, and one more could lock the AK.
    #[error("nothing is sent before {} (Unix milliseconds), for the credentials were not accepted", until.0)]
    HeldBack {
        /// When one call is tried again.
        until: UnixMillis,
    },
    /// Too many calls.
    #[error("too many calls: HTTP {}{}", status.as_u16(), told(failure.as_ref()))]
    Throttled {
        /// The HTTP status.
        status: StatusCode,
        /// Code and message, if there were any.
        failure: Option<ApiFailure>,
        /// How long to wait, if that was said.
        retry_after: Option<Duration>,
    },
    /// The answer is not what was documented. Usually somebody else answered: a proxy, or a gateway in trouble.
    #[error("the answer with HTTP {} is not the market's", status.as_u16())]
    UnexpectedAnswer {
        /// The HTTP status.
        status: StatusCode,
        /// What is not right with it.
        #[source]
        source: UnreadableAnswer,
    },
    /// The answer is longer than is read.
    #[error("the answer is longer than {limit} bytes")]
    AnswerTooLong {
        /// In bytes.
        limit: usize,
    },
    /// The order is there, but not that line of it; or no line was named, and it has not exactly one.
    #[error("the order has {lines} lines, and none is certainly the one that was asked for")]
    NoSuchLine {
        /// So many it has.
        lines: usize,
    },
    /// An argument that cannot be asked for. Nothing was sent.
    #[error("`{field}` {rule}")]
    Unusable {
        /// Its name on the wire.
        field: &'static str,
        /// What it breaks.
        rule: &'static str,
    },
    /// More records than one push takes. Nothing was sent.
    #[error("{count} records in one push, at most {limit} are taken")]
    TooManyRecords {
        /// At most so many.
        limit: usize,
        /// So many there are.
        count: usize,
    },
    /// Usage is signed with an access key: [`Settings::with_access_key`](super::Settings::with_access_key). Nothing was sent.
    #[error("no access key to sign usage with: `Settings::with_access_key`")]
    NoAccessKey,
    /// The request cannot be signed. Nothing was sent.
    #[error("the request cannot be signed")]
    CannotSign(#[source] CannotSign),
    /// The system has no random bytes. Nothing was sent.
    #[error("the system has no random bytes")]
    NoRandomness(#[source] BoxError),
    /// The server's certificate is not accepted. Nothing was sent.
    #[error("the server's certificate is not accepted")]
    ServerCertificate(#[source] BoxError),
    /// There is no connection. Nothing was sent.
    #[error("the market cannot be reached")]
    Unreachable(#[source] BoxError),
    /// It took too long, all tries together.
    #[error("the call took longer than {limit:?}")]
    TimedOut {
        /// The limit.
        limit: Duration,
        /// Whether something may have been sent. If so, what it did is unknown.
        may_have_been_sent: bool,
    },
    /// The connection broke before the answer was complete. What the call did is unknown.
    #[error("the connection broke before the answer was complete")]
    Broken(#[source] BoxError),
}

impl OpenApiError {
    /// Code and message of the market or its gateway.
    #[must_use]
    pub fn failure(&self) -> Option<&ApiFailure> {
        match self {
            Self::Refused { failure, .. } => Some(failure),
            Self::Unauthenticated { failure, .. }
            | Self::ClockSkew { failure, .. }
            | Self::Throttled { failure, .. } => failure.as_ref(),
            _ => None,
        }
    }

    /// The code of the market or its gateway.
    #[must_use]
    pub fn code(&self) -> Option<&ApiCode> {
        self.failure().map(ApiFailure::code)
    }

    /// What the code means.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        self.code().map(ApiCode::meaning)
    }

    /// Can the same call succeed later, with nothing changed here?
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Refused { status, failure } => match failure.meaning() {
                Meaning::Internal => true,
                Meaning::Unknown => status.is_server_error(),
                _ => false,
            },
            Self::UnexpectedAnswer { status, .. } => status.is_server_error(),
            Self::Throttled { .. }
            | Self::HeldBack { .. }
            | Self::Unreachable(_)
            | Self::TimedOut { .. }
            | Self::Broken(_) => true,
            _ => false,
        }
    }

    /// Can something have been sent? If not, nothing was done. (By [`Client::over`](super::Client::over), that nothing was sent is
    /// known only of errors that the default [`Transport`](super::Transport) makes.)
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::HeldBack { .. }
            | Self::Unusable { .. }
            | Self::TooManyRecords { .. }
            | Self::NoAccessKey
            | Self::CannotSign(_)
            | Self::NoRandomness(_)
            | Self::ServerCertificate(_)
            | Self::Unreachable(_) => false,
            Self::TimedOut { may_have_been_sent, .. } => *may_have_been_sent,
            _ => true,
        }
    }

    /// How long the server said to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// There was no connection that something could have been sent over.
    pub(super) fn is_unconnected(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::ServerCertificate(_))
    }
}

/// The part of a message that tells what the market said.
fn told(failure: Option<&ApiFailure>) -> String {
    failure.map_or_else(String::new, |failure| format!(": {failure}"))
}
