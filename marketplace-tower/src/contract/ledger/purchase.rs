//! Purchases and their instance ids.

use bytes::Bytes;
use marketplace_core::{InstanceId, Work};

use super::ask::{begin, causes, do_first, done, id, order, purchase, record, renewal};
use crate::{Claim, Ledger, LedgerError, Outcome, Progress};

/// New, held, failed, accepted and done, with one id from the first call on.
pub async fn tells_how_far_a_purchase_has_come(ledger: Ledger) {
    let first = Claim { candidate: id("first"), ..purchase(1) };
    let again = Claim { candidate: id("second"), ..purchase(1) };
    let ask = async |claim: &Claim| {
        let begun = begin(&ledger, claim).await;
        begun.must_be_about(&id("first"));
        begun
    };
    let lease = ask(&first).await.must_be_new("nobody has asked for it");
    ask(&again).await.must_be_held("its lease is not over");
    record(&ledger, &lease, Outcome::Failed).await;
    let lease = ask(&again).await.must_be_interrupted(&lease, "it failed");
    ask(&again).await.must_be_held("its lease is not over");
    record(&ledger, &lease, Outcome::Accepted).await;
    let lease = ask(&again).await.must_be_accepted(&lease, "it was accepted");
    ask(&again).await.must_be_held("its lease is not over");
    record(&ledger, &lease, Outcome::Failed).await;
    let lease = ask(&again).await.must_be_accepted(&lease, "a failure leaves what was written");
    record(&ledger, &lease, Outcome::Accepted).await;
    let lease = ask(&again).await.must_be_accepted(&lease, "it was accepted");
    record(&ledger, &lease, done("answer")).await;
    ask(&again).await.must_be_done("answer", "it was done");
}

/// The first answer is the last, byte for byte.
pub async fn what_is_done_stays_done(ledger: Ledger) {
    for (line, answer) in [&b"\0first\xff"[..], b"", b"{\"resultCode\":\"000000\"}"].into_iter().enumerate() {
        let lease = begin(&ledger, &purchase(line)).await.must_be_new("nobody has asked for it");
        for outcome in
            [Outcome::Done(Bytes::from_static(answer)), done("second"), Outcome::Accepted, Outcome::Failed]
        {
            record(&ledger, &lease, outcome).await;
            let begun = begin(&ledger, &Claim { candidate: id("second"), ..purchase(line) }).await;
            assert_eq!(
                begun.said.progress,
                Progress::Done(Bytes::from_static(answer)),
                "what was done stays done"
            );
            begun.must_be_about(&id(line));
        }
    }
}

/// A candidate that another purchase has gives way to an id that follows from the order. Other works take no ids.
pub async fn gives_another_id_if_the_candidate_is_taken(ledger: Ledger) {
    do_first(&ledger, &renewal("renewal", "same"), "renewed").await;
    let with = |line: u32, candidate: &str| Claim { candidate: id(candidate), ..purchase(line) };
    let first = begin(&ledger, &with(1, "same")).await;
    first.must_be_new("nobody has asked for it");
    first.must_be_about(&id("same"));

    let derived = InstanceId::derived("", &order(2));
    let second = begin(&ledger, &with(2, "same")).await;
    let lease = second.must_be_new("nobody has asked for it");
    second.must_be_about(&derived);
    let again = begin(&ledger, &with(2, "free")).await;
    again.must_be_held("its lease is not over");
    again.must_be_about(&derived);
    record(&ledger, &lease, Outcome::Failed).await;
    let again = begin(&ledger, &with(2, "free")).await;
    again.must_be_interrupted(&lease, "it failed");
    again.must_be_about(&derived);
}

/// If the id that follows from the order is taken as well, the call is refused, and nothing is kept of it.
pub async fn refuses_an_order_line_for_which_no_id_is_left(ledger: Ledger) {
    let derived = InstanceId::derived("", &order(2));
    begin(&ledger, &Claim { candidate: derived.clone(), ..purchase(1) }).await.must_be_new("the id is free");
    let refused = ledger.begin(&Claim { candidate: derived, ..purchase(2) }).await;
    match refused {
        Err(LedgerError::NoFreeId { order: refused }) => {
            assert_eq!(refused, order(2), "the order line is named")
        }
        Err(error) => panic!("there should be no free id; {}", causes(&error)),
        Ok(reserved) => panic!("there should be no free id, and it is {reserved:?}"),
    }
    let work = Work::purchase(order(2));
    let begun = begin(&ledger, &Claim { candidate: id("free"), ..purchase(2) }).await;
    begun.must_be_new(&format!("nothing of `{work}` was kept"));
    begun.must_be_about(&id("free"));
}
