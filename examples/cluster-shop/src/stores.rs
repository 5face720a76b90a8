//! Ledger, tenants and replay store, where the settings say.

use std::error::Error;
use std::time::Duration;

use marketplace_tower::{Ledger, PostgresLedger, RedisReplay, Replay};

use crate::database::{Database, Postgres, Sqlite};
use crate::settings::{LedgerAt, ReplayAt, Settings};
use crate::{BoxError, Tenants, tenants};

/// The tables of PostgreSQL.
pub(crate) fn schema() -> String {
    format!("{}\n{}", PostgresLedger::SQL, tenants::SCHEMA)
}

/// Makes the tables, unless they are there.
pub(crate) async fn migrate(Settings { ledger, patience, .. }: &Settings) -> Result<(), BoxError> {
    let database = open(ledger, *patience)?;
    if let LedgerAt::Postgres(url) = ledger {
        let ledger = PostgresLedger::connect(url).await.map_err(unusable)?;
        ledger.migrate().await.map_err(unusable)?;
    }
    database.run(tenants::SCHEMA).await.map_err(unusable)
}

/// The ledger, and the tenants in the same place.
pub(crate) async fn ledger(
    Settings { ledger, patience, .. }: &Settings,
) -> Result<(Ledger, Tenants), BoxError> {
    let database = open(ledger, *patience)?;
    let ledger = match ledger {
        LedgerAt::Postgres(url) => {
            let ledger = PostgresLedger::new(url).map_err(unusable)?.with_timeout(*patience);
            ledger.check().await.map_err(unusable)?;
            Ledger::custom(ledger)
        }
        LedgerAt::Sqlite(path) => {
            database.run(tenants::SCHEMA).await.map_err(unusable)?;
            let mut ledger = path.clone().into_os_string();
            ledger.push(".ledger");
            Ledger::sqlite(ledger).await.map_err(unusable)?
        }
    };
    Ok((ledger, Tenants::new(database)))
}

/// The replay store.
pub(crate) async fn replay(settings: &Settings) -> Result<Replay, BoxError> {
    let ReplayAt::Redis(url) = &settings.replay else { return Ok(Replay::memory()) };
    let connecting = async { RedisReplay::new(url)?.with_timeout(settings.patience).connect().await };
    connecting.await.map_err(|error| format!("SHOP_REPLAY: {}", with_causes(&error)).into())
}

fn open(at: &LedgerAt, patience: Duration) -> Result<Database, BoxError> {
    match at {
        LedgerAt::Postgres(url) => Postgres::new(url, patience).map(Database::Postgres).map_err(unusable),
        LedgerAt::Sqlite(path) => Sqlite::open(path, patience).map(Database::Sqlite).map_err(unusable),
    }
}

fn unusable(error: impl Error) -> BoxError {
    format!("SHOP_LEDGER: {}", with_causes(&error)).into()
}

/// Who starts a machine wants to know why it does not.
fn with_causes(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", with_causes(cause)),
        None => error.to_string(),
    }
}
