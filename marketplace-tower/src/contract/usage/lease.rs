//! Who has a record, and for how long.

use std::time::Duration;

use marketplace_core::UtcTime;

use super::ask::{
    LONG, NOT_TAKEN, UNKNOWN, add_new, none, one, record, settle_own, take, take_as, take_one,
    take_one_when_free,
};
use crate::usage::{Asked, PushOutcome, UsageOutbox};

/// Short for a test, and long enough for a slow store to be asked in between.
const SHORT: Duration = Duration::from_millis(200);

fn for_a(lease: Duration) -> Asked {
    Asked::new(1, UtcTime::MAX, lease)
}

fn waiting(pause: Duration) -> PushOutcome {
    PushOutcome::Waiting { pause, was_not_taken: true }
}

/// Then as the next attempt, and one that may have been sent.
pub async fn hands_a_record_out_again_only_when_its_lease_is_over(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0), record(1)]).await;
    let long = one(take_as(&outbox, for_a(LONG)).await, "of two that wait");
    let short = one(take_as(&outbox, for_a(SHORT)).await, "of two that wait");
    assert_eq!((&long.record, &short.record), (&record(0), &record(1)));
    // The other one's lease is not over, though it would be the first.
    for attempt in 2..5 {
        let again = take_one_when_free(&outbox, SHORT).await;
        assert_eq!(again.record, record(1));
        assert_eq!(
            (again.attempt, again.may_have_been_sent),
            (attempt, true),
            "whoever had it may have sent it"
        );
    }
    settle_own(&outbox, &long, PushOutcome::Pushed).await;
    let last = take_one_when_free(&outbox, LONG).await;
    none(&take(&outbox).await, "its lease is not over");
    settle_own(&outbox, &last, PushOutcome::Pushed).await;
}

/// A record that has to wait is nobody's until then.
pub async fn keeps_a_pause(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0), record(1)]).await;
    let long = one(take_as(&outbox, for_a(Duration::ZERO)).await, "of two that wait");
    settle_own(&outbox, &long, waiting(LONG)).await;
    let short = take_one(&outbox, "the other one waits for an hour").await;
    assert_eq!(short.record, record(1), "the first one waits for an hour");
    settle_own(&outbox, &short, waiting(SHORT)).await;
    let again = take_one_when_free(&outbox, LONG).await;
    assert_eq!((&again.record, again.attempt), (&record(1), 2), "its pause is over");
    none(&take(&outbox).await, "one waits for an hour, and one is somebody's");
    // It is longer and shorter as the same attempt says.
    settle_own(&outbox, &long, waiting(Duration::ZERO)).await;
    assert_eq!(take_one_when_free(&outbox, LONG).await.record, record(0), "its pause was made shorter");
}

/// As it was before an attempt of which the market has surely taken nothing; from then on after any other.
pub async fn remembers_whether_a_record_may_have_been_sent(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0)]).await;
    let mut taken = take_one(&outbox, "it was added").await;
    assert!(!taken.may_have_been_sent, "nobody had it before");
    for (number, (outcome, may_have_been_sent, why)) in [
        (Some(NOT_TAKEN), false, "it was not taken"),
        (Some(NOT_TAKEN), false, "it was not taken either time"),
        (Some(UNKNOWN), true, "nobody knows whether it was taken"),
        (Some(NOT_TAKEN), true, "it may have been taken the time before"),
        (Some(UNKNOWN), true, "nobody knows whether it was taken"),
        (None, true, "its lease was over"),
        (Some(NOT_TAKEN), true, "it may have been taken before that"),
    ]
    .into_iter()
    .enumerate()
    {
        let lease = if number == 4 { Duration::ZERO } else { LONG };
        if let Some(outcome) = outcome {
            // A second time it says the same.
            settle_own(&outbox, &taken, outcome.clone()).await;
            settle_own(&outbox, &taken, outcome).await;
        }
        let next = take_one_when_free(&outbox, lease).await;
        assert_eq!(next.attempt, taken.attempt + 1, "{why}");
        assert_eq!(next.may_have_been_sent, may_have_been_sent, "attempt {}: {why}", next.attempt);
        taken = next;
    }
    settle_own(&outbox, &taken, PushOutcome::Pushed).await;

    add_new(&outbox, &[record(1)]).await;
    let lost = one(take_as(&outbox, for_a(Duration::ZERO)).await, "it was added");
    assert!(!lost.may_have_been_sent, "nobody had it before");
    let taken = take_one_when_free(&outbox, LONG).await;
    assert!(taken.may_have_been_sent, "whoever had it before may have sent it");
    settle_own(&outbox, &taken, NOT_TAKEN).await;
    let taken = take_one_when_free(&outbox, LONG).await;
    assert!(taken.may_have_been_sent, "this attempt says nothing of the one before");
}

/// None is too long or too short.
pub async fn takes_any_duration(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0)]).await;
    let taken = one(take_as(&outbox, for_a(Duration::from_nanos(1))).await, "it was added");
    let again = take_one_when_free(&outbox, Duration::MAX).await;
    assert_eq!(again.attempt, taken.attempt + 1);
    none(&take(&outbox).await, "its lease is never over");
    settle_own(&outbox, &again, waiting(Duration::from_nanos(1))).await;
    let last = take_one_when_free(&outbox, Duration::from_secs(u64::MAX / 1000)).await;
    none(&take(&outbox).await, "its lease is never over");
    settle_own(&outbox, &last, waiting(Duration::MAX)).await;
    none(&take(&outbox).await, "its pause is never over");
    settle_own(&outbox, &last, PushOutcome::Pushed).await;
}
