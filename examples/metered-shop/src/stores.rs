//! Ledger and recorded usage, where the settings say.

use std::error::Error;

use marketplace_tower::{Ledger, PostgresLedger};

use crate::BoxError;
use crate::settings::LedgerAt;

/// Makes the tables of PostgreSQL, unless they are there. An SQLite file makes itself.
pub(crate) async fn migrate(ledger: &LedgerAt) -> Result<(), BoxError> {
    if let LedgerAt::Postgres(url) = ledger {
        let ledger = PostgresLedger::connect(url).await.map_err(unusable)?;
        ledger.migrate().await.map_err(unusable)?;
    }
    Ok(())
}

/// The ledger, with the outbox beside it.
pub(crate) async fn ledger(ledger: &LedgerAt) -> Result<Ledger, BoxError> {
    match ledger {
        LedgerAt::Postgres(url) => Ledger::postgres(url).await,
        LedgerAt::Sqlite(path) => Ledger::sqlite(path).await,
    }
    .map_err(unusable)
}

fn unusable(error: impl Error) -> BoxError {
    format!("SHOP_LEDGER: {}", with_causes(&error)).into()
}

/// Who starts a shop wants to know why it does not.
fn with_causes(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", with_causes(cause)),
        None => error.to_string(),
    }
}
