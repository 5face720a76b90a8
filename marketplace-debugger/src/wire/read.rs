//! Reading one answer from a connection.

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::RawHead;

/// No seller's head is longer.
const LONGEST_HEAD: usize = 64 * 1024;
/// No seller's answer is longer.
const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// Reads the head and the body of an answer; the error says how the connection ended.
pub(super) async fn answer(from: &mut (impl AsyncRead + Unpin)) -> Result<(RawHead, Bytes), String> {
    let mut reader = Reader { from, ahead: BytesMut::new() };
    loop {
        let head = RawHead::parse(&reader.head().await?).map_err(|error| error.to_string())?;
        if head.status() >= 200 {
            let body = reader.body(&head).await?;
            return Ok((head, body));
        }
    }
}

struct Reader<'c, C> {
    from: &'c mut C,
    /// Read, and not yet part of anything.
    ahead: BytesMut,
}

impl<C: AsyncRead + Unpin> Reader<'_, C> {
    async fn head(&mut self) -> Result<BytesMut, String> {
        self.until(b"\r\n\r\n", LONGEST_HEAD).await
    }

    async fn body(&mut self, head: &RawHead) -> Result<Bytes, String> {
        if matches!(head.status(), 204 | 304) {
            return Ok(Bytes::new());
        }
        if head.values("transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked")) {
            return self.chunks().await;
        }
        match head.values("content-length").next() {
            Some(length) => {
                let length = length.parse().map_err(|_| "`Content-Length` is no number".to_owned())?;
                self.exactly(length).await
            }
            None => {
                while self.more().await? {
                    within(self.ahead.len())?;
                }
                Ok(self.ahead.split().freeze())
            }
        }
    }

    async fn chunks(&mut self) -> Result<Bytes, String> {
        let mut body = BytesMut::new();
        loop {
            let line = self.until(b"\r\n", LONGEST_HEAD).await?;
            let digits =
                line.as_ref().split(|byte: &u8| matches!(byte, b';' | b'\r')).next().unwrap_or_default();
            let length = str::from_utf8(digits)
                .ok()
                .and_then(|digits| usize::from_str_radix(digits.trim(), 16).ok())
                .ok_or("the length of a chunk is no number")?;
            if length == 0 {
                // Trailers, up to the empty line.
                while self.until(b"\r\n", LONGEST_HEAD).await?.len() > 2 {}
                return Ok(body.freeze());
            }
            within(body.len().saturating_add(length))?;
            body.extend_from_slice(&self.exactly(length).await?);
            self.exactly(2).await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Bytes, String> {
        within(length)?;
        while self.ahead.len() < length {
            if !self.more().await? {
                return Err(format!("after {} of {length} bytes", self.ahead.len()));
            }
        }
        Ok(self.ahead.split_to(length).freeze())
    }

    async fn until(&mut self, end: &[u8], longest: usize) -> Result<BytesMut, String> {
        loop {
            if let Some(at) = self.ahead.windows(end.len()).position(|window| window == end) {
                return Ok(self.ahead.split_to(at + end.len()));
            }
            if self.ahead.len() > longest {
                return Err("after a head that is far too long".to_owned());
            }
            if !self.more().await? {
                return Err(match self.ahead.remaining() {
                    0 => "without an answer".to_owned(),
                    _ => "in the middle of the answer".to_owned(),
                });
            }
        }
    }

    async fn more(&mut self) -> Result<bool, String> {
        match self.from.read_buf(&mut self.ahead).await {
            Ok(count) => Ok(count > 0),
            // TLS without a farewell: the end all the same.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(format!("with an error: {error}")),
        }
    }
}

fn within(length: usize) -> Result<(), String> {
    if length > LONGEST_BODY { Err("after a body that is far too long".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &str) -> Result<(u16, String), String> {
        let (head, body) = answer(&mut bytes.as_bytes()).await?;
        Ok((head.status(), String::from_utf8(body.to_vec()).unwrap()))
    }

    #[tokio::test]
    async fn reads_every_framing() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500",
            "HTTP/1.1 200 OK\r\n\r\n{}",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nT: 1\r\n\r\n",
        ] {
            assert_eq!(read(text).await, Ok((200, "{}".to_owned())), "{text}");
        }
        assert_eq!(read("HTTP/1.1 204 No Content\r\n\r\n").await, Ok((204, String::new())));
    }

    #[tokio::test]
    async fn says_where_it_broke_off() {
        for (text, why) in [
            ("", "without an answer"),
            ("HTTP/1.1 200 OK\r\n", "in the middle of the answer"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "after 2 of 9 bytes"),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "`Content-Length` is no number"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "after a body that is far too long"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
                "the length of a chunk is no number",
            ),
        ] {
            assert_eq!(read(text).await, Err(why.to_owned()), "{text}");
        }
    }
}
