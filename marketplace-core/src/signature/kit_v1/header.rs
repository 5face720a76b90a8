//! The header of a signed call.

use crate::signature::token;

/// Longer values are refused unread, as the page has it.
const LONGEST: usize = 255;
/// The page's example shows the value in quotes.
const QUOTES: [char; 9] = ['"', '\'', '“', '”', '„', '‘', '’', '‚', '`'];

/// The header `authToken` of a call of the kit.
#[derive(Debug, Clone, Copy)]
pub struct SignedHeader {
    pub(super) token: [u8; 32],
}

impl SignedHeader {
    /// The header's name.
    pub const NAME: &'static str = "authToken";

    /// Reads the value of the header, if there is one: base64 of 32 bytes, perhaps in quotes, plain or typographic.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] if it is missing or nothing of the kind.
    pub fn parse(auth_token: Option<&[u8]>) -> Result<Self, HeaderError> {
        let value = auth_token.ok_or(HeaderError::Missing)?;
        if value.len() > LONGEST {
            return Err(HeaderError::Malformed);
        }
        let value = str::from_utf8(value).map_err(|_| HeaderError::Malformed)?;
        let value = value.trim_matches(|letter: char| letter.is_whitespace() || QUOTES.contains(&letter));
        if value.is_empty() {
            return Err(HeaderError::Missing);
        }
        token::read(value).map(|token| Self { token }).ok_or(HeaderError::Malformed)
    }
}

/// What is wrong with the header of a call of the kit V1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// It is not there, or empty.
    #[error("the header `authToken` is missing")]
    Missing,
    /// It is not base64 of 32 bytes.
    #[error("the header `authToken` is not 44 letters of base64")]
    Malformed,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "I6xHQNLGRXei2TQyonzfsdN/RRGT55AmGiZIkTw9oJg=";

    #[test]
    fn quotes_and_blanks_around_the_token_do_not_matter() {
        let token = SignedHeader::parse(Some(TOKEN.as_bytes())).unwrap().token;
        for value in [
            format!("\"{TOKEN}\""),
            format!("'{TOKEN}'"),
            format!("“{TOKEN}”"),
            format!("„{TOKEN}“"),
            format!(" ‘{TOKEN}’\t"),
            format!("\" {TOKEN} \""),
        ] {
            assert_eq!(SignedHeader::parse(Some(value.as_bytes())).unwrap().token, token, "{value}");
        }
        let plus = "szO3mmUsB4r7OsMgpy+j6UHIYIeC6TslqezHoCvOIvM=";
        let blank = plus.replace('+', " ");
        let read = |value: &str| SignedHeader::parse(Some(value.as_bytes())).unwrap().token;
        assert_eq!(read(plus), read(&blank));
    }

    #[test]
    fn refuses_what_is_no_token() {
        for value in [None, Some(&b""[..]), Some(b" \"\" "), Some("“”".as_bytes())] {
            assert_eq!(SignedHeader::parse(value).unwrap_err(), HeaderError::Missing);
        }
        let long = " ".repeat(300);
        for value in [&TOKEN.as_bytes()[1..], b"c2hvcnQ=", b"\xff\xfe", &[b'A'; 44], long.as_bytes()] {
            assert_eq!(SignedHeader::parse(Some(value)).unwrap_err(), HeaderError::Malformed);
        }
    }
}
