//! The tenants, in SQLite.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::admin::proto::change::Kind;
use crate::admin::proto::{Change, Instance, State};
use crate::feed::Feed;

/// The table of tenants, which tells its [`Feed`] what changes. Clones are the same table.
#[derive(Clone)]
pub(crate) struct Tenants {
    connection: Arc<Mutex<Connection>>,
    feed: Feed,
}

/// Some tenants, in the order in which they were made.
pub(crate) struct Page {
    pub(crate) instances: Vec<Instance>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<i64>,
}

impl Tenants {
    pub(crate) fn open(path: &Path) -> Result<Self, TenantsError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS tenants (
                number      INTEGER PRIMARY KEY,
                instance_id TEXT NOT NULL UNIQUE,
                order_id    TEXT NOT NULL,
                state       INTEGER NOT NULL,
                expires     INTEGER NOT NULL DEFAULT 0
            ) STRICT",
        )?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), feed: Feed::new() })
    }

    /// Where changes are told.
    pub(crate) fn feed(&self) -> &Feed {
        &self.feed
    }

    pub(crate) async fn find(&self, instance: String) -> Result<Option<Instance>, TenantsError> {
        self.with(move |connection| {
            let mut find = connection.prepare_cached("SELECT * FROM tenants WHERE instance_id = ?1")?;
            find.query_row([instance], read).optional()
        })
        .await
    }

    /// At most `size` tenants, those that stand after this place.
    pub(crate) async fn page(&self, after: i64, size: u32) -> Result<Page, TenantsError> {
        self.with(move |connection| {
            let mut page = connection
                .prepare_cached("SELECT * FROM tenants WHERE number > ?1 ORDER BY number LIMIT ?2")?;
            // One more than is shown says whether there is a next page.
            let rows = page.query_map([after, i64::from(size) + 1], |row| Ok((row.get(0)?, read(row)?)))?;
            let mut rows = rows.collect::<rusqlite::Result<Vec<(i64, Instance)>>>()?;
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            let more = rows.len() > size;
            rows.truncate(size);
            let next = rows.last().filter(|_| more).map(|(number, _)| *number);
            Ok(Page { instances: rows.into_iter().map(|(_, instance)| instance).collect(), next })
        })
        .await
    }

    /// Makes a tenant, unless it is there.
    pub(crate) async fn make(&self, instance: String, order_id: String) -> Result<(), TenantsError> {
        self.change(
            Kind::Purchased,
            "INSERT INTO tenants (instance_id, order_id, state) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
            RETURNING *",
            (instance, order_id, State::Active as i32),
        )
        .await
    }

    /// What is released stays so.
    pub(crate) async fn set_state(&self, instance: String, state: State) -> Result<(), TenantsError> {
        let kind = match state {
            State::Frozen => Kind::Frozen,
            State::Released => Kind::Released,
            _ => Kind::Unfrozen,
        };
        self.change(
            kind,
            "UPDATE tenants SET state = ?2 WHERE instance_id = ?1 AND state NOT IN (?2, ?3) RETURNING *",
            (instance, state as i32, State::Released as i32),
        )
        .await
    }

    pub(crate) async fn set_expiry(&self, instance: String, unix_millis: i64) -> Result<(), TenantsError> {
        self.change(
            Kind::Renewed,
            "UPDATE tenants SET expires = ?2 WHERE instance_id = ?1 AND expires <> ?2 RETURNING *",
            (instance, unix_millis),
        )
        .await
    }

    pub(crate) async fn set_order(&self, instance: String, order_id: String) -> Result<(), TenantsError> {
        self.change(
            Kind::Upgraded,
            "UPDATE tenants SET order_id = ?2 WHERE instance_id = ?1 AND order_id <> ?2 RETURNING *",
            (instance, order_id),
        )
        .await
    }

    /// Changes one row, or none because it is so already. Only a change is told: KooGallery repeats its calls.
    async fn change(
        &self,
        kind: Kind,
        statement: &'static str,
        parameters: impl Params + Send + 'static,
    ) -> Result<(), TenantsError> {
        let feed = self.feed.clone();
        self.with(move |connection| {
            let transaction = connection.transaction()?;
            let changed = transaction.prepare_cached(statement)?.query_row(parameters, read).optional()?;
            transaction.commit()?;
            // The connection is still locked, so that changes are told in the order in which they were made.
            if let Some(instance) = changed {
                feed.tell(Change { kind: kind.into(), instance: Some(instance) });
            }
            Ok(())
        })
        .await
    }

    /// SQLite blocks, so it works beside the threads that answer.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, TenantsError> {
        let connection = Arc::clone(&self.connection);
        let work = move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Ok(done?),
            Err(lost) => Err(TenantsError(Box::new(lost))),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Instance> {
    Ok(Instance {
        id: row.get("instance_id")?,
        order_id: row.get("order_id")?,
        state: row.get("state")?,
        expires_unix_millis: row.get("expires")?,
    })
}

/// The database of the tenants failed.
#[derive(Debug)]
pub(crate) struct TenantsError(Box<dyn Error + Send + Sync>);

impl fmt::Display for TenantsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database of the tenants failed: {}", self.0)
    }
}

impl Error for TenantsError {}

impl From<rusqlite::Error> for TenantsError {
    fn from(error: rusqlite::Error) -> Self {
        Self(Box::new(error))
    }
}
