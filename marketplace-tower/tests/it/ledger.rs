//! Promises 22 and 23: one order line, one instance id; each work done once.

use bytes::Bytes;
use marketplace_tower::{
    Answered, Claim, Fence, InstanceId, Interrupted, Lease, Ledger, LedgerError, LedgerStore, OrderKey,
    Outcome, Progress, Reservation, StoreFuture, Work, ledger_contract,
};

mod broken;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

ledger_contract!(on_memory, || async { (Ledger::memory(), ()) });

#[cfg(feature = "sqlite")]
ledger_contract!(on_sqlite, || async {
    let folder = tempfile::tempdir().unwrap();
    (Ledger::sqlite(folder.path().join("shop.db")).await.unwrap(), folder)
});

fn order(line: impl ToString) -> OrderKey {
    OrderKey::new("CS2211181819A7LXX", Some(&line.to_string()))
}

fn id(id: impl ToString) -> InstanceId {
    InstanceId::new(id.to_string()).unwrap()
}

/// A claim whose lease no test outlasts.
fn purchase(line: impl ToString, candidate: impl ToString) -> Claim {
    Claim::new(Work::purchase(order(line)), id(candidate)).with_lease(std::time::Duration::from_secs(3600))
}

#[cfg(all(unix, feature = "postgres"))]
ledger_contract!(on_postgres, || async {
    let database = postgres::Database::new().await;
    // It is asked thousands of things at once here, and may take its time.
    let ledger = database.machine().with_timeout(std::time::Duration::from_secs(60));
    (Ledger::custom(ledger), database)
});
