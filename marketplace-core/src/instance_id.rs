//! The id by which the seller and KooGallery name an instance.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::text::check_length;
use crate::{OrderKey, TooLong};

/// The id of one instance: 1 to 64 UTF-16 units without commas, blanks or control characters.
///
/// It is reserved before the seller's method runs, and stays the same for every call about that order line, also after a
/// crash. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(Arc<str>);

impl InstanceId {
    /// Takes an id, for example one out of the seller's database.
    ///
    /// # Errors
    ///
    /// [`UnusableInstanceId`].
    pub fn new(id: impl Into<Arc<str>>) -> Result<Self, UnusableInstanceId> {
        let id = id.into();
        if id.is_empty() {
            return Err(UnusableInstanceId::Empty);
        }
        check_length(&id, 64)?;
        // Nearly every id is plain ASCII, which is quickly told.
        let usable = id.bytes().all(|letter| letter.is_ascii_graphic() && letter != b',')
            || !id.contains(|letter: char| letter == ',' || letter.is_whitespace() || letter.is_control());
        if usable { Ok(Self(id)) } else { Err(UnusableInstanceId::Letters) }
    }

    /// The id that a call for a new instance suggests: its business id, as the vendor advises, if that can be one; else one
    /// that is [`derived`](Self::derived). Only the first call's suggestion counts.
    #[must_use]
    pub fn suggested(business_id: Option<&str>, order: &OrderKey) -> Self {
        business_id.and_then(|id| Self::new(id).ok()).unwrap_or_else(|| Self::derived("", order))
    }

    /// An id that follows from the order line alone: the first 32 hexadecimal digits of a SHA-256.
    ///
    /// For calls that bring no usable `businessId`, and, with a prefix, for debugging calls.
    #[must_use]
    pub fn derived(prefix: &'static str, order: &OrderKey) -> Self {
        let mut hash = Sha256::new();
        hash.update(order.order_id());
        hash.update([0]);
        hash.update(order.order_line_id().unwrap_or_default());
        let hash = const_hex::encode(hash.finalize());
        Self(format!("{prefix}{}", hash.get(..32).unwrap_or_default()).into())
    }

    /// The id that a verified call names, whatever letters it has: it may be one that nobody issued.
    pub(crate) fn as_named(id: &str) -> Self {
        Self(id.into())
    }

    /// Takes an id that this process, or another one, wrote down before: for stores.
    #[doc(hidden)]
    #[must_use]
    pub fn stored(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    pub(crate) fn into_inner(self) -> Arc<str> {
        self.0
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for InstanceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstanceId({})", self.0)
    }
}

/// Why a text cannot be an instance id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableInstanceId {
    /// Nothing is there.
    #[error("an instance id is not empty")]
    Empty,
    /// More than 64 UTF-16 units.
    #[error("an instance id is too long: {0}")]
    TooLong(#[from] TooLong),
    /// `queryInstance` separates ids by commas.
    #[error("an instance id holds no comma, blank or control character")]
    Letters,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_stand_in_a_list() {
        for id in ["", "a,b", "a b", "a\n", &"a".repeat(65)] {
            assert!(InstanceId::new(id).is_err(), "{id:?}");
        }
        assert!(InstanceId::new("a".repeat(64)).is_ok());
    }

    #[test]
    fn derives_the_same_id_for_the_same_order_line() {
        let id = |order, line| InstanceId::derived("debug-", &OrderKey::new(order, line));
        assert_eq!(id("1", Some("2")), id("1", Some("2")));
        assert_ne!(id("1", Some("2")), id("12", None));
        assert_ne!(id("1", Some("2")), id("", Some("12")));
        assert!(InstanceId::new(id("1", None).as_str()).is_ok());
    }
}
