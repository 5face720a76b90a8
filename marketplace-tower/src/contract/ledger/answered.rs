//! Answers that are at hand.

use std::time::Duration;

use marketplace_core::Work;

use super::ask::{begin, do_first, done, end, of_each_kind, prune, purchase, record, renewal, state};
use crate::{Answered, Claim, Ledger, Outcome, Progress};

/// A store need not have answers at hand. What it has is what [`begin`](crate::LedgerStore::begin) would say.
pub async fn has_at_hand_only_what_it_would_answer(ledger: Ledger) {
    let none = |work: &Work, why: &str| {
        let answered = ledger.answered(work);
        assert!(answered.is_none(), "`{work}` has no final answer ({why}), and there is {answered:?}");
    };
    let same = async |claim: &Claim, why: &str| {
        if let Some(answered) = ledger.answered(&claim.work) {
            let said = begin(&ledger, claim).await.said;
            let Progress::Done(answer) = said.progress else {
                panic!("`{}` is {:?} ({why}), and {answered:?} is at hand", claim.work, said.progress);
            };
            assert_eq!(
                answered,
                Answered::new(answer, said.digest),
                "what is at hand of `{}` ({why})",
                claim.work
            );
        }
    };
    for claim in of_each_kind().map(|claim| claim.with_digest(7)) {
        none(&claim.work, "nobody has asked for it");
        let lease = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        none(&claim.work, "it is at work");
        record(&ledger, &lease, Outcome::Failed).await;
        none(&claim.work, "it failed");
        let lease = begin(&ledger, &claim).await.must_be_interrupted(&lease, "it failed");
        record(&ledger, &lease, Outcome::Accepted).await;
        none(&claim.work, "it was accepted");
        let lease = begin(&ledger, &claim).await.must_be_accepted(&lease, "it was accepted");
        record(&ledger, &lease, done("answer")).await;
        same(&claim.with_digest(8), "it was done").await;
    }

    let (freeze, thaw) = (state("instance", "FREEZE"), state("instance", "UNFREEZE"));
    do_first(&ledger, &freeze, "frozen").await;
    none(&thaw.work, "the last state is another one");
    let thawing = begin(&ledger, &thaw).await.must_be_new("nobody has asked for it");
    none(&freeze.work, "another state is worked on");
    none(&thaw.work, "it is at work");
    record(&ledger, &thawing, done("thawed")).await;
    none(&freeze.work, "the last state is another one");
    same(&thaw, "it is the last state").await;
    let renewing =
        begin(&ledger, &renewal("another", "instance")).await.must_be_new("nobody has asked for it");
    none(&thaw.work, "the instance is being renewed");
    do_first(&ledger, &freeze, "frozen while it was renewed").await;
    same(&freeze, "it is the last state").await;
    record(&ledger, &renewing, done("renewed")).await;
    none(&freeze.work, "the instance was renewed");

    do_first(&ledger, &purchase("forgotten"), "bought").await;
    do_first(&ledger, &end("forgotten"), "ended").await;
    prune(&ledger, Duration::ZERO).await;
    none(&purchase("forgotten").work, "it was forgotten");
    none(&end("forgotten").work, "it was forgotten");
}
