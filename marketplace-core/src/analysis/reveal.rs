//! What must not be shown, and the permission to show it.

use std::collections::BTreeSet;

use super::digest::{Digest, Letters};

/// The shortest piece of a secret that is not shown.
const WINDOW: usize = 8;
/// What is shown instead of each byte of a secret.
const MASK: u8 = b'*';

/// The permission to have the right signature in an analysis.
///
/// Whoever sees it can send the request in the seller's or in KooGallery's name, as long as its time is fresh. It belongs on
/// the screen of the one who holds the key, not in a log, and not in an answer. Keys are never shown.
///
/// ```
/// use marketplace_core::analysis::Reveal;
///
/// let reveal = Reveal::the_right_signature();
/// # let _ = reveal;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reveal(());

impl Reveal {
    /// Says that the reader may see the right signature.
    #[must_use]
    pub fn the_right_signature() -> Self {
        Self(())
    }
}

/// Every piece of eight bytes of the keys and of the right signatures, in the forms in which they are written.
pub(super) struct Secrets(BTreeSet<[u8; WINDOW]>);

impl Secrets {
    pub(super) fn new<'k>(keys: impl IntoIterator<Item = &'k [u8]>, right: &[Digest]) -> Self {
        let mut secrets = Self(BTreeSet::new());
        for key in keys {
            secrets.add(key);
            secrets.add(const_hex::encode(key).as_bytes());
            secrets.add(const_hex::encode_upper(key).as_bytes());
        }
        for digest in right {
            secrets.add(digest);
            for letters in [Letters::LowerHex, Letters::UpperHex, Letters::Base64] {
                let written = letters.write(digest);
                secrets.add(written.as_bytes());
                // What becomes of base64 elsewhere: in a URL, and in a form that was decoded once too often.
                secrets.add(written.replace('+', "-").replace('/', "_").as_bytes());
                secrets.add(written.replace('+', " ").as_bytes());
                // Hexadecimal digits of these letters, in which a token shows its bytes, and base64 of digits.
                secrets.add(const_hex::encode(&written).as_bytes());
                secrets.add(Letters::Base64.write(written.as_bytes()).as_bytes());
            }
        }
        secrets
    }

    /// The bytes with each piece of a secret overwritten; nothing, if there is none.
    pub(super) fn masked(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let hits = bytes.windows(WINDOW).enumerate().filter(|(_, window)| self.has(window));
        let mut masked: Option<Vec<u8>> = None;
        for (at, _) in hits {
            let masked = masked.get_or_insert_with(|| bytes.to_vec());
            masked.iter_mut().skip(at).take(WINDOW).for_each(|byte| *byte = MASK);
        }
        masked
    }

    /// A text with each piece of a secret overwritten.
    pub(super) fn masked_text(&self, text: &str) -> String {
        match self.masked(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text.to_owned(),
        }
    }

    fn add(&mut self, secret: &[u8]) {
        self.0.extend(secret.windows(WINDOW).filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()));
    }

    fn has(&self, window: &[u8]) -> bool {
        <[u8; WINDOW]>::try_from(window).is_ok_and(|window| self.0.contains(&window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_of_a_secret_is_masked_and_nothing_else() {
        let secrets = Secrets::new([&b"canary-7f3a"[..]], &[vec![0xab; 20]]);
        assert_eq!(secrets.masked_text("x canary-7f3a y"), "x *********** y");
        assert_eq!(secrets.masked_text("x anary-7f y"), "x ******** y");
        assert_eq!(secrets.masked_text("canary-"), "canary-");
        assert_eq!(secrets.masked_text("abababab ABABABAB q6urq6ur"), "******** ******** ********");
        assert_eq!(secrets.masked(b"nothing here"), None);
    }
}
