//! By what a repeat is known to say something else.

use super::ask::{begin, done, of_each_kind, record, state};
use crate::{Ledger, Outcome};

/// However often, and with whatever digest, the call comes again.
pub async fn tells_the_digest_of_the_first_call(ledger: Ledger) {
    for (claim, digest) in of_each_kind().into_iter().zip([0, 1, 1 << 63, u64::MAX]) {
        let (claim, again) = (claim.clone().with_digest(digest), claim.with_digest(7));
        let first = begin(&ledger, &claim).await;
        let held = begin(&ledger, &again).await;
        let lease = first.must_be_new("nobody has asked for it");
        record(&ledger, &lease, Outcome::Failed).await;
        let interrupted = begin(&ledger, &again).await;
        let lease = interrupted.must_be_interrupted(&lease, "it failed");
        record(&ledger, &lease, Outcome::Accepted).await;
        let accepted = begin(&ledger, &again).await;
        record(&ledger, &accepted.must_be_accepted(&lease, "it was accepted"), done("answer")).await;
        for said in [first, held, interrupted, accepted, begin(&ledger, &again).await] {
            assert_eq!(said.said.digest, Some(digest), "of `{}`, {:?}", said.work, said.said.progress);
        }
    }
}

/// There, the first call is the one that began it.
pub async fn tells_the_digest_of_a_state_that_is_begun_anew(ledger: Ledger) {
    for (round, state) in
        [state("1", "FREEZE"), state("1", "UNFREEZE"), state("1", "FREEZE")].into_iter().enumerate()
    {
        let digest = round as u64;
        let begun = begin(&ledger, &state.clone().with_digest(digest)).await;
        let lease = begun.must_be_new("it is not the last state");
        assert_eq!(begun.said.digest, Some(digest), "of `{}`, begun for the {round}. time", state.work);
        record(&ledger, &lease, done(round)).await;
        let repeat = begin(&ledger, &state.with_digest(7)).await;
        assert_eq!(repeat.said.digest, Some(digest), "of `{}`, done for the {round}. time", repeat.work);
    }
}
