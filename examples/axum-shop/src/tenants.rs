//! The tenants, in SQLite.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};

/// The table of tenants.
#[derive(Clone)]
pub(crate) struct Tenants(Arc<Mutex<Connection>>);

/// One tenant.
pub(crate) struct Tenant {
    pub(crate) state: State,
    pub(crate) order_id: String,
    /// What was bought; empty if nobody was asked.
    pub(crate) plan: String,
}

/// What a tenant can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Creating,
    Active,
    Frozen,
    Released,
}

impl Tenants {
    pub(crate) fn open(path: &Path) -> Result<Self, TenantsError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS tenants (
                instance_id TEXT PRIMARY KEY,
                order_id    TEXT NOT NULL,
                state       TEXT NOT NULL,
                expires     INTEGER,
                plan        TEXT NOT NULL DEFAULT ''
            ) STRICT",
        )?;
        // A file from before tenants had plans.
        if !connection.column_exists(None, "tenants", "plan")? {
            connection.execute_batch("ALTER TABLE tenants ADD COLUMN plan TEXT NOT NULL DEFAULT ''")?;
        }
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Makes a tenant, unless it is there.
    pub(crate) async fn make(
        &self,
        instance: String,
        order_id: String,
        plan: String,
    ) -> Result<(), TenantsError> {
        self.execute(move |connection| {
            connection.execute(
                "INSERT INTO tenants (instance_id, order_id, state, plan) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
                params![instance, order_id, State::Creating.as_str(), plan],
            )
        })
        .await
    }

    pub(crate) async fn find(&self, instance: String) -> Result<Option<Tenant>, TenantsError> {
        self.with(move |connection| {
            let mut find = connection
                .prepare_cached("SELECT state, order_id, plan FROM tenants WHERE instance_id = ?1")?;
            find.query_row([instance], |row| {
                let state = State::from_text(&row.get::<_, String>(0)?);
                Ok(Tenant { state, order_id: row.get(1)?, plan: row.get(2)? })
            })
            .optional()
        })
        .await
    }

    /// A new tenant is ready. One that was frozen or released in the meantime stays so.
    pub(crate) async fn activate(&self, instance: String) -> Result<(), TenantsError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE tenants SET state = ?2 WHERE instance_id = ?1 AND state = ?3",
                params![instance, State::Active.as_str(), State::Creating.as_str()],
            )
        })
        .await
    }

    pub(crate) async fn set_state(&self, instance: String, state: State) -> Result<(), TenantsError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE tenants SET state = ?2 WHERE instance_id = ?1",
                params![instance, state.as_str()],
            )
        })
        .await
    }

    pub(crate) async fn set_expiry(&self, instance: String, unix_millis: i64) -> Result<(), TenantsError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE tenants SET expires = ?2 WHERE instance_id = ?1",
                params![instance, unix_millis],
            )
        })
        .await
    }

    /// Another order, and what it bought; without a plan, the old one stays.
    pub(crate) async fn set_order(
        &self,
        instance: String,
        order_id: String,
        plan: Option<String>,
    ) -> Result<(), TenantsError> {
        self.execute(move |connection| {
            connection.execute(
                "UPDATE tenants SET order_id = ?2, plan = coalesce(?3, plan) WHERE instance_id = ?1",
                params![instance, order_id, plan],
            )
        })
        .await
    }

    async fn execute(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<(), TenantsError> {
        self.with(work).await.map(drop)
    }

    /// SQLite blocks, so it works beside the threads that answer.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, TenantsError> {
        let connection = Arc::clone(&self.0);
        let work = move || work(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Ok(done?),
            Err(lost) => Err(TenantsError(Box::new(lost))),
        }
    }
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Released => "released",
        }
    }

    fn from_text(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "frozen" => Self::Frozen,
            "released" => Self::Released,
            _ => Self::Creating,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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
