//! What is written down, and what is there already.

use super::ask::{
    LONG, add, add_new, counts, hour, metered, none, record, refusal, settle_own, sn, take, take_as,
    take_one, usage,
};
use crate::usage::{Addition, Asked, PushOutcome, UsageOutbox, UsageRecord};

/// Whatever the order in which they were added; and nothing that ended later than asked for.
pub async fn hands_out_what_ended_first_first(outbox: UsageOutbox) {
    none(&take(&outbox).await, "nothing was added");
    assert_eq!(add(&outbox, &[]).await, []);
    add_new(&outbox, &[record(3), record(0)]).await;
    add_new(&outbox, &[record(4)]).await;
    add_new(&outbox, &[record(2), record(1)]).await;

    let by = |limit, number| Asked::new(limit, hour(number), LONG);
    none(&take_as(&outbox, by(10, 0)).await, "nothing has ended by then");
    none(&take_as(&outbox, by(0, 9)).await, "none was asked for");
    for (asked, numbers) in [(by(2, 5), vec![0, 1]), (by(10, 4), vec![2, 3]), (by(1, 5), vec![4])] {
        let taken = take_as(&outbox, asked).await;
        let records: Vec<_> = taken.iter().map(|taken| taken.record.clone()).collect();
        assert_eq!(records, numbers.into_iter().map(record).collect::<Vec<_>>(), "{asked:?}");
        for taken in taken {
            assert_eq!(
                (taken.attempt, taken.may_have_been_sent),
                (1, false),
                "of {taken:?}, nobody had it before"
            );
        }
    }
    none(&take(&outbox).await, "all were handed out");
}

/// Under the serial number that it had first, also among those that are added together, and whatever became of it.
pub async fn knows_the_same_usage_again(outbox: UsageOutbox) {
    let first = || usage("instance", 0, "12.5");
    let known = |serial: &str| Addition::Known(sn(serial));
    let added = add(&outbox, &[metered("a", first()), metered("b", first()), metered("a", first())]).await;
    assert_eq!(added, [Addition::Added, known("a"), known("a")], "added together");
    // The time at which it was recorded says nothing about what was used.
    let later = first().metered(sn("c"), hour(2)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(add(&outbox, &[later]).await, [known("a")], "added again, later");

    let taken = take_one(&outbox, "it was added once").await;
    assert_eq!(taken.record, metered("a", first()), "the first one is kept");
    assert_eq!(add(&outbox, &[metered("d", first())]).await, [known("a")], "it is somebody's");
    settle_own(&outbox, &taken, PushOutcome::Pushed).await;
    assert_eq!(add(&outbox, &[metered("d", first())]).await, [known("a")], "it was pushed");
    assert_eq!(counts(&outbox).await, (0, 1, 0));

    // What was only known leaves its serial number to others.
    add_new(&outbox, &[metered("b", usage("instance", 1, "1")), metered("d", usage("instance", 2, "1"))])
        .await;
    let refused = take(&outbox).await;
    for taken in &refused {
        settle_own(&outbox, taken, refusal("001", "")).await;
    }
    assert_eq!(
        add(&outbox, &[metered("e", usage("instance", 1, "1"))]).await,
        [known("b")],
        "it was refused"
    );
    none(&take(&outbox).await, "adding again puts nothing back");
}

/// Another value or another package, for the same instance and the same times.
pub async fn refuses_other_usage_of_a_known_span(outbox: UsageOutbox) {
    let first = || usage("instance", 0, "1");
    let packed = |package: &str| first().from_package(package).unwrap_or_else(|error| panic!("{error}"));
    let other = |serial: &str| Addition::OtherUsage(sn(serial));
    add_new(&outbox, &[metered("a", first())]).await;
    let others = [
        metered("b", usage("instance", 0, "1.0001")),
        metered("a", usage("instance", 0, "2")),
        metered("c", packed("package")),
    ];
    assert_eq!(add(&outbox, &others).await, [other("a"), other("a"), other("a")]);

    // Another instance, or another beginning or end, is another span.
    let half = |begin, end| {
        let value = first().value();
        UsageRecord::new("instance", begin, end, value).unwrap_or_else(|error| panic!("{error}"))
    };
    add_new(
        &outbox,
        &[
            metered(
                "d",
                usage("another", 0, "1").from_package("package").unwrap_or_else(|error| panic!("{error}")),
            ),
            metered("e", half(hour(0), hour(2))),
            metered("f", half(hour(0), hour(0))),
            metered("g", half(hour(1), hour(1))),
        ],
    )
    .await;
    let others = [metered("h", usage("another", 0, "1")), metered("d", usage("another", 0, "2"))];
    assert_eq!(add(&outbox, &others).await, [other("d"), other("d")]);
    assert_eq!(counts(&outbox).await, (5, 0, 0));
}

/// Of one that was added before, or with it.
pub async fn refuses_a_serial_number_of_another_record(outbox: UsageOutbox) {
    add_new(&outbox, &[metered("a", usage("instance", 0, "1"))]).await;
    let others = [
        metered("a", usage("instance", 1, "1")),
        metered("a", usage("another", 0, "1")),
        metered("b", usage("instance", 2, "1")),
        metered("b", usage("instance", 3, "1")),
        // Its span was not taken by the one that was refused.
        metered("c", usage("instance", 1, "2")),
    ];
    let taken = Addition::SerialNumberTaken;
    let expected = [taken.clone(), taken.clone(), Addition::Added, taken, Addition::Added];
    assert_eq!(add(&outbox, &others).await, expected);
    assert_eq!(counts(&outbox).await, (3, 0, 0));
}

/// One answer for each, in the same order.
pub async fn adds_what_is_good_beside_what_is_not(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0)]).await;
    let added = add(
        &outbox,
        &[
            record(1),
            metered("again", usage("instance", 0, "12.5")),
            record(2),
            metered("other", usage("instance", 0, "7")),
            record(3),
            metered("1", usage("another", 0, "7")),
            record(4),
        ],
    )
    .await;
    let known = || sn(0);
    let expected = [
        Addition::Added,
        Addition::Known(known()),
        Addition::Added,
        Addition::OtherUsage(known()),
        Addition::Added,
        Addition::SerialNumberTaken,
        Addition::Added,
    ];
    assert_eq!(added, expected);
    let records: Vec<_> = take(&outbox).await.into_iter().map(|taken| taken.record).collect();
    assert_eq!(records, (0..5).map(record).collect::<Vec<_>>());
}
