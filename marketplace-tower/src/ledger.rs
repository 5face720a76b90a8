//! One order line, one instance id; each work done once.

mod claim;
mod error;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

use std::fmt;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use marketplace_core::{InstanceId, Work};

pub use self::claim::{Answered, Claim, Fence, Interrupted, Lease, Outcome, Progress, Reservation};
pub use self::error::LedgerError;
use self::memory::MemoryLedger;
#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresError, PostgresLedger};
#[cfg(feature = "sqlite")]
use self::sqlite::SqliteLedger;
pub use self::store::{LedgerStore, STATE_IS_KNOWN_FOR};
use crate::StoreFuture;
use crate::usage::UsageStore;

/// Remembers which instance id an order line has, what was done, and what was answered.
///
/// KooGallery sends a call again when an answer is late or lost, a purchase each time with another `businessId`. The ledger
/// is why the customer still gets, and pays, one instance, which is renewed once. A clone is cheap, and shares the store.
#[derive(Debug, Clone)]
pub struct Ledger(Store);

#[derive(Clone)]
enum Store {
    Memory(Arc<MemoryLedger>),
    Custom(Arc<dyn LedgerStore>),
}

impl Ledger {
    /// Remembers in this process, and **forgets on restart**: for tests and first steps.
    ///
    /// A purchase that is sent again after a restart would become a second instance.
    #[must_use]
    pub fn memory() -> Self {
        Self(Store::Memory(Arc::default()))
    }

    /// Remembers in an SQLite file, which is made if it is not there, on Unix for its owner's eyes only.
    ///
    /// For a seller with one machine; several processes on it can share the file. Every reservation is on the disk (WAL,
    /// `synchronous=FULL`) before it is answered; those that wait at the same time share one commit. The file has to be
    /// on a local disk: WAL does not work across a network.
    ///
    /// One thread of its own does the work. It ends when the last clone is dropped.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], if the file cannot be opened and written, is the database of another application, or was written
    /// by a newer release.
    #[cfg(feature = "sqlite")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
    pub async fn sqlite(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let opening = SqliteLedger::open(path.as_ref());
        drop(path);
        Ok(Self::custom(opening.await?))
    }

    /// Remembers in a PostgreSQL database, at `postgres://user:password@host/database`: for a seller with several machines,
    /// which share it.
    ///
    /// A machine that dies is taken over by the others once its lease is over, and what it says too late is not written.
    /// Whatever is asked is answered, or is an error, within 800 milliseconds. [`PostgresLedger`] has the settings, and
    /// makes the schema: [`PostgresLedger::migrate`].
    ///
    /// # Errors
    ///
    /// [`LedgerError::Postgres`], if the server does not answer or refuses the role, or if the database holds no ledger, or
    /// one that was made by a newer release, or by an older one and was not migrated.
    #[cfg(feature = "postgres")]
    #[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
    pub async fn postgres(url: &str) -> Result<Self, LedgerError> {
        let store = PostgresLedger::new(url)?;
        store.check().await?;
        Ok(Self::custom(store))
    }

    /// Remembers in a store of the seller's own, which several machines can share.
    #[must_use]
    pub fn custom(store: impl LedgerStore) -> Self {
        Self(Store::Custom(Arc::new(store)))
    }

    /// Asks for a work; see [`LedgerStore::begin`]. The future does not borrow.
    pub fn begin(&self, claim: &Claim) -> StoreFuture<'static, Result<Reservation, LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(store.begin(claim)),
            Store::Custom(store) => {
                let (store, claim) = (Arc::clone(store), claim.clone());
                StoreFuture::boxed(async move { store.begin(&claim).await })
            }
        }
    }

    /// The final answer about a work, if the store has it at hand; see [`LedgerStore::answered`].
    #[must_use]
    pub fn answered(&self, work: &Work) -> Option<Answered> {
        match &self.0 {
            Store::Memory(store) => store.answered(work),
            Store::Custom(store) => store.answered(work),
        }
    }

    /// Writes down what came of a work; see [`LedgerStore::record`]. The future does not borrow.
    pub fn record(&self, lease: &Lease, outcome: Outcome) -> StoreFuture<'static, Result<(), LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(store.record(lease, outcome)),
            Store::Custom(store) => {
                let (store, lease) = (Arc::clone(store), lease.clone());
                StoreFuture::boxed(async move { store.record(&lease, outcome).await })
            }
        }
    }

    /// Makes a lease last longer; see [`LedgerStore::extend`]. The future does not borrow.
    pub fn extend(&self, lease: &Lease, duration: Duration) -> StoreFuture<'static, Result<(), LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(store.extend(lease, duration)),
            Store::Custom(store) => {
                let (store, lease) = (Arc::clone(store), lease.clone());
                StoreFuture::boxed(async move { store.extend(&lease, duration).await })
            }
        }
    }

    /// Is any of these instances still without an answer? See [`LedgerStore::unfinished`]. The future does not borrow.
    pub fn unfinished(&self, instances: &[InstanceId]) -> StoreFuture<'static, Result<bool, LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(Ok(store.unfinished(instances))),
            Store::Custom(store) => {
                let (store, instances) = (Arc::clone(store), instances.to_vec());
                StoreFuture::boxed(async move { store.unfinished(&instances).await })
            }
        }
    }

    /// Does it keep calls that can be taken up again? See [`LedgerStore::keeps_calls`].
    #[must_use]
    pub fn keeps_calls(&self) -> bool {
        match &self.0 {
            Store::Memory(_) => false,
            Store::Custom(store) => store.keeps_calls(),
        }
    }

    /// Calls that were interrupted; see [`LedgerStore::interrupted`]. The future does not borrow.
    pub fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'static, Result<Vec<Interrupted>, LedgerError>> {
        match &self.0 {
            Store::Memory(_) => StoreFuture::ready(Ok(Vec::new())),
            Store::Custom(store) => {
                let store = Arc::clone(store);
                StoreFuture::boxed(async move { store.interrupted(after, limit).await })
            }
        }
    }

    /// Where usage is kept beside it.
    pub(crate) fn usage_store(&self) -> Option<Arc<dyn UsageStore>> {
        match &self.0 {
            Store::Memory(store) => Some(store.usage()),
            Store::Custom(store) => store.usage_store(),
        }
    }

    /// Forgets what was done about instances that were released so long ago, and what failed so long ago and made no
    /// instance. Tells how many entries it forgot; **never** one of an instance that lives.
    ///
    /// A repeat of a call about a forgotten instance runs the seller's method, and a repeat of its purchase makes a new
    /// instance. KooGallery repeats for hours; customers ask about orders for months. A year is a good age.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    pub async fn prune(&self, released_for: Duration) -> Result<u64, LedgerError> {
        match &self.0 {
            Store::Memory(store) => Ok(store.prune(released_for)),
            Store::Custom(store) => store.prune(released_for).await,
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
