//! Works that are done once, for ever.

use marketplace_core::{OrderKey, Work};

use super::ask::{LONG, begin, do_first, done, end, id, record, renewal, state};
use crate::{Claim, Ledger, Outcome};

/// A renewal, whatever happens to the instance afterwards.
pub async fn does_an_ordered_work_once(ledger: Ledger) {
    let claim = renewal("order", "instance");
    let first = begin(&ledger, &claim).await;
    first.must_be_about(&id("instance"));
    let lease = first.must_be_new("nobody has asked for it");
    begin(&ledger, &claim).await.must_be_held("its lease is not over");
    record(&ledger, &lease, Outcome::Failed).await;
    let lease = begin(&ledger, &claim).await.must_be_interrupted(&lease, "it failed");
    record(&ledger, &lease, Outcome::Accepted).await;
    let lease = begin(&ledger, &claim).await.must_be_accepted(&lease, "it was accepted");
    record(&ledger, &lease, done("answer")).await;

    do_first(&ledger, &renewal("next", "instance"), "next").await;
    do_first(&ledger, &state("instance", "FREEZE"), "frozen").await;
    do_first(&ledger, &end("instance"), "ended").await;
    let again = begin(&ledger, &claim).await;
    again.must_be_done("answer", "what was ordered is done once");
    again.must_be_about(&id("instance"));
}

/// Activities, scenes and lines of one order, and the instances that it changes.
pub async fn tells_works_of_one_order_apart(ledger: Ledger) {
    let line = |line| OrderKey::new("order", line);
    let ordered = |activity, scene, order| Work::ordered(activity, scene, order, id("instance"));
    let works = [
        ordered("refreshInstance", "", line(None)),
        ordered("refreshInstance", "", line(Some("1"))),
        ordered("refreshInstance", "RENEWAL", line(None)),
        ordered("refreshInstance", "RENEWAL", line(Some("1"))),
        ordered("refreshInstance", "RENEWAL_CHANGE", line(Some("1"))),
        Work::ordered("refreshInstance", "RENEWAL", line(Some("1")), id("another")),
        ordered("upgradeInstance", "", line(None)),
        ordered("upgradeInstance", "", line(Some("1"))),
        Work::purchase(line(None)),
        Work::purchase(line(Some("1"))),
        Work::end("releaseInstance", id("order")),
        Work::state(id("order"), "FREEZE"),
        Work::state(id("order"), "FREEZE").on_licence_code(),
    ];
    let claim = |number: usize, work: &Work| {
        let instance = work.instance().cloned().unwrap_or_else(|| id(number));
        Claim::new(work.clone(), instance).with_lease(LONG)
    };
    for (number, work) in works.iter().enumerate() {
        do_first(&ledger, &claim(number, work), number).await;
    }
    for (number, work) in works.iter().enumerate() {
        begin(&ledger, &claim(number, work)).await.must_be_done(number, "it was done");
    }
}

/// The end of an instance, whatever is done to it afterwards.
pub async fn ends_an_instance_once(ledger: Ledger) {
    let claim = end("instance");
    let first = begin(&ledger, &claim).await;
    first.must_be_about(&id("instance"));
    let lease = first.must_be_new("nobody has asked for it");
    begin(&ledger, &claim).await.must_be_held("its lease is not over");
    record(&ledger, &lease, Outcome::Failed).await;
    let lease = begin(&ledger, &claim).await.must_be_interrupted(&lease, "it failed");
    record(&ledger, &lease, done("ended")).await;

    do_first(&ledger, &end("another"), "another").await;
    do_first(&ledger, &state("instance", "FREEZE"), "frozen").await;
    do_first(&ledger, &renewal("order", "instance"), "renewed").await;
    begin(&ledger, &claim).await.must_be_done("ended", "the end is done once");
}
