//! Which purchases have no answer yet.

use std::time::Duration;

use super::ask::{begin, do_first, done, end, id, over, prune, purchase, record, renewal, state, unfinished};
use crate::{Ledger, Outcome};

/// Those that are reserved, at work, failed or interrupted; not those that were accepted or done.
pub async fn knows_what_is_unfinished(ledger: Ledger) {
    let ask = async |instances: &[&str]| {
        let instances: Vec<_> = instances.iter().map(id).collect();
        unfinished(&ledger, &instances).await
    };
    assert!(!ask(&["never seen", "1", "2"]).await, "nothing was reserved");
    do_first(&ledger, &renewal("order", "renewed"), "answer").await;
    for claim in [renewal("another", "renewed"), state("frozen", "FREEZE"), end("ended")] {
        begin(&ledger, &claim).await.must_be_new("nobody has asked for it");
    }
    assert!(!ask(&["renewed", "frozen", "ended"]).await, "only a purchase is unfinished");

    let first = begin(&ledger, &purchase(1)).await.must_be_new("nobody has asked for it");
    let second = begin(&ledger, &purchase(2)).await.must_be_new("nobody has asked for it");
    assert!(ask(&["never seen", "1", "2"]).await, "two are unfinished");
    assert!(ask(&["2"]).await, "the second is unfinished");
    assert!(!ask(&[]).await, "nothing was asked after");
    assert!(!ask(&["never seen", "renewed"]).await, "none of these was reserved");

    record(&ledger, &second, Outcome::Accepted).await;
    assert!(!ask(&["2"]).await, "the second was accepted");
    assert!(ask(&["2", "1"]).await, "the first is unfinished");
    let second = begin(&ledger, &purchase(2)).await.must_be_accepted(&second, "it was accepted");
    record(&ledger, &second, Outcome::Failed).await;
    assert!(!ask(&["2"]).await, "the second stays accepted");
    let second = begin(&ledger, &purchase(2)).await.must_be_accepted(&second, "it was accepted");
    record(&ledger, &second, done("answer")).await;
    assert!(!ask(&["2"]).await, "the second is done");

    record(&ledger, &first, Outcome::Failed).await;
    assert!(ask(&["1"]).await, "the first failed, and will come again");
    let first = begin(&ledger, &over(&purchase(1))).await.must_be_interrupted(&first, "it failed");
    assert!(ask(&["1"]).await, "the first is unfinished, whether or not somebody is at it");
    record(&ledger, &first, done("answer")).await;
    assert!(!ask(&["1", "2"]).await, "both are done");

    do_first(&ledger, &end(1), "ended").await;
    assert!(!ask(&["1"]).await, "what was done stays done when the instance ends");
    let failed = begin(&ledger, &purchase(3)).await.must_be_new("nobody has asked for it");
    record(&ledger, &failed, Outcome::Failed).await;
    assert!(ask(&["3"]).await, "the third failed, and will come again");
    do_first(&ledger, &end(3), "ended").await;
    assert!(!ask(&["3"]).await, "what has ended is not waited for");
    prune(&ledger, Duration::ZERO).await;
    assert!(!ask(&["1", "3"]).await, "both were forgotten");
}
