//! Calls that come at the same time.

use std::collections::HashSet;

use marketplace_core::{InstanceId, Work};
use tokio::task::JoinSet;

use super::ask::{
    begin, begin_at_once, begin_at_once_when_over, begin_when_over, done, end, id, of_each_kind, order, over,
    purchase, record, renewal, state,
};
use super::begun::{Begun, one_of_many};
use crate::{Claim, Ledger, Outcome, Progress};

/// 50 order lines, for each of which 64 calls come at once: each line has one id, and one call has it to do.
pub async fn gives_one_id_to_simultaneous_calls(ledger: Ledger) {
    let call = |line: u32, call: u32| Claim { candidate: id(format!("{line}-{call}")), ..purchase(line) };
    let claims = (0..50).flat_map(|line| (0..64).map(move |number| call(line, number)));
    let mut begun = begin_at_once(&ledger, claims.collect()).await;
    for line in 0..50 {
        let work = Work::purchase(order(line));
        let of_line: Vec<_> = begun.extract_if(.., |begun| begun.work == work).collect();
        let ids: HashSet<_> = of_line.iter().map(|begun| &begun.said.instance).collect();
        assert_eq!((of_line.len(), ids.len()), (64, 1), "calls and ids of line {line}: {ids:?}");
        let lease = one_of_many(&of_line);
        let new = of_line.iter().filter(|begun| matches!(begun.said.progress, Progress::New(_))).count();
        assert_eq!(new, 1, "`{}` should be New for whoever has it", lease.work);
    }
}

/// 2,000 order lines that are begun, done and asked for again at the same time.
pub async fn keeps_many_simultaneous_orders_apart(ledger: Ledger) {
    let mut orders = JoinSet::new();
    for line in 0..2000 {
        let ledger = ledger.clone();
        orders.spawn(async move {
            let new = begin(&ledger, &purchase(line)).await;
            new.must_be_about(&id(line));
            record(&ledger, &new.must_be_new("nobody has asked for it"), done(line)).await;
            let again = begin(&ledger, &Claim { candidate: id("another"), ..purchase(line) }).await;
            again.must_be_about(&id(line));
            again.must_be_done(line, "it was done");
        });
    }
    orders.join_all().await;
}

/// 64 order lines that come at once with the same candidate: one has it, each other has an id of its own.
pub async fn gives_simultaneous_orders_with_one_candidate_an_id_each(ledger: Ledger) {
    let claims = (0..64).map(|line| Claim { candidate: id("same"), ..purchase(line) });
    let begun = begin_at_once(&ledger, claims.collect()).await;
    let mut with_the_candidate = 0;
    for begun in &begun {
        begun.must_be_new("nobody has asked for this order line");
        if begun.said.instance == id("same") {
            with_the_candidate += 1;
        } else {
            begun.must_be_about(&InstanceId::derived("", begun.work.key().order()));
        }
    }
    assert_eq!(with_the_candidate, 1, "order lines with the candidate");
}

/// What failed, what was accepted, and what has no lease any more goes to one of 64 who ask at once.
pub async fn hands_what_is_free_again_to_one_of_many(ledger: Ledger) {
    for claim in of_each_kind() {
        let sixty_four = || begin_at_once_when_over(&ledger, vec![claim.clone(); 64]);
        let first = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        record(&ledger, &first, Outcome::Failed).await;
        let second = one_of_many(&sixty_four().await);
        assert!(second.fence > first.fence, "the fence of `{}` has to grow", first.work);

        record(&ledger, &second, Outcome::Failed).await;
        let third = begin_when_over(&ledger, &over(&claim)).await.must_be_interrupted(&second, "it failed");
        let fourth = one_of_many(&sixty_four().await);
        assert!(fourth.fence > third.fence, "the fence of `{}` has to grow", first.work);

        record(&ledger, &fourth, Outcome::Accepted).await;
        let fifth = one_of_many(&sixty_four().await);
        assert!(fifth.fence > fourth.fence, "the fence of `{}` has to grow", first.work);
    }
}

/// 64 calls at once that freeze one instance, and thaw it: one of them does so.
pub async fn lets_one_of_many_change_the_state(ledger: Ledger) {
    let claims = (0..64).map(|call| state("instance", if call % 2 == 0 { "FREEZE" } else { "UNFREEZE" }));
    let lease = one_of_many(&begin_at_once(&ledger, claims.collect()).await);
    record(&ledger, &lease, done("first")).await;
    begin(&ledger, &state("instance", lease.work.new_state()))
        .await
        .must_be_done("first", "it was the last state");
}

/// A purchase, renewals, states and the end of one instance, each begun and done beside the others. None fails.
pub async fn takes_different_works_on_an_instance_at_once(ledger: Ledger) {
    let mut works = JoinSet::new();
    for round in 0..16 {
        for claim in [
            purchase("instance"),
            renewal(round, "instance"),
            state("instance", "FREEZE"),
            state("instance", "UNFREEZE"),
            end("instance"),
        ] {
            let ledger = ledger.clone();
            works.spawn(async move {
                let begun = begin(&ledger, &claim).await;
                begun.must_be_about(&id("instance"));
                if let Some(fence) = begun.said.progress.fence() {
                    record(&ledger, &crate::Lease { work: claim.work, fence }, done(round)).await;
                }
                begun
            });
        }
    }
    let begun = works.join_all().await;
    let handed_out = |of: &dyn Fn(&Work) -> bool| {
        let of = |begun: &&Begun| of(&begun.work) && begun.said.progress.fence().is_some();
        begun.iter().filter(of).count()
    };
    for round in 0..16 {
        let renewal = renewal(round, "instance").work;
        assert_eq!(handed_out(&|work| *work == renewal), 1, "`{renewal}` is begun once");
    }
    for once in [purchase("instance").work, end("instance").work] {
        assert_eq!(handed_out(&|work| *work == once), 1, "`{once}` is begun once");
    }
}
