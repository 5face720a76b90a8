//! What is forgotten, and what is not.

use std::time::Duration;

use super::ask::{
    LONG, begin, begin_when_over, do_first, end, id, over, prune, purchase, record, renewal, state,
};
use crate::{Claim, Ledger, Outcome};

/// All works on an instance that has ended go, and its id is free again. Nothing else does.
pub async fn forgets_ended_instances_and_no_other(ledger: Ledger) {
    let on_licence_code = |claim: Claim| Claim { work: claim.work.clone().on_licence_code(), ..claim };
    let ended = [
        purchase("ended"),
        renewal("order", "ended"),
        end("ended"),
        // Last: the end makes the state unknown.
        state("ended", "FREEZE"),
    ];
    let kept = [
        on_licence_code(renewal("of a code", "ended")),
        on_licence_code(state("ended", "FREEZE")),
        purchase("living"),
        renewal("another", "living"),
        state("living", "FREEZE"),
        purchase("ending"),
    ];
    for claim in ended.iter().chain(&kept) {
        do_first(&ledger, claim, &claim.work).await;
    }
    let ending = begin(&ledger, &end("ending")).await.must_be_new("nobody has asked for it");
    for age in [LONG, Duration::MAX] {
        assert_eq!(prune(&ledger, age).await, 0, "nothing ended {age:?} ago");
    }
    for claim in ended.iter().chain(&kept) {
        begin(&ledger, claim).await.must_be_done(&claim.work, "nothing was forgotten");
    }
    let free = Claim { candidate: id("ended"), ..purchase("next") };
    let next = begin(&ledger, &free).await;
    assert_ne!(
        next.said.instance, free.candidate,
        "the id of an instance that is not forgotten was given again"
    );

    assert_eq!(prune(&ledger, Duration::ZERO).await, 4, "the works on the ended instance");
    for claim in &kept {
        begin(&ledger, claim).await.must_be_done(&claim.work, "its instance lives");
    }
    begin(&ledger, &end("ending")).await.must_be_held("its end is not done");
    record(&ledger, &ending, Outcome::Accepted).await;
    assert_eq!(prune(&ledger, Duration::ZERO).await, 0, "no other instance has ended");
    let taken = begin(&ledger, &Claim { candidate: id("ended"), ..purchase("after") }).await;
    taken.must_be_new("nobody has asked for it");
    taken.must_be_about(&id("ended"));
    for claim in ended.iter().skip(1) {
        begin(&ledger, claim).await.must_be_new("it was forgotten");
    }
}

/// A failed attempt goes, unless it has an instance id, is at work again, or was interrupted.
pub async fn forgets_failed_attempts_and_no_purchase(ledger: Ledger) {
    // On an instance each: a renewal that is begun again makes the state unknown.
    let attempts = |name: &str| {
        let [renewed, frozen, ended] = ["renewed", "frozen", "ended"].map(|work| format!("{name}, {work}"));
        [renewal(&renewed, &renewed), state(frozen, "FREEZE"), end(ended)]
    };
    for claim in attempts("failed").iter().chain([&purchase("failed")]) {
        let lease = begin(&ledger, claim).await.must_be_new("nobody has asked for it");
        record(&ledger, &lease, Outcome::Failed).await;
    }
    let mut again = Vec::new();
    for claim in attempts("again") {
        let lease = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        record(&ledger, &lease, Outcome::Failed).await;
        begin(&ledger, &claim).await.must_be_interrupted(&lease, "it failed");
        again.push(claim);
    }
    let mut interrupted = Vec::new();
    for claim in attempts("interrupted") {
        let lease = begin(&ledger, &over(&claim)).await.must_be_new("nobody has asked for it");
        interrupted.push((claim, lease));
    }
    let mut accepted = Vec::new();
    for claim in attempts("accepted") {
        let lease = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        record(&ledger, &lease, Outcome::Accepted).await;
        accepted.push((claim, lease));
    }

    assert_eq!(prune(&ledger, LONG).await, 0, "nothing failed so long ago");
    assert_eq!(prune(&ledger, Duration::ZERO).await, 3, "what failed, the purchase apart");
    for claim in attempts("failed") {
        begin(&ledger, &claim).await.must_be_new("the failed attempt was forgotten");
    }
    let bought = begin(&ledger, &Claim { candidate: id("other"), ..purchase("failed") }).await;
    bought.must_be_about(&id("failed"));
    assert!(
        matches!(bought.said.progress, crate::Progress::Interrupted(_)),
        "a purchase that failed is not forgotten, and is {:?}",
        bought.said.progress
    );
    for claim in again {
        begin(&ledger, &claim).await.must_be_held("it is at work");
    }
    for (claim, lease) in interrupted {
        begin_when_over(&ledger, &claim).await.must_be_interrupted(&lease, "it was begun, and did not fail");
    }
    for (claim, lease) in accepted {
        begin(&ledger, &claim).await.must_be_accepted(&lease, "it was accepted");
    }
}
