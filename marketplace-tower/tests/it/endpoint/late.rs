//! Methods that take longer than KooGallery waits, and callers that hang up. The clock stands still unless all wait.

use std::task::{Context, Waker};
use std::time::Duration;

use marketplace_tower::{Endpoint, Ledger};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::shop::Plan;
use super::{Service, ask, ask_briefly, code, code_with, open, open_with, purchase, query};
use crate::support::events::Events;
use crate::support::signing::Call;
use crate::support::{send, within};

fn refresh(id: &str) -> String {
    format!(
        r#"{{"activity":"refreshInstance","scene":"RENEWAL","orderId":"o","orderLineId":"l","instanceId":"{id}","expireTime":"20301124023618"}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_slow_purchase_is_answered_for_and_goes_on() {
    let (service, till) = open();
    till.plan([Plan::Wait]);
    let events = Events::catch();
    let began = Instant::now();
    let late = ask(&service, &purchase("o", "b-1")).await;
    assert_eq!(began.elapsed().as_secs(), 4, "on the paused clock");
    assert_eq!(
        late.text(),
        r#"{"resultCode":"000004","resultMsg":"the request is being processed","instanceId":"b-1"}"#
    );
    assert!(events.take_ours().iter().any(|line| line.text.contains("longer than the deadline")));
    for _ in 0..2 {
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000004"));
        assert_eq!(ask_briefly(&service, &query("other,b-1")).await, code("000004"));
    }
    // Others are not held up.
    assert_eq!(ask_briefly(&service, &query("other")).await, code("000000"));
    assert_eq!(ask_briefly(&service, &purchase("p", "c")).await, code_with("000000", "c"));
    // A repeat waits as well, and makes nothing.
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000004", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "describe other", "open p c", "opened c"]);

    till.gate.add_permits(1);
    till.noted("opened b-1").await;
    let done = ask(&service, &purchase("o", "b-3")).await;
    assert_eq!(done.text(), r#"{"resultCode":"000000","resultMsg":"welcome o","instanceId":"b-1"}"#);
    assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000000"));
    assert_eq!(ask(&service, &purchase("o", "b-4")).await.body, done.body);
    assert_eq!(till.take_log(), ["opened b-1", "describe b-1"]);
}

/// Promise 26.
#[tokio::test(start_paused = true)]
async fn sellers_that_take_up_to_a_minute_are_on_time() {
    let mut calls = JoinSet::new();
    for seconds in 0..=60 {
        calls.spawn(async move {
            let (service, till) = open();
            till.plan([Plan::Sleep(Duration::from_secs(seconds))]);
            let began = Instant::now();
            let mut asked = 0;
            loop {
                let call = Instant::now();
                // As KooGallery does: the purchase, again and again, and questions in between.
                let (found, _) = ask_briefly(&service, &purchase("o", &format!("b-{asked}"))).await;
                let (shown, _) = ask_briefly(&service, &query("b-0")).await;
                assert!(call.elapsed() < Duration::from_secs(5), "{seconds} s: {:?}", call.elapsed());
                assert_eq!(found, shown, "{seconds} s, call {asked}");
                if found == "000000" {
                    break;
                }
                assert_eq!(found, "000004", "{seconds} s");
                asked += 1;
            }
            assert!(began.elapsed().as_secs() < seconds + 5, "{seconds} s: {:?}", began.elapsed());
            assert_eq!(till.take_log(), ["open o b-0", "opened b-0", "describe b-0"], "{seconds} s");
        });
    }
    assert_eq!(calls.join_all().await.len(), 61);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_gets_the_answer_of_the_call_that_is_still_running() {
    let (service, till) = open();
    till.plan([Plan::Wait]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-1")).await, code_with("000004", "b-1"));
    let repeat = tokio::spawn(async move { ask_briefly(&service, &purchase("o", "b-2")).await });
    tokio::task::yield_now().await;
    till.gate.add_permits(1);
    assert_eq!(repeat.await.unwrap(), code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_that_says_something_else_is_counted_while_the_first_call_runs() {
    let mut endpoint = None;
    let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, Ledger::memory())).clone());
    till.plan([Plan::Wait]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-1")).await, code_with("000004", "b-1"));
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000004", "b-1"));
    let endpoint = endpoint.unwrap();
    assert_eq!(endpoint.counts().conflicts, 0);
    let other = purchase("o", "b-3").replace('}', r#","amount":"7"}"#);
    assert_eq!(ask_briefly(&service, &other).await, code_with("000004", "b-1"));
    assert_eq!(endpoint.counts().conflicts, 1);
    till.gate.add_permits(1);
    endpoint.drained().await;
}

#[tokio::test]
async fn a_purchase_that_fails_with_000004_is_answered_with_its_id() {
    let (service, till) = open();
    till.plan([Plan::PendingFault]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-1")).await, code_with("000004", "b-1"));
}

#[tokio::test(start_paused = true)]
async fn a_purchase_that_panics_after_its_deadline_can_be_repeated() {
    let (service, till) = open();
    till.plan([Plan::WaitAndPanic]);
    let events = Events::catch();
    assert_eq!(ask_briefly(&service, &purchase("o", "b-1")).await, code_with("000004", "b-1"));
    till.gate.add_permits(1);
    till.noted("panics").await;
    tokio::task::yield_now().await;
    let told = events.take_ours();
    assert!(told.iter().any(|line| line.text.contains("panicked")), "{told:?}");
    assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000004"));
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_can_be_set() {
    let (service, till) =
        open_with(|shop| Endpoint::new(shop, Ledger::memory()).with_deadline(Duration::from_millis(1500)));
    till.plan([Plan::Wait]);
    let began = Instant::now();
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code_with("000004", "b"));
    assert_eq!(began.elapsed().as_millis() / 100, 15, "on the paused clock");
}

/// Sends a call, and hangs up after this many polls.
fn hang_up(service: &Service, body: &str, polls: usize) {
    let mut call = Box::pin(send(service, Call::new(body.to_owned()).request()));
    for _ in 0..polls {
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}

#[tokio::test]
async fn a_purchase_goes_on_when_the_caller_hangs_up() {
    for polls in 1..3 {
        let (service, till) = open();
        till.plan([Plan::Wait]);
        hang_up(&service, &purchase("o", "b-1"), polls);
        assert_eq!(till.take_log(), ["open o b-1"]);
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000004"));
        till.gate.add_permits(1);
        till.noted("opened b-1").await;
        assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-1"));
        assert_eq!(ask_briefly(&service, &query("b-1")).await, code("000000"));
        assert_eq!(till.take_log(), ["opened b-1", "describe b-1"]);
    }
}

#[tokio::test]
async fn a_change_goes_on_when_the_caller_hangs_up() {
    let (service, till) = open();
    hang_up(&service, &refresh("slow"), 1);
    till.gate.add_permits(1);
    till.noted("renew dropped").await;
    assert_eq!(till.take_log(), ["renew slow RENEWAL 20301124023618000", "renewed slow", "renew dropped"]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_change_is_answered_for_and_goes_on() {
    let (service, till) = open();
    assert_eq!(ask_briefly(&service, &refresh("slow")).await, code("000004"));
    till.gate.add_permits(1);
    till.noted("renew dropped").await;
    assert_eq!(till.take_log(), ["renew slow RENEWAL 20301124023618000", "renewed slow", "renew dropped"]);
}

#[tokio::test]
async fn a_query_is_given_up_when_the_caller_hangs_up() {
    let (service, till) = open();
    hang_up(&service, &query("slow"), 1);
    assert_eq!(till.take_log(), ["describe slow", "describe dropped"]);
    assert_eq!(till.gate.available_permits(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_query_is_answered_for_and_given_up() {
    let (service, till) = open();
    assert_eq!(ask_briefly(&service, &query("slow")).await, code("000004"));
    assert_eq!(till.take_log(), ["describe slow", "describe dropped"]);
}

#[tokio::test]
async fn a_repeat_that_hangs_up_does_not_disturb_the_first_call() {
    let (service, till) = open();
    till.plan([Plan::Wait]);
    let first = tokio::spawn({
        let service = service.clone();
        async move { ask_briefly(&service, &purchase("o", "b-1")).await }
    });
    till.noted("open o b-1").await;
    hang_up(&service, &purchase("o", "b-2"), 2);
    till.gate.add_permits(1);
    assert_eq!(first.await.unwrap(), code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_what_goes_on_in_the_background_can_be_waited_for() {
    let mut endpoint = None;
    let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, Ledger::memory())).clone());
    let endpoint = endpoint.unwrap();
    endpoint.drained().await;
    till.plan([Plan::Wait, Plan::WaitAndPanic]);
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code_with("000004", "b"));
    hang_up(&service, &purchase("p", "c"), 1);
    let mut drained = Box::pin(endpoint.drained());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(drained.as_mut().poll(&mut cx).is_pending());
    till.gate.add_permits(1);
    till.noted("opened b").await;
    assert!(drained.as_mut().poll(&mut cx).is_pending());
    till.gate.add_permits(1);
    within(drained).await;
    assert_eq!(till.take_log(), ["open o b", "open p c", "opened b", "panics"]);
}
