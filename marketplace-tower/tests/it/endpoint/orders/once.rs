//! How often an order is fetched.

use std::time::Duration;

use tokio::task::JoinSet;

use super::market::Plan as Market;
use super::*;

#[tokio::test(start_paused = true)]
async fn simultaneous_copies_share_one_fetch() {
    let open = Open::new();
    open.market.plan([Market::Wait]);
    let first = open.spawn(purchase("o", "b-1"));
    open.market.asked().await;
    let mut copies: JoinSet<_> = (2..10)
        .map(|number| {
            let (service, body) = (open.service.clone(), purchase("o", &format!("b-{number}")));
            async move { brief(&ask(service, &body).await) }
        })
        .collect();
    // Each of them is under way.
    assert!(tokio::time::timeout(Duration::from_secs(1), copies.join_next()).await.is_err());
    open.market.gate.add_permits(10);
    assert_eq!(first.await.unwrap(), code_with("000000", "b-1"));
    for answer in copies.join_all().await {
        assert_eq!(answer, code_with("000000", "b-1"));
    }
    assert_eq!(open.market.take_log(), ["o/o-1"]);
    assert_eq!(open.till.take_log(), ["open b-1: New o/o-1"]);
}

#[tokio::test]
async fn a_repeat_of_an_answered_call_fetches_nothing() {
    let open = Open::new();
    for (call, id) in [(purchase("o", "b-1"), Some("b-1")), (refresh("RENEWAL", "r"), None)] {
        for _ in 0..3 {
            let (code, found) = open.ask_briefly(&call).await;
            assert_eq!((code.as_str(), found.as_deref()), ("000000", id));
        }
    }
    assert_eq!(open.market.take_log(), ["o/o-1", "r/r-1"]);
}

#[tokio::test]
async fn a_call_that_runs_again_fetches_again() {
    let open = Open::new();
    open.till.plan([Plan::Pending, Plan::Fail]);
    for (number, code) in [(1, "000004"), (2, "000005"), (3, "000000")] {
        let (found, _) = open.ask_briefly(&purchase("o", &format!("b-{number}"))).await;
        assert_eq!(found, code);
    }
    assert_eq!(open.market.take_log(), ["o/o-1"; 3]);
    assert_eq!(open.till.take_log(), ["open b-1: New o/o-1"; 3]);
}

/// The ledger comes first: an id is reserved before anybody is asked.
#[tokio::test]
async fn nothing_is_fetched_for_what_the_ledger_does_not_begin() {
    use marketplace_tower::{Claim, OrderKey, Work};
    let ledger = Ledger::memory();
    let claim = |work| Claim::new(work, InstanceId::new("b-0").unwrap()).with_lease(Duration::from_secs(60));
    ledger.begin(&claim(Work::purchase(OrderKey::new("o", Some("o-1"))))).await.unwrap();
    tokio::time::pause();
    let open = Open::with(ledger, |endpoint, market| endpoint.with_orders(market));
    // Another machine is at it.
    assert_eq!(open.ask_briefly(&purchase("o", "b-1")).await, code_with("000004", "b-0"));
    assert!(open.market.take_log().is_empty());
}

#[cfg(feature = "sqlite")]
#[test]
fn a_call_that_is_taken_up_fetches_again() {
    use crate::support::within;
    use marketplace_tower::AccessKey;
    use tokio::runtime::Runtime;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let machine =
        async || Open::with(Ledger::sqlite(&file).await.unwrap(), |one, market| one.with_orders(market));
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let open = machine().await;
        // One dies while it asks, the other while it works.
        open.market.plan([Market::Hang, Market::Answer]);
        open.till.plan([Plan::Wait]);
        open.spawn(purchase("o", "b-1"));
        open.market.asked().await;
        open.spawn(purchase("p", "c-1"));
        open.till.noted("open c-1: New p/p-1").await;
        assert_eq!(open.market.take_log(), ["o/o-1", "p/p-1"]);
    });
    runtime.shutdown_timeout(Duration::from_secs(10));
    // A process that dies lets go of the file at once; a ledger in this one, when its thread has ended.
    let mut holders = file.as_os_str().to_owned();
    holders.push("-holders");
    std::fs::File::options().write(true).open(holders).unwrap().lock().unwrap();

    Runtime::new().unwrap().block_on(async {
        let open = machine().await;
        let resumed = within(open.endpoint.resume(&AccessKey::new(KEY).unwrap().into())).await.unwrap();
        assert_eq!((resumed.taken_up, resumed.left), (2, 0));
        let (mut asked, mut log) = (open.market.take_log(), open.till.take_log());
        asked.sort();
        log.sort();
        assert_eq!(asked, ["o/o-1", "p/p-1"]);
        assert_eq!(log, ["open b-1: New o/o-1", "open c-1: New p/p-1"]);
    });
}
