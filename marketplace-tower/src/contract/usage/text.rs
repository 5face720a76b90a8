//! Whatever a record may say, an outbox has to keep.

use std::collections::HashMap;

use marketplace_core::UtcTime;

use super::ask::{add, add_new, at, hour, metered, refusal, refused, settle_own, sn, take, usage};
use crate::usage::{Addition, MeteredRecord, Taken, UsageOutbox, UsageRecord};

/// Ids that look alike, in all three places.
pub async fn takes_any_text(outbox: UsageOutbox) {
    let (wide, astral) = ("例".repeat(64), "🦀".repeat(32));
    let ids = [
        " ", "0", "00", "a", "A", "a ", "ab", "'; --", "\"", "''", "\\", "\\000", "\\N", "%_", "实例",
        "e\u{301}", "é", "\u{feff}", "ß", "ss", "I", "ı", "null", "🦀", &wide, &astral,
    ];
    let packed = |instance: &str, package: &str| {
        usage(instance, 0, "1").from_package(package).unwrap_or_else(|error| panic!("{error}"))
    };
    let records: Vec<_> = ids.iter().map(|id| metered(id, packed(id, id))).collect();
    add_new(&outbox, &records).await;
    let again: Vec<_> = ids.iter().map(|id| metered(format!("2{}", short(id)), packed(id, id))).collect();
    let known: Vec<_> = ids.iter().map(|id| Addition::Known(sn(id))).collect();
    assert_eq!(add(&outbox, &again).await, known, "no other instance has the same id");
    for (id, other) in ids.iter().zip(ids.iter().cycle().skip(1)) {
        let others = [metered("other", packed(id, other)), metered(id, usage("other", 1, "1"))];
        let expected = [Addition::OtherUsage(sn(id)), Addition::SerialNumberTaken];
        assert_eq!(add(&outbox, &others).await, expected, "{id:?} and {other:?}");
    }
    for taken in must_be_all(&outbox, &records).await {
        settle_own(&outbox, &taken, refusal("001", "no such instance")).await;
    }
    assert_eq!(outbox.push_again(&ids.map(sn)).await.ok(), Some(ids.len() as u64));
    must_be_all(&outbox, &records).await;
}

/// Room for one more character.
fn short(id: &str) -> String {
    id.chars().take(31).collect()
}

/// The greatest and the smallest.
pub async fn keeps_values_and_times(outbox: UsageOutbox) {
    let made = |begin, end, value: &str, recorded| {
        let value = value.parse().unwrap_or_else(|error| panic!("{value}: {error}"));
        let usage = UsageRecord::new("instance", begin, end, value).unwrap_or_else(|error| panic!("{error}"));
        (usage, recorded)
    };
    let last = UtcTime::MAX;
    let before = at(last.unix_seconds() - 1);
    let made = [
        made(at(0), at(0), "0.0001", at(0)),
        made(at(0), at(1), "99999999.9999", at(21 * 24 * 3600)),
        made(at(1), at(1), "0.1", at(1)),
        made(hour(0), hour(0), "1", hour(1)),
        made(hour(0), hour(1), "1.01", hour(2)),
        made(before, before, "10000000", last),
        made(before, last, "12.5", last),
        made(last, last, "99999999.9999", last),
    ];
    let mut records = Vec::new();
    for (number, (usage, recorded)) in made.into_iter().enumerate() {
        let usage = if number % 2 == 0 { Ok(usage) } else { usage.from_package("package") };
        let usage = usage.unwrap_or_else(|error| panic!("{error}"));
        records.push(usage.metered(sn(number), recorded).unwrap_or_else(|error| panic!("{error}")));
    }
    add_new(&outbox, &records).await;
    for taken in must_be_all(&outbox, &records).await {
        settle_own(&outbox, &taken, refusal("003", "bad value")).await;
    }
    let listed = refused(&outbox, None, 100).await.into_iter().map(|listed| listed.record);
    must_be_the_same(listed.collect(), &records);
}

async fn must_be_all(outbox: &UsageOutbox, records: &[MeteredRecord]) -> Vec<Taken> {
    let taken = take(outbox).await;
    must_be_the_same(taken.iter().map(|taken| taken.record.clone()).collect(), records);
    taken
}

#[track_caller]
fn must_be_the_same(found: Vec<MeteredRecord>, records: &[MeteredRecord]) {
    assert_eq!(found.len(), records.len());
    let found: HashMap<_, _> = found.iter().map(|record| (record.sn(), record)).collect();
    for record in records {
        assert_eq!(found.get(record.sn()).copied(), Some(record), "`{}`", record.sn());
    }
}
