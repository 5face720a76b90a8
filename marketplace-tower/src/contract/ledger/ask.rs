//! How a ledger is asked, and with what.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use marketplace_core::{InstanceId, OrderKey, Work};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::begun::Begun;
use crate::{Claim, Interrupted, Lease, Ledger, LedgerError, Outcome, Progress};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(60 * 60);
/// How long a test waits for what has to happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn order(line: impl ToString) -> OrderKey {
    OrderKey::new("CS2211181819A7LXX", Some(&line.to_string()))
}

pub(super) fn id(id: impl ToString) -> InstanceId {
    InstanceId::stored(id.to_string())
}

/// A claim that no test outlasts. All its texts follow from one.
pub(super) fn purchase(line: impl ToString) -> Claim {
    let candidate = id(line.to_string());
    Claim::new(Work::purchase(order(line)), candidate).with_lease(LONG)
}

pub(super) fn renewal(line: impl ToString, instance: impl ToString) -> Claim {
    let work = Work::ordered("refreshInstance", "RENEWAL", order(line), id(instance.to_string()));
    Claim::new(work, id(instance)).with_lease(LONG)
}

pub(super) fn state(instance: impl ToString, state: &'static str) -> Claim {
    Claim::new(Work::state(id(instance.to_string()), state), id(instance)).with_lease(LONG)
}

pub(super) fn end(instance: impl ToString) -> Claim {
    Claim::new(Work::end("releaseInstance", id(instance.to_string())), id(instance)).with_lease(LONG)
}

/// Works of all kinds, on an instance each.
pub(super) fn of_each_kind() -> [Claim; 4] {
    [purchase("bought"), renewal("order", "renewed"), state("frozen", "FREEZE"), end("ended")]
}

/// The same claim, whose lease is over at once.
pub(super) fn over(claim: &Claim) -> Claim {
    claim.clone().with_lease(Duration::ZERO)
}

pub(super) fn done(answer: impl ToString) -> Outcome {
    Outcome::Done(Bytes::from(answer.to_string()))
}

pub(super) async fn begin(ledger: &Ledger, claim: &Claim) -> Begun {
    match ledger.begin(claim).await {
        Ok(said) => Begun { work: claim.work.clone(), said },
        Err(error) => panic!("`{}` could not be begun: {}", claim.work, causes(&error)),
    }
}

/// Asks until whoever had the work has it no more.
pub(super) async fn begin_when_over(ledger: &Ledger, claim: &Claim) -> Begun {
    let asked = Instant::now();
    loop {
        let begun = begin(ledger, claim).await;
        if begun.said.progress != Progress::Held {
            return begun;
        }
        assert!(asked.elapsed() < PATIENCE, "the lease of `{}` is never over", claim.work);
        sleep(Duration::from_millis(5)).await;
    }
}

/// Asks for all of them at the same time.
pub(super) async fn begin_at_once(ledger: &Ledger, claims: Vec<Claim>) -> Vec<Begun> {
    let start = Arc::new(Barrier::new(claims.len()));
    let mut asking = JoinSet::new();
    for claim in claims {
        let (ledger, start) = (ledger.clone(), Arc::clone(&start));
        asking.spawn(async move {
            start.wait().await;
            begin(&ledger, &claim).await
        });
    }
    asking.join_all().await
}

/// The same, until whoever had it before has it no more.
pub(super) async fn begin_at_once_when_over(ledger: &Ledger, claims: Vec<Claim>) -> Vec<Begun> {
    let asked = Instant::now();
    loop {
        let begun = begin_at_once(ledger, claims.clone()).await;
        if begun.iter().any(|begun| begun.said.progress != Progress::Held) || asked.elapsed() > PATIENCE {
            return begun;
        }
    }
}

/// Begins a work that nobody has begun, and does it.
pub(super) async fn do_first(ledger: &Ledger, claim: &Claim, answer: impl ToString) -> Lease {
    let lease = begin(ledger, claim).await.must_be_new("nobody has asked for it");
    record(ledger, &lease, done(answer)).await;
    lease
}

pub(super) async fn record(ledger: &Ledger, lease: &Lease, outcome: Outcome) {
    if let Err(error) = ledger.record(lease, outcome.clone()).await {
        panic!("{outcome:?} of `{}` could not be recorded: {}", lease.work, causes(&error));
    }
}

pub(super) async fn extend(ledger: &Ledger, lease: &Lease, duration: Duration) {
    if let Err(error) = ledger.extend(lease, duration).await {
        panic!("the lease of `{}` could not be extended: {}", lease.work, causes(&error));
    }
}

pub(super) async fn unfinished(ledger: &Ledger, instances: &[InstanceId]) -> bool {
    match ledger.unfinished(instances).await {
        Ok(unfinished) => unfinished,
        Err(error) => panic!("the ledger could not tell what is unfinished: {}", causes(&error)),
    }
}

pub(super) async fn interrupted(ledger: &Ledger, after: Option<u64>, limit: usize) -> Vec<Interrupted> {
    match ledger.interrupted(after, limit).await {
        Ok(interrupted) => interrupted,
        Err(error) => panic!("the ledger could not tell what is interrupted: {}", causes(&error)),
    }
}

pub(super) async fn prune(ledger: &Ledger, ended_for: Duration) -> u64 {
    match ledger.prune(ended_for).await {
        Ok(pruned) => pruned,
        Err(error) => panic!("the ledger could not be pruned: {}", causes(&error)),
    }
}

/// The ledger has to refuse what a caller says about a work that is not its own.
#[track_caller]
pub(super) fn must_be_superseded(said: Result<(), LedgerError>, lease: &Lease, why: &str) {
    match said {
        Err(LedgerError::Superseded { work }) => assert_eq!(work, lease.work, "another work was named"),
        Err(error) => panic!("`{}` should be superseded ({why}); {}", lease.work, causes(&error)),
        Ok(()) => panic!("`{}` should be superseded ({why}), and was taken", lease.work),
    }
}

pub(in crate::contract) fn causes(error: &LedgerError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
