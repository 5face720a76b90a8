//! What must not get through, and what must although it looks odd.

use marketplace_tower::AccessKey;
use marketplace_tower::signature::v2;
use rehearsal::{KooGallery, Report, now_millis};
use serde_json::{Value, json};

use super::life_cycle::query;

const NOT_AUTHENTIC: &str = "000001";
const INVALID: &str = "000002";
const SUCCESS: &str = "000000";

pub(super) async fn play(market: &KooGallery, report: &mut Report) {
    signatures(market, report).await;
    replays(market, report).await;
    parameters(market, report).await;
    timestamps(market, report).await;
    methods(market, report).await;
    bodies(market, report).await;
    too_large(market, report).await;
}

/// A debugging call succeeds and changes nothing: if it fails, the signature is why.
fn probe() -> Vec<u8> {
    json!({"activity": "releaseInstance", "instanceId": "probe", "testFlag": "1"}).to_string().into_bytes()
}

/// The query with something done to its signature.
fn resigned(query: &str, change: impl FnOnce(&str) -> String) -> String {
    let digits = query.strip_prefix("signature=").and_then(|rest| rest.get(..64)).unwrap_or_default();
    query.replacen(digits, &change(digits), 1)
}

async fn signatures(market: &KooGallery, report: &mut Report) {
    let body = probe();
    let flip = |digits: &str| match digits.strip_prefix('0') {
        Some(rest) => format!("1{rest}"),
        None => format!("0{}", digits.get(1..).unwrap_or_default()),
    };
    let query = resigned(&market.sign(&body), flip);
    report.check(
        "a signature with one wrong digit is refused",
        market.post(NOT_AUTHENTIC, &query, &body).await,
    );
    let query = resigned(&market.sign(&body), |digits| digits.get(1..).unwrap_or_default().to_owned());
    report.check("a signature that lacks a digit is refused", market.post(INVALID, &query, &body).await);
    report.check("the signature of another key is refused", other_key(market, &body).await);
    report.check("an altered body is refused", altered(market).await);
    let query = resigned(&market.sign(&body), str::to_lowercase);
    report.check("a signature in lower case is accepted", market.post(SUCCESS, &query, &body).await);
    let seconds = (now_millis() / 1000).to_string();
    let query = v2::sign(market.key(), &market.nonce(), &seconds, &body);
    report.check("a timestamp in seconds is accepted", market.post(SUCCESS, &query, &body).await);
}

async fn other_key(market: &KooGallery, body: &[u8]) -> Result<(), String> {
    let other = AccessKey::new("of-another-seller").map_err(|error| error.to_string())?;
    market.post(NOT_AUTHENTIC, &market.sign_with(&other, body), body).await.map(drop)
}

/// The altered call is a purchase, and must not have become one.
async fn altered(market: &KooGallery) -> Result<(), String> {
    let call = market.new_instance(&market.order());
    let body = call.to_string();
    let altered = body.replace("business-", "evil-");
    market.post(NOT_AUTHENTIC, &market.sign(body.as_bytes()), altered.as_bytes()).await?;
    let id = call.get("businessId").and_then(Value::as_str).unwrap_or_default();
    for id in [id.to_owned(), id.replace("business-", "evil-")] {
        market.call("000003", &query(&id)).await?;
    }
    Ok(())
}

async fn replays(market: &KooGallery, report: &mut Report) {
    let body = probe();
    let query = market.sign(&body);
    if report.check("a call is accepted once", market.post(SUCCESS, &query, &body).await).is_none() {
        return;
    }
    let outcome = market.post(NOT_AUTHENTIC, &query, &body).await;
    report.check("the same call again is refused", outcome);
    let outcome = market.post(NOT_AUTHENTIC, &resigned(&query, str::to_lowercase), &body).await;
    report.check("the same call again, in lower case, is refused", outcome);
    let outcome = market.post(NOT_AUTHENTIC, &format!("more=1&{query}"), &body).await;
    report.check("the same call again, with another parameter, is refused", outcome);
}

async fn parameters(market: &KooGallery, report: &mut Report) {
    let body = probe();
    for (name, code) in [("signature", NOT_AUTHENTIC), ("timestamp", INVALID), ("nonce", INVALID)] {
        let value_of = |query: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.unwrap_or_default().to_owned()
        };
        let query = market.sign(&body);
        let outcome = market.post(INVALID, &format!("{query}&{name}={}", value_of(&query)), &body).await;
        report.check(format_args!("{name} given twice is refused"), outcome);
        let query = market.sign(&body);
        let outcome = market.post(INVALID, &format!("{name}=0&{query}"), &body).await;
        report.check(format_args!("{name} given twice, with two values, is refused"), outcome);
        let query = market.sign(&body);
        let without: Vec<_> = query.split('&').filter(|pair| !pair.starts_with(name)).collect();
        let outcome = market.post(code, &without.join("&"), &body).await;
        report.check(format_args!("without {name} it is refused"), outcome);
        let query = market.sign(&body);
        let empty = query.replace(&format!("{name}={}", value_of(&query)), &format!("{name}="));
        report.check(
            format_args!("with an empty {name} it is refused"),
            market.post(code, &empty, &body).await,
        );
    }
    let outcome = market.post(INVALID, "", &body).await;
    report.check("without any parameter it is refused", outcome);
}

async fn timestamps(market: &KooGallery, report: &mut Report) {
    let body = probe();
    let now = now_millis();
    for (name, timestamp) in [
        ("two minutes old", (now - 120_000).to_string()),
        ("two minutes old, in seconds", (now / 1000 - 120).to_string()),
        ("two minutes in the future", (now + 120_000).to_string()),
        ("two minutes in the future, in seconds", (now / 1000 + 120).to_string()),
        ("as far in the future as 13 digits go", "9999999999999".to_owned()),
        ("of 9 digits", "166666666".to_owned()),
        ("of 14 digits", format!("0{now}")),
        ("of 40 digits", "9".repeat(40)),
        ("that is the least number of 64 bits", i64::MIN.to_string()),
        ("that is the greatest number of 64 bits", u64::MAX.to_string()),
        ("with a sign", format!("+{}", now / 1000)),
        ("with a fraction", format!("{}.0", now / 1000)),
        ("with an exponent", "1e12".to_owned()),
        ("with letters", "abcdefghijklm".to_owned()),
    ] {
        // Signed as it is: only the timestamp is wrong.
        let query = v2::sign(market.key(), &market.nonce(), &timestamp, &body);
        let outcome = market.post(INVALID, &query, &body).await;
        report.check(format_args!("a timestamp {name}: refused"), outcome);
    }
}

async fn methods(market: &KooGallery, report: &mut Report) {
    for method in ["GET", "PUT", "DELETE"] {
        let outcome = match market.send(method, 200, &market.sign(b""), b"").await {
            Ok(answer) => answer.expect(INVALID),
            Err(why) => Err(why),
        };
        report.check(format_args!("{method} is refused"), outcome);
    }
    report.check("HEAD is refused, and signed", market.head(&market.sign(b"")).await);
}

async fn bodies(market: &KooGallery, report: &mut Report) {
    let order = market.order();
    let buy = market.new_instance(&order);
    let with = |member: &str, value: Value| {
        let mut call = buy.clone();
        if let Some(members) = call.as_object_mut() {
            members.insert(member.to_owned(), value);
        }
        call.to_string().into_bytes()
    };
    let without = |member: &str| {
        let mut call = buy.clone();
        if let Some(members) = call.as_object_mut() {
            members.remove(member);
        }
        call.to_string().into_bytes()
    };
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let first = |members: String| buy.to_string().replacen('{', &format!("{{{members},"), 1).into_bytes();
    for (name, body) in [
        ("an empty body", Vec::new()),
        ("a body that is no JSON", b"orderId=1".to_vec()),
        ("a body that breaks off", buy.to_string().trim_end_matches('}').as_bytes().to_vec()),
        ("a body with something after its end", format!("{buy}{buy}").into_bytes()),
        ("a body that is no object", b"[]".to_vec()),
        ("an unknown activity", with("activity", json!("expireInstance"))),
        ("a body without an activity", without("activity")),
        ("a number as activity", with("activity", json!(1))),
        ("a number where text is due", with("orderId", json!(7))),
        ("a list where text is due", with("orderLineId", json!(["1"]))),
        ("a missing field", without("orderLineId")),
        ("an empty field", with("orderId", json!(""))),
        ("a field that is null", with("businessId", json!(null))),
        ("a field that is too long", with("orderId", json!("x".repeat(65)))),
        ("a field given twice", first("\"orderId\":\"CS1\"".to_owned())),
        ("100,000 nested brackets", nested.clone().into_bytes()),
        ("100,000 nested brackets in a field nobody knows", first(format!("\"unheardOf\":{nested}"))),
        ("100,000 nested brackets in a field", first(format!("\"buyerInfo\":{nested}"))),
        ("a body that is not UTF-8", [b"{\"orderId\":\"\xff\",", buy.to_string().as_bytes()].concat()),
    ] {
        let outcome = market.post(INVALID, &market.sign(&body), &body).await;
        report.check(format_args!("{name}: refused"), outcome);
    }
    for (name, call) in [
        (
            "scene",
            json!({"activity": "refreshInstance", "scene": "RENEW", "orderId": "1", "orderLineId": "1",
            "instanceId": "1", "expireTime": "20371231235959"}),
        ),
        (
            "expireTime",
            json!({"activity": "refreshInstance", "scene": "RENEWAL", "orderId": "1", "orderLineId": "1",
            "instanceId": "1", "expireTime": "2037123123595"}),
        ),
        ("status", json!({"activity": "updateInstanceStatus", "instanceId": "1", "status": "FROZEN"})),
        ("productInfo", json!({"activity": "changeInstanceCheck", "instanceId": "1", "productInfo": 7})),
        ("instanceId of 101 ids", query(&vec!["1"; 101].join(","))),
    ] {
        report.check(format_args!("a wrong {name} is refused"), market.call(INVALID, &call).await);
    }
    let id = buy.get("businessId").and_then(Value::as_str).unwrap_or_default();
    let outcome = market.call("000003", &query(id)).await;
    report.check("what was refused made no instance", outcome);
    let body = with("unheardOf", json!({"new": [1, null, {"deeper": "\u{5b9e}"}]}));
    let outcome = market.post(SUCCESS, &market.sign(&body), &body).await;
    report.check("a field that nobody knows yet is ignored", outcome);
}

async fn too_large(market: &KooGallery, report: &mut Report) {
    let body = vec![b' '; 8 << 20];
    let outcome = match market.send("POST", 413, &market.sign(&body), &body).await {
        Ok(answer) => answer.expect(INVALID),
        Err(why) => Err(why),
    };
    report.check("a body of 8 MiB is refused with status 413, signed", outcome);
}
