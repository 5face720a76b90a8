//! Percent-encoding, as queries have it.

use std::borrow::Cow;

/// What a raw `+` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    /// A blank, as in a form.
    Blank,
    /// Itself.
    Kept,
}

/// Decodes once. Nothing, if an escape is cut off or has other than hexadecimal digits, or if it is not UTF-8.
pub(super) fn decode(text: &str, plus: Plus) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || (byte == b'+' && plus == Plus::Blank)) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => (digit(bytes.next()?)? << 4) | digit(bytes.next()?)?,
            b'+' if plus == Plus::Blank => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

/// Writes a name or a value so that every decoder reads the same.
pub(super) fn encode(text: &str, out: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].iter().filter_map(|digit| DIGITS.get(usize::from(*digit))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_strictly() {
        assert_eq!(decode("a%20b%2B%e5%AE%9E", Plus::Blank).as_deref(), Some("a b+实"));
        assert_eq!(decode("a+b", Plus::Blank).as_deref(), Some("a b"));
        assert_eq!(decode("a+b%2b", Plus::Kept).as_deref(), Some("a+b+"));
        assert_eq!(decode("%2525", Plus::Kept).as_deref(), Some("%25"));
        assert_eq!(decode("%00", Plus::Kept).as_deref(), Some("\0"));
        for text in [
            "%",
            "%2",
            "%zz",
            "%2g",
            "%+1",
            "% 1",
            "%-1",
            "%ff",
            "%e5%AE",
            "%c0%80",
            "%ed%a0%80",
            "%实",
            "%%",
        ] {
            assert_eq!(decode(text, Plus::Blank), None, "{text}");
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain(['实', '🦀']).collect();
        let mut encoded = String::new();
        encode(&all, &mut encoded);
        assert!(encoded.is_ascii() && !encoded.contains(['+', '&', '=', ' ', '#']));
        for plus in [Plus::Blank, Plus::Kept] {
            assert_eq!(decode(&encoded, plus).as_deref(), Some(&*all));
        }
    }
}
