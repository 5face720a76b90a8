//! What was captured: a request, or the answer to one. Plain data, not yet read.

use std::fmt;

use bytes::Bytes;

/// A request as it travelled. Nothing in it has to be well-formed.
///
/// `Debug` leaves values out: they say who a customer is, and a signature among them may still be in force.
///
/// ```
/// use marketplace_core::analysis::CapturedRequest;
///
/// let request = CapturedRequest::new("POST", "https://shop.example/saasproduce?signature=70&timestamp=16&nonce=n")
///     .with_header("Content-Type", "application/json")
///     .with_body("{}");
/// assert_eq!(request.target, "https://shop.example/saasproduce?signature=70&timestamp=16&nonce=n");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CapturedRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// A whole URL, or its path and query. Percent-encoding as it was sent.
    pub target: String,
    /// Names and values in the order in which they were sent; names may stand in any case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Bytes,
}

impl CapturedRequest {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self { method: method.into(), target: target.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// One header more.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Another body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The query, without its `?` and without a fragment.
    pub(super) fn query(&self) -> &str {
        self.without_fragment().split_once('?').map_or("", |(_, query)| query)
    }

    /// The path, beginning with `/`.
    pub(super) fn path(&self) -> &str {
        let target = self.without_fragment();
        let before = target.split_once('?').map_or(target, |(before, _)| before);
        let path = match before.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
            None => before,
        };
        if path.is_empty() { "/" } else { path }
    }

    /// Host and port, if the target is a whole URL.
    pub(super) fn authority(&self) -> Option<&str> {
        let (_, rest) = self.target.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        rest.get(..end).filter(|authority| !authority.is_empty())
    }

    /// The values of the headers of this name, in any case.
    pub(super) fn values<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c str> {
        values(&self.headers, name)
    }

    fn without_fragment(&self) -> &str {
        self.target.split_once('#').map_or(&*self.target, |(before, _)| before)
    }
}

impl fmt::Debug for CapturedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedRequest")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer as it travelled. The names of its headers keep the case in which they were sent: it matters.
#[derive(Clone, PartialEq, Eq)]
pub struct CapturedResponse {
    /// The status, such as 200.
    pub status: u16,
    /// Names, in their own case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Bytes,
}

impl CapturedResponse {
    /// An answer without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// One header more.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for CapturedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What is to be explained.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'c> {
    /// A request.
    Request(&'c CapturedRequest),
    /// An answer, and the request that it answers if there is one. The request tells whose time may have been signed.
    Response(&'c CapturedResponse, Option<&'c CapturedRequest>),
}

impl<'c> From<&'c CapturedRequest> for Subject<'c> {
    fn from(request: &'c CapturedRequest) -> Self {
        Self::Request(request)
    }
}

impl<'c> From<&'c CapturedResponse> for Subject<'c> {
    fn from(response: &'c CapturedResponse) -> Self {
        Self::Response(response, None)
    }
}

fn values<'c>(headers: &'c [(String, String)], name: &'c str) -> impl Iterator<Item = &'c str> {
    headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_url_or_a_path_or_neither() {
        for (target, authority, path, query) in [
            ("https://h:1/a/b?x=1&y#f?z", Some("h:1"), "/a/b", "x=1&y"),
            ("https://h?x=1", Some("h"), "/", "x=1"),
            ("/a?x=1?y", None, "/a", "x=1?y"),
            ("?x", None, "/", "x"),
            ("", None, "/", ""),
            ("://", None, "/", ""),
            ("#", None, "/", ""),
        ] {
            let request = CapturedRequest::new("GET", target);
            assert_eq!(
                (request.authority(), request.path(), request.query()),
                (authority, path, query),
                "{target}"
            );
        }
    }

    #[test]
    fn debug_shows_no_values() {
        let request =
            CapturedRequest::new("GET", "/a?mobile=138").with_header("x", "canary").with_body("body");
        let shown =
            format!("{request:?} {:?}", CapturedResponse::new(200, "body").with_header("x", "canary"));
        assert!(!shown.contains("138") && !shown.contains("canary"), "{shown}");
    }
}
