//! Why there is nothing to look at.

use std::time::Duration;

use crate::wire::UnusableAddress;

/// The seller gave no answer that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreachable {
    /// The URL is none.
    #[error(transparent)]
    Address(#[from] UnusableAddress),
    /// The name of the host does not resolve.
    #[error("the host is not known: {0}")]
    NoAddress(String),
    /// Nobody listens, or a firewall is in between.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// TLS was not agreed upon, or the certificate is not one that a stranger accepts.
    #[error("no TLS: {0}")]
    NoTls(String),
    /// There was no answer in time.
    #[error("no answer within {0:?}")]
    TooSlow(Duration),
    /// The connection ended before the answer did.
    #[error("the connection ended without a whole answer: {0}")]
    Broken(String),
    /// What came is not HTTP/1.
    #[error("what answers does not speak HTTP/1.1")]
    NotHttp,
}
