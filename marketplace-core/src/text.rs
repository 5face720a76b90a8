//! Text whose length the vendor's tables limit.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Text of at most `MAX` UTF-16 code units, the unit in which the Java on the vendor's side counts.
///
/// An ASCII letter is one unit, a Chinese character one, an emoji two. A value that is too long is an error that
/// names limit and length; a constant that is too long does not compile (see [`text!`](crate::text)).
///
/// ```
/// use marketplace_core::Text;
///
/// let id: Text<64> = Text::new("tenant-7")?;
/// assert_eq!(id.as_str(), "tenant-7");
/// assert_eq!(Text::<4>::new("hello").unwrap_err().to_string(), "5 UTF-16 units, the limit is 4");
/// # Ok::<(), marketplace_core::TooLong>(())
/// ```
#[derive(Clone)]
pub struct Text<const MAX: usize>(Kept);

#[derive(Clone)]
enum Kept {
    Constant(&'static str),
    Owned(String),
    /// An instance id, which is shared anyway.
    Shared(Arc<str>),
}

/// A constant [`Text`], checked while compiling and never copied.
///
/// ```
/// use marketplace_core::{Text, text};
///
/// let message: Text<255> = text!("sold out");
/// ```
///
/// ```compile_fail
/// use marketplace_core::{Text, text};
///
/// let message: Text<4> = text!("sold out");
/// ```
#[macro_export]
macro_rules! text {
    ($constant:expr $(,)?) => {
        const { $crate::Text::from_static($constant) }
    };
}

impl<const MAX: usize> Text<MAX> {
    /// The largest length in UTF-16 code units.
    pub const MAX: usize = MAX;

    /// Takes a value of at most `MAX` UTF-16 code units.
    ///
    /// # Errors
    ///
    /// [`TooLong`] with the limit and the length.
    pub fn new(value: impl Into<Cow<'static, str>>) -> Result<Self, TooLong> {
        let value = value.into();
        check_length(&value, MAX)?;
        Ok(Self(value.into()))
    }

    pub(crate) fn shared(value: Arc<str>) -> Result<Self, TooLong> {
        check_length(&value, MAX)?;
        Ok(Self(Kept::Shared(value)))
    }

    /// Takes a constant; prefer [`text!`](crate::text), which checks it while compiling wherever it stands.
    ///
    /// # Panics
    ///
    /// If the constant is longer than `MAX`. In a `const` this is a compile error.
    #[track_caller]
    pub const fn from_static(constant: &'static str) -> Self {
        assert!(utf16_length(constant) <= MAX, "this constant is longer than the field allows");
        Self(Kept::Constant(constant))
    }

    /// Takes as much of a value as fits, cut between characters.
    ///
    /// For messages, where losing the tail is better than losing the answer.
    #[must_use]
    pub fn truncated(value: impl Into<Cow<'static, str>>) -> Self {
        let value = value.into();
        if value.len() <= MAX {
            return Self(value.into());
        }
        let mut units = 0;
        let end = value.char_indices().find_map(|(at, letter)| {
            units += letter.len_utf16();
            (units > MAX).then_some(at)
        });
        match end {
            None => Self(value.into()),
            Some(end) => Self(Kept::Owned(value.get(..end).unwrap_or_default().to_owned())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Constant(text) => text,
            Kept::Owned(text) => text,
            Kept::Shared(text) => text,
        }
    }
}

impl From<Cow<'static, str>> for Kept {
    fn from(value: Cow<'static, str>) -> Self {
        match value {
            Cow::Borrowed(text) => Self::Constant(text),
            Cow::Owned(text) => Self::Owned(text),
        }
    }
}

impl<const MAX: usize> PartialEq for Text<MAX> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const MAX: usize> Eq for Text<MAX> {}

impl<const MAX: usize> PartialOrd for Text<MAX> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const MAX: usize> Ord for Text<MAX> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl<const MAX: usize> Hash for Text<MAX> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A text is longer than its limit. Lengths are in UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{length} UTF-16 units, the limit is {limit}")]
pub struct TooLong {
    /// The largest length allowed.
    pub limit: usize,
    /// The length of what was given.
    pub length: usize,
}

impl TooLong {
    /// Says which field of the wire it was.
    #[must_use]
    pub fn in_field(self, field: &'static str) -> FieldTooLong {
        FieldTooLong { field, limit: self.limit, length: self.length }
    }
}

/// A field of an answer is longer than the vendor's table allows. Lengths are in UTF-16 code units.
///
/// The value itself is not part of the error: it may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` has {length} UTF-16 units, the limit is {limit}")]
pub struct FieldTooLong {
    /// The field's name on the wire.
    pub field: &'static str,
    /// The largest length allowed.
    pub limit: usize,
    /// The length of what was given.
    pub length: usize,
}

pub(crate) fn check_length(value: &str, limit: usize) -> Result<(), TooLong> {
    // A UTF-16 unit takes at least one byte of UTF-8, so that most values need no count.
    if value.len() <= limit {
        return Ok(());
    }
    let length = utf16_length(value);
    if length <= limit { Ok(()) } else { Err(TooLong { limit, length }) }
}

#[allow(clippy::indexing_slicing)] // `at` is below the length, and a slice iterator is not const
const fn utf16_length(value: &str) -> usize {
    let bytes = value.as_bytes();
    let (mut at, mut units) = (0, 0);
    while at < bytes.len() {
        // Continuation bytes count nothing; a four-byte sequence is a surrogate pair.
        if bytes[at] & 0xC0 != 0x80 {
            units += if bytes[at] >= 0xF0 { 2 } else { 1 };
        }
        at += 1;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_utf16_units() {
        for value in ["", "a", "é", "实例", "🦀", "a🦀实"] {
            assert_eq!(utf16_length(value), value.encode_utf16().count(), "{value}");
        }
        assert!(Text::<2>::new("🦀").is_ok());
        assert_eq!(Text::<1>::new("🦀").unwrap_err(), TooLong { limit: 1, length: 2 });
        assert!(Text::<2>::new("实例").is_ok());
    }

    #[test]
    fn truncates_between_characters() {
        assert_eq!(Text::<3>::truncated("ab🦀c").as_str(), "ab");
        assert_eq!(Text::<4>::truncated("ab🦀c").as_str(), "ab🦀");
        assert_eq!(Text::<4>::truncated("实例实例").as_str(), "实例实例");
        assert_eq!(Text::<4>::truncated(String::from("实例实例实")).as_str(), "实例实例");
    }

    #[test]
    fn names_the_wire_field() {
        let error = Text::<2>::new("abc").unwrap_err().in_field("instanceId");
        assert_eq!(error.to_string(), "`instanceId` has 3 UTF-16 units, the limit is 2");
    }
}
