//! The access keys that a layer verifies with, and where they come from.

mod environment;
mod file;
mod provider;
mod refresh;
mod usage;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use marketplace_core::{AccessKey, KeyRing, Verified};

pub use self::environment::EnvironmentKeys;
pub use self::file::FileKeys;
pub use self::provider::{KeyProvider, KeyProviderError};
pub use self::refresh::KeyRefresh;
pub use self::usage::KeyUsage;
use self::usage::Usage;

/// The access keys that a layer verifies with: a ring that stays as it is, or one that is kept up to date in the background.
///
/// A request never waits for a key. A clone is cheap, and shares the keys and what is known of their use.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    source: Source,
    usage: Usage,
}

enum Source {
    Fixed(KeyRing),
    Provided(RwLock<Provided>),
}

/// What was provided last.
#[derive(Debug, Clone)]
struct Provided {
    ring: KeyRing,
    /// Was it too long ago?
    is_stale: bool,
}

/// The keys of this moment.
pub(crate) enum Current {
    Fresh(KeyRing),
    /// These were good too long ago: they sign the answers that nothing is served.
    Stale(KeyRing),
}

impl Keys {
    /// Gets the keys from a provider, once now, and then in the background; see [`KeyRefresh`] for how often, and for how
    /// long the last ones serve when there are no newer ones.
    ///
    /// ```no_run
    /// use marketplace_tower::{EnvironmentKeys, FileKeys, KeyRefresh, Keys, MarketplaceLayer, Replay};
    ///
    /// # async fn layer() -> Result<MarketplaceLayer, marketplace_tower::KeyProviderError> {
    /// let keys = Keys::provided(FileKeys::new("/run/secrets/koogallery.json"), KeyRefresh::default()).await?;
    /// # Ok(
    /// MarketplaceLayer::new(keys, Replay::memory())
    /// # )
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyProviderError`]: there are no keys to begin with, so that nothing should be served.
    pub async fn provided(provider: impl KeyProvider, refresh: KeyRefresh) -> Result<Self, KeyProviderError> {
        let ring = provider.load().await?;
        let source = Source::Provided(RwLock::new(Provided { ring, is_stale: false }));
        let inner = Arc::new(Inner { source, usage: Usage::default() });
        refresh::keep_fresh(Arc::downgrade(&inner), provider, refresh);
        Ok(Self(inner))
    }

    /// The ring that is in use now.
    #[must_use]
    pub fn ring(&self) -> KeyRing {
        match self.current() {
            Current::Fresh(ring) | Current::Stale(ring) => ring,
        }
    }

    /// Which keys have verified requests, how many, and when last. A key that nothing was signed with for long can go.
    #[must_use]
    pub fn usage(&self) -> Vec<KeyUsage> {
        self.0.usage.of(&self.ring())
    }

    pub(crate) fn current(&self) -> Current {
        match &self.0.source {
            Source::Fixed(ring) => Current::Fresh(ring.clone()),
            Source::Provided(provided) => {
                let provided = provided.read().unwrap_or_else(PoisonError::into_inner);
                let ring = provided.ring.clone();
                if provided.is_stale { Current::Stale(ring) } else { Current::Fresh(ring) }
            }
        }
    }

    pub(crate) fn used(&self, verified: &Verified, now: marketplace_core::UnixMillis) {
        self.0.usage.count(verified.key(), now);
    }
}

impl Inner {
    fn change(&self, change: impl FnOnce(&mut Provided)) {
        if let Source::Provided(provided) = &self.source {
            change(&mut provided.write().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl From<KeyRing> for Keys {
    fn from(ring: KeyRing) -> Self {
        Self(Arc::new(Inner { source: Source::Fixed(ring), usage: Usage::default() }))
    }
}

impl From<AccessKey> for Keys {
    fn from(key: AccessKey) -> Self {
        KeyRing::from(key).into()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.current() {
            Current::Fresh(ring) => ring.fmt(f),
            Current::Stale(ring) => f.debug_tuple("Stale").field(&ring).finish(),
        }
    }
}
