//! The keys that are in service.

use std::sync::Arc;

use super::{AccessKey, KeyState};
use crate::UnixMillis;
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
    /// Is every key in service, always and everywhere?
    is_unlimited: bool,
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
        Ok(Self::of(first, keys.collect()))
    }

    fn of(first: AccessKey, others: Arc<[AccessKey]>) -> Self {
        let is_unlimited = std::iter::once(&first).chain(&*others).all(|key| key.service().is_unlimited());
        Self { first, others, is_unlimited }
    }

    /// The keys that are in service now, at this address: those that verify a request. Keys that are scheduled for deletion
    /// come last. Nothing, if there is none.
    #[must_use]
    pub fn in_service(&self, now: UnixMillis, path: &str) -> Option<Self> {
        if self.is_unlimited {
            return Some(self.clone());
        }
        let serve = |state| {
            self.iter().filter(move |key| key.state() == state && key.service().covers(now, path)).cloned()
        };
        let mut keys = serve(KeyState::InService).chain(serve(KeyState::ScheduledForDeletion));
        let first = keys.next()?;
        Some(Self { first, others: keys.collect(), is_unlimited: false })
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
        Self::of(key, Arc::from([]))
    }
}

/// A key ring needs at least one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key ring needs at least one access key")]
pub struct EmptyKeyRing;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> AccessKey {
        AccessKey::named(name, name).unwrap()
    }

    fn names(ring: &KeyRing, now: u64, path: &str) -> Vec<String> {
        let ring = ring.in_service(UnixMillis(now), path);
        ring.iter().flat_map(KeyRing::iter).map(|key| key.name().to_owned()).collect()
    }

    #[test]
    fn keys_serve_in_their_time_at_their_address_and_in_their_state() {
        let ring = KeyRing::new([
            key("leaving").in_state(KeyState::ScheduledForDeletion),
            key("disabled").in_state(KeyState::Disabled),
            key("next").not_before(UnixMillis(100)),
            key("last").not_after(UnixMillis(100)),
            key("shop-2").on_routes(["/shop-2"]),
        ])
        .unwrap();
        assert_eq!(names(&ring, 99, "/"), ["last", "leaving"]);
        assert_eq!(names(&ring, 100, "/"), ["next", "last", "leaving"]);
        assert_eq!(names(&ring, 101, "/shop-2"), ["next", "shop-2", "leaving"]);
        assert_eq!(names(&ring, 101, "/shop-2/produceAPI/tenantSync"), ["next", "shop-2", "leaving"]);
        assert_eq!(names(&ring, 101, "/shop-22"), ["next", "leaving"]);
        let none = KeyRing::from(key("a").in_state(KeyState::Disabled));
        assert!(none.in_service(UnixMillis(0), "/").is_none());
        assert_eq!(names(&key("a").into(), 0, "/"), ["a"]);
    }

    #[test]
    fn cannot_be_empty() {
        assert_eq!(KeyRing::new([]).unwrap_err(), EmptyKeyRing);
    }
}
