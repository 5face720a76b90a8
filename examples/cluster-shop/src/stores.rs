//! Ledger, tenants and replay store, where the settings say.

use marketplace_tower::{Ledger, Replay};

use crate::database::{Database, Postgres, Sqlite};
use crate::settings::{LedgerAt, ReplayAt};
use crate::{BoxError, Tenants, tenants};

/// The tables of PostgreSQL.
pub(crate) fn schema() -> String {
    tenants::SCHEMA.to_owned()
}

/// Makes the tables, unless they are there.
pub(crate) async fn migrate(at: &LedgerAt) -> Result<(), BoxError> {
    open(at)?.run(tenants::SCHEMA).await.map_err(unusable)
}

/// The ledger, and the tenants in the same place.
pub(crate) async fn ledger(at: &LedgerAt) -> Result<(Ledger, Tenants), BoxError> {
    let database = open(at)?;
    let ledger = match at {
        LedgerAt::Postgres(_) => Err("SHOP_LEDGER: not yet".into()),
        LedgerAt::Sqlite(path) => {
            database.run(tenants::SCHEMA).await.map_err(unusable)?;
            let mut ledger = path.clone().into_os_string();
            ledger.push(".ledger");
            Ledger::sqlite(ledger).await.map_err(unusable)
        }
    }?;
    Ok((ledger, Tenants::new(database)))
}

/// The replay store.
pub(crate) async fn replay(at: &ReplayAt) -> Result<Replay, BoxError> {
    match at {
        ReplayAt::Redis(url) => {
            Replay::redis(url).await.map_err(|error| format!("SHOP_REPLAY: {error}").into())
        }
        ReplayAt::Memory => Ok(Replay::memory()),
    }
}

fn open(at: &LedgerAt) -> Result<Database, BoxError> {
    match at {
        LedgerAt::Postgres(url) => Postgres::new(url).map(Database::Postgres).map_err(unusable),
        LedgerAt::Sqlite(path) => Sqlite::open(path).map(Database::Sqlite).map_err(unusable),
    }
}

fn unusable(error: impl Into<BoxError>) -> BoxError {
    format!("SHOP_LEDGER: {}", error.into()).into()
}
