//! What goes wrong with a ledger.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use marketplace_core::{OrderKey, Work};

/// The ledger could not be opened or asked. For the operator; KooGallery sends the call again.
///
/// A clone is cheap: orders that share a commit share its failure.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be opened: check that it is a file, its permissions and those of its directory.
    #[error("cannot open the ledger `{}`", file.display())]
    Open {
        /// The file.
        file: Arc<Path>,
        /// What the system or the database says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The file is the database of another application. It was left as it is.
    #[error("`{}` is the database of another application, not a ledger", file.display())]
    NotALedger {
        /// The file.
        file: Arc<Path>,
    },
    /// The file was written by a newer release. It was left as it is.
    #[error("the ledger `{}` has version {found}; this release knows versions up to {known}", file.display())]
    Newer {
        /// The file.
        file: Arc<Path>,
        /// The version of the file.
        found: i32,
        /// The newest version that this release can read.
        known: i32,
    },
    /// The file could not be read or written, for example because the disk is full. Nothing of the call was kept.
    #[error("the ledger `{}` could not be read or written", file.display())]
    Failed {
        /// The file.
        file: Arc<Path>,
        /// What the database says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The thread that holds the file has ended.
    #[error("the ledger `{}` is closed", file.display())]
    Closed {
        /// The file.
        file: Arc<Path>,
    },
    /// The work was handed out again since, because the lease was over, or is not known at all: what this caller says about
    /// it is not written.
    #[error("`{work}` is no longer this caller's")]
    Superseded {
        /// The work.
        work: Work,
    },
    /// Both the candidate and the id that is derived from the order line belong to other order lines.
    #[error("no instance id is free for the order line {order}")]
    NoFreeId {
        /// The order line.
        order: OrderKey,
    },
    /// The PostgreSQL database could not be connected to or asked.
    #[cfg(feature = "postgres")]
    #[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
    #[error(transparent)]
    Postgres(#[from] super::PostgresError),
    /// A store of the seller's own could not be asked.
    #[error("the ledger could not be asked")]
    Store {
        /// What the store says.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl LedgerError {
    /// An error of a store of the seller's own, with its cause.
    #[must_use]
    pub fn store(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Store { source: Arc::from(source.into()) }
    }
}
