//! One call, and the bytes of its answer.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::connection::{Connection, Stream};
use super::{Address, Unreachable};
use crate::capture;

const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// An answer, as it travelled.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// Another call may follow on the same connection.
    pub(super) may_continue: bool,
    pub(super) took: Duration,
}

impl Answer {
    /// The values of the headers of this name, in any case.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }
}

/// Sends a call that is not signed and reads what comes.
pub(super) async fn call(connection: &mut Connection, address: &Address) -> Result<Answer, Unreachable> {
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    let (path, authority) = (address.path(), address.authority());
    // As clients for Java do, compressed answers are asked for: no proxy may make use of it.
    let call = format!(
        "POST {path}{query} HTTP/1.1\r\n\
         Host: {authority}\r\n\
         Connection: Keep-Alive\r\n\
         User-Agent: marketplace-debugger\r\n\
         Accept: application/json\r\n\
         Accept-Encoding: gzip,deflate\r\n\
         Content-Type: application/json;charset=utf8\r\n\
         Content-Length: 2\r\n\
         \r\n\
         {{}}"
    );
    let stream = &mut *connection.stream;
    let written = async {
        stream.write_all(call.as_bytes()).await?;
        stream.flush().await
    };
    // Whoever refuses early may have closed: what it said counts.
    let written = written.await;
    let mut read = Vec::new();
    loop {
        let end = head_end(stream, &mut read).await.map_err(|error| match &written {
            Err(broken) => Unreachable::Broken(broken.to_string()),
            Ok(()) => error,
        })?;
        let head = read.get(..end).unwrap_or_default();
        let version = head.get(..8).unwrap_or_default();
        if !matches!(version, b"HTTP/1.1" | b"HTTP/1.0") {
            return Err(Unreachable::NotHttp);
        }
        let head = capture::response(head).map_err(|_| Unreachable::NotHttp)?.message;
        let mut answer =
            Answer { status: head.status, headers: head.headers, may_continue: false, took: Duration::ZERO };
        let is_old = version == b"HTTP/1.0";
        read.drain(..end);
        if answer.status >= 200 {
            let is_framed = body(stream, &answer, &mut read).await?;
            let asks_to_close =
                answer.values("connection").any(|value| value.to_ascii_lowercase().contains("close"));
            answer.may_continue = is_framed && !asks_to_close && !is_old;
            return Ok(answer);
        }
    }
}

/// Where the head ends.
async fn head_end(stream: &mut dyn Stream, read: &mut Vec<u8>) -> Result<usize, Unreachable> {
    loop {
        if let Some(at) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            return Ok(at + 4);
        }
        // What is not HTTP may never end a head.
        let is_http = read.iter().zip(b"HTTP/1.").all(|(read, known)| read == known);
        if !is_http || read.len() > LONGEST_HEAD {
            return Err(Unreachable::NotHttp);
        }
        if more(stream, read).await? == 0 {
            return Err(Unreachable::Broken(format!("after {} bytes", read.len())));
        }
    }
}

/// Reads the body away. Does the answer say where it ends?
async fn body(stream: &mut dyn Stream, answer: &Answer, read: &mut Vec<u8>) -> Result<bool, Unreachable> {
    if matches!(answer.status, 204 | 304) {
        return Ok(true);
    }
    let length: Option<usize> = answer.values("content-length").find_map(|length| length.parse().ok());
    let is_chunked =
        answer.values("transfer-encoding").any(|value| value.to_ascii_lowercase().contains("chunked"));
    loop {
        let is_whole = match length {
            _ if is_chunked => read.ends_with(b"0\r\n\r\n"),
            Some(length) => read.len() >= length,
            None => false,
        };
        if is_whole {
            return Ok(true);
        }
        if read.len() > LONGEST_BODY {
            return Err(Unreachable::Broken("the answer is longer than 4 MiB".to_owned()));
        }
        if more(stream, read).await? == 0 {
            return match length {
                None if !is_chunked => Ok(false),
                _ => Err(Unreachable::Broken(format!("after {} bytes of its body", read.len()))),
            };
        }
    }
}

async fn more(stream: &mut dyn Stream, read: &mut Vec<u8>) -> Result<usize, Unreachable> {
    match stream.read_buf(read).await {
        Ok(count) => Ok(count),
        // TLS without a farewell is an end as well.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(0),
        Err(error) => Err(Unreachable::Broken(error.to_string())),
    }
}
