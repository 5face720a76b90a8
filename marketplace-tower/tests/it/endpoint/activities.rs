//! Each activity reaches its method, and its answer the caller.

use serde_json::{Value, json};
use tracing::Level;

use super::shop::{CAUSE, Plan};
use super::{ask, ask_briefly, code, code_with, open, purchase, query};
use crate::support::events::Events;

#[tokio::test]
async fn every_activity_reaches_its_method() {
    let (service, till) = open();
    for (call, note, answer) in [
        (
            r#"{"activity":"refreshInstance","scene":"RENEWAL","orderId":"o","orderLineId":"l","instanceId":"i","expireTime":"20301124023618"}"#,
            "renew i RENEWAL 20301124023618000",
            json!({"resultCode": "000000", "resultMsg": "success."}),
        ),
        (
            r#"{"activity":"updateInstanceStatus","instanceId":"i","status":"FREEZE"}"#,
            "freeze i FREEZE",
            json!({"resultCode": "000000", "resultMsg": "success."}),
        ),
        (
            r#"{"activity":"updateInstanceStatus","instanceId":"unknown","status":"UNFREEZE"}"#,
            "freeze unknown UNFREEZE",
            json!({"resultCode": "000003", "resultMsg": "the instance does not exist"}),
        ),
        (
            r#"{"activity":"releaseInstance","instanceId":"i"}"#,
            "close i of 47 bytes",
            json!({"resultCode": "000000", "resultMsg": "success."}),
        ),
        (
            r#"{"activity":"upgradeInstance","instanceId":"i","orderId":"o","orderLineId":"l"}"#,
            "upgrade i o",
            json!({"resultCode": "000000", "resultMsg": "success."}),
        ),
        (
            r#"{"activity":"changeInstanceCheck","instanceId":"i","productInfo":"[{\"skuCode\":\"s\"}]"}"#,
            "may change i s",
            json!({"resultCode": "000106", "resultMsg": "sold out"}),
        ),
        (
            r#"{"activity":"orderNotify","orderId":"o","orderLineId":"l"}"#,
            "notified o",
            json!({"resultCode": "000000", "resultMsg": "success."}),
        ),
        (
            r#"{"activity":"queryInstance","instanceId":"i"}"#,
            "describe i",
            json!({"resultCode": "000000", "resultMsg": "success.", "info": [
                {"instanceId": "i", "appInfo": {"frontEndUrl": "https://shop.example/"}}
            ]}),
        ),
        (
            r#"{"activity":"orderAudit","orderId":"o","reason":"because"}"#,
            r#"audit o Some("because")"#,
            json!({"resultCode": "000000", "resultMsg": "success.", "ticket": "ticket-o", "memo": "审计"}),
        ),
    ] {
        let answered = ask(&service, call).await;
        assert_eq!(till.take_log(), [note]);
        let found: Value = serde_json::from_slice(&answered.body).unwrap();
        assert_eq!(found, answer, "{call}");
        assert_eq!(answered.headers["content-type"], "application/json");
        assert!(answered.refusal.is_none());
    }
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code_with("000000", "b"));
    assert_eq!(till.take_log(), ["open o b", "opened b"]);
}

#[tokio::test]
async fn the_shape_of_the_signature_page_is_served() {
    let (service, till) = open();
    let early = r#"{"activity":"newInstance","buyerInfo":{"customerName":"示例客户"},"orderInfo":[{"businessId":"b-1","orderId":"CS1","chargingMode":"PERIOD"}]}"#;
    assert_eq!(ask_briefly(&service, early).await, code_with("000000", "b-1"));
    let again = early.replace("b-1", "b-2");
    assert_eq!(ask_briefly(&service, &again).await, code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open CS1 b-1", "opened b-1"]);
}

#[tokio::test]
async fn a_query_is_about_one_instance_or_several_or_none() {
    let (service, till) = open();
    let answered = ask(&service, &query("a, b,c")).await;
    assert_eq!(till.take_log(), ["describe a", "describe b", "describe c"]);
    let found: Value = serde_json::from_slice(&answered.body).unwrap();
    assert_eq!(found["info"].as_array().unwrap().len(), 3);
    // Unknown to the shop, though known to no ledger either; and success without data is none.
    assert_eq!(ask_briefly(&service, &query("unknown")).await, code("000003"));
    assert_eq!(ask_briefly(&service, &query("none")).await, code("000003"));
}

#[tokio::test]
async fn a_panic_is_an_internal_error() {
    let (service, till) = open();
    let events = Events::catch();
    for call in [query("panic"), r#"{"activity":"releaseInstance","instanceId":"panic"}"#.to_owned()] {
        let answered = ask(&service, &call).await;
        assert_eq!(answered.text(), r#"{"resultCode":"000005","resultMsg":"internal error"}"#);
        let told = events.take_ours();
        assert!(told.len() == 1 && told[0].text.contains("panicked"), "{told:?}");
    }
    assert_eq!(till.take_log().len(), 2);
    assert_eq!(ask_briefly(&service, &query("i")).await.0, "000000");
}

#[tokio::test]
async fn the_caller_gets_the_sellers_message_and_the_operator_the_cause() {
    let (service, till) = open();
    till.plan([Plan::Fail]);
    let events = Events::catch();
    let answered = ask(&service, &purchase("o", "b")).await;
    assert_eq!(answered.text(), r#"{"resultCode":"000005","resultMsg":"no tenant is free"}"#);
    assert!(!format!("{answered:?}").contains(CAUSE));
    let told = events.take_ours();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].level, Level::WARN);
    for part in ["activity=newInstance", "code=000005", "no tenant is free", CAUSE] {
        assert!(told[0].text.contains(part), "{part}: {told:?}");
    }
}
