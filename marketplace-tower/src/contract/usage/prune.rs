//! What is forgotten.

use marketplace_core::UtcTime;

use super::ask::{
    LONG, add, add_new, at, counts, hour, metered, prune, record, refusal, refused, settle, sn, take,
    take_as, usage,
};
use crate::usage::{Addition, Asked, PushOutcome, UsageOutbox};

/// Hours 0 to 11, of which 0, 3, 6, 9 are pushed, 1, 4, 7, 10 refused, and the others wait, 2 and 8 of them at somebody.
async fn some_of_each(outbox: &UsageOutbox) {
    add_new(outbox, &(0..12).filter(|number| number % 6 != 5).map(record).collect::<Vec<_>>()).await;
    let mut settled = Vec::new();
    for (number, taken) in (0..12).filter(|number| number % 6 != 5).zip(take(outbox).await) {
        assert_eq!(taken.record, record(number));
        match number % 3 {
            0 => settled.push(taken.settled(PushOutcome::Pushed)),
            1 => settled.push(taken.settled(refusal("001", "no such instance"))),
            _ => {}
        }
    }
    assert_eq!(settle(outbox, &settled).await, 8);
    add_new(outbox, &[record(5), record(11)]).await;
    assert_eq!(counts(outbox).await, (4, 4, 4));
}

/// What was pushed or refused, of use that began before; never what waits.
pub async fn forgets_what_is_done_with_and_no_other(outbox: UsageOutbox) {
    assert_eq!(prune(&outbox, UtcTime::MAX).await, 0);
    some_of_each(&outbox).await;
    assert_eq!(prune(&outbox, hour(0)).await, 0, "nothing began before");
    assert_eq!(prune(&outbox, at(hour(0).unix_seconds() + 1)).await, 1);
    assert_eq!(counts(&outbox).await, (4, 3, 4));
    assert_eq!(prune(&outbox, hour(4)).await, 2, "hours 1 and 3, and not 4, which began at that moment");
    assert_eq!(counts(&outbox).await, (4, 2, 3));
    let mut left: Vec<_> = refused(&outbox, None, 10).await.into_iter().map(|listed| listed.record).collect();
    left.sort_by_key(|record| record.usage().begin());
    assert_eq!(left, [4, 7, 10].map(record));
    assert_eq!(prune(&outbox, UtcTime::MAX).await, 5);
    assert_eq!(prune(&outbox, UtcTime::MAX).await, 0);
    assert_eq!(counts(&outbox).await, (4, 0, 0));
    let asked = Asked::new(10, UtcTime::MAX, LONG);
    let free: Vec<_> = take_as(&outbox, asked).await.into_iter().map(|taken| taken.record).collect();
    assert_eq!(free, [5, 11].map(record), "they waited, and were nobody's");
}

/// As if it had never been there, under its serial number or another; what is still there is known.
pub async fn adds_again_what_it_forgot(outbox: UsageOutbox) {
    some_of_each(&outbox).await;
    prune(&outbox, hour(6)).await;
    let added = add(
        &outbox,
        &[
            record(0),
            metered("another", usage("instance", 1, "7")),
            metered("1", usage("instance", 100, "1")),
            record(2),
            record(6),
            metered("3", usage("instance", 7, "7")),
        ],
    )
    .await;
    let expected = [
        Addition::Added,
        Addition::Added,
        Addition::Added,
        Addition::Known(sn(2)),
        Addition::Known(sn(6)),
        Addition::OtherUsage(sn(7)),
    ];
    assert_eq!(added, expected);
    for taken in take(&outbox).await {
        assert_eq!((taken.attempt, taken.may_have_been_sent), (1, false), "of {taken:?} nothing was known");
    }
}
