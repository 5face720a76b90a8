//! Percent-encoding both ways, of any bytes.

/// Escapes decoded; what is no escape stays as it is.
pub(crate) fn percent_decoded(text: &[u8], plus_is_blank: bool) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push(high * 16 + low);
                    rest = behind;
                }
                _ => decoded.push(b'%'),
            },
            (b'+', _) if plus_is_blank => decoded.push(b' '),
            _ => decoded.push(*first),
        }
    }
    decoded
}

/// How bytes are percent-encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// RFC 3986: all but letters, digits and `-_.~`.
    Rfc3986,
    /// The same, with digits in lower case, as `%2b`.
    Lower,
    /// A form, as Java's `URLEncoder`: a blank is `+`, `*` stays, `~` does not.
    Form,
    /// A form with digits in lower case, as .NET's `HttpUtility.UrlEncode`, which keeps `!*()` as well.
    LowerForm,
}

pub(crate) fn percent_encoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    let digits: &[u8; 16] = match encoding {
        Encoding::Lower | Encoding::LowerForm => b"0123456789abcdef",
        Encoding::Rfc3986 | Encoding::Form => b"0123456789ABCDEF",
    };
    let is_form = matches!(encoding, Encoding::Form | Encoding::LowerForm);
    let mut encoded = Vec::with_capacity(bytes.len());
    for byte in bytes {
        let stays = match (byte, encoding) {
            (b'*', _) if is_form => true,
            (b'!' | b'(' | b')', Encoding::LowerForm) => true,
            (b'~', _) if is_form => false,
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'),
        };
        if stays {
            encoded.push(*byte);
        } else if *byte == b' ' && is_form {
            encoded.push(b'+');
        } else {
            let digit = |at: u8| digits.get(usize::from(at)).copied().unwrap_or(b'0');
            encoded.extend([b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_the_rest_stays() {
        assert_eq!(percent_decoded(b"a%20b+c%2B%zz%4%", true), b"a b c+%zz%4%");
        assert_eq!(percent_decoded(b"a+%ff", false), b"a+\xff");
        assert_eq!(percent_encoded(b"a b~*\xff", Encoding::Rfc3986), b"a%20b~%2A%FF");
        assert_eq!(percent_encoded(b"a b~*\xff", Encoding::Lower), b"a%20b~%2a%ff");
        assert_eq!(percent_encoded(b"a b~*\xff", Encoding::Form), b"a+b%7E*%FF");
        assert_eq!(percent_encoded(b"a b~*(\xff", Encoding::LowerForm), b"a+b%7e*(%ff");
    }
}
