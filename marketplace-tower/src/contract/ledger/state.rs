//! The states of an instance, of which the last one counts.

use super::ask::{begin, begin_when_over, do_first, done, end, over, record, renewal, state};
use crate::{Claim, Ledger, Outcome};

/// Frozen twice, thawed, and frozen again: that is three works.
pub async fn does_the_last_state_once(ledger: Ledger) {
    let (freeze, thaw) = (state("instance", "FREEZE"), state("instance", "UNFREEZE"));
    let first = do_first(&ledger, &freeze, "frozen").await;
    begin(&ledger, &freeze).await.must_be_done("frozen", "it is the last state");
    let second = do_first(&ledger, &thaw, "thawed").await;
    begin(&ledger, &thaw).await.must_be_done("thawed", "it is the last state");
    let third = do_first(&ledger, &freeze, "frozen again").await;
    begin(&ledger, &freeze).await.must_be_done("frozen again", "it is the last state");
    let fences = [first.fence, second.fence, third.fence];
    assert!(fences.is_sorted_by(|one, next| one < next), "fences have to grow: {fences:?}");
    do_first(&ledger, &state("another", "FREEZE"), "another").await;
    begin(&ledger, &freeze).await.must_be_done("frozen again", "another instance is another matter");
}

/// While one state is worked on, the others are held. When that failed, was accepted or interrupted, they are not.
pub async fn lets_the_states_of_an_instance_wait_for_each_other(ledger: Ledger) {
    let (freeze, thaw) = (state("instance", "FREEZE"), state("instance", "UNFREEZE"));
    let freezing = begin(&ledger, &freeze).await.must_be_new("nobody has asked for it");
    begin(&ledger, &freeze).await.must_be_held("its lease is not over");
    begin(&ledger, &thaw).await.must_be_held("the instance is being frozen");
    record(&ledger, &freezing, Outcome::Failed).await;

    let thawing = begin(&ledger, &thaw).await.must_be_new("freezing failed");
    begin(&ledger, &freeze).await.must_be_held("the instance is being thawed");
    record(&ledger, &thawing, Outcome::Accepted).await;
    let thawing = begin(&ledger, &thaw).await.must_be_accepted(&thawing, "it was accepted");
    record(&ledger, &thawing, Outcome::Accepted).await;

    let freezing =
        begin(&ledger, &over(&freeze)).await.must_be_new("thawing was accepted, and nobody is at it");
    let thawing = begin_when_over(&ledger, &thaw).await.must_be_new("freezing was interrupted");
    assert!(thawing.fence > freezing.fence, "the fence has to grow: {thawing:?} after {freezing:?}");
    record(&ledger, &thawing, done("thawed")).await;
    begin(&ledger, &freeze).await.must_be_new("the last state is another one");
}

/// A renewal or an end, when it is begun and when it is done, makes the last state unknown. A repeat of either does not.
pub async fn forgets_the_state_when_something_else_happens(ledger: Ledger) {
    for (other, instance) in [(renewal("order", "renewed"), "renewed"), (end("ended"), "ended")] {
        let freeze = state(instance, "FREEZE");
        do_first(&ledger, &freeze, "frozen").await;
        let lease = begin(&ledger, &other).await.must_be_new("nobody has asked for it");
        do_first_again(&ledger, &freeze, "frozen while the other work ran").await;
        record(&ledger, &lease, Outcome::Failed).await;
        begin(&ledger, &freeze)
            .await
            .must_be_done("frozen while the other work ran", "the other work failed");

        let lease = begin(&ledger, &other).await.must_be_interrupted(&lease, "it failed");
        let freezing = begin(&ledger, &freeze).await.must_be_new("the other work was begun again");
        begin(&ledger, &other).await.must_be_held("its lease is not over");
        record(&ledger, &lease, done("answer")).await;
        begin(&ledger, &freeze).await.must_be_held("its lease is not over");
        record(&ledger, &freezing, done("frozen meanwhile")).await;
        do_first_again(&ledger, &freeze, "frozen afterwards").await;

        begin(&ledger, &other).await.must_be_done("answer", "it was done");
        record(&ledger, &lease, done("answer")).await;
        begin(&ledger, &freeze).await.must_be_done("frozen afterwards", "nothing has happened since");
    }
}

/// Even if a licence code has the text of an instance's id.
pub async fn tells_licence_codes_from_instances(ledger: Ledger) {
    let on_licence_code = |claim: Claim| Claim { work: claim.work.clone().on_licence_code(), ..claim };
    let freeze = state("same", "FREEZE");
    let freeze_code = on_licence_code(freeze.clone());
    let freezing = begin(&ledger, &freeze).await.must_be_new("nobody has asked for it");
    do_first(&ledger, &freeze_code, "the code is frozen").await;
    record(&ledger, &freezing, done("the instance is frozen")).await;

    do_first(&ledger, &renewal("of the instance", "same"), "renewed").await;
    begin(&ledger, &freeze_code)
        .await
        .must_be_done("the code is frozen", "the instance was renewed, not the code");
    do_first_again(&ledger, &freeze, "the instance is frozen again").await;
    do_first(&ledger, &on_licence_code(renewal("of the code", "same")), "renewed").await;
    let why = "the code was renewed, not the instance";
    begin(&ledger, &freeze).await.must_be_done("the instance is frozen again", why);
    do_first_again(&ledger, &freeze_code, "the code is frozen again").await;
}

/// Begins a state that was done, and is not the last one any more.
async fn do_first_again(ledger: &Ledger, claim: &Claim, answer: &str) {
    let begun = begin(ledger, claim).await;
    let lease = begun.must_be_new("it is not known to be the last state");
    record(ledger, &lease, done(answer)).await;
}
