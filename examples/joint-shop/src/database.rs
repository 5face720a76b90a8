//! What the shop knows, in SQLite. One file for each table, or two that belong together.

mod applications;
mod departments;
mod enterprises;
mod instances;
mod licences;
mod online_licences;
mod tenants;
mod users;

pub(crate) use applications::Application;
pub(crate) use departments::Department;
pub(crate) use enterprises::Enterprise;
pub(crate) use instances::{Instance, State};
pub(crate) use online_licences::{Granted, OnlineLicence};
pub(crate) use tenants::{Purchase, Tenant};
pub(crate) use users::User;

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The file of the shop. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Database(Arc<Mutex<Connection>>);

/// The tables, in the order in which they refer to each other.
const TABLES: [&str; 9] = [
    instances::TABLE,
    tenants::TABLE,
    tenants::PARAMETERS,
    licences::TABLE,
    online_licences::TABLE,
    enterprises::TABLE,
    applications::TABLE,
    users::TABLE,
    departments::TABLE,
];

impl Database {
    pub(crate) fn open(path: &Path) -> Result<Self, DatabaseError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        for table in TABLES {
            connection.execute_batch(table)?;
        }
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Does all of this, or nothing. SQLite blocks, so it works beside the threads that answer.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let connection = Arc::clone(&self.0);
        let work = move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok::<_, rusqlite::Error>(done)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Ok(done?),
            Err(lost) => Err(DatabaseError(Box::new(lost))),
        }
    }
}

/// The database of the shop failed.
#[derive(Debug)]
pub(crate) struct DatabaseError(Box<dyn Error + Send + Sync>);

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database of the shop failed: {}", self.0)
    }
}

impl Error for DatabaseError {}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        Self(Box::new(error))
    }
}
