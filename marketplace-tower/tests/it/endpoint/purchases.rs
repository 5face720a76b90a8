//! One order line, one instance.

use std::collections::HashSet;
use std::sync::{Arc, Barrier};
use std::task::{Context, Waker};
use std::thread;

use marketplace_tower::{Endpoint, InstanceId, Layer, Ledger, OrderKey};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::shop::{Plan, Shop, Till};
use super::{ask, ask_briefly, code, code_with, open, purchase, query};
use crate::support::layer;

#[tokio::test]
async fn sixty_four_calls_at_once_make_one_instance() {
    for order in ["a", "b", "c"] {
        let (service, till) = open();
        till.plan(std::iter::repeat_with(|| Plan::Wait).take(64));
        let mut calls: Vec<_> = (0..64)
            .map(|number| {
                let (service, body) = (service.clone(), purchase(order, &format!("business-{number}")));
                Box::pin(async move { ask(&service, &body).await.body })
            })
            .collect();
        // All of them get as far as they can, in eight threads, before the first is let through.
        let runtime = Handle::current();
        let start = Barrier::new(8);
        thread::scope(|scope| {
            for some in calls.chunks_mut(8) {
                scope.spawn(|| {
                    let _entered = runtime.enter();
                    start.wait();
                    for call in some {
                        let mut cx = Context::from_waker(Waker::noop());
                        assert!(call.as_mut().poll(&mut cx).is_pending());
                    }
                });
            }
        });
        till.gate.add_permits(64);
        let answers = calls.into_iter().collect::<JoinSet<_>>().join_all().await;
        assert_eq!(answers.len(), 64);
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{:?}",
            answers.iter().collect::<HashSet<_>>()
        );
        let log = till.take_log();
        assert_eq!(log.len(), 2, "{log:?}");
        let instance = log[1].strip_prefix("opened ").unwrap();
        assert!(String::from_utf8_lossy(&answers[0]).contains(&format!(r#""instanceId":"{instance}""#)));
    }
}

#[tokio::test]
async fn an_answered_call_is_answered_again_word_for_word() {
    let (service, till) = open();
    let first = ask(&service, &purchase("o", "b-1")).await;
    assert_eq!(first.text(), r#"{"resultCode":"000000","resultMsg":"welcome o","instanceId":"b-1"}"#);
    assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
    for business_id in ["b-1", "b-2", "a, b"] {
        assert_eq!(ask(&service, &purchase("o", business_id)).await.body, first.body);
    }
    assert!(till.take_log().is_empty());
}

#[tokio::test]
async fn the_answer_outlives_the_endpoint() {
    let ledger = Ledger::memory();
    let till = Arc::<Till>::default();
    let mut answers = Vec::new();
    for business_id in ["b-1", "b-2"] {
        let endpoint = Endpoint::new(Shop(Arc::clone(&till)), ledger.clone());
        answers.push(ask(&layer().layer(endpoint), &purchase("o", business_id)).await.body);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(till.take_log().len(), 2);
}

#[tokio::test]
async fn each_order_line_has_its_own_instance() {
    let (service, _till) = open();
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code_with("000000", "b"));
    // KooGallery gives each call another business id; should it not, the id is taken from the order line.
    let derived = InstanceId::derived("", &OrderKey::new("p", Some("p-1")));
    assert_eq!(ask_briefly(&service, &purchase("p", "b")).await, code_with("000000", derived.as_str()));
    let line = purchase("o", "c").replace("o-1", "o-2");
    assert_eq!(ask_briefly(&service, &line).await, code_with("000000", "c"));
    // Order and line are not run together: `o` + `o-1`, and `oo` + `-1`.
    let shifted = purchase("o", "d").replace(r#""o""#, r#""oo""#).replace("o-1", "-1");
    assert_eq!(ask_briefly(&service, &shifted).await, code_with("000000", "d"));
}

#[tokio::test]
async fn a_failed_purchase_runs_again_with_the_same_id() {
    for failure in [Plan::Fail, Plan::Panic, Plan::NameAnother] {
        let (service, till) = open();
        till.plan([failure]);
        let failed = ask(&service, &purchase("o", "b-1")).await;
        assert!(failed.text().starts_with(r#"{"resultCode":"000005","#), "{}", failed.text());
        assert!(!failed.text().contains("instanceId"), "{}", failed.text());
        assert_eq!(till.take_log(), ["open o b-1"]);
        // Not answered yet: whoever asks has to wait.
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000004"));
        assert!(till.take_log().is_empty());

        assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
        assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000000"));
        assert_eq!(till.take_log(), ["describe b-1"]);
    }
}

#[tokio::test]
async fn whoever_waits_for_a_purchase_that_fails_is_told_so() {
    let (service, till) = open();
    for plan in [Plan::Wait, Plan::WaitAndPanic] {
        let panics = plan == Plan::WaitAndPanic;
        till.plan([plan]);
        let order = if panics { "panics" } else { "works" };
        let first = tokio::spawn({
            let service = service.clone();
            async move { ask(&service, &purchase(order, order)).await.body }
        });
        till.noted(&format!("open {order} {order}")).await;
        let second = tokio::spawn({
            let service = service.clone();
            async move { ask(&service, &purchase(order, "second")).await.body }
        });
        tokio::task::yield_now().await;
        till.gate.add_permits(1);
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert_eq!(first, second);
        assert_eq!(first.starts_with(br#"{"resultCode":"000005""#), panics);
        till.take_log();
    }
}

#[tokio::test]
async fn a_purchase_that_is_answered_later_is_asked_about_again() {
    let (service, till) = open();
    till.plan([Plan::Pending, Plan::Pending, Plan::Ready]);
    let first = ask(&service, &purchase("o", "b-1")).await;
    assert_eq!(
        first.text(),
        r#"{"resultCode":"000004","resultMsg":"the request is being processed","instanceId":"b-1"}"#
    );
    // The seller has taken it: the seller knows.
    assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000000"));
    assert_eq!(till.take_log(), ["open o b-1", "describe b-1"]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000004", "b-1"));
    assert_eq!(ask_briefly(&service, &purchase("o", "b-3")).await, code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "open o b-1", "opened b-1"]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-4")).await, code_with("000000", "b-1"));
    assert!(till.take_log().is_empty());
}
