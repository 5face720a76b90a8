//! Opening what KooGallery sealed.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::aes_cbc::BLOCK;
use super::{CannotOpen, KeySize, Opened, SealKeys};

/// What a text should look like. One in 256 wrong keys gives something that ends like padding, so that the look of it
/// has to decide as well.
///
/// An empty text looks like each of them: a whole block of right padding is no accident, and a buyer may have no
/// telephone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// 3 to 32 digits, `+`, `-`, `(`, `)`, `.` and blanks; at least three digits.
    MobilePhone,
    /// Something, `@`, something; no blanks, no control characters, at most 320 bytes.
    Email,
    /// No control characters.
    Text,
}

impl Shape {
    fn admits(self, text: &str) -> bool {
        let of_this_kind = match self {
            Self::MobilePhone => {
                (3..=32).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-(). ".contains(&byte))
                    && text.bytes().filter(u8::is_ascii_digit).count() >= 3
            }
            Self::Email => {
                text.len() <= 320
                    && text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                    && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
            }
            Self::Text => !text.contains(char::is_control),
        };
        of_this_kind || text.is_empty()
    }
}

/// Opens a text: 16 characters of vector, then base64.
///
/// Blanks count as `+`, which is what they were before the query was read as a form. Both key sizes are tried, always,
/// so that the time taken does not tell which; of two that look right the configured one counts.
pub(crate) fn open(
    keys: &SealKeys,
    configured: KeySize,
    text: &str,
    shape: Shape,
) -> Result<Opened, CannotOpen> {
    let (iv, letters) = text.as_bytes().split_first_chunk().ok_or(CannotOpen)?;
    open_bytes(keys, configured, iv, &base64(letters)?, shape)
}

fn open_bytes(
    keys: &SealKeys,
    configured: KeySize,
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
    shape: Shape,
) -> Result<Opened, CannotOpen> {
    let attempt = |size| {
        let bytes = keys.decrypt(size, iv, ciphertext)?;
        let text = str::from_utf8(&bytes).map_err(|_| CannotOpen)?;
        if shape.admits(text) { Ok(Opened::new(text)) } else { Err(CannotOpen) }
    };
    let (first, second) = (attempt(configured), attempt(configured.other()));
    first.or(second)
}

/// Decodes base64 that a form decoder may have turned pluses of into blanks, and that may be broken into lines.
pub(super) fn base64(letters: &[u8]) -> Result<Vec<u8>, CannotOpen> {
    let letters: Vec<u8> = letters
        .iter()
        .filter(|letter| !matches!(letter, b'\r' | b'\n'))
        .map(|letter| if *letter == b' ' { b'+' } else { *letter })
        .collect();
    LENIENT.decode(letters).map_err(|_| CannotOpen)
}

/// With or without `=`.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ::base64::engine::general_purpose::STANDARD;

    use super::super::vectors::{field, load, rows};
    use super::super::{Iv, seal};
    use super::*;

    const SIZES: [KeySize; 2] = [KeySize::Aes256, KeySize::Aes128];
    const IV: &str = "AbCdEfGh12345678";

    /// What it is sealed with, and what is configured.
    fn pairs() -> impl Iterator<Item = (KeySize, KeySize)> {
        SIZES.into_iter().flat_map(|size| SIZES.map(|configured| (size, configured)))
    }

    fn shapes(text: &str) -> [bool; 3] {
        [Shape::MobilePhone, Shape::Email, Shape::Text].map(|shape| shape.admits(text))
    }

    #[test]
    fn agrees_with_java_both_ways() {
        let vectors = load();
        let mut ran = 0;
        for row in rows(&vectors, "sealed") {
            let keys = SealKeys::derive(field(row, "accessKey").as_bytes());
            let plain = field(row, "plain");
            for size in SIZES {
                let sealed = field(row, if size == KeySize::Aes256 { "sealed256" } else { "sealed128" });
                let iv = Iv::new(&sealed[..16]).unwrap();
                assert_eq!(seal::<256>(&keys, size, iv, plain).unwrap().as_str(), sealed);
                // Whatever size is configured.
                for configured in SIZES {
                    let opened = open(&keys, configured, sealed, Shape::Text).unwrap();
                    assert_eq!(opened.as_str(), plain);
                    ran += 1;
                }
            }
        }
        assert_eq!(ran, 20);
    }

    #[test]
    fn opens_what_was_sealed() {
        let keys = SealKeys::derive(b"example-access-key");
        for plain in ["", "a", "管理员@example.com", "🦀 sixteen bytes", &"é".repeat(87)] {
            for (size, configured) in pairs() {
                let sealed = seal::<256>(&keys, size, Iv::new(IV).unwrap(), plain).unwrap();
                assert_eq!(open(&keys, configured, sealed.as_str(), Shape::Text).unwrap().as_str(), plain);
            }
        }
    }

    #[test]
    fn blanks_were_pluses_and_lines_may_be_broken() {
        let keys = SealKeys::derive(b"example-access-key");
        let mut blanks = 0;
        for number in 0..64 {
            let plain = format!("buyer-{number}@example.com");
            let sealed = seal::<256>(&keys, KeySize::Aes256, Iv::new(IV).unwrap(), &plain).unwrap();
            let sealed = sealed.as_str();
            blanks += usize::from(sealed.contains('+'));
            for arrived in [
                sealed.replace('+', " "),
                sealed.trim_end_matches('=').to_owned(),
                format!("{}\r\n{}\n", &sealed[..40], &sealed[40..]),
            ] {
                let opened = open(&keys, KeySize::Aes256, &arrived, Shape::Email).unwrap();
                assert_eq!(opened.as_str(), plain);
            }
        }
        assert!(blanks > 10, "{blanks} of 64 held a plus");
    }

    #[test]
    fn shapes_are_generous() {
        for phone in ["13800000000", "+86 138-0000-0000", "(030) 123.456", "110", "008613800000000"] {
            assert!(Shape::MobilePhone.admits(phone), "{phone}");
        }
        for phone in ["12", "12a", "+++---", "123\n", "１２３", &"1".repeat(33)] {
            assert!(!Shape::MobilePhone.admits(phone), "{phone}");
        }
        for email in ["a@b", "buyer+x@example.com", "\"a@b\"@example.com", "王@例子.中国"] {
            assert_eq!(shapes(email), [false, true, true], "{email}");
        }
        for email in ["@b", "a@", "ab", "a b@c", "a@b\u{7f}", "a@b\u{85}", &format!("a@{}", "b".repeat(319))]
        {
            assert!(!Shape::Email.admits(email), "{email}");
        }
        for text in ["a\0", "\n", "\u{80}"] {
            assert_eq!(shapes(text), [false; 3], "{text:?}");
        }
        assert_eq!(shapes(""), [true; 3]);
    }

    /// All that a caller can tell of an error.
    fn outcome(opened: Result<Opened, CannotOpen>) -> Option<(String, String)> {
        opened.err().map(|error| (error.to_string(), format!("{error:?}")))
    }

    #[test]
    fn whatever_is_wrong_is_one_error() {
        let keys = SealKeys::derive(b"example-access-key");
        let (mut outcomes, mut refused, mut opened) = (BTreeSet::new(), 0, 0);
        let mut note = |result: Result<Opened, CannotOpen>| match outcome(result) {
            Some(outcome) => {
                outcomes.insert(outcome);
                refused += 1;
            }
            None => opened += 1,
        };
        for length in [0, 1, 15, 16, 31, 79] {
            for (size, configured) in pairs() {
                let iv = Iv::new(IV).unwrap();
                let sealed = seal::<256>(&keys, size, iv, &"1".repeat(length)).unwrap();
                let whole = [IV.as_bytes(), &STANDARD.decode(&sealed.as_str()[16..]).unwrap()].concat();
                // Each byte with each value: of the block before the last, which turns the padding (it is the
                // vector where there is one block only), and of the last.
                for at in whole.len() - 2 * BLOCK..whole.len() {
                    for value in 0..=255 {
                        let mut changed = whole.clone();
                        changed[at] = value;
                        let (iv, ciphertext) = changed.split_first_chunk().unwrap();
                        note(open_bytes(&keys, configured, iv, ciphertext, Shape::MobilePhone));
                        if let Ok(iv) = str::from_utf8(iv) {
                            let text = format!("{iv}{}", STANDARD.encode(ciphertext));
                            note(open(&keys, configured, &text, Shape::MobilePhone));
                        }
                    }
                }
            }
        }
        for text in [
            "",
            "short",
            IV,
            "AbCdEfGh12345678=",
            "AbCdEfGh12345678AAAA",
            "AbCdEfGh12345678not base64!",
            "ééééééééééé",
        ] {
            note(open(&keys, KeySize::Aes256, text, Shape::Text));
        }
        let other = SealKeys::derive(b"another-access-key");
        let sealed = seal::<128>(&keys, KeySize::Aes256, Iv::new(IV).unwrap(), "13800000000").unwrap();
        note(open(&other, KeySize::Aes256, sealed.as_str(), Shape::MobilePhone));
        note(open(&keys, KeySize::Aes256, sealed.as_str(), Shape::Email));
        println!("{refused} refused with {} distinct errors, {opened} opened", outcomes.len());
        assert_eq!(outcomes.len(), 1);
        assert!(refused > 300_000, "{refused}");
    }

    #[test]
    fn the_wrong_size_is_hardly_ever_taken() {
        let keys = SealKeys::derive(b"example-access-key");
        let mut padded = 0;
        for number in 0..20_000_u32 {
            let plain = format!("138{number:08}");
            let iv = Iv::new(&format!("{number:016}")).unwrap();
            let sealed = seal::<256>(&keys, KeySize::Aes256, iv, &plain).unwrap();
            let opened = open(&keys, KeySize::Aes128, sealed.as_str(), Shape::MobilePhone).unwrap();
            assert_eq!(opened.as_str(), plain);
            let (iv, letters) = sealed.as_str().split_at(16);
            let wrong = keys.decrypt(
                KeySize::Aes128,
                iv.as_bytes().try_into().unwrap(),
                &STANDARD.decode(letters).unwrap(),
            );
            padded += usize::from(wrong.is_ok());
        }
        println!("with the wrong size, {padded} of 20,000 ended like padding, and none was taken");
        assert!((40..120).contains(&padded), "{padded}");
    }
}
