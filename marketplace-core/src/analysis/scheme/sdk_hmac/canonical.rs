//! The canonical request, and what senders make of it.

use crate::analysis::body::{Body, Edits};
use crate::analysis::capture::CapturedRequest;
use crate::analysis::query::{Encoding, pairs, percent_decoded, percent_encoded};
use crate::analysis::slip::Slip;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

/// A signed header.
pub(super) struct Header<'c> {
    pub(super) name: String,
    /// As it stands in the request.
    pub(super) sent_name: &'c str,
    pub(super) value: &'c str,
}

/// A request that is to be written in its canonical form.
pub(super) struct Canonical<'c> {
    request: &'c CapturedRequest,
    /// In the order of the list of signed headers.
    headers: Vec<Header<'c>>,
    pub(super) body: Body<'c>,
}

/// A way in which it is written.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) query: Query,
    pub(super) headers: Headers,
    pub(super) body: Edits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    Right,
    Form,
    AsSent,
    Decoded,
    Unsorted,
    EncodedTwice,
    PlusKept,
    WithoutEmpty,
    Without(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headers {
    Right,
    Unsorted,
    Listed,
    SentCase,
    SentCaseInBlock,
    Without(usize),
}

impl<'c> Canonical<'c> {
    pub(super) fn new(request: &'c CapturedRequest, headers: Vec<Header<'c>>, body: Body<'c>) -> Self {
        Self { request, headers, body }
    }

    /// The mistakes with the query.
    pub(super) fn queries(&self) -> Vec<(Query, Slip)> {
        let mut queries = Vec::new();
        let query = self.request.query();
        if query.is_empty() {
            return queries;
        }
        let mut push = |query, code, about: &str| queries.push((query, Slip::about(code, about)));
        push(Query::WithoutEmpty, VerdictCode::EmptyValueDropped, "the parameters with empty values");
        push(Query::Unsorted, VerdictCode::NotSorted, "in the order in which they were sent");
        if query.contains('+') {
            push(Query::PlusKept, VerdictCode::PlusBecameBlank, "the query: `+` was signed");
        }
        push(Query::Form, VerdictCode::QueryFormEncoded, "a form");
        push(Query::AsSent, VerdictCode::QueryFormEncoded, "it stands in the URL");
        push(Query::Decoded, VerdictCode::QueryFormEncoded, "decoded text");
        push(
            Query::EncodedTwice,
            VerdictCode::UrlEncodedValues,
            "The values of the URL were encoded once more",
        );
        for (at, pair) in pairs(query).enumerate() {
            let name = String::from_utf8_lossy(&pair.decoded_name()).into_owned();
            push(Query::Without(at), VerdictCode::ParameterUnsigned, &name);
        }
        queries
    }

    /// The mistakes with the headers.
    pub(super) fn header_blocks(&self) -> Vec<(Headers, Slip)> {
        let mut blocks = Vec::new();
        let mut push = |headers, code, about: &str| blocks.push((headers, Slip::about(code, about)));
        push(
            Headers::Unsorted,
            VerdictCode::NotSorted,
            "with the headers in the order in which they were sent",
        );
        push(Headers::Listed, VerdictCode::NotSorted, "with the headers in the order of the list");
        let about = "The names of headers were signed in upper case";
        push(Headers::SentCase, VerdictCode::HeaderCase, about);
        push(Headers::SentCaseInBlock, VerdictCode::HeaderCase, about);
        for (at, header) in self.headers.iter().enumerate() {
            push(Headers::Without(at), VerdictCode::ParameterUnsigned, &header.name);
        }
        blocks
    }

    /// Everything before the hash of the body.
    pub(super) fn head(&self, query: Query, headers: Headers) -> Vec<u8> {
        let method = self.request.method.to_ascii_uppercase();
        let mut head = [method.as_bytes(), b"\n", &self.path(), b"\n", &self.query(query), b"\n"].concat();
        let mut list = Vec::new();
        for header in self.block(headers) {
            let name = match headers {
                Headers::SentCase | Headers::SentCaseInBlock => header.sent_name,
                _ => &header.name,
            };
            head.extend([name.as_bytes(), b":", header.value.as_bytes(), b"\n"].concat());
            list.push(if headers == Headers::SentCase { header.sent_name } else { &*header.name });
        }
        head.extend([b"\n", list.join(";").as_bytes(), b"\n"].concat());
        head
    }

    /// The right head, and its tokens.
    pub(super) fn tokens(&self) -> (Vec<u8>, Vec<RawToken>) {
        let line = || RawToken::separator("\n");
        let method = self.request.method.to_ascii_uppercase();
        let query = Origin::Computed("query, sorted and percent-encoded".to_owned());
        let mut tokens = vec![
            RawToken::new("method", method, Origin::Method),
            line(),
            RawToken::new("path", self.path(), Origin::Path),
            line(),
            RawToken::new("query", self.query(Query::Right), query),
            line(),
        ];
        let mut list = Vec::new();
        for header in self.block(Headers::Right) {
            let origin = Origin::Header(header.name.clone());
            tokens.push(RawToken::new("header name", &*header.name, origin.clone()));
            tokens.push(RawToken::separator(":"));
            tokens.push(RawToken::new(&*header.name, header.value, origin));
            tokens.push(line());
            list.push(&*header.name);
        }
        let origin = Origin::Header("authorization".to_owned());
        tokens.extend([line(), RawToken::new("signed headers", list.join(";"), origin), line()]);
        (self.head(Query::Right, Headers::Right), tokens)
    }

    /// Segments decoded and encoded, with a slash at the end that the request does not have.
    fn path(&self) -> Vec<u8> {
        let mut path = Vec::new();
        for (at, segment) in self.request.path().split('/').enumerate() {
            if at > 0 {
                path.push(b'/');
            }
            path.extend(percent_encoded(&percent_decoded(segment.as_bytes(), false), Encoding::Rfc3986));
        }
        if path.last() != Some(&b'/') {
            path.push(b'/');
        }
        path
    }

    fn query(&self, query: Query) -> Vec<u8> {
        let mut written = Vec::new();
        for (at, pair) in pairs(self.request.query()).enumerate() {
            let (name, value) = (pair.decoded_name(), pair.form_value());
            let encode = |bytes: &[u8]| percent_encoded(bytes, Encoding::Rfc3986);
            written.push(match query {
                Query::Without(left_out) if left_out == at => continue,
                Query::WithoutEmpty if value.is_empty() => continue,
                Query::Form => {
                    (percent_encoded(&name, Encoding::Form), percent_encoded(&value, Encoding::Form))
                }
                Query::AsSent => (pair.name.into(), pair.value.into()),
                Query::Decoded => (name, value),
                Query::EncodedTwice => (encode(pair.name.as_bytes()), encode(pair.value.as_bytes())),
                Query::PlusKept => (encode(&name), encode(&pair.plain_value())),
                _ => (encode(&name), encode(&value)),
            });
        }
        if query != Query::Unsorted {
            written.sort();
        }
        let joined: Vec<_> = written.into_iter().map(|(name, value)| [name, value].join(&b'=')).collect();
        joined.join(&b'&')
    }

    fn block(&self, headers: Headers) -> Vec<&Header<'c>> {
        let mut block: Vec<_> = self.headers.iter().collect();
        match headers {
            Headers::Without(at) if at < block.len() => {
                block.remove(at);
            }
            Headers::Listed => return block,
            Headers::Unsorted => {
                let sent = |header: &&Header<'_>| {
                    self.request.headers.iter().position(|(name, _)| name == header.sent_name)
                };
                block.sort_by_key(sent);
                return block;
            }
            _ => {}
        }
        block.sort_by(|one, other| one.name.cmp(&other.name));
        block
    }
}
