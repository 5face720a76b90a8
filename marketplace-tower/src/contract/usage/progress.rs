//! How far everything is.

use marketplace_core::UtcTime;

use super::ask::{
    LONG, UNKNOWN, add_new, hour, progress, record, refusal, settle_own, take_as, take_when_free,
};
use crate::usage::{Asked, PushOutcome, UsageOutbox, UsageProgress};

/// What is being pushed waits still.
pub async fn tells_how_far_everything_is(outbox: UsageOutbox) {
    assert_eq!(progress(&outbox, UtcTime::MAX).await, UsageProgress::default());
    add_new(&outbox, &(0..10).map(record).rev().collect::<Vec<_>>()).await;
    must_be(&outbox, 10, Some(0), 0, 0).await;

    let taken = take_as(&outbox, Asked::new(6, UtcTime::MAX, LONG)).await;
    assert_eq!(taken.len(), 6);
    must_be(&outbox, 10, Some(0), 0, 0).await;
    for (number, taken) in taken.iter().enumerate() {
        let outcome = match number {
            0..3 => PushOutcome::Pushed,
            3 | 4 => refusal("001", "no such instance"),
            _ => UNKNOWN,
        };
        settle_own(&outbox, taken, outcome).await;
    }
    must_be(&outbox, 5, Some(5), 3, 2).await;

    while progress(&outbox, UtcTime::MAX).await.waiting > 0 {
        for taken in take_when_free(&outbox, LONG).await {
            settle_own(&outbox, &taken, PushOutcome::Pushed).await;
        }
    }
    must_be(&outbox, 0, None, 8, 2).await;
}

/// The records that wait are those of the hours from `oldest` to 9.
async fn must_be(outbox: &UsageOutbox, waiting: u64, oldest: Option<u64>, pushed: u64, refused: u64) {
    let oldest_end = oldest.map(|number| hour(number + 1));
    for number in 0..=12_u64 {
        // Of an hour that ends at that moment, nothing is overdue yet.
        let overdue = oldest.map_or(0, |oldest| number.saturating_sub(oldest + 1)).min(waiting);
        let expected = UsageProgress { waiting, overdue, oldest_end, pushed, refused };
        assert_eq!(progress(outbox, hour(number)).await, expected, "of hour {number}");
    }
}
