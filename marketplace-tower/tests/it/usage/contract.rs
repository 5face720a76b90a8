//! The promises of a usage store, on each store.

use marketplace_tower::usage::UsageOutbox;
use marketplace_tower::{Ledger, usage_contract};

usage_contract!(on_memory, || async { (UsageOutbox::of(&Ledger::memory()).unwrap(), ()) });
