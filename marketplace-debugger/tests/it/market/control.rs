//! What can be asked of it over its own port.

use marketplace_debugger::market::Api;
use serde_json::{Value, json};

use super::client::{Desk, told};

const MOCK: &str = "orderId=MOCKPERIODYEARNEW";

async fn ask(desk: &Desk, method: &str, target: &str, body: &str) -> (u16, Value) {
    desk.send(&desk.request(method, &format!("/_market/{target}"), body)).await.unwrap()
}

#[tokio::test]
async fn faults_can_be_ordered_without_rust() {
    let desk = Desk::new().await;
    for (target, expected) in [
        ("throttle?next=1", (406, "MKT.0250")),
        ("throttle?how=gateway", (429, "APIGW.0308")),
        ("fail", (500, "MKT.0999")),
        ("fail?how=MKT.0154&of=order-query", (401, "MKT.0154")),
        ("fail?how=hang&of=usage", (200, "MKT.0000")),
        ("heal", (200, "MKT.0000")),
    ] {
        assert_eq!(ask(&desk, "POST", target, "").await.0, 200, "{target}");
        assert_eq!(told(&desk.query(MOCK).await), expected, "{target}");
    }
    for (target, why) in [
        ("throttle?next=x", "`next` is a number"),
        ("throttle?how=badly", "`how` is market or gateway"),
        ("fail?of=all", "`of` is one of order-query, usage, usage-old, licence-activate, licence-query"),
        ("order", "the body is no JSON object with `orderId`"),
        ("instance", "`id` is missing"),
    ] {
        let (status, answer) = ask(&desk, "POST", target, "").await;
        assert_eq!(status, 400, "{target}");
        assert!(answer["error"].as_str().unwrap().starts_with(why), "{answer}");
    }
    assert!(
        ask(&desk, "POST", "fail?how=x", "").await.1["error"]
            .as_str()
            .unwrap()
            .starts_with("`how` is not one of")
    );
    assert_eq!(ask(&desk, "GET", "throttle", "").await.0, 404);
    // They are no calls of an API.
    assert_eq!(desk.market.calls(Api::QueryOrder), 6);
}

#[tokio::test]
async fn orders_and_instances_can_be_made_and_usage_be_seen_without_rust() {
    let desk = Desk::new().await;
    let order = r#"{"orderId":"CS5","orderType":"NEW","orderLine":[{"orderLineId":"CS5-000001"}]}"#;
    let placed = ask(&desk, "POST", "order", order).await;
    assert_eq!(placed, (200, json!({"orderId": "CS5", "orderLineId": "CS5-000001"})));
    assert_eq!(told(&desk.query("orderId=CS5").await), (200, "MKT.0000"));
    assert_eq!(ask(&desk, "POST", "instance?id=i-1", "").await.0, 200);
    desk.push(&[desk.record("i-1", "sn-1", 2), desk.record("i-1", "sn-2", 3)]).await;
    desk.push(&[desk.record("i-1", "sn-1", 2)]).await;
    let (_, usage) = ask(&desk, "GET", "usage", "").await;
    assert_eq!(usage["billed"], json!({"i-1": {"records": 2, "usage_value": "3.0000"}}));
    assert_eq!(usage["records"][0]["arrivals"], 2);
    assert_eq!(usage["records"][1]["begin_time"], desk.clock.ago(3 * 3600));
}
