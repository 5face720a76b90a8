//! The canonical request.

use sha2::{Digest as _, Sha256};

use super::{CONTENT_SHA256, UNSIGNED_PAYLOAD};
use crate::percent::{Encoding, percent_decoded, percent_encoded};

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct RequestToSign<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, as it travels.
    pub path: &'r str,
    /// The query, as it travels, without its `?`. Names keep their case.
    pub query: &'r str,
    /// The headers that are signed, in any order and case. One of them is [`DATE`](super::DATE).
    pub headers: &'r [(&'r str, &'r str)],
    /// The body.
    pub payload: Payload<'r>,
}

/// What of the body is signed, unless the header [`CONTENT_SHA256`] is among the signed ones, whose value counts then.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'r> {
    /// All of it.
    Body(&'r [u8]),
    /// All of it, of which this is the SHA-256.
    Sha256([u8; 32]),
    /// Nothing of it. The request has to say so, in [`CONTENT_SHA256`]. Whoever can change it on its way can change the order.
    Unsigned,
}

/// The canonical request, and the list of its headers.
pub(super) struct Canonical {
    pub(super) text: Vec<u8>,
    pub(super) signed: String,
}

impl RequestToSign<'_> {
    pub(super) fn canonical(&self) -> Canonical {
        let lower = |(name, value): &(&str, &str)| (name.to_ascii_lowercase(), value.trim().to_owned());
        let mut headers: Vec<_> = self.headers.iter().map(lower).collect();
        headers.sort();
        let mut text = self.method.to_ascii_uppercase().into_bytes();
        text.push(b'\n');
        self.write_path(&mut text);
        text.push(b'\n');
        self.write_query(&mut text);
        text.push(b'\n');
        let mut signed = String::new();
        for (name, value) in &headers {
            text.extend([name.as_bytes(), b":", value.as_bytes(), b"\n"].concat());
            if !signed.is_empty() {
                signed.push(';');
            }
            signed.push_str(name);
        }
        text.extend([b"\n", signed.as_bytes(), b"\n"].concat());
        let declared = headers.iter().find(|(name, _)| name == CONTENT_SHA256).map(|(_, value)| &**value);
        match (declared, self.payload) {
            (Some(declared), _) => text.extend_from_slice(declared.as_bytes()),
            (None, Payload::Body(body)) => text.extend(const_hex::encode(Sha256::digest(body)).into_bytes()),
            (None, Payload::Sha256(hash)) => text.extend(const_hex::encode(hash).into_bytes()),
            (None, Payload::Unsigned) => text.extend_from_slice(UNSIGNED_PAYLOAD.as_bytes()),
        }
        Canonical { text, signed }
    }

    /// Segments decoded and encoded again, and a slash at the end, which the request does not need.
    fn write_path(&self, text: &mut Vec<u8>) {
        let begin = text.len();
        for (at, segment) in self.path.split('/').enumerate() {
            if at > 0 {
                text.push(b'/');
            }
            text.extend(percent_encoded(&percent_decoded(segment.as_bytes(), false), Encoding::Rfc3986));
        }
        if text.len() == begin || text.last() != Some(&b'/') {
            text.push(b'/');
        }
    }

    /// Pairs decoded and encoded again, sorted by name and then by value.
    fn write_query(&self, text: &mut Vec<u8>) {
        let again = |part: &str| percent_encoded(&percent_decoded(part.as_bytes(), true), Encoding::Rfc3986);
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let mut pairs: Vec<_> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (again(name), again(value)))
            .collect();
        pairs.sort();
        for (at, (name, value)) in pairs.iter().enumerate() {
            if at > 0 {
                text.push(b'&');
            }
            text.extend([&**name, b"=", value].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str, query: &str, headers: &[(&str, &str)]) -> String {
        let request = RequestToSign { method: "get", path, query, headers, payload: Payload::Unsigned };
        String::from_utf8(request.canonical().text).unwrap()
    }

    #[test]
    fn the_path_gets_a_slash_at_its_end() {
        for (path, signed) in [
            ("", "/"),
            ("/", "/"),
            ("/a", "/a/"),
            ("/a/", "/a/"),
            ("/a b/%e4%ba%91/%2F~", "/a%20b/%E4%BA%91/%2F~/"),
            ("//a", "//a/"),
        ] {
            assert_eq!(canonical(path, "", &[]).lines().nth(1), Some(signed), "{path}");
        }
    }

    #[test]
    fn names_of_the_query_keep_their_case_and_are_sorted() {
        for (query, signed) in [
            ("orderLineId=L&orderId=O", "orderId=O&orderLineId=L"),
            ("b=2&b=1&a", "a=&b=1&b=2"),
            ("x=a+b&y=%2B&z=%7e%2a", "x=a%20b&y=%2B&z=~%2A"),
            ("a-b=1&a=2", "a=2&a-b=1"),
        ] {
            assert_eq!(canonical("/", query, &[]).lines().nth(2), Some(signed), "{query}");
        }
    }

    #[test]
    fn headers_are_trimmed_and_sorted_by_their_names_in_lower_case() {
        let text = canonical("/", "", &[("X-Sdk-Date", " d "), ("Host", "h"), ("Content-Type", "t;  u")]);
        let headers = "content-type:t;  u\nhost:h\nx-sdk-date:d\n\ncontent-type;host;x-sdk-date\n";
        assert_eq!(text, format!("GET\n/\n\n{headers}UNSIGNED-PAYLOAD"));
    }

    #[test]
    fn a_declared_hash_counts() {
        let headers = [("x-sdk-date", "d"), (CONTENT_SHA256, "abc")];
        let payload = Payload::Body(b"body");
        let request = RequestToSign { method: "POST", path: "/", query: "", headers: &headers, payload };
        assert!(request.canonical().text.ends_with(b"\nabc"));
    }
}
