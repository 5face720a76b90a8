//! Raw HTTP/1 messages, and what tools show of HTTP/2 ones.

use marketplace_core::analysis::{CapturedRequest, CapturedResponse};

use super::chunked::dechunked;
use super::{CaptureError, Captured};

pub(super) fn request(bytes: &[u8]) -> Result<Captured<CapturedRequest>, CaptureError> {
    let mut lines = Lines::new(bytes)?;
    let (number, first) = lines.first();
    let wrong = CaptureError::NoRequest { line: number };
    let parts: Vec<&str> = first.split(' ').filter(|part| !part.is_empty()).collect();
    let [method, target, version] = *parts else { return Err(wrong) };
    let is_method = method.bytes().all(|letter| letter.is_ascii_alphabetic());
    if !is_method || !version.starts_with("HTTP/") {
        return Err(wrong);
    }
    let mut request = CapturedRequest::new(method, target);
    request.headers = lines.headers()?;
    let mut warnings = Vec::new();
    request.body = body(&request.headers, lines.rest, &mut warnings).into();
    Ok(Captured { message: request, warnings })
}

pub(super) fn response(bytes: &[u8]) -> Result<Captured<CapturedResponse>, CaptureError> {
    let mut lines = Lines::new(bytes)?;
    loop {
        let (number, first) = lines.first();
        let status = first.strip_prefix("HTTP/").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
        let status = status.filter(|_| first.starts_with("HTTP/"));
        let Some(status) = status else { return Err(CaptureError::NoResponse { line: number }) };
        let headers = lines.headers()?;
        // `100 Continue` and its like come before the answer.
        if (100..200).contains(&status) && !lines.rest.is_empty() {
            continue;
        }
        let mut warnings = Vec::new();
        let body = body(&headers, lines.rest, &mut warnings);
        let mut response = CapturedResponse::new(status, body);
        response.headers = headers;
        return Ok(Captured { message: response, warnings });
    }
}

/// The lines of a head, and what is behind them.
struct Lines<'b> {
    rest: &'b [u8],
    number: usize,
}

impl<'b> Lines<'b> {
    fn new(bytes: &'b [u8]) -> Result<Self, CaptureError> {
        let rest = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut lines = Self { rest, number: 0 };
        // Blank lines before a message are allowed, and are what copying leaves behind.
        while let [b'\r' | b'\n', ..] = lines.rest {
            lines.next();
        }
        if lines.rest.trim_ascii().is_empty() { Err(CaptureError::Empty) } else { Ok(lines) }
    }

    fn next(&mut self) -> String {
        self.number += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end.and_then(|end| self.rest.split_at_checked(end + 1)) {
            Some((line, rest)) => (line, rest),
            None => (self.rest, &b""[..]),
        };
        self.rest = rest;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
    }

    fn first(&mut self) -> (usize, String) {
        let line = self.next();
        (self.number, line)
    }

    /// Up to the empty line.
    fn headers(&mut self) -> Result<Vec<(String, String)>, CaptureError> {
        let mut headers: Vec<(String, String)> = Vec::new();
        while !self.rest.is_empty() {
            let line = self.next();
            if line.is_empty() {
                break;
            }
            if let (Some((_, value)), true) = (headers.last_mut(), line.starts_with([' ', '\t'])) {
                // A value over several lines, as of old.
                value.push(' ');
                value.push_str(line.trim());
                continue;
            }
            let (name, value) = line.split_once(':').ok_or(CaptureError::Header { line: self.number })?;
            if name.is_empty() || !name.bytes().all(is_of_token) {
                return Err(CaptureError::Header { line: self.number });
            }
            headers.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
        }
        Ok(headers)
    }
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The body, without what is behind its end.
fn body(headers: &[(String, String)], rest: &[u8], warnings: &mut Vec<String>) -> Vec<u8> {
    let value = |name: &str| {
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    if value("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked")) {
        // Tools often show the body as it was put together.
        return dechunked(rest).unwrap_or_else(|| rest.to_vec());
    }
    let Some(length) = value("content-length").and_then(|length| length.parse::<usize>().ok()) else {
        return rest.to_vec();
    };
    match rest.split_at_checked(length) {
        Some((body, behind)) => {
            if !behind.trim_ascii().is_empty() {
                warnings.push(format!(
                    "the body has {length} bytes by its Content-Length; {} more were left out",
                    behind.len()
                ));
            }
            body.to_vec()
        }
        None => {
            warnings.push(format!(
                "the body has {length} bytes by its Content-Length, and {} are here",
                rest.len()
            ));
            rest.to_vec()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> CapturedRequest {
        request(text.as_bytes()).unwrap().message
    }

    #[test]
    fn line_ends_are_those_of_a_file_or_of_http() {
        let expected = CapturedRequest::new("POST", "/p?a=1")
            .with_header("Host", "h")
            .with_header("X", "1 2")
            .with_body("{}\n");
        for text in [
            "POST /p?a=1 HTTP/1.1\r\nHost: h\r\nX: 1\r\n  2\r\n\r\n{}\n",
            "\n\u{feff}POST /p?a=1 HTTP/1.1\nHost:h\nX:1 2 \n\n{}\n",
        ] {
            let text = text.trim_start_matches('\n');
            assert_eq!(of(text), expected, "{text}");
        }
        assert_eq!(of("\r\nGET /p HTTP/1.1"), CapturedRequest::new("GET", "/p"));
    }

    #[test]
    fn a_body_ends_where_its_length_says() {
        let with = |framing: &str, rest: &str| {
            request(format!("POST /p HTTP/1.1\r\n{framing}\r\n\r\n{rest}").as_bytes()).unwrap()
        };
        for (framing, rest, body, warnings) in [
            ("Content-Length: 2", "{}\n", "{}", 0),
            ("content-length: 2", "{}more", "{}", 1),
            ("Content-Length: 5", "{}", "{}", 1),
            ("Content-Length: x", "{}", "{}", 0),
            ("Transfer-Encoding: chunked", "1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "{}", 0),
            ("Transfer-Encoding: chunked", "{}", "{}", 0),
            ("Host: h", "{}\n", "{}\n", 0),
        ] {
            let captured = with(framing, rest);
            assert_eq!(captured.message.body, body, "{framing}");
            assert_eq!(captured.warnings.len(), warnings, "{framing}");
        }
    }

    #[test]
    fn mistakes_are_pointed_at() {
        for (text, error) in [
            ("", CaptureError::Empty),
            ("\n\n", CaptureError::Empty),
            ("{}", CaptureError::NoRequest { line: 1 }),
            ("\nPOST /p", CaptureError::NoRequest { line: 2 }),
            ("POST /p x", CaptureError::NoRequest { line: 1 }),
            ("POST /p HTTP/1.1\nHost h", CaptureError::Header { line: 2 }),
            ("POST /p HTTP/1.1\nHost: h\n{\"a\": 1}", CaptureError::Header { line: 3 }),
            ("POST /p HTTP/1.1\n: h", CaptureError::Header { line: 2 }),
        ] {
            assert_eq!(request(text.as_bytes()).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn answers_keep_the_case_of_their_headers() {
        let raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/2 200\r\nbody-Sign: x\r\n\r\n{}";
        let answer = response(raw).unwrap().message;
        assert_eq!((answer.status, &*answer.body), (200, &b"{}"[..]));
        assert_eq!(answer.headers, [("body-Sign".to_owned(), "x".to_owned())]);
        for text in ["POST / HTTP/1.1", "HTTP/1.1", "HTTP/1.1 OK", "200 OK"] {
            assert_eq!(
                response(text.as_bytes()).unwrap_err(),
                CaptureError::NoResponse { line: 1 },
                "{text}"
            );
        }
    }
}
