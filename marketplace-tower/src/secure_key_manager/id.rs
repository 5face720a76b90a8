//! What things are called: keys, their versions, key stores.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// The longest id that is taken. The vendor's have 32 letters.
const MAX_ID: usize = 128;

/// The id of a key, such as the console shows it: 32 hexadecimal digits in every sample.
///
/// ```
/// use marketplace_tower::secure_key_manager::KeyId;
///
/// let id = KeyId::new("0123456789abcdef0123456789abcdef")?;
/// assert!(KeyId::new("../secrets").is_err());
/// # Ok::<(), marketplace_tower::secure_key_manager::UnusableId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Box<str>);

impl KeyId {
    /// Takes an id.
    ///
    /// # Errors
    ///
    /// [`UnusableId`] if it cannot stand in a path: it is empty, longer than 128 letters, or has others than ASCII letters,
    /// digits, `-` and `_`.
    pub fn new(text: impl Into<String>) -> Result<Self, UnusableId> {
        let text = text.into();
        if is_plain(&text) { Ok(Self(text.into())) } else { Err(UnusableId { what: "key id" }) }
    }

    /// As it stands in paths.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = UnusableId;

    fn from_str(text: &str) -> Result<Self, UnusableId> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The number of a key store. Reading calls take it; writing calls take the name of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyStoreId(pub u64);

impl fmt::Display for KeyStoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The version of a key: 0 at first, one more with each rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyVersion(pub u32);

impl fmt::Display for KeyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text cannot be an id. The text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {what} is not one: it has 1 to 128 letters, digits, `-` and `_`; copy it from the console, \
     without blanks"
)]
pub struct UnusableId {
    pub(super) what: &'static str,
}

/// Can it stand in a path as it is?
pub(super) fn is_plain(text: &str) -> bool {
    let is_plain = |letter: &u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    (1..=MAX_ID).contains(&text.len()) && text.as_bytes().iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_can_stand_in_a_path_and_nothing_else() {
        for text in ["", " a", "a b", "a/b", "..", "a?b", "é", &"a".repeat(129)] {
            assert!(KeyId::new(text).is_err(), "{text}");
        }
        assert_eq!(KeyId::new("a-B_9").unwrap().as_str(), "a-B_9");
    }
}
