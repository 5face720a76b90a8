//! Much at once, and at the same time.

use std::collections::HashSet;
use std::sync::Arc;

use marketplace_core::UtcTime;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::ask::{LONG, add, add_new, counts, metered, none, record, settle, sn, take, take_as, usage};
use crate::usage::{Addition, Asked, PushOutcome, UsageOutbox};

/// As many as one push may have.
pub async fn takes_a_thousand_records_at_once(outbox: UsageOutbox) {
    let records: Vec<_> = (0..1000).map(record).collect();
    add_new(&outbox, &records).await;
    let known: Vec<_> = (0..1000).map(|number| Addition::Known(sn(number))).collect();
    assert_eq!(add(&outbox, &records).await, known);
    let taken = take_as(&outbox, Asked::new(1000, UtcTime::MAX, LONG)).await;
    let handed_out: Vec<_> = taken.iter().map(|taken| taken.record.clone()).collect();
    assert!(handed_out == records, "a thousand records, as they were added");
    none(&take(&outbox).await, "all are somebody's");
    let settled: Vec<_> = taken.iter().map(|taken| taken.settled(PushOutcome::Pushed)).collect();
    assert_eq!(settle(&outbox, &settled).await, 1000);
    assert_eq!(counts(&outbox).await, (0, 1000, 0));
}

/// 32 that take 7 at a time of 1,000 records, and settle them.
pub async fn gives_many_simultaneous_takers_each_record_once(outbox: UsageOutbox) {
    add_new(&outbox, &(0..1000).map(record).collect::<Vec<_>>()).await;
    let start = Arc::new(Barrier::new(32));
    let mut takers = JoinSet::new();
    for _ in 0..32 {
        let (outbox, start) = (outbox.clone(), Arc::clone(&start));
        takers.spawn(async move {
            start.wait().await;
            let mut all = Vec::new();
            loop {
                let taken = take_as(&outbox, Asked::new(7, UtcTime::MAX, LONG)).await;
                if taken.is_empty() {
                    return all;
                }
                let settled: Vec<_> = taken.iter().map(|taken| taken.settled(PushOutcome::Pushed)).collect();
                assert_eq!(settle(&outbox, &settled).await, taken.len() as u64, "they are this taker's");
                all.extend(taken);
            }
        });
    }
    let taken: Vec<_> = takers.join_all().await.into_iter().flatten().collect();
    let serials: HashSet<_> = taken.iter().map(|taken| taken.record.sn()).collect();
    assert_eq!(
        (taken.len(), serials.len()),
        (1000, 1000),
        "records that were handed out, and different ones"
    );
    assert!(
        taken.iter().all(|taken| taken.attempt == 1 && !taken.may_have_been_sent),
        "nobody had them before"
    );
    assert_eq!(counts(&outbox).await, (0, 1000, 0));
}

/// 32 that add the same 50 records, each in another order and under other serial numbers: of each, one is added, and all are told
/// its serial number.
pub async fn adds_simultaneous_records_once(outbox: UsageOutbox) {
    const RECORDS: u64 = 50;

    let start = Arc::new(Barrier::new(32));
    let mut adding = JoinSet::new();
    for adder in 0..32_usize {
        let (outbox, start) = (outbox.clone(), Arc::clone(&start));
        adding.spawn(async move {
            let mut numbers: Vec<_> = (0..RECORDS).collect();
            numbers.rotate_left(adder);
            if adder % 2 == 0 {
                numbers.reverse();
            }
            let serial = |number: &u64| format!("{number}-{adder}");
            let records: Vec<_> = numbers
                .iter()
                .map(|number| metered(serial(number), usage("instance", *number, "1")))
                .collect();
            start.wait().await;
            let added = add(&outbox, &records).await;
            assert_eq!(added.len(), records.len(), "one answer for each");
            let told = numbers.into_iter().zip(records).zip(added);
            told.map(|((number, record), added)| (number, record, added)).collect::<Vec<_>>()
        });
    }
    let told: Vec<_> = adding.join_all().await.into_iter().flatten().collect();
    for number in 0..RECORDS {
        let of_number = || told.iter().filter(|(of, ..)| *of == number);
        let added: Vec<_> = of_number().filter(|(.., added)| *added == Addition::Added).collect();
        assert_eq!(added.len(), 1, "one is added of those of hour {number}");
        for (_, first, _) in added {
            let known = Addition::Known(first.sn().clone());
            let others = of_number().filter(|(.., added)| *added == known).count();
            assert_eq!(others, 31, "the others of hour {number} are told `{}`", first.sn());
        }
    }
    assert_eq!(counts(&outbox).await, (RECORDS, 0, 0));
}
