//! The head of an answer, as it travelled.

use std::fmt;

/// The status line and the fields of an answer. Names keep the case in which they were sent.
#[derive(Clone, PartialEq, Eq)]
pub struct RawHead {
    bytes: Vec<u8>,
    version: String,
    status: u16,
    fields: Vec<(String, String)>,
}

impl RawHead {
    /// Reads a head, with or without the empty line that ends it.
    ///
    /// # Errors
    ///
    /// [`MalformedHead`] if it does not begin as HTTP/1 does, or has a line that is no field.
    ///
    /// ```
    /// use marketplace_debugger::wire::RawHead;
    ///
    /// let head = RawHead::parse(b"HTTP/1.1 200 OK\r\nbody-sign: x\r\n\r\n")?;
    /// assert_eq!(head.status(), 200);
    /// assert_eq!(head.fields(), [("body-sign".to_owned(), "x".to_owned())]);
    /// # Ok::<(), marketplace_debugger::wire::MalformedHead>(())
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, MalformedHead> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines =
            text.trim_end_matches(['\r', '\n']).split('\n').map(|line| line.trim_end_matches('\r'));
        let (version, rest) =
            lines.next().and_then(|line| line.split_once(' ')).ok_or(MalformedHead::NotHttp)?;
        if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
            return Err(MalformedHead::NotHttp);
        }
        let status = rest.get(..3).and_then(|digits| digits.parse().ok()).ok_or(MalformedHead::NotHttp)?;
        let fields = lines
            .map(|line| match line.split_once(':') {
                Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.trim().to_owned())),
                _ => Err(MalformedHead::NoField),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { bytes: bytes.to_vec(), version: version.to_owned(), status, fields })
    }

    /// The bytes, as they travelled.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `HTTP/1.1` or `HTTP/1.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Names, as they are spelled, and values without blanks around them.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The values of the fields of this name, in any case.
    pub fn values<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.fields
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }
}

/// Shows the names of the fields, and no values.
impl fmt::Debug for RawHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("RawHead")
            .field("status", &self.status)
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}

/// Why an answer has no head that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedHead {
    /// It does not begin as HTTP/1 does.
    #[error("the answer does not begin as HTTP/1.1 does")]
    NotHttp,
    /// A line of it is no field.
    #[error("a line of the answer's head is no header")]
    NoField,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_spelling() {
        let head = RawHead::parse(b"HTTP/1.1 200 OK\r\nBody-sign:a\r\nX:  b \r\n\r\n").unwrap();
        assert_eq!(head.fields()[0], ("Body-sign".to_owned(), "a".to_owned()));
        assert_eq!(head.values("x").collect::<Vec<_>>(), ["b"]);
        assert_eq!((head.version(), head.status()), ("HTTP/1.1", 200));
    }

    #[test]
    fn refuses_what_is_no_http_1() {
        for (head, why) in [
            (&b""[..], MalformedHead::NotHttp),
            (b"HTTP/2 200\r\n\r\n", MalformedHead::NotHttp),
            (b"HTTP/1.1 OK\r\n\r\n", MalformedHead::NotHttp),
            (b"SSH-2.0-server\r\n", MalformedHead::NotHttp),
            (b"HTTP/1.1 200 OK\r\nno field\r\n\r\n", MalformedHead::NoField),
            (b"HTTP/1.1 200 OK\r\n: x\r\n\r\n", MalformedHead::NoField),
        ] {
            assert_eq!(RawHead::parse(head).unwrap_err(), why);
        }
    }
}
