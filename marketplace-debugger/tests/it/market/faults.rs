//! Faults on demand.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use marketplace_core::open_api::path;
use marketplace_core::signature::sdk_hmac::Credentials;
use marketplace_debugger::Silence;
use marketplace_debugger::market::{
    Api, CannotStart, Fault, Market, MarketCode, MarketInstance, MarketSettings,
};

use super::client::{Desk, credentials, key, told};

const MOCK: &str = "orderId=MOCKPERIODYEARNEW";

#[tokio::test]
async fn every_code_can_be_had() {
    let desk = Desk::new().await;
    for code in MarketCode::ALL {
        desk.market.fail_next(1, Fault::Code(code));
        assert_eq!(told(&desk.query(MOCK).await), (code.status().as_u16(), code.code()));
    }
    assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"));
}

#[tokio::test]
async fn throttles_as_many_requests_as_it_was_told() {
    let desk = Desk::new().await;
    desk.market.throttle(2);
    desk.market.fail_next(1, Fault::THROTTLED_429);
    for expected in [(406, "MKT.0250"), (406, "MKT.0250"), (429, "APIGW.0308"), (200, "MKT.0000")] {
        assert_eq!(told(&desk.query(MOCK).await), expected);
    }
    desk.market.throttle(100);
    desk.market.heal();
    assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"));
    assert_eq!(desk.market.calls(Api::QueryOrder), 5);
}

#[tokio::test]
async fn a_push_may_be_taken_although_nobody_says_so() {
    let desk = Desk::new().await;
    desk.market.instance(MarketInstance::on_demand("i-1"));
    let push = async |sn: &str, hour: u64, patience: Duration| {
        let body = serde_json::json!({ "usage_records": [desk.record("i-1", sn, hour)] });
        desk.send_for(&desk.push_request(&body), patience).await
    };
    for (hour, fault, is_taken, is_closed) in [
        (1, Fault::CloseBeforeAnswer, false, true),
        (2, Fault::CloseAfterTaking, true, true),
        (3, Fault::Hang, false, false),
        (4, Fault::HangAfterTaking, true, false),
    ] {
        let before = desk.market.usage_count();
        desk.market.fail_next_of(Api::PushUsage, 1, fault);
        // Another API is not meant.
        assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"));
        let patience = Duration::from_millis(if is_closed { 20_000 } else { 300 });
        let silence = push(&format!("sn-{hour}"), hour, patience).await.unwrap_err();
        assert_eq!(matches!(silence, Silence::Closed(_)), is_closed, "{fault}: {silence}");
        assert_eq!(matches!(silence, Silence::TimedOut(_)), !is_closed, "{fault}: {silence}");
        // Who has no patience may look before the market has.
        let is_handled = |market: &Market| {
            market.calls(Api::PushUsage) == hour && (market.usage_count() > before || !is_taken)
        };
        desk.wait_until(is_handled).await;
        assert_eq!(desk.market.usage_count() - before, usize::from(is_taken), "{fault}");
    }
    assert_eq!(desk.market.calls(Api::PushUsage), 4);
}

#[tokio::test]
async fn a_proxy_may_answer_with_no_json() {
    let desk = Desk::new().await;
    desk.market.fail_next(1, Fault::BadGateway);
    assert_eq!(desk.query(MOCK).await, (502, serde_json::Value::Null));
}

#[tokio::test]
async fn each_request_is_told_to_the_observer() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let desk = Desk::with(|settings| {
        settings.with_observer(move |handled| seen.lock().unwrap().push(handled.to_string()))
    })
    .await;
    desk.query(MOCK).await;
    desk.market.fail_next(2, Fault::CloseBeforeAnswer);
    let request = desk.authorized(&credentials(), desk.request("GET", path::QUERY_ORDER, ""));
    desk.send(&request).await.unwrap_err();
    let query = path::QUERY_ORDER;
    assert_eq!(
        *lines.lock().unwrap(),
        [
            format!("GET {query} 200 MKT.0000"),
            format!("GET {query} no answer (close-before-answer, on purpose)"),
        ]
    );
}

#[tokio::test]
async fn a_market_that_was_stopped_or_dropped_is_gone() {
    let desk = Desk::new().await;
    let (address, request) = (desk.market.address(), desk.request("GET", "/", ""));
    let wire = marketplace_debugger::wire::Wire::new(desk.market.url().parse().unwrap());
    // A request that hangs ends with it.
    desk.market.fail_next(1, Fault::Hang);
    let query = desk.request("GET", path::QUERY_ORDER, "");
    let hanging = {
        let (wire, query) = (wire.clone(), query);
        tokio::spawn(async move { wire.send(&query, Default::default(), Duration::from_secs(20)).await })
    };
    desk.wait_until(|market| market.calls(Api::QueryOrder) == 1).await;
    desk.market.stop().await;
    assert!(matches!(hanging.await.unwrap(), Err(Silence::Closed(_))));
    let patience = Duration::from_secs(20);
    assert!(matches!(wire.send(&request, Default::default(), patience).await, Err(Silence::Unreachable(_))));
    let settings = MarketSettings::new(credentials(), key()).with_address(address);
    let again = Market::start(settings.clone()).await.unwrap();
    assert!(matches!(Market::start(settings.clone()).await, Err(CannotStart::Listen { .. })));
    drop(again);
    let everywhere = settings.with_address("0.0.0.0:0".parse().unwrap());
    assert!(matches!(Market::start(everywhere).await, Err(CannotStart::NotLoopback(_))));
}

#[test]
fn settings_show_no_secrets() {
    let credentials = Credentials::new("the-id", "canary-secret").unwrap();
    let shown = format!("{:?}", MarketSettings::new(credentials, key()));
    assert!(
        shown.contains("the-id") && !shown.contains("canary") && !shown.contains("test-access-key"),
        "{shown}"
    );
}
