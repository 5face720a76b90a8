//! A captured request as a curl line, read and written.
//!
//! The vendor's console prints its calls as curl lines (*Generate Request Command*), and so do its pages. [`parse`] reads them
//! as a POSIX shell and curl would: single quotes, double quotes with their escapes, `$'…'`, lines that end with `\`, options
//! in any order, together (`-sk`) or with their value (`-XPOST`). What a shell would run, put in or read from a file is an
//! error that points at the place. [`print()`] writes a line that reads back as the same request.
//!
//! ```
//! use marketplace_debugger::curl;
//!
//! let request = curl::parse(
//!     r#"curl -X POST 'https://shop.example/saasproduce?signature=70&timestamp=1680508066618&nonce=n' \
//!        -H 'Content-Type: application/json;charset=utf8' \
//!        -d '{"activity":"newInstance"}'"#,
//! )?;
//! assert_eq!(request.body, r#"{"activity":"newInstance"}"#);
//! assert_eq!(curl::parse(&curl::print(&request))?, request);
//!
//! let error = curl::parse("curl https://shop.example/saasproduce -H").unwrap_err();
//! assert_eq!((error.line(), error.column()), (1, 39));
//! assert!(error.to_string().contains("`-H` takes a value"));
//! # Ok::<(), curl::CurlError>(())
//! ```
//!
//! # What is not added
//!
//! curl sends headers of its own accord (`User-Agent`, `Accept`, and for a body without a `Content-Type` that of a form). A
//! request that is read has those of the line and no others.

mod error;
mod line;
mod option;
mod print;
mod sent;
mod words;

pub use error::{CurlError, CurlProblem};
pub use print::print;

use marketplace_core::analysis::CapturedRequest;

/// A curl line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurlLine {
    /// The request that it sends.
    pub request: CapturedRequest,
    /// What was passed over, one sentence for each.
    pub warnings: Vec<String>,
}

/// Reads a curl line.
///
/// # Errors
///
/// [`CurlError`], with the place.
pub fn parse(line: &str) -> Result<CapturedRequest, CurlError> {
    read(line).map(|line| line.request)
}

/// Reads a curl line, and says what was passed over: options that are not known, and an `&` that a shell would obey.
///
/// # Errors
///
/// [`CurlError`], with the place.
pub fn read(line: &str) -> Result<CurlLine, CurlError> {
    let mut words = words::split(line)?;
    let request = line::request(line, &mut words)?;
    Ok(CurlLine { request, warnings: words.warnings })
}

/// Does a text begin as a curl line does?
#[must_use]
pub fn is_curl(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let text = text.strip_prefix("$ ").unwrap_or(text).trim_start();
    let first = text.split([' ', '\t', '\r', '\n', '\u{a0}']).next().unwrap_or_default();
    // A line may end directly behind the name.
    line::names_curl(first.strip_suffix('\\').unwrap_or(first))
}
