//! Several machines that share a ledger. The clock stands still unless all wait; a lease in memory ends by the real one.

use std::sync::Arc;
use std::time::Duration;

use marketplace_tower::{Claim, Endpoint, InstanceId, Ledger, OrderKey, Progress, Work};

use super::shop::{Plan, Till};
use super::{Service, ask_briefly, code, code_with, open_with, purchase, query};
use crate::support::within;

/// Two machines.
fn open_two(lease: Duration) -> [(Service, Arc<Till>, Endpoint<super::shop::Shop>); 2] {
    let ledger = Ledger::memory();
    [(); 2].map(|()| {
        let mut endpoint = None;
        let (service, till) =
            open_with(|shop| endpoint.insert(Endpoint::new(shop, ledger.clone()).with_lease(lease)).clone());
        (service, till, endpoint.unwrap())
    })
}

#[tokio::test(start_paused = true)]
async fn another_machines_purchase_is_waited_for() {
    let [(one, till, _), (two, other_till, _)] = open_two(Duration::from_secs(600));
    till.plan([Plan::Wait]);
    let first = tokio::spawn({
        let one = one.clone();
        async move { ask_briefly(&one, &purchase("o", "b-1")).await }
    });
    till.noted("open o b-1").await;
    let second = tokio::spawn({
        let two = two.clone();
        async move { ask_briefly(&two, &purchase("o", "b-2")).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(ask_briefly(&two, &query("b-1")).await, code("000004"));
    till.gate.add_permits(1);
    assert_eq!(first.await.unwrap(), code_with("000000", "b-1"));
    assert_eq!(second.await.unwrap(), code_with("000000", "b-1"));
    assert!(other_till.take_log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_machines_slow_purchase_is_answered_for() {
    let [(one, till, _), (two, other_till, _)] = open_two(Duration::from_secs(600));
    till.plan([Plan::Wait]);
    assert_eq!(ask_briefly(&one, &purchase("o", "b-1")).await, code_with("000004", "b-1"));
    assert_eq!(ask_briefly(&two, &purchase("o", "b-2")).await, code_with("000004", "b-1"));
    assert_eq!(ask_briefly(&two, &query("b-1")).await, code("000004"));
    till.gate.add_permits(1);
    till.noted("opened b-1").await;
    assert_eq!(ask_briefly(&two, &purchase("o", "b-3")).await, code_with("000000", "b-1"));
    assert!(other_till.take_log().is_empty());
}

#[tokio::test]
async fn a_dead_machines_purchase_is_taken_over_with_the_same_id() {
    let ledger = Ledger::memory();
    let dead =
        Claim::new(Work::purchase(OrderKey::new("o", Some("o-1"))), InstanceId::new("of-the-dead").unwrap());
    let begun = ledger.begin(&dead.with_lease(Duration::from_millis(200))).await.unwrap();
    assert!(matches!(begun.progress, Progress::New(_)));
    let mut endpoint = None;
    let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, ledger.clone())).clone());
    // It is waited for until it is taken for dead.
    assert_eq!(within(ask_briefly(&service, &purchase("o", "b"))).await, code_with("000000", "of-the-dead"));
    assert_eq!(till.take_log(), ["open o of-the-dead", "opened of-the-dead"]);
    assert_eq!(endpoint.unwrap().counts().taken_up, 1);
}

#[tokio::test]
async fn a_machine_that_was_taken_for_dead_gives_the_answer_that_counts() {
    let ledger = Ledger::memory();
    let mut endpoint = None;
    let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, ledger.clone())).clone());
    // Its lease is over before anybody could extend it, as after a pause of the whole machine.
    let (service, endpoint) = {
        drop(service);
        let endpoint = endpoint.unwrap().with_lease(Duration::ZERO);
        (tower_layer(&endpoint), endpoint)
    };
    till.plan([Plan::Wait]);
    let late = tokio::spawn({
        let service = service.clone();
        async move { ask_briefly(&service, &purchase("o", "b-1")).await }
    });
    till.noted("open o b-1").await;
    let (other, other_till) = open_with(|shop| Endpoint::new(shop, ledger.clone()));
    assert_eq!(ask_briefly(&other, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
    assert_eq!(other_till.take_log(), ["open o b-1", "opened b-1"]);
    till.gate.add_permits(1);
    assert_eq!(late.await.unwrap(), code_with("000000", "b-1"));
    assert_eq!(endpoint.counts().superseded, 1);
}

/// A machine stands still while it freezes; another one freezes and unfreezes meanwhile.
#[tokio::test]
async fn a_machine_that_was_taken_for_dead_does_not_bring_an_old_state_back() {
    let ledger = Ledger::memory();
    let (late, till) = open_with(|shop| Endpoint::new(shop, ledger.clone()).with_lease(Duration::ZERO));
    let (other, other_till) = open_with(|shop| Endpoint::new(shop, ledger.clone()));
    let state = |state: &str| {
        format!(r#"{{"activity":"updateInstanceStatus","instanceId":"slow","status":"{state}"}}"#)
    };
    let frozen = tokio::spawn({
        let freeze = state("FREEZE");
        async move { ask_briefly(&late, &freeze).await }
    });
    till.noted("freeze slow FREEZE").await;
    other_till.gate.add_permits(10);
    for state in [state("FREEZE"), state("UNFREEZE")] {
        assert_eq!(ask_briefly(&other, &state).await, code("000000"));
    }
    till.gate.add_permits(1);
    within(frozen).await.unwrap();
    other_till.take_log();
    // The next freezing is one.
    assert_eq!(ask_briefly(&other, &state("FREEZE")).await, code("000000"));
    assert_eq!(other_till.take_log(), ["freeze slow FREEZE"]);
}

/// It is not on the disk, so nobody is promised that it will be done.
#[tokio::test(start_paused = true)]
async fn a_state_that_waits_for_another_one_is_not_promised() {
    let [(one, till, _), (two, other_till, other)] = open_two(Duration::from_secs(600));
    let state = |state: &str| {
        format!(r#"{{"activity":"updateInstanceStatus","instanceId":"slow","status":"{state}"}}"#)
    };
    assert_eq!(ask_briefly(&one, &state("FREEZE")).await, code("000004"));
    assert_eq!(ask_briefly(&two, &state("UNFREEZE")).await, code("000005"));
    within(other.drained()).await;
    till.gate.add_permits(1);
    other_till.gate.add_permits(1);
    assert_eq!(ask_briefly(&two, &state("UNFREEZE")).await, code("000000"));
    assert_eq!(till.take_log(), ["freeze slow FREEZE"]);
    assert_eq!(other_till.take_log(), ["freeze slow UNFREEZE"]);
}

fn tower_layer(endpoint: &Endpoint<super::shop::Shop>) -> Service {
    marketplace_tower::Layer::layer(&crate::support::layer(), endpoint.clone())
}

#[tokio::test]
async fn a_method_keeps_its_lease_while_it_works() {
    let ledger = Ledger::memory();
    let (service, till) =
        open_with(|shop| Endpoint::new(shop, ledger.clone()).with_lease(Duration::from_millis(300)));
    till.plan([Plan::Wait]);
    let first = tokio::spawn({
        let service = service.clone();
        async move { ask_briefly(&service, &purchase("o", "b-1")).await }
    });
    till.noted("open o b-1").await;
    // Much longer than the lease, somebody else asks again and again.
    let work = Work::purchase(OrderKey::new("o", Some("o-1")));
    let claim = Claim::new(work, InstanceId::new("other").unwrap());
    let until = std::time::Instant::now() + Duration::from_millis(1200);
    while std::time::Instant::now() < until {
        assert_eq!(ledger.begin(&claim).await.unwrap().progress, Progress::Held);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    till.gate.add_permits(1);
    assert_eq!(first.await.unwrap(), code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
}
