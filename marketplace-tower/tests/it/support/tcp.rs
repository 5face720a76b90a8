//! A client that writes raw requests and reads raw answers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::signing::body_sign_is_valid;
use super::within;

/// One answer as it travelled.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) version: String,
    pub(crate) status: u16,
    /// Names as they are spelled.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    /// An answer that was read whole.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a complete head");
        let mut raw = parse_head(std::str::from_utf8(&bytes[..end + 4]).unwrap());
        raw.body = bytes[end + 4..].to_vec();
        raw
    }

    /// The values of a header, whatever its spelling.
    pub(crate) fn all(&self, name: &str) -> Vec<&(String, String)> {
        self.headers.iter().filter(|(spelled, _)| spelled.eq_ignore_ascii_case(name)).collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Is there exactly one `Body-Sign`, spelled so, and does it sign the raw body?
    pub(crate) fn is_exactly_signed_by(&self, key: &str) -> bool {
        match self.all("body-sign")[..] {
            [(name, value)] => name == "Body-Sign" && body_sign_is_valid(key, &self.body, value),
            _ => false,
        }
    }
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    /// Read, and not yet part of an answer.
    ahead: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = within(TcpStream::connect(address)).await.unwrap();
        Self { stream, ahead: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Reads the next answer; one to a HEAD has no body, whatever its header says.
    pub(crate) async fn answer(&mut self, to_head: bool) -> Raw {
        let head = self.until(b"\r\n\r\n").await;
        let mut raw = parse_head(std::str::from_utf8(&head).unwrap());
        let length = raw.all("content-length").first().map(|(_, value)| value.parse::<usize>().unwrap());
        let chunked = !raw.all("transfer-encoding").is_empty();
        raw.body = match length {
            _ if to_head || raw.status == 100 => Vec::new(),
            _ if chunked => self.chunks().await,
            Some(length) => self.exactly(length).await,
            None => self.rest().await,
        };
        raw
    }

    /// The end of the connection, and no byte more.
    pub(crate) async fn end(&mut self) {
        assert_eq!(String::from_utf8_lossy(&self.rest().await), "");
    }

    /// Is there nothing to read, nor an end?
    pub(crate) fn is_silent(&self) -> bool {
        let read = self.stream.try_read(&mut [0]);
        self.ahead.is_empty() && read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    async fn more(&mut self) -> bool {
        within(self.stream.read_buf(&mut self.ahead)).await.is_ok_and(|count| count > 0)
    }

    async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        loop {
            if let Some(at) = self.ahead.windows(end.len()).position(|window| window == end) {
                return self.ahead.drain(..at + end.len()).collect();
            }
            assert!(self.more().await, "closed after {:?}", String::from_utf8_lossy(&self.ahead));
        }
    }

    async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.ahead.len() < length {
            assert!(self.more().await, "closed after {:?}", String::from_utf8_lossy(&self.ahead));
        }
        self.ahead.drain(..length).collect()
    }

    async fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = self.until(b"\r\n").await;
            let length = std::str::from_utf8(&line).unwrap().trim_end();
            let length = usize::from_str_radix(length, 16).unwrap();
            let chunk = self.exactly(length + 2).await;
            body.extend_from_slice(&chunk[..length]);
            if length == 0 {
                return body;
            }
        }
    }

    async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.ahead)
    }
}

fn parse_head(head: &str) -> Raw {
    let mut lines = head.trim_end().split("\r\n");
    let (version, status) = lines.next().unwrap().split_once(' ').unwrap();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    Raw {
        version: version.to_owned(),
        status: status[..3].parse().unwrap(),
        headers: lines.map(|line| header(line).expect("a header")).collect(),
        body: Vec::new(),
    }
}
