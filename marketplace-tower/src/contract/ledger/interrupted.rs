//! Calls that wait to be taken up again.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::sleep;

use super::ask::{
    PATIENCE, begin, begin_when_over, done, end, interrupted, of_each_kind, over, purchase, record, renewal,
    state,
};
use crate::{Claim, Ledger, Outcome};

/// Those that were begun, whose lease is over, and that have no outcome. Of a ledger that keeps no calls: none.
pub async fn lists_interrupted_calls(ledger: Ledger) {
    let with_call = |claim: Claim, call: &str| claim.with_call(Bytes::from(call.to_owned()));
    begin(&ledger, &with_call(purchase("held"), "held")).await.must_be_new("nobody has asked for it");
    begin(&ledger, &over(&purchase("without a call"))).await.must_be_new("nobody has asked for it");
    for (outcome, name) in
        [(Outcome::Failed, "failed"), (Outcome::Accepted, "accepted"), (done("answer"), "done")]
    {
        let claim = with_call(over(&purchase(name)), name);
        let lease = begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
        record(&ledger, &lease, outcome).await;
    }
    let mut leases = Vec::new();
    for (claim, call) in of_each_kind().into_iter().zip(["bought", "renewed", "frozen", "ended"]) {
        let claim = with_call(claim, call);
        let lease = begin(&ledger, &over(&claim)).await.must_be_new("nobody has asked for it");
        leases.push((claim, lease));
    }
    if !ledger.keeps_calls() {
        assert_eq!(interrupted(&ledger, None, 100).await, [], "it says that it keeps no calls");
        return;
    }
    must_be_interrupted(&ledger, &["bought", "ended", "frozen", "renewed"]).await;

    for (number, (claim, lease)) in leases.into_iter().enumerate() {
        let lease = begin_when_over(&ledger, &claim).await.must_be_interrupted(&lease, "its lease is over");
        let left = ["bought", "renewed", "frozen", "ended"].get(number + 1..).unwrap_or_default();
        must_be_interrupted(&ledger, left).await;
        let outcome = [Outcome::Failed, Outcome::Accepted, done("answer")].into_iter().cycle().nth(number);
        record(&ledger, &lease, outcome.unwrap_or(Outcome::Failed)).await;
        must_be_interrupted(&ledger, left).await;
    }
}

/// Each call once, ordered by its position, whatever the size of the page.
pub async fn lists_interrupted_calls_in_pages(ledger: Ledger) {
    for line in 10..35 {
        let claim = over(&purchase(line)).with_call(Bytes::from(line.to_string()));
        begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
    }
    if !ledger.keeps_calls() {
        assert_eq!(interrupted(&ledger, None, 100).await, [], "it says that it keeps no calls");
        return;
    }
    let all: Vec<_> = (10..35).map(|line| line.to_string()).collect();
    must_be_interrupted(&ledger, &all).await;
    for size in [1, 10, 25, 26, usize::MAX] {
        let (mut after, mut calls) = (None, Vec::new());
        loop {
            let page = interrupted(&ledger, after, size).await;
            assert!(page.len() <= size, "{} calls on a page of {size}", page.len());
            let Some(last) = page.last() else { break };
            assert!(after < Some(last.position), "a page does not go on behind {after:?}");
            assert!(
                page.is_sorted_by(|one, next| one.position < next.position)
                    && page.iter().all(|call| after < Some(call.position)),
                "not ordered by position, behind {after:?}: {page:?}"
            );
            after = Some(last.position);
            calls.extend(page.into_iter().map(|call| call.call));
        }
        calls.sort();
        assert_eq!(calls, all, "in pages of {size}");
        assert_eq!(
            interrupted(&ledger, Some(u64::MAX), size).await,
            [],
            "nothing is behind the last position"
        );
    }
}

/// Once the end is done, nothing about the instance is taken up again; what is about another one is.
pub async fn forgets_the_calls_about_an_ended_instance(ledger: Ledger) {
    let code = state("instance", "FREEZE");
    let code = Claim { work: code.work.clone().on_licence_code(), ..code };
    for (claim, call) in [
        (purchase("instance"), "bought"),
        (renewal("order", "instance"), "renewed"),
        (code, "code"),
        (purchase("another"), "another"),
    ] {
        let claim = over(&claim).with_call(Bytes::from_static(call.as_bytes()));
        begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
    }
    let end = end("instance").with_call(Bytes::from_static(b"ended"));
    let ending = begin(&ledger, &end).await.must_be_new("nobody has asked for it");
    if !ledger.keeps_calls() {
        assert_eq!(interrupted(&ledger, None, 100).await, [], "it says that it keeps no calls");
        return;
    }
    must_be_interrupted(&ledger, &["another", "bought", "code", "renewed"]).await;
    record(&ledger, &ending, Outcome::Failed).await;
    must_be_interrupted(&ledger, &["another", "bought", "code", "renewed"]).await;
    let freeze = over(&state("instance", "FREEZE")).with_call(Bytes::from_static(b"frozen"));
    begin(&ledger, &freeze).await.must_be_new("nobody has asked for it");
    let ending = begin(&ledger, &end).await.must_be_interrupted(&ending, "it failed");
    record(&ledger, &ending, done("ended")).await;
    must_be_interrupted(&ledger, &["another", "code"]).await;
}

/// What an instance was to be put into before something else happened to it would now undo that.
pub async fn forgets_the_call_about_a_state_that_something_else_came_after(ledger: Ledger) {
    let with_call =
        |claim: Claim, call: &'static str| over(&claim).with_call(Bytes::from_static(call.as_bytes()));
    let names = ["thawed", "renewed", "ended"];
    for instance in names {
        let freeze = with_call(state(instance, "FREEZE"), "frozen");
        begin(&ledger, &freeze).await.must_be_new("nobody has asked for it");
    }
    let frozen = if ledger.keeps_calls() { &["frozen"; 3][..] } else { &[] };
    must_be_interrupted(&ledger, frozen).await;
    let [thawed, renewed, ended] = names;
    let thaw = with_call(state(thawed, "UNFREEZE"), thawed);
    begin_when_over(&ledger, &thaw).await.must_be_new("the last state is another one");
    for claim in [with_call(renewal("order", renewed), renewed), with_call(end(ended), ended)] {
        begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
    }
    let afterwards = if ledger.keeps_calls() { &names[..] } else { &[] };
    must_be_interrupted(&ledger, afterwards).await;
}

/// These calls, in any order. A lease that is over at once may still last for a moment.
pub(super) async fn must_be_interrupted(ledger: &Ledger, calls: &[impl AsRef<[u8]>]) {
    let mut calls: Vec<_> = calls.iter().map(|call| Bytes::copy_from_slice(call.as_ref())).collect();
    calls.sort_unstable();
    let asked = Instant::now();
    loop {
        let listed = interrupted(ledger, None, 100).await;
        let mut found: Vec<_> = listed.into_iter().map(|listed| listed.call).collect();
        found.sort_unstable();
        if found.len() >= calls.len() || asked.elapsed() > PATIENCE {
            assert_eq!(found, calls, "what is interrupted");
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
}
