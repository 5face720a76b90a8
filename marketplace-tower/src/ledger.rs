//! One order line, one instance id.

mod error;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use marketplace_core::{InstanceId, OrderKey};

pub use self::error::LedgerError;
use self::memory::MemoryLedger;
#[cfg(feature = "sqlite")]
use self::sqlite::SqliteLedger;
use crate::StoreFuture;

/// Remembers which instance id an order line has, and what was answered about it.
///
/// KooGallery sends a purchase again when an answer is late or lost, each time with another `businessId`. The ledger is
/// why the customer still gets, and pays, one instance. A clone is cheap, and shares the store.
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

    /// Remembers in a store of the seller's own, which several machines can share.
    #[must_use]
    pub fn custom(store: impl LedgerStore) -> Self {
        Self(Store::Custom(Arc::new(store)))
    }

    /// Asks for the instance id of an order line; see [`LedgerStore::reserve`]. The future does not borrow.
    pub fn reserve(
        &self,
        order: &OrderKey,
        candidate: InstanceId,
    ) -> StoreFuture<'static, Result<Reservation, LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(store.reserve(order, candidate)),
            Store::Custom(store) => {
                let (store, order) = (Arc::clone(store), order.clone());
                StoreFuture::boxed(async move { store.reserve(&order, candidate).await })
            }
        }
    }

    /// The final answer about an order line, if the store has it at hand; see [`LedgerStore::answered`].
    #[must_use]
    pub fn answered(&self, order: &OrderKey) -> Option<Bytes> {
        match &self.0 {
            Store::Memory(store) => store.answered(order),
            Store::Custom(store) => store.answered(order),
        }
    }

    /// Writes down what was answered; see [`LedgerStore::record`]. The future does not borrow.
    pub fn record(
        &self,
        order: &OrderKey,
        outcome: Outcome,
    ) -> StoreFuture<'static, Result<(), LedgerError>> {
        match &self.0 {
            Store::Memory(store) => StoreFuture::ready(store.record(order, outcome)),
            Store::Custom(store) => {
                let (store, order) = (Arc::clone(store), order.clone());
                StoreFuture::boxed(async move { store.record(&order, outcome).await })
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
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(store) => store.fmt(f),
            Self::Custom(store) => store.fmt(f),
        }
    }
}

/// Where instance ids and answers are remembered.
///
/// An implementation decides who was first, also among calls that come at the same time, through several machines, or
/// after a crash. What it has answered is durable: it survives the loss of power.
pub trait LedgerStore: fmt::Debug + Send + Sync + 'static {
    /// The instance id of an order line. The first call makes `candidate` the id, for ever; later calls get that id.
    ///
    /// If `candidate` is the id of another order line already, the id is [`InstanceId::derived`] from this one, with no
    /// prefix. The reservation is durable before it is returned. Orders are never forgotten.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]. Whether the reservation was made is then unknown, and the call can be repeated.
    fn reserve<'a>(
        &'a self,
        order: &'a OrderKey,
        candidate: InstanceId,
    ) -> StoreFuture<'a, Result<Reservation, LedgerError>>;

    /// The final answer about an order line, if the store can tell it without waiting: most calls for an order line are
    /// repeats. Nothing says that there is none.
    fn answered(&self, _order: &OrderKey) -> Option<Bytes> {
        None
    }

    /// Writes down what was answered about an order line that was reserved before.
    ///
    /// [`Outcome::Done`] is final: after it, nothing changes what is written, and the call succeeds all the same.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; [`LedgerError::NotReserved`] if the order line is not known.
    fn record<'a>(
        &'a self,
        order: &'a OrderKey,
        outcome: Outcome,
    ) -> StoreFuture<'a, Result<(), LedgerError>>;

    /// Is any of these instances reserved, and nothing recorded about it? Ids that nobody reserved are not.
    ///
    /// Asked for each `queryInstance`: it should cost little if nothing is unfinished.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>>;
}

/// The instance id of an order line, and how far the order has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The id, the same in every call about this order line.
    pub instance: InstanceId,
    /// What happened before this call.
    pub progress: Progress,
}

/// What is known about an order line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing: this call is the first one.
    New,
    /// An earlier call reserved the id, and no answer is recorded: it is still at work, or was interrupted.
    Reserved,
    /// The seller has taken the order, and answered "later".
    Accepted,
    /// The answer that was given, to be given again.
    Done(Bytes),
}

/// What is recorded about an order line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The seller has taken the order, and answers "later".
    Accepted,
    /// The final answer.
    Done(Bytes),
}
