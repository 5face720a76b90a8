//! Values that nobody but the caller is to see.

mod json;
mod wiped;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub(super) use self::json::to_json;

/// A text that is secret: confidential data, or what was decrypted.
///
/// `Debug` does not show it, there is no `==`, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct SecretValue(Zeroizing<String>);

impl SecretValue {
    /// Takes a text, and wipes its memory in the end.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Where this stands in a program, a secret leaves its shelter.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How many bytes of UTF-8 it has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What it says in Base64.
    pub(super) fn decoded(&self) -> Option<SecretBytes> {
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(self.len())]);
        let length = STANDARD.decode_slice(self.0.trim(), &mut bytes).ok()?;
        bytes.truncate(length);
        Some(SecretBytes(bytes))
    }

    /// What it says as `0xXX, 0xXX, …`. Blanks and letter case are free, and one of comma and blank may be missing.
    pub(super) fn listed(&self) -> Option<SecretBytes> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.len() / 2));
        let is_between = |letter: char| letter == ',' || letter.is_ascii_whitespace();
        for byte in self.0.split(is_between).filter(|byte| !byte.is_empty()) {
            let digits = byte.strip_prefix("0x").or_else(|| byte.strip_prefix("0X"))?;
            if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        }
        Some(SecretBytes(bytes))
    }
}

impl From<String> for SecretValue {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for SecretValue {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

/// The text of a JSON value, if it is one.
pub(super) struct JsonText(pub(super) Option<Zeroizing<String>>);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(json::unescape(<&'de RawValue>::deserialize(deserializer)?.get())))
    }
}

/// Only for the requests of this module: that is what a `SecretValue` in a public type must not be.
pub(super) struct Exposed<'a>(pub(super) &'a SecretValue);

impl Serialize for Exposed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

/// From JSON that is in memory: the text is decoded here, because `serde_json` would leave a copy of one with escapes.
impl<'de> Deserialize<'de> for SecretValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        json::unescape(raw.get()).map(Self).ok_or_else(|| serde::de::Error::custom("no text"))
    }
}

/// Bytes that are secret: a key.
///
/// `Debug` does not show them, there is no `==`, and their memory is wiped when they are dropped.
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// The bytes themselves. Where this stands in a program, a secret leaves its shelter.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({})", self.0.len())
    }
}

/// Base64 of bytes that may be secret.
pub(super) fn encoded(bytes: &[u8]) -> SecretValue {
    let length = base64::encoded_len(bytes.len(), true).unwrap_or(0);
    let mut text = Zeroizing::new(String::with_capacity(length));
    STANDARD.encode_string(bytes, &mut text);
    SecretValue(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_not_shown() {
        let value = SecretValue::new("canary");
        assert_eq!(
            format!("{value:?} {:?}", encoded(b"abc").decoded().unwrap()),
            "SecretValue(…) SecretBytes(3)"
        );
    }

    #[test]
    fn is_wiped_when_it_is_dropped() {
        fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let value = encoded(b"abc");
        wiped_on_drop(&value.0);
        wiped_on_drop(&value.decoded().unwrap().0);
    }

    #[test]
    fn is_read_from_base64() {
        for length in 0..50 {
            let bytes: Vec<u8> = (0..length).collect();
            assert_eq!(encoded(&bytes).decoded().unwrap().expose(), bytes);
        }
        for text in ["a", "===", "YWJj!", "é"] {
            assert!(SecretValue::new(text).decoded().is_none(), "{text}");
        }
    }

    #[test]
    fn is_read_from_a_list_of_bytes() {
        let read = |text: &str| SecretValue::new(text).listed().map(|bytes| bytes.expose().to_vec());
        assert_eq!(read("0x00, 0xfF,0X7f 0x1"), Some(vec![0, 255, 127, 1]));
        assert_eq!(read(""), Some(vec![]));
        for text in ["00", "0x", "0x100", "0x+1", "0xzz", "0x1;0x2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
