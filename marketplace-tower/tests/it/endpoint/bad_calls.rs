//! Verified calls that cannot be served.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, StatusCode};
use marketplace_tower::{Endpoint, Layer, Ledger};

use super::shop::{Shop, Till};
use super::{ask_briefly, code, code_with, open, purchase};
use crate::support::bodies::TestBody;
use crate::support::events::Events;
use crate::support::signing::{Call, request};
use crate::support::{AUTHENTICATION_FAILED, INVALID_PARAMETER, KEY, layer, send};

#[tokio::test]
async fn an_endpoint_without_a_layer_serves_nobody() {
    let till = Arc::<Till>::default();
    let endpoint = Endpoint::new(Shop(Arc::clone(&till)), Ledger::memory());
    for body in [purchase("o", "b"), String::new()] {
        let alone = send(&endpoint, request("/saasproduce", TestBody::of(body))).await.unwrap();
        assert_eq!(alone.status, StatusCode::OK);
        assert_eq!(alone.body, AUTHENTICATION_FAILED);
        assert_eq!(alone.slug(), Some("not-verified"));
    }
    // Nor behind a layer that claims another path.
    let beside = layer().with_routes(["/other"]).layer(endpoint);
    let answered = send(&beside, Call::new(purchase("o", "b")).request()).await.unwrap();
    assert_eq!(answered.body, AUTHENTICATION_FAILED);
    assert!(till.take_log().is_empty());
}

/// Bodies, and what the operator is told about them.
fn bad_bodies() -> Vec<(Bytes, &'static str, String)> {
    let long = "x".repeat(65);
    let nested = "[".repeat(100_000);
    let mut all: Vec<(Bytes, &'static str, String)> = Vec::new();
    let mut body = |body: String, detail: &str| all.push((body.into(), "body", detail.to_owned()));
    body(String::new(), "EOF");
    body("{".to_owned(), "EOF");
    body("null".to_owned(), "object");
    body("[]".to_owned(), "object");
    body("\u{feff}{}".to_owned(), "expected value");
    body(nested.clone(), "detail=");
    let closed = "]".repeat(100_000);
    body(format!(r#"{{"activity":"orderNotify","x":{nested}{closed}}}"#), "nested too deeply");
    body("{}".to_owned(), "`activity` is missing");
    body(r#"{"activity":7}"#.to_owned(), "integer `7`");
    body(r#"{"activity":""}"#.to_owned(), "`activity` is missing");
    body(purchase("o", "b") + "x", "trailing characters");
    body(purchase("", "b"), "`orderId` is missing");
    body(
        r#"{"activity":"newInstance","orderId":"o","orderLineId":"l"}"#.to_owned(),
        "`businessId` is missing",
    );
    body(r#"{"activity":"newInstance","orderId":7}"#.to_owned(), "`orderId`: invalid type");
    body(purchase(&long, "b"), "`orderId`: 65 UTF-16 units");
    body(
        r#"{"activity":"orderNotify","orderId":"a","orderId":"a","orderLineId":"l"}"#.to_owned(),
        "`orderId`: given more than once",
    );
    body(
        r#"{"activity":"orderNotify","orderId":"a","orderLineId":"l","activity":"orderNotify"}"#.to_owned(),
        "`activity`: given more than once",
    );
    body(r#"{"activity":"queryInstance","instanceId":""}"#.to_owned(), "`instanceId`");
    body(
        format!(r#"{{"activity":"queryInstance","instanceId":"i{}"}}"#, ",i".repeat(100)),
        "more than 100 ids",
    );
    body(
        r#"{"activity":"updateInstanceStatus","instanceId":"i","status":"FROZEN"}"#.to_owned(),
        "`status`: not one of FREEZE UNFREEZE",
    );
    body(
        r#"{"activity":"orderAudit","orderId":"o","reason":"nine long"}"#.to_owned(),
        "`reason`: 9 UTF-16 units",
    );
    all.push((Bytes::from_static(b"{\"activity\":\"orderNotify\xff\"}"), "body", "not UTF-8".to_owned()));
    for name in ["nextYearsActivity", "NewInstance", "__proto__"] {
        all.push((format!(r#"{{"activity":"{name}"}}"#).into(), "unknown-activity", format!("`{name}`")));
    }
    let endless = "a".repeat(10_000);
    all.push((
        format!(r#"{{"activity":"{endless}"}}"#).into(),
        "unknown-activity",
        format!("`{}`", &endless[..64]),
    ));
    all
}

#[tokio::test]
async fn what_cannot_be_read_is_an_invalid_parameter_and_the_operator_knows_why() {
    let events = Events::catch();
    let hooked = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&hooked);
    let till = Arc::<Till>::default();
    let service = layer()
        .with_refusal_hook(move |refusal| hook.lock().unwrap().push(refusal.slug()))
        .layer(Endpoint::new(Shop(Arc::clone(&till)), Ledger::memory()));
    for (body, slug, detail) in bad_bodies() {
        let what = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
        let answered = send(&service, Call::new(body).request()).await.unwrap();
        assert_eq!(answered.body, INVALID_PARAMETER, "{what}");
        assert_eq!(answered.status, StatusCode::OK);
        assert!(answered.is_signed_by(KEY));
        assert_eq!(answered.slug(), Some(slug), "{what}");
        assert_eq!(std::mem::take(&mut *hooked.lock().unwrap()), [slug], "{what}");
        let told = events.take_ours();
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        assert!(told[0].text.contains(&format!("reason={slug} ")), "{what}: {told:?}");
        assert!(told[0].text.contains(&detail), "{what}: {told:?}");
        assert!(told[0].text.len() < 500, "{}", told[0].text);
    }
    assert!(till.take_log().is_empty());
}

#[tokio::test]
async fn what_is_new_to_a_known_activity_is_ignored() {
    let (service, till) = open();
    let call =
        purchase("o", "b").replace('}', r#","color":{"a":[1,null,{"b":"c"}]},"color":2,"testFlag":null}"#);
    assert_eq!(ask_briefly(&service, &call).await, code_with("000000", "b"));
    assert_eq!(till.take_log().len(), 2);
}

#[tokio::test]
async fn lengths_are_counted_in_utf_16() {
    let (service, _till) = open();
    // Two units each: 32 of them fit 64.
    let fits = "😀".repeat(32);
    assert_eq!(
        ask_briefly(&service, &purchase("o", "b").replace("\"o\"", &format!("\"{fits}\""))).await.0,
        "000000"
    );
    let long = "😀".repeat(33);
    let call = purchase("o", "b").replace("\"o\"", &format!("\"{long}\""));
    assert_eq!(ask_briefly(&service, &call).await, code("000002"));
}

#[tokio::test]
async fn the_head_of_the_request_says_nothing() {
    let (service, till) = open();
    let call = Call::new(purchase("o", "b"));
    let mut request: Request<TestBody> = call.request();
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    request.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    let answered = send(&service, request).await.unwrap();
    assert_eq!(answered.text(), r#"{"resultCode":"000000","resultMsg":"welcome o","instanceId":"b"}"#);
    assert_eq!(till.take_log().len(), 2);
}
