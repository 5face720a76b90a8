//! Orders that do not come, or are not what was asked for.

use tracing::Level;

use super::market::Plan as Market;
use super::*;
use crate::support::events::Events;

/// What the operator is told of the one failure.
fn cause(events: &Events) -> String {
    let warnings: Vec<_> = events.take_ours().into_iter().filter(|line| line.level == Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    warnings[0].text.clone()
}

#[tokio::test]
async fn an_order_that_does_not_come_fails_the_call_which_then_runs_with_the_same_id() {
    for plan in [|| Market::Fail, || Market::Panic, || Market::OtherLine, || Market::OtherOrder] {
        let open = Open::new();
        open.market.plan([plan(), plan()]);
        for number in 1..3 {
            let answer = open.ask(&purchase("o", &format!("b-{number}"))).await;
            assert_eq!(answer.text(), r#"{"resultCode":"000005","resultMsg":"internal error"}"#);
        }
        assert!(open.till.take_log().is_empty());
        // Nothing was promised, and nothing has to be waited for.
        assert_eq!(open.ask_briefly(&purchase("o", "b-3")).await, code_with("000000", "b-1"));
        assert_eq!(open.till.take_log(), ["open b-1: New o/o-1"]);
        assert_eq!(open.market.take_log(), ["o/o-1"; 3]);
    }
}

#[tokio::test]
async fn a_change_fails_and_is_done_by_the_next_call() {
    let open = Open::new();
    for call in [refresh("RENEWAL", "r"), change("upgradeInstance", "u"), change("orderNotify", "n")] {
        open.market.plan([Market::Fail]);
        assert_eq!(open.ask_briefly(&call).await, code("000005"), "{call}");
        assert!(open.till.take_log().is_empty(), "{call}");
        assert_eq!(open.ask_briefly(&call).await, code("000000"), "{call}");
        assert_eq!(open.till.take_log().len(), 1, "{call}");
    }
    let counts = open.endpoint.counts();
    assert_eq!((counts.orders_asked, counts.orders_failed), (6, 3));
}

#[tokio::test]
async fn the_operator_is_told_why_and_the_caller_is_not() {
    let open = Open::new();
    let events = Events::catch();
    for (plan, call, expected) in [
        (
            Market::Fail,
            purchase("o", "b"),
            "the order `o` could not be had: the market refused to tell: the key of AK-7 is wrong",
        ),
        (Market::OtherLine, purchase("o", "b"), "the order `o` has no line `o-1`"),
        (
            Market::OtherOrder,
            purchase("o", "b"),
            "the order `o` was asked for, and another one came: `other`",
        ),
        (Market::TwoLines, early("e"), "the order `e` has 2 lines, and the call names none of them"),
    ] {
        open.market.plan([plan]);
        let answer = open.ask(&call).await;
        assert_eq!(answer.text(), r#"{"resultCode":"000005","resultMsg":"internal error"}"#);
        let told = cause(&events);
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn the_line_of_the_call_is_found_among_others() {
    let open = Open::new();
    open.market.plan([Market::TwoLines]);
    assert_eq!(open.ask_briefly(&purchase("o", "b")).await, code_with("000000", "b"));
    assert_eq!(open.till.take_log(), ["open b: New o/o-1"]);
}

#[tokio::test]
async fn copies_of_a_call_whose_order_does_not_come_fail_as_well() {
    let open = Open::new();
    open.market.plan([Market::Wait, Market::Answer]);
    let first = open.spawn(purchase("o", "b-1"));
    open.market.asked().await;
    let copy = open.spawn(purchase("o", "b-2"));
    tokio::task::yield_now().await;
    // What comes when the gate is closed for ever is an error of the market.
    open.market.gate.close();
    assert_eq!(first.await.unwrap(), code("000005"));
    assert_eq!(copy.await.unwrap(), code("000005"));
    assert_eq!(open.ask_briefly(&purchase("o", "b-3")).await, code_with("000000", "b-1"));
    assert_eq!(open.market.take_log(), ["o/o-1"; 2]);
}
