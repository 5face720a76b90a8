//! V1: what must not get through.

use marketplace_tower::AccessKey;
use rehearsal::Report;

use super::market::{Call, INVALID, Market, NOT_AUTHENTIC, UNKNOWN, time};
use super::spelling::token;
use super::v1::{end, life, query};

pub(super) async fn play(market: &Market, report: &mut Report) {
    tokens(market, report).await;
    parameters(market, report).await;
    fields(market, report).await;
}

async fn tokens(market: &Market, report: &mut Report) {
    // Stamped once, so that it is signed in the same way each time.
    let call =
        market.purchase(&market.number()).with("customerName", "Example Ltd").with("timeStamp", time(0));
    let right = || call.signed(market.access_key());
    let token_of = |query: &str| query.rsplit_once("authToken=").map_or("", |(_, token)| token).to_owned();
    let flipped = |query: String| {
        let token = token_of(&query);
        let letter = if token.starts_with('%') { 3 } else { 1 };
        let (first, rest) = token.split_at_checked(letter).unwrap_or_default();
        let flipped = format!("{}{rest}", if first == "A" { "B" } else { "A" });
        query.replace(&token, &flipped)
    };
    let stranger = AccessKey::new("of-another-seller").map(|key| call.signed(&key)).unwrap_or_default();
    let page = "p1=1&p2=2&p3=3&timeStamp=201706211855321";
    let slipped = token(market, "201706211855321", "p1=1&p3=3&p2=2&timeStamp=201706211855321");
    for (name, code, query) in [
        ("one wrong letter of the token", NOT_AUTHENTIC, flipped(right())),
        ("the token of another key", NOT_AUTHENTIC, stranger),
        ("no token", NOT_AUTHENTIC, right().replace("&authToken=", "&another=")),
        ("an empty token", NOT_AUTHENTIC, right().replace(&token_of(&right()), "")),
        ("half a token", INVALID, right().replace(&token_of(&right()), "abc")),
        ("an altered order", NOT_AUTHENTIC, right().replace("orderId=", "orderId=9")),
        ("an added parameter", NOT_AUTHENTIC, format!("{}&testFlag=1", right())),
        ("a lost parameter", NOT_AUTHENTIC, right().replace("customerName=Example%20Ltd&", "")),
        ("the page's slipped order", NOT_AUTHENTIC, format!("{page}&authToken={slipped}")),
        ("no activity", INVALID, call.clone().without("activity").signed(market.access_key())),
        (
            "no timeStamp",
            INVALID,
            "activity=newInstance&authToken=".to_owned() + &token(market, "", "activity=newInstance"),
        ),
        ("no query", INVALID, String::new()),
    ] {
        report.check(format_args!("V1 {name}: refused"), market.get(code, &query).await);
    }
    let id = call.value("businessId").unwrap_or_default();
    report.check("V1: what was refused bought nothing", market.ask(UNKNOWN, &query(id)).await);
}

async fn parameters(market: &Market, report: &mut Report) {
    let call = || market.purchase(&market.number()).with("customerName", "A");
    let signed = |call: &Call| call.signed(market.access_key());
    for name in ["orderId", "customerName", "activity", "unheardOf"] {
        let call = call().with("unheardOf", "1");
        let same = call.value(name).unwrap_or_default();
        for (what, value) in [("", same), (", with two values", "other")] {
            let query = format!("{}&{name}={value}", signed(&call));
            let outcome = market.get(INVALID, &query).await;
            report.check(format_args!("V1 {name} given twice{what}: refused"), outcome);
        }
    }
    let query = signed(&call());
    let (_, token) = query.rsplit_once('&').unwrap_or_default();
    let outcome = market.get(INVALID, &format!("{query}&{token}")).await;
    report.check("V1 token given twice: refused", outcome);
    for name in ["customerName", "userName"] {
        let call = call().without("customerName").with(name, "A&orderId=CS-EVIL");
        let outcome = market.ask(INVALID, &call).await;
        report.check(format_args!("V1 {name} that holds another parameter: refused"), outcome);
    }
    report.check("V1 a parameter swallowed by another: refused", swallowed(market).await);
    for (name, more) in [("no hexadecimal", "%zz"), ("no UTF-8", "%FF"), ("half an escape", "%4")] {
        let outcome = market.get(INVALID, &format!("{}&x={more}", signed(&call()))).await;
        report.check(format_args!("V1 a value with {name}: refused"), outcome);
    }
    let outcome = market.get(INVALID, &format!("{}&x={}", signed(&call()), "x".repeat(20_000))).await;
    report.check("V1 a query of 20,000 letters: refused", outcome);
}

/// Two parameters of a signed call travel as one: the signed text is the same.
async fn swallowed(market: &Market) -> Result<(), String> {
    let call =
        market.purchase(&market.number()).with("customerName", "A").with("expireTime", "20371231235959");
    let query = call.signed(market.access_key());
    let merged = query
        .replace("customerName=A&expireTime=20371231235959", "customerName=A%26expireTime%3D20371231235959");
    if merged == query {
        return Err("the parameters are not side by side".to_owned());
    }
    market.get(INVALID, &merged).await?;
    market.ask(UNKNOWN, &self::query(call.value("businessId").unwrap_or_default())).await.map(drop)
}

async fn fields(market: &Market, report: &mut Report) {
    let buy = || market.purchase(&market.number());
    let long = |most: usize| "x".repeat(most + 1);
    for name in ["customerId", "businessId", "orderId", "productId"] {
        for (what, call) in [
            ("without", buy().without(name)),
            ("with an empty", buy().set(name, "")),
            ("with a blank", buy().set(name, "  ")),
            ("with a too long", buy().set(name, &long(100))),
        ] {
            let outcome = market.ask(INVALID, &call).await;
            report.check(format_args!("V1 newInstance {what} {name}: refused"), outcome);
        }
    }
    for (name, value) in [
        ("customerName", long(64)),
        ("mobilePhone", long(256)),
        ("saasExtendParams", long(2048)),
        ("amount", "12345678".to_owned()),
        ("periodNumber", "123".to_owned()),
        ("orderAmount", "1.2345".to_owned()),
        ("expireTime", "soon".to_owned()),
        ("trialFlag", "100".to_owned()),
        ("testFlag", "100".to_owned()),
    ] {
        let outcome = market.ask(INVALID, &buy().with(name, value)).await;
        report.check(format_args!("V1 newInstance with a wrong {name}: refused"), outcome);
    }
    for call in life("1", "CS1").into_iter().chain([end("1"), query("1")]) {
        let call = call.without("instanceId");
        let name = format!("V1 {} without instanceId: refused", call.activity());
        report.check(name, market.ask(INVALID, &call).await);
    }
    for (name, call) in [
        ("queryInstance about 101", query(&vec!["x"; 101].join(","))),
        (
            "instanceStatus FROZEN",
            Call::new("instanceStatus").with("instanceId", "1").with("instanceStatus", "FROZEN"),
        ),
        ("an activity of V2", Call::new("upgradeInstance").with("instanceId", "1")),
        ("an unknown activity", Call::new("unheardOf").with("timeStamp", time(0))),
    ] {
        report.check(format_args!("V1 {name}: refused"), market.ask(INVALID, &call).await);
    }
}
