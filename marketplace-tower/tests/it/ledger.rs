//! Promises 22 and 23: one order line, one instance id; each work done once.

use marketplace_tower::{Ledger, ledger_contract};

#[cfg(feature = "sqlite")]
mod sqlite;

ledger_contract!(on_memory, || async { (Ledger::memory(), ()) });

#[cfg(feature = "sqlite")]
ledger_contract!(on_sqlite, || async {
    let folder = tempfile::tempdir().unwrap();
    (Ledger::sqlite(folder.path().join("shop.db")).await.unwrap(), folder)
});
