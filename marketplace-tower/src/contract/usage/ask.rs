//! How an outbox is asked, and with what.

use std::time::{Duration, Instant};

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, MeteringSn, UsageRecord};
use tokio::time::sleep;

use crate::LedgerError;
use crate::contract::ledger::causes;
use crate::usage::{
    Addition, Asked, PushOutcome, RefusedUsage, Settlement, Taken, UsageOutbox, UsageProgress,
};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(60 * 60);
/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// The beginning of hour 0: `20220809T080000Z`.
const START: u64 = 1_660_032_000;

/// The market has surely not taken it.
pub(super) const NOT_TAKEN: PushOutcome = PushOutcome::Waiting { pause: Duration::ZERO, was_not_taken: true };
/// Nobody knows whether the market has it.
pub(super) const UNKNOWN: PushOutcome = PushOutcome::Waiting { pause: Duration::ZERO, was_not_taken: false };

pub(super) fn sn(sn: impl ToString) -> MeteringSn {
    MeteringSn::new(sn.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// When an hour begins, and the one before it ends.
pub(super) fn hour(hour: u64) -> UtcTime {
    at(START + hour * 3600)
}

pub(super) fn at(unix_seconds: u64) -> UtcTime {
    UtcTime::from_unix_seconds(unix_seconds).unwrap_or_else(|error| panic!("{error}"))
}

/// What an instance used in an hour.
pub(super) fn usage(instance: &str, number: u64, value: &str) -> UsageRecord {
    let value = value.parse().unwrap_or_else(|error| panic!("{value}: {error}"));
    UsageRecord::new(instance, hour(number), hour(number + 1), value)
        .unwrap_or_else(|error| panic!("{instance}: {error}"))
}

/// It is recorded as soon as it has ended.
pub(super) fn metered(serial: impl ToString, usage: UsageRecord) -> MeteredRecord {
    let end = usage.end();
    usage.metered(sn(serial), end).unwrap_or_else(|error| panic!("{error}"))
}

/// The record of an hour, whose serial number is that of the hour.
pub(super) fn record(number: u64) -> MeteredRecord {
    metered(number, usage("instance", number, "12.5"))
}

pub(super) fn refusal(code: &str, message: &str) -> PushOutcome {
    PushOutcome::Refused { code: code.to_owned(), message: message.to_owned() }
}

pub(super) async fn add(outbox: &UsageOutbox, records: &[MeteredRecord]) -> Vec<Addition> {
    answer("records could not be added", outbox.store().add(records).await)
}

/// Adds records that nobody has added.
pub(super) async fn add_new(outbox: &UsageOutbox, records: &[MeteredRecord]) {
    let added = add(outbox, records).await;
    assert_eq!(added, vec![Addition::Added; records.len()], "nobody has added them before");
}

pub(super) async fn take_as(outbox: &UsageOutbox, asked: Asked) -> Vec<Taken> {
    let taken = answer("records could not be taken", outbox.store().take(asked).await);
    assert!(taken.len() <= asked.limit, "{} records for {asked:?}", taken.len());
    taken
}

/// Whatever there is, for longer than any test takes.
pub(super) async fn take(outbox: &UsageOutbox) -> Vec<Taken> {
    take_as(outbox, Asked::new(10_000, UtcTime::MAX, LONG)).await
}

/// The one record that there is.
pub(super) async fn take_one(outbox: &UsageOutbox, why: &str) -> Taken {
    one(take(outbox).await, why)
}

#[track_caller]
pub(super) fn one(taken: Vec<Taken>, why: &str) -> Taken {
    let [one] = <[_; 1]>::try_from(taken).unwrap_or_else(|taken| panic!("one record ({why}), not {taken:?}"));
    one
}

#[track_caller]
pub(super) fn none(taken: &[Taken], why: &str) {
    assert!(taken.is_empty(), "nothing should be handed out ({why}), and {taken:?} was");
}

/// Takes until there is something: what is somebody's is free some day.
pub(super) async fn take_when_free(outbox: &UsageOutbox, lease: Duration) -> Vec<Taken> {
    let asked = Instant::now();
    loop {
        let taken = take_as(outbox, Asked::new(10_000, UtcTime::MAX, lease)).await;
        if !taken.is_empty() {
            return taken;
        }
        assert!(asked.elapsed() < PATIENCE, "no lease and no pause is ever over");
        sleep(Duration::from_millis(5)).await;
    }
}

/// The same, where one record has to come.
pub(super) async fn take_one_when_free(outbox: &UsageOutbox, lease: Duration) -> Taken {
    one(take_when_free(outbox, lease).await, "its lease or its pause is over")
}

pub(super) async fn settle(outbox: &UsageOutbox, settled: &[Settlement]) -> u64 {
    answer("records could not be settled", outbox.store().settle(settled).await)
}

/// Settles what is the caller's.
pub(super) async fn settle_own(outbox: &UsageOutbox, taken: &Taken, outcome: PushOutcome) {
    let settled = settle(outbox, &[taken.settled(outcome.clone())]).await;
    assert_eq!(settled, 1, "{outcome:?} of {taken:?} should be written");
}

/// The records were handed out again since, or never.
pub(super) async fn settle_in_vain(outbox: &UsageOutbox, taken: &Taken, outcome: PushOutcome) {
    let settled = settle(outbox, &[taken.settled(outcome.clone())]).await;
    assert_eq!(settled, 0, "{outcome:?} of {taken:?} should change nothing");
}

pub(super) async fn push_again(outbox: &UsageOutbox, sns: &[MeteringSn]) -> u64 {
    answer("records could not be put back", outbox.push_again(sns).await)
}

pub(super) async fn progress(outbox: &UsageOutbox, overdue_before: UtcTime) -> UsageProgress {
    answer("the progress could not be told", outbox.store().progress(overdue_before).await)
}

/// How many wait, are pushed, and are refused.
pub(super) async fn counts(outbox: &UsageOutbox) -> (u64, u64, u64) {
    let progress = progress(outbox, UtcTime::MAX).await;
    (progress.waiting, progress.pushed, progress.refused)
}

pub(super) async fn refused(outbox: &UsageOutbox, after: Option<u64>, limit: usize) -> Vec<RefusedUsage> {
    let refused = answer("refused records could not be listed", outbox.refused(after, limit).await);
    assert!(refused.len() <= limit, "{} records, where {limit} were asked for", refused.len());
    refused
}

pub(super) async fn prune(outbox: &UsageOutbox, began_before: UtcTime) -> u64 {
    answer("records could not be pruned", outbox.store().prune(began_before).await)
}

#[track_caller]
fn answer<T>(what: &str, answer: Result<T, LedgerError>) -> T {
    answer.unwrap_or_else(|error| panic!("{what}: {}", causes(&error)))
}
