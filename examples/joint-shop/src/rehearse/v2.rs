//! V2 at the same address: one purchase, and what must not get through.

use marketplace_tower::AccessKey;
use marketplace_tower::signature::v2;
use rehearsal::{KooGallery, Order, Report, now_millis};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::market::{INVALID, Market, NOT_AUTHENTIC, SUCCESS, UNKNOWN};

pub(super) async fn play(market: &Market, report: &mut Report) {
    purchase(market.v2(), report).await;
    refusals(market.v2(), report).await;
}

async fn purchase(market: &KooGallery, report: &mut Report) {
    let order = market.order();
    let outcome = buy(market, &order).await;
    let Some(instance) = report.check("V2 newInstance makes an instance", outcome) else { return };
    report.check("V2 newInstance sent again is the same instance", again(market, &order, &instance).await);
    report.check("V2: 64 calls at once for one order line are one instance", crowd(market).await);
    report.check("V2 queryInstance shows where the customer works", look(market, &instance).await);
    for call in life(&instance, &market.order()) {
        for again in ["", ", again"] {
            let name = format!("V2 {}{again}", activity(&call));
            report.check(name, market.call(SUCCESS, &call).await);
        }
    }
    report.check("V2 queryInstance shows it still", look(market, &instance).await);
    for again in ["", ", again"] {
        let outcome = market.call(SUCCESS, &end(&instance)).await;
        report.check(format_args!("V2 releaseInstance{again}"), outcome);
    }
    let outcome = market.call(UNKNOWN, &query(&instance)).await;
    report.check("V2 queryInstance about a released instance is 000003", outcome);
    let strangers = life("nobody-issued-this", &market.order()).into_iter();
    for call in strangers.chain([query("nobody-issued-this"), end("nobody-issued-this")]) {
        let name = format!("V2 {} about an unknown instance is 000003", activity(&call));
        report.check(name, market.call(UNKNOWN, &call).await);
    }
    let notify = json!({"activity": "orderNotify", "orderId": order.id, "orderLineId": order.line});
    report.check("V2 orderNotify is taken note of", market.call(SUCCESS, &notify).await);
}

async fn refusals(market: &KooGallery, report: &mut Report) {
    // A debugging call succeeds and changes nothing: if it fails, the signature is why.
    let body = json!({"activity": "releaseInstance", "instanceId": "probe", "testFlag": "1"}).to_string();
    let body = body.as_bytes();
    let signed = market.sign(body);
    report.check("V2: a call is accepted once", market.post(SUCCESS, &signed, body).await);
    report.check("V2: the same call again is refused", market.post(NOT_AUTHENTIC, &signed, body).await);
    let stranger = AccessKey::new("of-another-seller").map(|key| market.sign_with(&key, body));
    let at = |millis: u64| v2::sign(market.key(), &market.nonce(), &millis.to_string(), body);
    let twice = |name: &str| format!("{}&{name}=1", market.sign(body));
    for (name, code, query) in [
        ("the signature of another key", NOT_AUTHENTIC, stranger.unwrap_or_default()),
        ("the signature of another body", NOT_AUTHENTIC, market.sign(b"{}")),
        ("a call two minutes old", INVALID, at(now_millis() - 120_000)),
        ("a call of the future", INVALID, at(now_millis() + 120_000)),
        ("signature given twice", INVALID, twice("signature")),
        ("timestamp given twice", INVALID, twice("timestamp")),
        ("nonce given twice", INVALID, twice("nonce")),
        ("no query", INVALID, String::new()),
    ] {
        report.check(format_args!("V2 {name}: refused"), market.post(code, &query, body).await);
    }
    let order = market.order();
    for name in ["expireInstance", "instanceStatus", "upgrade", "getLicense", "tenantSync"] {
        let mut call = query("1");
        put(&mut call, "activity", json!(name));
        report.check(format_args!("V2 has no {name}: refused"), market.call(INVALID, &call).await);
    }
    for name in ["businessId", "orderId", "orderLineId"] {
        for (what, value) in
            [("an empty", json!("")), ("a too long", json!("x".repeat(65))), ("no", json!(null))]
        {
            let mut call = market.new_instance(&order);
            put(&mut call, name, value);
            let outcome = market.call(INVALID, &call).await;
            report.check(format_args!("V2 newInstance with {what} {name}: refused"), outcome);
        }
    }
    for method in ["PUT", "DELETE"] {
        let outcome = market.send(method, 200, &market.sign(b""), b"").await;
        let outcome = outcome.and_then(|answer| answer.expect(INVALID));
        report.check(format_args!("{method} is refused"), outcome);
    }
    report.check("HEAD is refused, and signed", market.head(&market.sign(b"")).await);
    let body = vec![b' '; 8 << 20];
    let outcome = market.send("POST", 413, &market.sign(&body), &body).await;
    let outcome = outcome.and_then(|answer| answer.expect(INVALID));
    report.check("a body of 8 MiB is refused with status 413, signed", outcome);
}

pub(super) async fn buy(market: &KooGallery, order: &Order) -> Result<String, String> {
    market.call(SUCCESS, &market.new_instance(order)).await?.instance_id()
}

async fn again(market: &KooGallery, order: &Order, instance: &str) -> Result<(), String> {
    let other = buy(market, order).await?;
    if other == instance { Ok(()) } else { Err(format!("`{other}`, not `{instance}`")) }
}

async fn crowd(market: &KooGallery) -> Result<(), String> {
    let order = market.order();
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let (market, order) = (market.clone(), order.clone());
        calls.spawn(async move { buy(&market, &order).await });
    }
    let mut instances = calls.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    instances.sort();
    instances.dedup();
    if instances.len() == 1 { Ok(()) } else { Err(format!("{} different instances", instances.len())) }
}

async fn look(market: &KooGallery, instance: &str) -> Result<(), String> {
    let answer = market.call(SUCCESS, &query(instance)).await?;
    let shown = answer.text("/info/0/instanceId")?;
    let (user, password) =
        (answer.text("/info/0/appInfo/userName")?, answer.text("/info/0/appInfo/password")?);
    // In V2, nothing is sealed.
    if shown == instance && user == "admin@shop.example" && password.len() == 32 {
        Ok(())
    } else {
        Err(format!("`{shown}` with `{user}` is shown"))
    }
}

/// The calls that change an instance and let it live.
pub(super) fn life(instance: &str, order: &Order) -> Vec<Value> {
    let (id, line) = (&order.id, &order.line);
    vec![
        json!({"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL", "orderId": id,
            "orderLineId": line, "expireTime": "20371231235959"}),
        json!({"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": {"productId": "1"}}),
        json!({"activity": "upgradeInstance", "instanceId": instance, "orderId": id, "orderLineId": line}),
        json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": "FREEZE"}),
        json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": "UNFREEZE"}),
    ]
}

pub(super) fn query(instance: &str) -> Value {
    json!({"activity": "queryInstance", "instanceId": instance})
}

pub(super) fn end(instance: &str) -> Value {
    json!({"activity": "releaseInstance", "instanceId": instance})
}

/// A call in a line of the report.
pub(super) fn activity(call: &Value) -> String {
    let text = |name| call.get(name).and_then(Value::as_str);
    let word = text("scene").or_else(|| text("status")).map(|word| format!(" {word}"));
    format!("{}{}", text("activity").unwrap_or_default(), word.unwrap_or_default())
}

/// Another value for a member, or a new one.
pub(super) fn put(call: &mut Value, name: &str, value: Value) {
    if let Some(members) = call.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
