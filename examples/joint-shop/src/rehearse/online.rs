//! Online licences: a device asks, and an instance has ten.

use rehearsal::Report;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::market::{INVALID, Market, SUCCESS, UNKNOWN};
use super::v2::{self, put};

/// How many licences an instance has.
const QUOTA: usize = 10;
const NO_MORE: &str = "000900";
const OUTSIDE_ORDER: &str = "000901";
const NO_EXPIRY: &str = "000902";
const NO_FINGERPRINT: &str = "000903";

pub(super) async fn play(market: &Market, report: &mut Report) {
    let outcome = v2::buy(market.v2(), &market.v2().order()).await;
    let Some(instance) = report.check("V2 newInstance, for online licences", outcome) else { return };
    let call = ask(market, &instance);
    for again in ["", ", again"] {
        let outcome = market.v2().call(SUCCESS, &call).await;
        report.check(format_args!("getLicenseAsync{again}"), outcome);
    }
    let changed = |name: &str, value: Value| {
        let mut call = ask(market, &instance);
        put(&mut call, name, value);
        call
    };
    for (name, code, call) in [
        ("in 14 digits", SUCCESS, changed("effectiveTime", json!("20231027103015"))),
        ("without a fingerprint", NO_FINGERPRINT, changed("deviceFingerprint", json!(null))),
        ("with an empty fingerprint", NO_FINGERPRINT, changed("deviceFingerprint", json!(""))),
        ("without an end", NO_EXPIRY, changed("expireTime", json!(""))),
        (
            "with an end before its beginning",
            OUTSIDE_ORDER,
            changed("expireTime", json!("2020-01-01 00:00:00 z")),
        ),
        ("about an unknown instance", UNKNOWN, changed("instanceId", json!("nobody-issued-this"))),
        ("without an event", INVALID, changed("eventId", json!(""))),
        ("with a beginning that is no time", INVALID, changed("effectiveTime", json!("tomorrow"))),
        ("with a too long fingerprint", INVALID, changed("deviceFingerprint", json!("x".repeat(1025)))),
    ] {
        let outcome = market.v2().call(code, &call).await;
        report.check(format_args!("getLicenseAsync {name} is {code}"), outcome);
    }
    report.check("an instance has ten licences, a repeated event counts once", quota(market).await);
    report.check("of 40 events at once ten get a licence", crowd(market).await);
    report.check("a licence cannot outlive its instance", outlived(market, &instance).await);
    report.check("a frozen instance gets no licence", frozen(market, &instance).await);
}

pub(super) fn ask(market: &Market, instance: &str) -> Value {
    json!({"activity": "getLicenseAsync", "instanceId": instance, "eventId": market.number(),
        "effectiveTime": "2023-10-27 10:30:15 z", "expireTime": "2033-10-27 10:30:15 z",
        "deviceFingerprint": format!("fingerprint-{}", market.number())})
}

async fn quota(market: &Market) -> Result<(), String> {
    let instance = v2::buy(market.v2(), &market.v2().order()).await?;
    let events: Vec<_> = (0..QUOTA).map(|_| ask(market, &instance)).collect();
    for event in events.iter().chain(&events) {
        market.v2().call(SUCCESS, event).await?;
    }
    market.v2().call(NO_MORE, &ask(market, &instance)).await?;
    for event in &events {
        market.v2().call(SUCCESS, event).await?;
    }
    Ok(())
}

async fn crowd(market: &Market) -> Result<(), String> {
    let instance = v2::buy(market.v2(), &market.v2().order()).await?;
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let (market, event) = (market.v2().clone(), ask(market, &instance));
        calls.spawn(async move {
            let body = event.to_string().into_bytes();
            market.send("POST", 200, &market.sign(&body), &body).await
        });
    }
    let answers = calls.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let count = |code| answers.iter().filter(|answer| answer.code() == code).count();
    match (count(SUCCESS), count(NO_MORE)) {
        (QUOTA, 30) => Ok(()),
        (granted, refused) => Err(format!("{granted} licences, and {refused} times none left")),
    }
}

async fn outlived(market: &Market, instance: &str) -> Result<(), String> {
    let order = market.v2().order();
    let refresh = json!({"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL",
        "orderId": order.id, "orderLineId": order.line, "expireTime": "20300101000000"});
    market.v2().call(SUCCESS, &refresh).await?;
    market.v2().call(OUTSIDE_ORDER, &ask(market, instance)).await?;
    let mut shorter = ask(market, instance);
    put(&mut shorter, "expireTime", json!("2029-12-31 23:59:59 z"));
    market.v2().call(SUCCESS, &shorter).await.map(drop)
}

async fn frozen(market: &Market, instance: &str) -> Result<(), String> {
    let mut shorter = ask(market, instance);
    put(&mut shorter, "expireTime", json!("2029-12-31 23:59:59 z"));
    for (status, code) in [("FREEZE", OUTSIDE_ORDER), ("UNFREEZE", SUCCESS)] {
        let call = json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": status});
        market.v2().call(SUCCESS, &call).await?;
        market.v2().call(code, &shorter).await?;
    }
    Ok(())
}
