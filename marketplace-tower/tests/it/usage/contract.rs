//! The promises of a usage store, on each store.

use marketplace_tower::usage::UsageOutbox;
use marketplace_tower::{Ledger, usage_contract};

usage_contract!(on_memory, || async { (UsageOutbox::of(&Ledger::memory()).unwrap(), ()) });

#[cfg(feature = "sqlite")]
usage_contract!(on_sqlite, || async {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::sqlite(folder.path().join("shop.db")).await.unwrap();
    (UsageOutbox::of(&ledger).unwrap(), folder)
});
