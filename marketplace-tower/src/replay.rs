//! Each signed request is accepted once.

mod memory;
#[cfg(feature = "redis")]
mod redis;
mod sighting;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

#[cfg(feature = "redis")]
pub use self::redis::{RedisReplay, UnusableRedis};
pub use self::sighting::Sighting;

use self::memory::MemoryReplay;
use crate::{StoreFuture, telemetry};

/// How many requests [`Replay::memory`] remembers: 8,000 a second for the two minutes that a request can live.
const DEFAULT_CAPACITY: usize = 1_000_000;

/// Remembers the requests that were accepted, so that none is accepted twice.
///
/// Every route and every machine that accepts the same access key has to share one: else each of them accepts the same
/// request once. A clone is cheap, and shares the store.
#[derive(Debug, Clone)]
pub struct Replay(Store);

#[derive(Clone)]
enum Store {
    Memory(Arc<MemoryReplay>),
    Custom(Arc<dyn ReplayStore>),
}

impl Replay {
    /// Remembers in this process, up to 1,000,000 requests at a time (at most 48 MiB, allocated as they come).
    ///
    /// For a seller with one server process. After a restart, a request that was signed in the last minute or two can be
    /// accepted a second time; the [`Ledger`](crate::Ledger) still gives its order line the same instance id.
    #[must_use]
    pub fn memory() -> Self {
        Self::memory_with_capacity(DEFAULT_CAPACITY)
    }

    /// Remembers in this process, up to `capacity` requests at a time (20 to 48 bytes each).
    ///
    /// A full store refuses; it never forgets a request that could still be replayed.
    #[must_use]
    pub fn memory_with_capacity(capacity: usize) -> Self {
        Self(Store::Memory(Arc::new(MemoryReplay::new(capacity))))
    }

    /// Remembers in a store of the seller's own, which several machines can share.
    #[must_use]
    pub fn custom(store: impl ReplayStore) -> Self {
        Self(Store::Custom(Arc::new(store)))
    }

    /// Asks the store; see [`ReplayStore::admit`]. The future does not borrow, and a store in memory allocates nothing
    /// for it.
    pub fn admit(&self, sighting: &Sighting) -> StoreFuture<'static, Result<Admission, ReplayError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(Ok(store.admit(sighting))),
            Store::Custom(store) => {
                let (store, sighting) = (Arc::clone(store), *sighting);
                StoreFuture::boxed(async move { store.admit(&sighting).await })
            }
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(store) => store.fmt(f),
            Self::Custom(store) => store.fmt(f),
        }
    }
}

/// Where accepted requests are remembered.
///
/// An implementation has to keep two promises. Of any number of simultaneous calls with one MAC, exactly one is answered
/// with [`Admission::First`]. And what was admitted is remembered for as long as `now <= until`: a store that *evicts*
/// to make room is a hole, because whoever can make it evict can replay.
pub trait ReplayStore: fmt::Debug + Send + Sync + 'static {
    /// Remembers a request until [`until`](Sighting::until), unless it is remembered already. One whose `until` is over
    /// is [`Admission::TooOld`]; a store may count in whole seconds.
    ///
    /// The future may be dropped at any time, because the caller has hung up: then the request counts as refused, and
    /// may be remembered or not.
    ///
    /// # Errors
    ///
    /// [`ReplayError`]: the store could not be asked. The request is then refused. Say so within a second: KooGallery
    /// waits for five.
    fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>>;
}

/// What a replay store says about a request. Only [`Admission::First`] lets it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "only `First` lets the request in"]
#[non_exhaustive]
pub enum Admission {
    /// It was not there before, and is remembered now.
    First,
    /// It was there before: somebody sends it again.
    Repeated,
    /// There is no room to remember it, so it cannot be let in.
    Full,
    /// It has expired, or an earlier copy of it may have been forgotten: the clock has stepped back, or the store has lost
    /// what it knew.
    TooOld,
}

/// The replay store could not be asked. The request is refused: KooGallery sends it again.
#[derive(Debug, thiserror::Error)]
#[error("the replay store could not be asked")]
pub struct ReplayError {
    source: Box<dyn Error + Send + Sync>,
}

impl ReplayError {
    /// An error of the store, with its cause.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
    /// What is behind it, from the outside in.
    pub(crate) fn causes(&self) -> String {
        telemetry::chain(&*self.source)
    }
}
