//! What came of records.

use std::time::Duration;

use marketplace_core::UtcTime;

use super::ask::{
    LONG, NOT_TAKEN, UNKNOWN, add_new, counts, metered, none, one, push_again, record, refusal, refused,
    settle, settle_in_vain, settle_own, take, take_as, take_one, take_one_when_free, take_when_free, usage,
};
use crate::usage::{Asked, PushOutcome, Taken, UsageOutbox};

fn outcomes() -> [PushOutcome; 4] {
    [PushOutcome::Pushed, refusal("001", "no such instance"), NOT_TAKEN, UNKNOWN]
}

/// Not when its lease is over, and not when it is asked for as if it had been refused.
pub async fn hands_out_no_pushed_record(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0), record(1)]).await;
    let over = one(take_as(&outbox, Asked::new(1, UtcTime::MAX, Duration::ZERO)).await, "of two that wait");
    // Nobody has taken it since: it can be said still.
    settle_own(&outbox, &over, PushOutcome::Pushed).await;
    let other = take_one(&outbox, "the other one was pushed").await;
    assert_eq!(other.record, record(1));
    settle_own(&outbox, &other, PushOutcome::Pushed).await;
    none(&take(&outbox).await, "both were pushed");
    let sns = [over.record.sn().clone(), other.record.sn().clone()];
    assert_eq!(push_again(&outbox, &sns).await, 0, "neither was refused");
    none(&take(&outbox).await, "both were pushed");
    assert_eq!(counts(&outbox).await, (0, 2, 0));
}

/// Whoever was taken for dead, and is not.
pub async fn changes_nothing_for_who_had_a_record_before(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0)]).await;
    let over = Asked::new(1, UtcTime::MAX, Duration::ZERO);
    let first = one(take_as(&outbox, over).await, "it was added");
    let second = take_one_when_free(&outbox, LONG).await;
    for outcome in outcomes() {
        settle_in_vain(&outbox, &first, outcome).await;
    }
    none(&take(&outbox).await, "whoever took it over has it still");
    assert_eq!(counts(&outbox).await, (1, 0, 0));

    settle_own(&outbox, &second, UNKNOWN).await;
    let third = take_one_when_free(&outbox, LONG).await;
    for outcome in outcomes() {
        settle_in_vain(&outbox, &first, outcome.clone()).await;
        settle_in_vain(&outbox, &second, outcome).await;
    }
    settle_own(&outbox, &third, PushOutcome::Pushed).await;
    for outcome in outcomes() {
        settle_in_vain(&outbox, &first, outcome.clone()).await;
        settle_in_vain(&outbox, &second, outcome).await;
    }
    assert_eq!(counts(&outbox).await, (0, 1, 0));

    // Beside what is the caller's.
    add_new(&outbox, &[record(1), record(2)]).await;
    let old = one(take_as(&outbox, over).await, "of two that wait");
    let mut new = Vec::new();
    while new.len() < 2 {
        new.extend(take_when_free(&outbox, LONG).await);
    }
    let settled = [&old, &first].into_iter().chain(&new).map(|taken| taken.settled(PushOutcome::Pushed));
    assert_eq!(settle(&outbox, &settled.collect::<Vec<_>>()).await, 2, "two of four are the caller's");
    assert_eq!(counts(&outbox).await, (0, 3, 0));
}

/// Nobody has taken it, or nobody has added it.
pub async fn changes_nothing_for_who_had_no_record(outbox: UsageOutbox) {
    assert_eq!(settle(&outbox, &[]).await, 0);
    add_new(&outbox, &[record(0)]).await;
    let unknown = metered("unknown", usage("instance", 1, "1"));
    for outcome in outcomes() {
        for attempt in [0, 1, 2, u32::MAX] {
            settle_in_vain(&outbox, &Taken::new(record(0), attempt, false), outcome.clone()).await;
            settle_in_vain(&outbox, &Taken::new(unknown.clone(), attempt, false), outcome.clone()).await;
        }
    }
    let taken = take_one(&outbox, "nobody has had it").await;
    assert_eq!((taken.attempt, taken.may_have_been_sent), (1, false), "nobody has had it");
    for outcome in outcomes() {
        for attempt in [0, 2, u32::MAX] {
            settle_in_vain(&outbox, &Taken::new(record(0), attempt, false), outcome.clone()).await;
        }
    }
    assert_eq!(counts(&outbox).await, (1, 0, 0));
}

/// Whoever does not know whether an outcome was written writes it again, and is told that it is.
pub async fn takes_an_outcome_twice(outbox: UsageOutbox) {
    for (number, outcome) in (0..).zip(outcomes()) {
        add_new(&outbox, &[record(number)]).await;
        let taken = take_when_only(&outbox, number).await;
        let settlement = taken.settled(outcome.clone());
        assert_eq!(settle(&outbox, std::slice::from_ref(&settlement)).await, 1, "{outcome:?}");
        let before = counts(&outbox).await;
        assert_eq!(settle(&outbox, std::slice::from_ref(&settlement)).await, 1, "{outcome:?} a second time");
        assert_eq!(settle(&outbox, &[settlement.clone(), settlement]).await, 2, "{outcome:?} twice at once");
        assert_eq!(counts(&outbox).await, before, "{outcome:?} changes nothing the second time");
    }
    assert_eq!(counts(&outbox).await, (2, 1, 1));
}

/// The record of this hour, of all that may be handed out.
async fn take_when_only(outbox: &UsageOutbox, number: u64) -> Taken {
    let mut taken = take(outbox).await;
    taken.retain(|taken| taken.record == record(number));
    one(taken, "it was added")
}

/// What the market has told is final.
pub async fn keeps_what_was_settled_first(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0), record(1)]).await;
    let taken = <[_; 2]>::try_from(take(&outbox).await);
    let [pushed, rejected] = taken.unwrap_or_else(|taken| panic!("two records, not {taken:?}"));
    settle_own(&outbox, &pushed, PushOutcome::Pushed).await;
    settle_own(&outbox, &rejected, refusal("001", "first")).await;
    for outcome in [NOT_TAKEN, UNKNOWN] {
        settle_in_vain(&outbox, &pushed, outcome.clone()).await;
        settle_in_vain(&outbox, &rejected, outcome).await;
    }
    settle_in_vain(&outbox, &pushed, refusal("002", "second")).await;
    settle_in_vain(&outbox, &rejected, PushOutcome::Pushed).await;
    settle_own(&outbox, &rejected, refusal("002", "second")).await;
    none(&take(&outbox).await, "one was pushed, and one refused");
    assert_eq!(counts(&outbox).await, (0, 1, 1));
    for listed in refused(&outbox, None, 10).await {
        assert_eq!((&*listed.code, &*listed.message), ("001", "first"), "what was said first counts");
    }
}
