//! The outbox of usage on PostgreSQL: what only a server and its transactions can show.

use std::collections::HashSet;

use marketplace_tower::usage::{Addition, Asked, MeteringSn, Taken, UsageOutbox, UsageRecord, UsageStore};
use marketplace_tower::usage_contract;

use super::*;

mod rules;
mod seller;

usage_contract!(contract, || async {
    let database = Database::new().await;
    // It is asked many things at once here, and may take its time.
    let ledger = Ledger::custom(database.machine().with_timeout(PATIENCE));
    (UsageOutbox::of(&ledger).unwrap(), database)
});

/// A call of `record_usage` about the last whole hour. What is appended are other arguments, by name.
pub(super) fn record(more: &str) -> String {
    record_of("hourly", more)
}

fn record_of(instance: &str, more: &str) -> String {
    format!(
        "SELECT marketplace.record_usage('{instance}', date_trunc('hour', now()) - interval '1 hour', \
         date_trunc('hour', now()), 12.5{more})"
    )
}

/// Everything that waits.
pub(super) async fn take(store: &dyn UsageStore) -> Vec<Taken> {
    store.take(Asked::new(10_000, UtcTime::MAX, PATIENCE)).await.unwrap()
}

fn sn(sn: &str) -> MeteringSn {
    MeteringSn::new(sn).unwrap()
}

fn waiting() -> PushOutcome {
    PushOutcome::Waiting { pause: Duration::ZERO, was_not_taken: true }
}
