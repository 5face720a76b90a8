//! How a call reaches a seller: over a socket, or in this process.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use marketplace_core::analysis::CapturedRequest;

/// An exchange that is under way.
pub type Exchanged<'t> = Pin<Box<dyn Future<Output = Result<RawAnswer, Silence>> + Send + 't>>;

/// Carries requests to a seller and brings answers back.
pub trait Transport: Send {
    /// Sends a request, and waits for the whole answer for at most this long.
    fn exchange<'t>(
        &'t mut self,
        request: &'t CapturedRequest,
        framing: Framing,
        patience: Duration,
    ) -> Exchanged<'t>;

    /// Are the names of headers the letters that the seller wrote? In process they are not: an `http::HeaderName` is in
    /// lower case.
    fn keeps_spelling(&self) -> bool;
}

/// How the length of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// By `Content-Length`, before the body.
    #[default]
    Length,
    /// In chunks: nobody knows before the end.
    Chunks,
}

/// An answer, read to its end.
#[derive(Clone)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// Names and values; the names as they are spelled, if the [transport](Transport::keeps_spelling) knows.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Bytes,
    /// How long it took.
    pub took: Duration,
}

/// Shows no values: they may say who a customer is.
impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .field("took", &self.took)
            .finish()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Silence {
    /// There is no connection: nobody listens, the name does not resolve, the certificate is not accepted.
    #[error("{0}")]
    Unreachable(String),
    /// No whole answer came in this time.
    #[error("no complete answer within {0:?}")]
    TimedOut(Duration),
    /// The connection ended before the answer did.
    #[error("the connection was closed {0}")]
    Closed(String),
}
