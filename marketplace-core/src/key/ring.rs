//! The keys that are in service.

use std::sync::Arc;

use super::AccessKey;
use crate::signature::Scheme;

/// One or more access keys: a request may be signed with any of them.
///
/// While a key is being replaced, both the old and the new one belong here. The answer is signed with the key that
/// verified the request; a refusal, for which none did, with the first.
///
/// ```
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let ring = KeyRing::new([AccessKey::named("2026", "new-key")?, AccessKey::named("2025", "old-key")?])?;
/// assert_eq!(ring.first().name(), "2026");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyRing {
    first: AccessKey,
    others: Arc<[AccessKey]>,
}

impl KeyRing {
    /// Takes the keys, the one that signs refusals first.
    ///
    /// # Errors
    ///
    /// [`EmptyKeyRing`]: a ring without a key would refuse everything, or worse.
    pub fn new(keys: impl IntoIterator<Item = AccessKey>) -> Result<Self, EmptyKeyRing> {
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(EmptyKeyRing)?;
        Ok(Self { first, others: keys.collect() })
    }

    /// The key that signs answers to requests that no key verified.
    #[must_use]
    pub fn first(&self) -> &AccessKey {
        &self.first
    }

    /// Every key, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &AccessKey> {
        std::iter::once(&self.first).chain(&*self.others)
    }

    /// The key that signs answers to requests of a scheme that no key verified: the first one that serves the scheme,
    /// or, if none does, the first of all.
    #[must_use]
    pub fn first_for(&self, scheme: Scheme) -> &AccessKey {
        self.iter().find(|key| key.serves_scheme(scheme)).unwrap_or(&self.first)
    }

    /// Does any key serve this scheme?
    #[must_use]
    pub fn serves(&self, scheme: Scheme) -> bool {
        self.iter().any(|key| key.serves_scheme(scheme))
    }

    /// The key at a position.
    pub(crate) fn at(&self, position: u32) -> Option<&AccessKey> {
        match (position as usize).checked_sub(1) {
            None => Some(&self.first),
            Some(other) => self.others.get(other),
        }
    }

    pub(crate) fn others(&self) -> &[AccessKey] {
        &self.others
    }
}

impl From<AccessKey> for KeyRing {
    fn from(key: AccessKey) -> Self {
        Self { first: key, others: Arc::from([]) }
    }
}

/// A key ring needs at least one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key ring needs at least one access key")]
pub struct EmptyKeyRing;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cannot_be_empty() {
        assert_eq!(KeyRing::new([]).unwrap_err(), EmptyKeyRing);
    }
}
