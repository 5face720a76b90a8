//! Ledger, tenants and replay store, where the settings say.

use std::time::Duration;

use marketplace_tower::{Ledger, PostgresLedger, Replay};

use crate::database::{Database, Postgres, Sqlite};
use crate::settings::{LedgerAt, ReplayAt};
use crate::{BoxError, Tenants, tenants};

/// How long a question to the ledger may take. The tenants are on the same server: if it hangs, a call waits for both, and
/// KooGallery is to know within a second.
const LIMIT: Duration = Duration::from_millis(500);

/// The tables of PostgreSQL.
pub(crate) fn schema() -> String {
    format!("{}\n{}", PostgresLedger::SQL, tenants::SCHEMA)
}

/// Makes the tables, unless they are there.
pub(crate) async fn migrate(at: &LedgerAt) -> Result<(), BoxError> {
    if let LedgerAt::Postgres(url) = at {
        let ledger = PostgresLedger::connect(url).await.map_err(unusable)?;
        ledger.migrate().await.map_err(unusable)?;
    }
    open(at)?.run(tenants::SCHEMA).await.map_err(unusable)
}

/// The ledger, and the tenants in the same place.
pub(crate) async fn ledger(at: &LedgerAt) -> Result<(Ledger, Tenants), BoxError> {
    let database = open(at)?;
    let ledger = match at {
        LedgerAt::Postgres(url) => {
            let ledger = PostgresLedger::new(url).map_err(unusable)?.with_timeout(LIMIT);
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

/// Says the causes too: who starts a machine wants to know why it does not.
fn unusable(error: impl std::error::Error) -> BoxError {
    let mut text = format!("SHOP_LEDGER: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.into()
}
