//! The tenants, and what they do, counted in SQLite.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};

/// Tenants and counts. A clone shares the file.
#[derive(Clone)]
pub(crate) struct Meter {
    connection: Arc<Mutex<Connection>>,
    span: i64,
}

/// What one tenant did in one span of time, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) instance: String,
    pub(crate) begin: i64,
    pub(crate) end: i64,
    pub(crate) count: i64,
}

/// A tenant.
pub(crate) struct Tenant {
    pub(crate) product: String,
    pub(crate) state: String,
    /// Everything so far.
    pub(crate) count: i64,
}

impl Meter {
    pub(crate) fn open(path: &Path, span: Duration) -> Result<Self, MeterError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS tenants (
                instance_id TEXT PRIMARY KEY,
                order_id    TEXT NOT NULL,
                product     TEXT NOT NULL,
                state       TEXT NOT NULL
            ) STRICT;
            CREATE TABLE IF NOT EXISTS counted (
                instance_id TEXT NOT NULL,
                span_begin  INTEGER NOT NULL,
                span_end    INTEGER NOT NULL,
                work        INTEGER NOT NULL,
                recorded    INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (instance_id, span_begin)
            ) STRICT;
            CREATE INDEX IF NOT EXISTS open_spans ON counted (span_end) WHERE recorded = 0",
        )?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), span: seconds(span).max(1) })
    }

    /// Makes a tenant, unless it is there.
    pub(crate) async fn make(
        &self,
        instance: String,
        order: String,
        product: String,
    ) -> Result<(), MeterError> {
        self.execute(move |connection| {
            connection.execute(
                "INSERT INTO tenants (instance_id, order_id, product, state) VALUES (?1, ?2, ?3, 'active')
                 ON CONFLICT DO NOTHING",
                params![instance, order, product],
            )
        })
        .await
    }

    pub(crate) async fn find(&self, instance: String) -> Result<Option<Tenant>, MeterError> {
        self.with(move |connection| {
            let mut find = connection.prepare_cached(
                "SELECT product, state, (SELECT coalesce(sum(work), 0) FROM counted WHERE instance_id = ?1)
                 FROM tenants WHERE instance_id = ?1",
            )?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Tenant { product: row.get(0)?, state: row.get(1)?, count: row.get(2)? })
            };
            find.query_row([instance], read).optional()
        })
        .await
    }

    pub(crate) async fn set_state(&self, instance: String, state: &'static str) -> Result<(), MeterError> {
        self.execute(move |connection| {
            connection
                .execute("UPDATE tenants SET state = ?2 WHERE instance_id = ?1", params![instance, state])
        })
        .await
    }

    /// Counts a piece of work, durably, before it is done. Nothing, if the tenant is not active; else how much it is in this span.
    pub(crate) async fn count(&self, instance: String) -> Result<Option<i64>, MeterError> {
        let span = self.span;
        self.with(move |connection| {
            let now = now();
            let begin = now / span * span;
            let mut count = connection.prepare_cached(
                "INSERT INTO counted (instance_id, span_begin, span_end, work)
                 SELECT ?1, ?2, ?3, 1 FROM tenants WHERE instance_id = ?1 AND state = 'active'
                 ON CONFLICT DO UPDATE SET work = work + 1 WHERE recorded = 0
                 RETURNING work",
            )?;
            count.query_row(params![instance, begin, begin + span], |row| row.get(0)).optional()
        })
        .await
    }

    /// What is counted of spans that are over, and not recorded yet.
    pub(crate) async fn over(&self) -> Result<Vec<Counted>, MeterError> {
        self.with(|connection| {
            let mut over = connection.prepare_cached(
                "SELECT instance_id, span_begin, span_end, work FROM counted
                 WHERE recorded = 0 AND span_end <= ?1 ORDER BY span_end LIMIT 1000",
            )?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Counted {
                    instance: row.get(0)?,
                    begin: row.get(1)?,
                    end: row.get(2)?,
                    count: row.get(3)?,
                })
            };
            over.query_map([now()], read)?.collect()
        })
        .await
    }

    /// The span of a tenant that is given up ends now, and not when its hour does.
    pub(crate) async fn end_span(&self, instance: String) -> Result<(), MeterError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE counted SET span_end = max(span_begin, ?2)
                 WHERE instance_id = ?1 AND recorded = 0 AND span_end > ?2",
                params![instance, now()],
            )
        })
        .await
    }

    /// This is recorded: it is never asked for again.
    pub(crate) async fn recorded(&self, counted: Counted) -> Result<(), MeterError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE counted SET recorded = 1 WHERE instance_id = ?1 AND span_begin = ?2",
                params![counted.instance, counted.begin],
            )
        })
        .await
    }

    async fn execute(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<(), MeterError> {
        self.with(run).await.map(drop)
    }

    /// Runs this where it may block.
    async fn with<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, MeterError> {
        let connection = Arc::clone(&self.connection);
        let running = tokio::task::spawn_blocking(move || {
            // SQLite keeps the file whole, whatever became of the last one.
            run(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match running.await {
            Ok(done) => Ok(done?),
            Err(error) => Err(MeterError(error.into())),
        }
    }
}

fn now() -> i64 {
    // A clock before 1970 reads as 1970.
    seconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// The database of the tenants failed.
#[derive(Debug)]
pub(crate) struct MeterError(crate::BoxError);

impl fmt::Display for MeterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database of the tenants failed: {}", self.0)
    }
}

impl std::error::Error for MeterError {}

impl From<rusqlite::Error> for MeterError {
    fn from(error: rusqlite::Error) -> Self {
        Self(Box::new(error))
    }
}
