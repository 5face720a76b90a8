//! The tenants. Each change is one statement, which can be repeated.

use std::fmt;

use marketplace_tower::MarketTime;

use crate::database::{Database, DatabaseError};

/// The table of tenants, for PostgreSQL and SQLite. `opened` and `renewed` count how often the seller's methods have run.
pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS tenants (
    instance_id   TEXT PRIMARY KEY,
    order_id      TEXT NOT NULL,
    order_line_id TEXT NOT NULL,
    state         TEXT NOT NULL,
    expires       TEXT NOT NULL DEFAULT '',
    opened        INTEGER NOT NULL DEFAULT 1,
    renewed       INTEGER NOT NULL DEFAULT 0
);";

/// The table of tenants.
pub(crate) struct Tenants(Database);

/// One tenant.
pub(crate) struct Tenant {
    pub(crate) state: State,
    pub(crate) order_id: String,
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
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Makes a tenant, unless it is there.
    pub(crate) async fn make(&self, instance: &str, order: &str, line: &str) -> Result<(), DatabaseError> {
        let insert =
            "INSERT INTO tenants (instance_id, order_id, order_line_id, state) VALUES ($1, $2, $3, $4)
            ON CONFLICT (instance_id) DO UPDATE SET opened = tenants.opened + 1";
        self.0.execute(insert, &[instance, order, line, State::Creating.as_str()]).await
    }

    /// A new tenant is ready. One that was frozen or released in the meantime stays so.
    pub(crate) async fn activate(&self, instance: &str) -> Result<(), DatabaseError> {
        let update = "UPDATE tenants SET state = $1 WHERE instance_id = $2 AND state = $3";
        self.0.execute(update, &[State::Active.as_str(), instance, State::Creating.as_str()]).await
    }

    pub(crate) async fn find(&self, instance: &str) -> Result<Option<Tenant>, DatabaseError> {
        let select = "SELECT state, order_id FROM tenants WHERE instance_id = $1";
        let found = self.0.find(select, &[instance]).await?;
        Ok(found.map(|[state, order_id]| Tenant { state: State::from_text(&state), order_id }))
    }

    pub(crate) async fn set_state(&self, instance: &str, state: State) -> Result<(), DatabaseError> {
        let update = "UPDATE tenants SET state = $1 WHERE instance_id = $2";
        self.0.execute(update, &[state.as_str(), instance]).await
    }

    pub(crate) async fn renew(&self, instance: &str, until: MarketTime) -> Result<(), DatabaseError> {
        let update = "UPDATE tenants SET expires = $1, renewed = renewed + 1 WHERE instance_id = $2";
        self.0.execute(update, &[&until.to_string(), instance]).await
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
