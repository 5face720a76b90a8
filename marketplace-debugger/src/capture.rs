//! Captured requests and answers, as files hold them.
//!
//! A request is a [curl line](crate::curl), or the bytes that travelled; an answer is the bytes that travelled, as
//! `curl -i` shows them. Line ends may be CR LF or LF.

mod chunked;
mod message;

use marketplace_core::analysis::{CapturedRequest, CapturedResponse};

use crate::curl::{self, CurlError};

/// What was read, and what was noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured<T> {
    /// The request or answer.
    pub message: T,
    /// What does not fit together, one sentence for each.
    pub warnings: Vec<String>,
}

/// Reads a curl line, or a raw request.
///
/// ```
/// use marketplace_debugger::capture;
///
/// let raw = b"POST /saasproduce?nonce=n HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\n\r\n{}";
/// let captured = capture::request(raw)?;
/// assert_eq!(captured.message.target, "/saasproduce?nonce=n");
/// assert_eq!(captured.message.body, "{}");
/// # Ok::<(), capture::CaptureError>(())
/// ```
///
/// # Errors
///
/// [`CaptureError`], with the place.
pub fn request(bytes: &[u8]) -> Result<Captured<CapturedRequest>, CaptureError> {
    match str::from_utf8(bytes) {
        Ok(text) if curl::is_curl(text) => {
            let line = curl::read(text)?;
            Ok(Captured { message: line.request, warnings: line.warnings })
        }
        _ => message::request(bytes),
    }
}

/// Reads a raw answer.
///
/// # Errors
///
/// [`CaptureError`], with the line.
pub fn response(bytes: &[u8]) -> Result<Captured<CapturedResponse>, CaptureError> {
    message::response(bytes)
}

/// What was captured cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// There is nothing.
    #[error("nothing is here")]
    Empty,
    /// The first line is none of a request.
    #[error(
        "line {line}: neither a curl line nor a request, whose first line is `POST /path?query HTTP/1.1`"
    )]
    NoRequest {
        /// The line, from 1.
        line: usize,
    },
    /// The first line is none of an answer.
    #[error("line {line}: not an answer, whose first line is `HTTP/1.1 200 OK`")]
    NoResponse {
        /// The line, from 1.
        line: usize,
    },
    /// A line of the head is no header.
    #[error("line {line}: a header is `Name: value`, and an empty line ends the headers")]
    Header {
        /// The line, from 1.
        line: usize,
    },
    /// A curl line with a mistake.
    #[error(transparent)]
    Curl(#[from] CurlError),
}
