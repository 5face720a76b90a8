//! Text that was sealed for an answer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use super::aes_cbc::BLOCK;
use super::{Iv, KeySize, SealKeys};

/// A sealed text of at most `MAX` UTF-16 code units, as it travels: the account or the first password of an instance.
///
/// Only sealing makes one, so that a plain text cannot stand where a sealed one must. The vendor's limit is about what
/// travels: `MAX` counts the vector and the base64, all of it ASCII. The plain text has to be shorter, at most
/// [`MOST_PLAIN`](Self::MOST_PLAIN) bytes of UTF-8: 79 for 128, 175 for 256. A buyer who sees neither account nor
/// password in the console has a seller whose text was too long (FAQ 2025-11-13).
///
/// `Debug` does not show the text.
#[derive(Clone)]
pub struct Sealed<const MAX: usize> {
    text: String,
    size: KeySize,
}

impl<const MAX: usize> Sealed<MAX> {
    /// How many bytes of UTF-8 can be sealed. A `MAX` in which nothing fits does not compile.
    pub const MOST_PLAIN: usize = most_plain(MAX);

    /// The sealed text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it was sealed with, and what `encryptType` has to say.
    #[must_use]
    pub fn key_size(&self) -> KeySize {
        self.size
    }
}

impl<const MAX: usize> fmt::Debug for Sealed<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({:?})", self.size)
    }
}

impl<const MAX: usize> Serialize for Sealed<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Why a text cannot be sealed. The text itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Sealed, it would be longer than the vendor's table allows.
    #[error("the text has {length} bytes of UTF-8; sealed, at most {most} fit this field")]
    TooLong {
        /// The largest number of bytes that fits.
        most: usize,
        /// The number of bytes of the plain text.
        length: usize,
    },
}

/// Seals a text. Each needs a vector of its own.
pub(crate) fn seal<const MAX: usize>(
    keys: &SealKeys,
    size: KeySize,
    iv: Iv,
    plain: &str,
) -> Result<Sealed<MAX>, SealError> {
    let most = Sealed::<MAX>::MOST_PLAIN;
    let ciphertext = keys.encrypt(size, &iv, plain.as_bytes());
    let mut text = String::from(iv.as_str());
    STANDARD.encode_string(ciphertext, &mut text);
    // What is limited is what travels, so this is what is counted.
    if text.len() > MAX {
        Err(SealError::TooLong { most, length: plain.len() })
    } else {
        Ok(Sealed { text, size })
    }
}

/// The padding takes at least one byte of the last block, and three bytes are four letters.
const fn most_plain(max: usize) -> usize {
    assert!(max >= 40, "no sealed text is shorter than 40 characters");
    let blocks = (max - BLOCK) / 4 * 3 / BLOCK;
    blocks * BLOCK - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed<const MAX: usize>(length: usize) -> Result<Sealed<MAX>, SealError> {
        let keys = SealKeys::derive(b"example-access-key");
        let plain = "x".repeat(length);
        let of = |size| seal(&keys, size, Iv::new("AbCdEfGh12345678").unwrap(), &plain);
        let (one, other) = (of(KeySize::Aes256), of(KeySize::Aes128));
        assert_eq!(one.is_ok(), other.is_ok());
        one
    }

    #[test]
    fn lengths_go_in_steps() {
        for (lengths, characters) in
            [(0..=15, 40), (16..=31, 60), (32..=47, 80), (48..=63, 104), (64..=79, 124), (80..=95, 144)]
        {
            for length in lengths {
                assert_eq!(sealed::<256>(length).unwrap().as_str().len(), characters, "{length}");
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        fn check<const MAX: usize>(most: usize) {
            assert_eq!(Sealed::<MAX>::MOST_PLAIN, most);
            for length in 0..=most {
                assert!(sealed::<MAX>(length).unwrap().as_str().len() <= MAX, "{length} in {MAX}");
            }
            for length in most + 1..most + 40 {
                assert_eq!(sealed::<MAX>(length).unwrap_err(), SealError::TooLong { most, length });
            }
        }
        check::<128>(79);
        check::<256>(175);
        check::<40>(15);
        check::<59>(15);
        check::<60>(31);
        check::<124>(79);
        check::<123>(63);
    }

    #[test]
    fn counts_bytes_and_says_so() {
        let keys = SealKeys::derive(b"example-access-key");
        let error =
            seal::<128>(&keys, KeySize::Aes256, Iv::new("AbCdEfGh12345678").unwrap(), &"实".repeat(27))
                .unwrap_err();
        assert_eq!(error.to_string(), "the text has 81 bytes of UTF-8; sealed, at most 79 fit this field");
        assert!(
            seal::<128>(&keys, KeySize::Aes256, Iv::new("AbCdEfGh12345678").unwrap(), &"实".repeat(26))
                .is_ok()
        );
    }

    #[test]
    fn is_shown_in_the_answer_only() {
        let sealed = sealed::<128>(5).unwrap();
        assert_eq!(format!("{sealed:?}"), "Sealed(Aes256)");
        assert_eq!(serde_json::to_string(&sealed).unwrap(), format!("\"{}\"", sealed.as_str()));
        assert_eq!(sealed.clone().key_size(), KeySize::Aes256);
    }
}
