//! JSON of secrets, without copies that are left behind.

use std::str::Chars;

use bytes::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

use super::wiped::Wiped;

/// A body whose memory is wiped when its last clone is dropped.
pub(in super::super) fn to_json(message: &impl Serialize) -> Bytes {
    let mut body = Wiped::default();
    // It fails for maps with keys that are no texts, and for writers that fail: there are neither.
    let written = serde_json::to_writer(&mut body, message);
    debug_assert!(written.is_ok());
    body.into_bytes()
}

/// What a JSON string says. `None` if it is something else.
pub(super) fn unescape(raw: &str) -> Option<Zeroizing<String>> {
    let inner = raw.trim().strip_prefix('"')?.strip_suffix('"')?;
    // An escape is never shorter than its letter, so this never grows, and leaves no copy.
    let mut text = Zeroizing::new(String::with_capacity(inner.len()));
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        text.push(if letter == '\\' { escaped(&mut letters)? } else { letter });
    }
    Some(text)
}

/// What stands behind a backslash.
fn escaped(letters: &mut Chars<'_>) -> Option<char> {
    Some(match letters.next()? {
        letter @ ('"' | '\\' | '/') => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => match four_digits(letters)? {
            high @ 0xd800..=0xdbff => {
                let (Some('\\'), Some('u')) = (letters.next(), letters.next()) else { return None };
                let low = four_digits(letters)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low)?
            }
            code => char::from_u32(code)?,
        },
        _ => return None,
    })
}

fn four_digits(letters: &mut Chars<'_>) -> Option<u32> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + letters.next()?.to_digit(16)?;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        for raw in [
            r#""""#,
            r#""plain""#,
            r#""q\"b\\s\/\b\f\n\r\t""#,
            r#""\u00e9\u20ac\ud83d\udd11 key 🔑""#,
            r#""\u0000""#,
        ] {
            let expected: String = serde_json::from_str(raw).unwrap();
            assert_eq!(unescape(raw).unwrap().as_str(), expected, "{raw}");
        }
    }

    #[test]
    fn reads_no_halves_of_pairs_and_nothing_but_texts() {
        for raw in [
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\udd11""#,
            r#""\ud83d\u0041""#,
            "null",
            "7",
            r#"""#,
            r#""\x""#,
        ] {
            assert!(unescape(raw).is_none(), "{raw}");
        }
    }

    #[test]
    fn writes_what_serde_json_writes() {
        let message = ["a\"b", &"long".repeat(1000), "🔑\u{1}"];
        assert_eq!(to_json(&message), serde_json::to_vec(&message).unwrap());
    }
}
