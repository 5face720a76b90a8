//! What a crash interrupts is taken up at start.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use marketplace_tower::{AccessKey, Endpoint, Guide, KeyRing, Ledger};
use tokio::runtime::Runtime;

use super::shop::{Plan, Shop, Till};
use super::{Service, ask_briefly, code, code_with, open_with, purchase, query};
use crate::support::{KEY, within};

const RENEWAL: &str = r#"{"activity":"refreshInstance","scene":"RENEWAL","orderId":"r","orderLineId":"l","instanceId":"slow","expireTime":"20301124023618"}"#;

fn keys(key: &str) -> KeyRing {
    AccessKey::new(key).unwrap().into()
}

async fn machine(file: &Path) -> (Service, Arc<Till>, Endpoint<Shop>) {
    let ledger = Ledger::sqlite(file).await.unwrap();
    let mut endpoint = None;
    let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, ledger)).clone());
    (service, till, endpoint.unwrap())
}

/// A machine that ends while it is at work on these calls.
fn crash(file: &Path, calls: &[&str]) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let (service, till, _) = machine(file).await;
        till.plan(std::iter::repeat_with(|| Plan::Wait).take(calls.len()));
        for (number, call) in calls.iter().enumerate() {
            let (service, call) = (service.clone(), (*call).to_owned());
            tokio::spawn(async move { ask_briefly(&service, &call).await });
            till.noted(if number == 0 { "open o b-1" } else { "renew slow RENEWAL 20301124023618000" }).await;
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(10));
    // A process that dies lets go of the file at once; a ledger in this one, when its thread has ended.
    let mut holders = file.as_os_str().to_owned();
    holders.push("-holders");
    File::options().write(true).open(holders).unwrap().lock().unwrap();
}

fn in_runtime(test: impl Future<Output = ()>) {
    Runtime::new().unwrap().block_on(test);
}

#[test]
fn what_a_crash_interrupted_is_taken_up_with_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let bought = purchase("o", "b-1");
    crash(&file, &[&bought, RENEWAL]);
    in_runtime(async {
        let (service, till, endpoint) = machine(&file).await;
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000004"));
        till.gate.add_permits(1);
        let resumed = within(endpoint.resume(&keys(KEY))).await.unwrap();
        assert_eq!((resumed.taken_up, resumed.left), (2, 0));
        endpoint.drained().await;
        let mut log = till.take_log();
        log.sort();
        assert_eq!(
            log,
            [
                "open o b-1",
                "opened b-1",
                "renew dropped",
                "renew slow RENEWAL 20301124023618000",
                "renewed slow",
            ]
        );
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000000"));
        assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
        assert_eq!(ask_briefly(&service, RENEWAL).await, code("000000"));
        assert_eq!(till.take_log(), ["describe b-1"]);
        assert_eq!(endpoint.resume(&keys(KEY)).await.unwrap().taken_up, 0);
    });
}

#[test]
fn what_no_key_vouches_for_waits_for_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let bought = purchase("o", "b-1");
    crash(&file, &[&bought]);
    in_runtime(async {
        let (service, till, endpoint) = machine(&file).await;
        let resumed = endpoint.resume(&keys("the key of next year")).await.unwrap();
        assert_eq!((resumed.taken_up, resumed.left), (0, 1));
        let of_another_guide = AccessKey::new(KEY).unwrap().serving([Guide::KitV2]).into();
        let resumed = endpoint.resume(&of_another_guide).await.unwrap();
        assert_eq!((resumed.taken_up, resumed.left), (0, 1));
        assert!(till.take_log().is_empty());
        assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
        assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
    });
}

#[test]
fn a_work_that_somebody_is_at_is_not_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    in_runtime(async {
        let (service, till, _) = machine(&file).await;
        till.plan([Plan::Wait]);
        let first = tokio::spawn(async move { ask_briefly(&service, &purchase("o", "b-1")).await });
        till.noted("open o b-1").await;
        let (_, other_till, other) = machine(&file).await;
        assert_eq!(other.resume(&keys(KEY)).await.unwrap().taken_up, 0);
        till.gate.add_permits(1);
        assert_eq!(first.await.unwrap(), code_with("000000", "b-1"));
        assert!(other_till.take_log().is_empty());
    });
}

#[test]
fn a_failure_is_left_to_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    in_runtime(async {
        let (service, till, endpoint) = machine(&file).await;
        till.plan([Plan::Fail, Plan::Pending]);
        assert_eq!(ask_briefly(&service, &purchase("o", "b-1")).await, code("000005"));
        assert_eq!(ask_briefly(&service, &purchase("p", "c-1")).await, code_with("000004", "c-1"));
        assert_eq!(endpoint.resume(&keys(KEY)).await.unwrap().taken_up, 0);
    });
}
