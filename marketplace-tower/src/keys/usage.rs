//! Which keys are in use.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

use marketplace_core::{AccessKey, KeyRing, UnixMillis};

/// How much a key is used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyUsage {
    /// The name of the key.
    pub name: Arc<str>,
    /// Its version, if that was said.
    pub version: Option<u32>,
    /// How many requests it has verified since the process began.
    pub verified: u64,
    /// When it did so last.
    pub last: Option<UnixMillis>,
}

/// By name and version: a key that is loaded again is the same one.
#[derive(Debug, Default)]
pub(super) struct Usage(RwLock<Vec<Arc<Used>>>);

#[derive(Debug)]
struct Used {
    name: Arc<str>,
    version: Option<u32>,
    verified: AtomicU64,
    last: AtomicU64,
}

impl Usage {
    pub(super) fn count(&self, key: &AccessKey, now: UnixMillis) {
        let known =
            self.0.read().unwrap_or_else(PoisonError::into_inner).iter().find(|used| used.is(key)).cloned();
        let used = known.unwrap_or_else(|| self.add(key));
        used.verified.fetch_add(1, Relaxed);
        used.last.fetch_max(now.0, Relaxed);
    }

    fn add(&self, key: &AccessKey) -> Arc<Used> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = all.iter().find(|used| used.is(key)) {
            return Arc::clone(used);
        }
        let used = Arc::new(Used {
            name: key.name().into(),
            version: key.version(),
            verified: AtomicU64::new(0),
            last: AtomicU64::new(0),
        });
        all.push(Arc::clone(&used));
        used
    }

    /// That of the keys of a ring, and of those that were in it before.
    pub(super) fn of(&self, ring: &KeyRing) -> Vec<KeyUsage> {
        ring.iter().for_each(|key| drop(self.add(key)));
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|used| used.usage()).collect()
    }
}

impl Used {
    fn is(&self, key: &AccessKey) -> bool {
        *self.name == *key.name() && self.version == key.version()
    }

    fn usage(&self) -> KeyUsage {
        let (verified, last) = (self.verified.load(Relaxed), self.last.load(Relaxed));
        let last = (verified > 0).then_some(UnixMillis(last));
        KeyUsage { name: Arc::clone(&self.name), version: self.version, verified, last }
    }
}
