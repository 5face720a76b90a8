//! HTTP/1.1 by hand: the bytes that travelled are what counts, and an HTTP library would tidy them up.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// KooGallery gives up after 20 seconds at the latest.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it travelled.
#[derive(Debug)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, exactly as they were spelled.
    pub fields: Vec<(String, String)>,
    /// The body, decoded by nobody.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The value of a field that is to be there once, in this spelling and no other.
    ///
    /// # Errors
    ///
    /// It is not there, or more than once, or spelled otherwise.
    pub fn only(&self, name: &str) -> Result<&str, String> {
        match self.once(name)? {
            (spelled, value) if spelled == name => Ok(value),
            (spelled, _) => Err(format!("the header `{name}` is spelled `{spelled}`")),
        }
    }

    /// The value of a field that is to be there once, however it is spelled, which HTTP leaves to the server.
    ///
    /// # Errors
    ///
    /// It is not there, or more than once.
    pub fn value(&self, name: &str) -> Result<&str, String> {
        self.once(name).map(|(_, value)| value)
    }

    /// Spelling and value of a field that is to be there once.
    fn once(&self, name: &str) -> Result<(&str, &str), String> {
        let mut found = self.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some((spelled, value)), None) => Ok((spelled, value)),
            (None, _) => Err(format!("there is no header `{name}`")),
            (Some(_), Some(_)) => Err(format!("the header `{name}` is there more than once")),
        }
    }
}

/// Sends one request on a connection of its own, and reads the answer to the end.
///
/// An answer can come before the whole request was taken, and then the rest cannot be sent: that is no error.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> Result<RawAnswer, String> {
    let conversation = async {
        let mut connection = TcpStream::connect(address).await?;
        let (mut from, mut to) = connection.split();
        let mut answer = Vec::new();
        let (sent, received) = tokio::join!(to.write_all(request), from.read_to_end(&mut answer));
        if answer.is_empty() {
            sent?;
            received?;
        }
        Ok::<_, std::io::Error>(answer)
    };
    match timeout(PATIENCE, conversation).await {
        Ok(Ok(answer)) => parse(&answer),
        Ok(Err(error)) => Err(format!("the connection failed: {error}")),
        Err(_) => Err(format!("no complete answer within {} seconds", PATIENCE.as_secs())),
    }
}

fn parse(answer: &[u8]) -> Result<RawAnswer, String> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) =
        end.and_then(|end| answer.split_at_checked(end)).ok_or("the answer has no complete head")?;
    let body = body.get(4..).unwrap_or_default();
    let head = str::from_utf8(head).map_err(|_| "the head of the answer is not text")?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|line| line.get(..3)?.parse().ok())
        .ok_or("the answer does not begin as HTTP/1.1 does")?;
    let fields = lines
        .map(|line| match line.split_once(": ") {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(format!("`{line}` is no header")),
        })
        .collect::<Result<_, _>>()?;
    Ok(RawAnswer { status, fields, body: body.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_how_a_header_is_spelled() {
        let answer =
            |fields: &str| parse(format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{{}}").as_bytes()).unwrap();
        assert_eq!(answer("Body-Sign: a").only("Body-Sign"), Ok("a"));
        assert_eq!(answer("Body-Sign: a").body, b"{}");
        for fields in ["body-sign: a", "Body-sign: a", "X: a", "Body-Sign: a\r\nbody-sign: a"] {
            assert!(answer(fields).only("Body-Sign").is_err(), "{fields}");
        }
        assert_eq!(answer("body-sign: a").value("Body-Sign"), Ok("a"));
        for fields in ["X: a", "Body-Sign: a\r\nbody-sign: a"] {
            assert!(answer(fields).value("Body-Sign").is_err(), "{fields}");
        }
        for wrong in
            ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nBody-Sign:a\r\n\r\n"]
        {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
