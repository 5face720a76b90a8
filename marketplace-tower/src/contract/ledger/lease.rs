//! Who has a work, and for how long.

use std::time::{Duration, Instant};

use super::ask::{
    LONG, begin, begin_when_over, done, extend, must_be_superseded, of_each_kind, over, prune, purchase,
    record,
};
use crate::{Fence, Lease, Ledger, Outcome};

/// Short for a test, and long enough for a slow store to be asked in between.
const SHORT: Duration = Duration::from_millis(200);

/// Not before, and not never.
pub async fn hands_a_work_over_only_when_its_lease_is_over(ledger: Ledger) {
    for claim in of_each_kind() {
        let asked = Instant::now();
        let claim = claim.with_lease(SHORT);
        let first = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        let second = begin_when_over(&ledger, &claim).await;
        // Half: the clock that counts is the store's.
        let waited = asked.elapsed();
        assert!(waited >= SHORT / 2, "`{}` was handed over after {waited:?} of {SHORT:?}", claim.work);
        second.must_be_interrupted(&first, "its lease is over, and nothing was recorded");
    }
}

/// Whoever was taken for dead, and is not, changes nothing any more.
pub async fn keeps_nothing_from_whoever_had_a_work_before(ledger: Ledger) {
    for claim in of_each_kind() {
        let refuse = async |old: &Lease| {
            for outcome in [Outcome::Failed, Outcome::Accepted, done("of the old one")] {
                let why = format!("{outcome:?}, after it was handed over");
                must_be_superseded(ledger.record(old, outcome).await, old, &why);
            }
            let extended = ledger.extend(old, LONG).await;
            must_be_superseded(extended, old, "extended, after it was handed over");
        };
        let first = begin(&ledger, &over(&claim)).await.must_be_new("nobody has asked for it");
        let second = begin_when_over(&ledger, &claim).await.must_be_interrupted(&first, "its lease is over");
        refuse(&first).await;
        begin(&ledger, &claim).await.must_be_held("whoever took it over has it still");
        extend(&ledger, &second, Duration::ZERO).await;
        let third = begin_when_over(&ledger, &claim).await.must_be_interrupted(&second, "its lease is over");
        refuse(&first).await;
        refuse(&second).await;
        record(&ledger, &third, Outcome::Accepted).await;
        refuse(&second).await;
        let fourth = begin(&ledger, &claim).await.must_be_accepted(&third, "it was accepted");
        refuse(&third).await;
        record(&ledger, &fourth, done("of the last one")).await;
        refuse(&third).await;
        begin(&ledger, &claim).await.must_be_done("of the last one", "it was done");
    }
}

/// From now on, for a longer or a shorter time; also a lease that is over, if nobody took the work since.
pub async fn extends_a_lease(ledger: Ledger) {
    for (number, claim) in of_each_kind().into_iter().enumerate() {
        let lease =
            begin(&ledger, &claim.clone().with_lease(SHORT)).await.must_be_new("nobody has asked for it");
        extend(&ledger, &lease, LONG).await;
        // Once this one is over, so would that one be.
        let witness = purchase(format!("witness-{number}")).with_lease(SHORT);
        let first = begin(&ledger, &witness).await.must_be_new("nobody has asked for it");
        begin_when_over(&ledger, &witness).await.must_be_interrupted(&first, "its lease is over");
        begin(&ledger, &claim).await.must_be_held("its lease was extended");

        extend(&ledger, &lease, Duration::ZERO).await;
        extend(&ledger, &lease, LONG).await;
        begin(&ledger, &claim).await.must_be_held("its lease was extended before anybody took it");
        extend(&ledger, &lease, Duration::ZERO).await;
        let lease =
            begin_when_over(&ledger, &claim).await.must_be_interrupted(&lease, "its lease was shortened");

        for outcome in [Outcome::Failed, Outcome::Accepted, done("answer")] {
            let lease = match begin(&ledger, &claim).await.said.progress.fence() {
                Some(fence) => Lease { fence, ..lease.clone() },
                None => lease.clone(),
            };
            let why = format!("{outcome:?} has given the lease back");
            record(&ledger, &lease, outcome).await;
            must_be_superseded(ledger.extend(&lease, LONG).await, &lease, &why);
        }
        begin(&ledger, &claim).await.must_be_done("answer", "it was done");
    }
}

/// Whoever does not know whether an outcome was written writes it again.
pub async fn takes_an_outcome_twice(ledger: Ledger) {
    for claim in of_each_kind() {
        let twice = async |lease: &Lease, outcome: Outcome| {
            record(&ledger, lease, outcome.clone()).await;
            record(&ledger, lease, outcome).await;
        };
        let lease = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        twice(&lease, Outcome::Failed).await;
        let lease = begin(&ledger, &claim).await.must_be_interrupted(&lease, "it failed");
        twice(&lease, Outcome::Accepted).await;
        let lease = begin(&ledger, &claim).await.must_be_accepted(&lease, "it was accepted");
        twice(&lease, done("answer")).await;
        record(&ledger, &lease, done("another")).await;
        begin(&ledger, &claim).await.must_be_done("answer", "the first answer counts");
    }
}

/// Nothing can be said about it, and nothing comes of saying it.
pub async fn knows_no_work_that_nobody_began(ledger: Ledger) {
    for claim in of_each_kind() {
        let lease = Lease { work: claim.work.clone(), fence: Fence::new(1) };
        for outcome in [Outcome::Failed, Outcome::Accepted, done("answer")] {
            must_be_superseded(ledger.record(&lease, outcome).await, &lease, "nobody began it");
        }
        must_be_superseded(ledger.extend(&lease, LONG).await, &lease, "nobody began it");
        begin(&ledger, &claim).await.must_be_new("nobody began it");
    }
}

/// None is too long or too short.
pub async fn takes_any_duration(ledger: Ledger) {
    for claim in of_each_kind() {
        let for_ever = claim.clone().with_lease(Duration::MAX);
        let lease = begin(&ledger, &for_ever).await.must_be_new("nobody has asked for it");
        begin(&ledger, &claim).await.must_be_held("its lease is never over");
        extend(&ledger, &lease, Duration::from_nanos(1)).await;
        let lease = begin_when_over(&ledger, &for_ever).await.must_be_interrupted(&lease, "it is over");
        begin(&ledger, &claim).await.must_be_held("its lease is never over");
        extend(&ledger, &lease, Duration::MAX).await;
        begin(&ledger, &claim).await.must_be_held("its lease is never over");
        record(&ledger, &lease, done("answer")).await;
    }
    assert_eq!(prune(&ledger, Duration::MAX).await, 0, "nothing is so old");
}
