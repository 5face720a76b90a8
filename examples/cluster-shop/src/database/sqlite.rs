//! An SQLite file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::DatabaseError;

/// A connection to the file.
pub(crate) struct Sqlite(Arc<Mutex<Connection>>);

impl Sqlite {
    /// Waits so long at most for another process that has locked the file.
    pub(crate) fn open(path: &Path, limit: Duration) -> Result<Self, DatabaseError> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(limit)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            Ok::<_, rusqlite::Error>(connection)
        };
        Ok(Self(Arc::new(Mutex::new(open().map_err(DatabaseError::new)?))))
    }

    pub(super) async fn run(&self, statements: &'static str) -> Result<(), DatabaseError> {
        self.with(move |connection| connection.execute_batch(statements)).await
    }

    pub(super) async fn execute(
        &self,
        statement: &'static str,
        parameters: &[&str],
    ) -> Result<(), DatabaseError> {
        let parameters: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        self.with(move |connection| {
            connection.prepare_cached(statement)?.execute(params_from_iter(parameters)).map(drop)
        })
        .await
    }

    pub(super) async fn find<const N: usize>(
        &self,
        statement: &'static str,
        parameters: &[&str],
    ) -> Result<Option<[String; N]>, DatabaseError> {
        let parameters: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        self.with(move |connection| {
            let mut statement = connection.prepare_cached(statement)?;
            let row = statement.query_row(params_from_iter(parameters), |row| {
                let mut columns = [const { String::new() }; N];
                for (index, column) in columns.iter_mut().enumerate() {
                    *column = row.get(index)?;
                }
                Ok(columns)
            });
            row.optional()
        })
        .await
    }

    /// SQLite blocks, so it works beside the threads that answer.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let connection = Arc::clone(&self.0);
        let work = move || work(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done.map_err(DatabaseError::new),
            Err(lost) => Err(DatabaseError::new(lost)),
        }
    }
}
