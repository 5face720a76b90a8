//! Whatever a call may say, a ledger has to keep.

use bytes::Bytes;
use marketplace_core::{InstanceId, OrderKey, Work};

use super::ask::{LONG, begin, do_first, done, end, id, over, record, state, unfinished};
use super::interrupted::must_be_interrupted;
use crate::{Claim, Ledger, Outcome, Progress};

/// Ids that look alike.
pub async fn tells_order_lines_apart(ledger: Ledger) {
    let orders = [
        OrderKey::new("ab", None),
        OrderKey::new("ab", Some("")),
        OrderKey::new("a", Some("b")),
        OrderKey::new("ab", Some("0")),
        OrderKey::new("ab", Some("00")),
        OrderKey::new("AB", None),
        OrderKey::new("ab ", None),
        OrderKey::new("", None),
        OrderKey::new("", Some("ab")),
        OrderKey::new("订单", Some("一")),
        OrderKey::new("' --", Some("\0")),
        OrderKey::new("' --", Some("\\0")),
        OrderKey::new("' --", Some("\0\0")),
        OrderKey::new("' --\0", None),
    ];
    let claim = |order: &OrderKey, candidate: InstanceId| {
        Claim::new(Work::purchase(order.clone()), candidate).with_lease(LONG)
    };
    for (number, order) in orders.iter().enumerate() {
        let begun = begin(&ledger, &claim(order, id(number))).await;
        record(&ledger, &begun.must_be_new("no other order line is the same"), done(number)).await;
        begun.must_be_about(&id(number));
    }
    for (number, order) in orders.iter().enumerate() {
        let begun = begin(&ledger, &claim(order, id("another"))).await;
        begun.must_be_done(number, "no other order line is the same");
        begun.must_be_about(&id(number));
    }
}

/// Ids of instances that nobody issued, and calls and answers that are no text.
pub async fn takes_any_text(ledger: Ledger) {
    let long = "例".repeat(64);
    let ids = ["", " ", "0", "\0", "\\0", "\0\0", "'; --", "实例", "e\u{301}", "é", "%_", "\u{feff}", &long];
    for instance in ids {
        do_first(&ledger, &state(instance, "FREEZE"), instance).await;
        assert!(!unfinished(&ledger, &[id(instance)]).await, "nobody reserved {instance:?}");
    }
    for instance in ids {
        let begun = begin(&ledger, &state(instance, "FREEZE")).await;
        begun.must_be_done(instance, "no other instance has the same id");
        begun.must_be_about(&id(instance));
        do_first(&ledger, &end(instance), instance).await;
    }

    let bytes = Bytes::from_iter((0..=u8::MAX).cycle().take(100_000));
    let claim = state("instance", "FREEZE").with_call(bytes.clone()).with_digest(u64::MAX);
    let lease = begin(&ledger, &over(&claim)).await.must_be_new("nobody has asked for it");
    if ledger.keeps_calls() {
        must_be_interrupted(&ledger, &[&bytes]).await;
    }
    record(&ledger, &lease, Outcome::Done(bytes.clone())).await;
    let begun = begin(&ledger, &claim).await;
    assert!(begun.said.progress == Progress::Done(bytes), "the answer should be kept as it is");
    assert_eq!(begun.said.digest, Some(u64::MAX), "the digest should be kept as it is");
}
