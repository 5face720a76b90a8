//! The first 16 characters of a sealed text.

use std::fmt;

use super::aes_cbc::BLOCK;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An initialisation vector: 16 letters and digits, whose ASCII bytes are what AES starts from.
///
/// It travels in clear and is no secret, but each text needs its own, so that it is used up by sealing and cannot be
/// copied.
///
/// ```
/// use std::convert::Infallible;
///
/// use marketplace_core::seal::Iv;
///
/// // In earnest: `Iv::from_random(getrandom::fill)`.
/// let iv = Iv::from_random(|bytes| Ok::<(), Infallible>(bytes.fill(4)))?;
/// assert_eq!(iv.as_str(), "EEEEEEEEEEEEEEEE");
/// # Ok::<(), Infallible>(())
/// ```
pub struct Iv([u8; BLOCK]);

impl Iv {
    /// Chooses 16 letters and digits, each of the 62 equally likely.
    ///
    /// `fill` fills the slice with random bytes of cryptographic quality, such as the operating system's. It is asked
    /// for 16 bytes, and again while some of them stand for no letter (1 in 32 does not). This ends for every source
    /// that is random; it does not for one that repeats such a byte for ever.
    ///
    /// # Errors
    ///
    /// What `fill` returns.
    pub fn from_random<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut iv = [0; BLOCK];
        let mut missing = iv.iter_mut();
        loop {
            let mut bytes = [0; BLOCK];
            fill(&mut bytes)?;
            // Six bits are a letter or are thrown away: a remainder by 62 would favour some letters.
            for letter in bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 0x3f))) {
                match missing.next() {
                    Some(place) => *place = *letter,
                    None => return Ok(Self(iv)),
                }
            }
            if missing.len() == 0 {
                return Ok(Self(iv));
            }
        }
    }

    /// Takes a given vector, for tests and tools; `None` if it is not 16 letters and digits.
    ///
    /// Nothing that is sealed in earnest may use the same one twice.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let bytes = text.as_bytes().try_into().ok()?;
        text.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(Self(bytes))
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always text, for it is made of letters and digits.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn as_bytes(&self) -> &[u8; BLOCK] {
        &self.0
    }
}

impl fmt::Debug for Iv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iv").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn each_letter_is_equally_likely() {
        let mut times = [0; 128];
        let mut rejected = 0;
        for byte in 0..=255 {
            let mut asked = false;
            let iv = Iv::from_random(|bytes| {
                bytes.fill(byte);
                if std::mem::replace(&mut asked, true) { Err(()) } else { Ok(()) }
            });
            match iv {
                Ok(iv) => times[usize::from(iv.as_bytes()[0])] += 1,
                Err(()) => rejected += 1,
            }
        }
        assert!(LETTERS.iter().all(|letter| times[usize::from(*letter)] == 4));
        assert_eq!((times.iter().sum::<i32>(), rejected), (248, 8));
    }

    #[test]
    fn asks_again_for_what_is_missing() {
        let mut asked = 0;
        let iv = Iv::from_random(|bytes: &mut [u8]| {
            asked += 1;
            bytes.fill(63);
            if asked > 2 {
                bytes[..9].fill(asked);
            }
            Ok::<(), Infallible>(())
        });
        assert_eq!(iv.unwrap().as_str(), "DDDDDDDDDEEEEEEE");
        assert_eq!(asked, 4);
    }

    #[test]
    fn hands_the_sources_error_on() {
        assert_eq!(Iv::from_random(|_| Err("no entropy")).unwrap_err(), "no entropy");
    }

    #[test]
    fn takes_letters_and_digits_only() {
        assert_eq!(Iv::new("AbCdEfGh12345678").unwrap().as_str(), "AbCdEfGh12345678");
        for text in [
            "",
            "AbCdEfGh1234567",
            "AbCdEfGh123456789",
            "AbCdEfGh1234567+",
            "AbCdEfGh 2345678",
            "ééééé123456",
        ] {
            assert!(Iv::new(text).is_none(), "{text}");
        }
    }
}
