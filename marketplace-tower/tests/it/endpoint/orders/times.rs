//! Orders that take their time. The clock stands still unless all wait.

use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::market::Plan as Market;
use super::*;

#[tokio::test(start_paused = true)]
async fn a_slow_order_fails_the_call_before_its_deadline() {
    for (deadline, limit) in [(None, 3000), (Some(1600), 1200)] {
        let open = Open::with(Ledger::memory(), |endpoint, market| {
            let endpoint = endpoint.with_orders(market);
            match deadline {
                Some(millis) => endpoint.with_deadline(Duration::from_millis(millis)),
                None => endpoint,
            }
        });
        let events = crate::support::events::Events::catch();
        open.market.plan([Market::Hang]);
        let began = Instant::now();
        assert_eq!(open.ask_briefly(&purchase("o", "b-1")).await, code("000005"));
        assert_eq!(began.elapsed().as_millis() / 10, limit / 10, "on the paused clock");
        let told = events.take_ours();
        assert!(told.iter().any(|line| line.text.contains("the order `o` did not come within")), "{told:?}");
        let counts = open.endpoint.counts();
        assert_eq!((counts.late, counts.orders_asked, counts.orders_failed), (0, 1, 1));
        // It is not at work in the background.
        assert_eq!(open.ask_briefly(&purchase("o", "b-2")).await, code_with("000000", "b-1"));
        assert_eq!(open.till.take_log(), ["open b-1: New o/o-1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_comes_just_in_time_is_used() {
    let open = Open::new();
    open.market.plan([Market::Sleep(Duration::from_millis(2900))]);
    assert_eq!(open.ask_briefly(&purchase("o", "b-1")).await, code_with("000000", "b-1"));
}

/// From then on it is the method that is late.
#[tokio::test(start_paused = true)]
async fn a_method_that_has_its_order_is_answered_for() {
    let open = Open::new();
    open.market.plan([Market::Sleep(Duration::from_secs(2))]);
    open.till.plan([Plan::Wait]);
    let began = Instant::now();
    assert_eq!(open.ask_briefly(&purchase("o", "b-1")).await, code_with("000004", "b-1"));
    assert_eq!(began.elapsed().as_secs(), 4, "on the paused clock");
    open.till.gate.add_permits(1);
    open.endpoint.drained().await;
    assert_eq!(open.ask_briefly(&purchase("o", "b-2")).await, code_with("000000", "b-1"));
    assert_eq!(open.market.take_log(), ["o/o-1"]);
}

/// Two machines, of which the first fails after some time: what is left for the other one's order?
async fn after_another(seconds: u64, order: Market) -> (Open, (String, Option<String>), Duration) {
    let ledger = Ledger::memory();
    let lease = Duration::from_secs(600);
    let [one, two] = [(); 2].map(|()| {
        Open::with(ledger.clone(), |endpoint, market| endpoint.with_orders(market).with_lease(lease))
    });
    one.till.plan([Plan::Wait]);
    let first = one.spawn(purchase("o", "b-1"));
    one.till.noted("open b-1: New o/o-1").await;
    two.market.plan([order]);
    let began = Instant::now();
    let second = tokio::spawn({
        let service = two.service.clone();
        async move {
            let answer = brief(&ask(service, &purchase("o", "b-2")).await);
            (answer, began.elapsed())
        }
    });
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    // Nobody passes it any more, so the method fails.
    one.till.gate.close();
    let (answer, elapsed) = second.await.unwrap();
    drop(first);
    (two, answer, elapsed)
}

#[tokio::test(start_paused = true)]
async fn what_was_spent_before_is_not_left_for_the_order() {
    let (two, answer, elapsed) = after_another(1, Market::Hang).await;
    assert_eq!(answer, code("000005"));
    assert_eq!(elapsed.as_millis() / 10, 300, "on the paused clock");
    assert_eq!(two.market.take_log(), ["o/o-1"]);
}

/// It was promised already: an order that comes late is better than none.
#[tokio::test(start_paused = true)]
async fn a_call_that_was_answered_for_waits_for_its_order_again() {
    let (two, answer, _) = after_another(20, Market::Sleep(Duration::from_millis(2900))).await;
    assert_eq!(answer, code_with("000004", "b-1"));
    two.till.noted("open b-1: New o/o-1").await;
    two.endpoint.drained().await;
    assert_eq!(two.ask_briefly(&purchase("o", "b-3")).await, code_with("000000", "b-1"));
}

#[tokio::test]
async fn a_call_goes_on_when_the_caller_hangs_up_while_the_order_is_fetched() {
    let open = Open::new();
    open.market.plan([Market::Wait]);
    let bought = purchase("o", "b-1");
    let mut call = Box::pin(open.ask_briefly(&bought));
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(call);
    open.market.gate.add_permits(1);
    open.till.noted("open b-1: New o/o-1").await;
    open.endpoint.drained().await;
    assert_eq!(open.ask_briefly(&purchase("o", "b-2")).await, code_with("000000", "b-1"));
    assert_eq!(open.market.take_log(), ["o/o-1"]);
}
