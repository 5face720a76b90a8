//! The kit: what must not get through.

use marketplace_tower::AccessKey;
use rehearsal::{Report, now_millis};

use super::kit::calls;
use super::market::{Generation, INVALID, Market, NOT_AUTHENTIC, SUCCESS, kit_v1_headers, stamped};

pub(super) async fn play(market: &Market, report: &mut Report) {
    for generation in Generation::BOTH {
        let kit = generation.name();
        for (name, call) in calls(generation, "") {
            let outcome = match AccessKey::new("of-another-seller") {
                Ok(key) => market.sync_with(generation, &key, NOT_AUTHENTIC, name, &call).await.map(drop),
                Err(error) => Err(error.to_string()),
            };
            report.check(format_args!("{kit} {name} under another key: refused"), outcome);
        }
        let outcome =
            market.sync(generation, INVALID, "unheardOf", &serde_json::json!({"tenantId": "1"})).await;
        report.check(format_args!("{kit}: a path that nobody knows is refused"), outcome);
    }
    let body = probe();
    match kit_v1_headers(market.kit_key(), &body) {
        Ok(headers) => first(market, report, &headers, &body).await,
        Err(why) => drop(report.check::<()>("kit V1: a token", Err(why))),
    }
    second(market, report, &body).await;
}

/// A call that changes nothing that matters.
fn probe() -> String {
    let tenant = calls(Generation::First, "").into_iter().next();
    tenant.map(|(_, call)| stamped(&call).to_string()).unwrap_or_default()
}

async fn first(market: &Market, report: &mut Report, headers: &[(&'static str, String)], body: &str) {
    let kit = Generation::First;
    let post = |code, headers: Vec<(&'static str, String)>, body: String| async move {
        market.post_kit(kit, code, "tenantSync", &headers, body.as_bytes()).await
    };
    let token = headers.first().map(|(_, token)| token.clone()).unwrap_or_default();
    let quoted = vec![("authToken", format!("\"{token}\""))];
    report.check("kit V1: a token in quotes", post(SUCCESS, quoted, body.to_owned()).await);
    let right = || headers.to_vec();
    for (name, code, headers, body) in [
        ("no token", NOT_AUTHENTIC, vec![], body.to_owned()),
        ("an empty token", NOT_AUTHENTIC, vec![("authToken", String::new())], body.to_owned()),
        ("two tokens", INVALID, [right(), right()].concat(), body.to_owned()),
        ("an altered name", NOT_AUTHENTIC, right(), body.replace("Söhne", "Töchter")),
        ("an added member", NOT_AUTHENTIC, right(), body.replacen('{', "{\"more\":\"1\",", 1)),
        ("a member given twice", NOT_AUTHENTIC, right(), body.replacen('{', "{\"tenantId\":\"1\",", 1)),
        ("an empty body", NOT_AUTHENTIC, right(), String::new()),
        ("a body that breaks off", NOT_AUTHENTIC, right(), body.trim_end_matches('}').to_owned()),
        ("100,000 nested objects", NOT_AUTHENTIC, right(), "{\"x\":".repeat(100_000)),
    ] {
        report.check(format_args!("kit V1 {name}: refused"), post(code, headers, body).await);
    }
    let outcome = market.send_kit("GET", kit, 200, "tenantSync", headers, b"").await;
    report.check("kit V1 GET: refused", outcome.and_then(|answer| answer.expect(INVALID)));
    large(market, report, kit, headers).await;
}

async fn second(market: &Market, report: &mut Report, body: &str) {
    let kit = Generation::Second;
    let now = now_millis();
    let post = |code, headers: Vec<(&'static str, String)>, body: String| async move {
        market.post_kit(kit, code, "tenantSync", &headers, body.as_bytes()).await
    };
    let at = |millis| market.kit_v2_headers(market.kit_key(), millis, body);
    let once = at(now);
    report.check("kit V2: a call is accepted once", post(SUCCESS, once.clone(), body.to_owned()).await);
    report.check("kit V2: the same call again is refused", post(NOT_AUTHENTIC, once, body.to_owned()).await);
    report.check(
        "kit V2: x-sign in capitals",
        post(SUCCESS, changed(at(now), 0, str::to_uppercase), body.to_owned()).await,
    );
    let spaced = body.replace(",\"", ", \"");
    report.check("kit V2: a body that was signed in another form", post(SUCCESS, at(now), spaced).await);
    let without = |left: usize| {
        let mut headers = at(now);
        headers.remove(left.min(2));
        headers
    };
    let twice = |again: usize| {
        let mut headers = at(now);
        headers.extend(headers.get(again).cloned());
        headers
    };
    for (name, code, headers, body) in [
        ("two minutes old", INVALID, at(now - 120_000), body.to_owned()),
        ("of the future", INVALID, at(now + 120_000), body.to_owned()),
        ("no x-sign", NOT_AUTHENTIC, without(0), body.to_owned()),
        ("no x-timestamp", INVALID, without(1), body.to_owned()),
        ("no x-nonce", INVALID, without(2), body.to_owned()),
        ("x-sign given twice", INVALID, twice(0), body.to_owned()),
        ("x-timestamp given twice", INVALID, twice(1), body.to_owned()),
        ("x-nonce given twice", INVALID, twice(2), body.to_owned()),
        ("an altered name", NOT_AUTHENTIC, at(now), body.replace("Söhne", "Töchter")),
        (
            "the nonce altered",
            NOT_AUTHENTIC,
            changed(at(now), 2, |nonce| format!("{nonce}x")),
            body.to_owned(),
        ),
        (
            "a body that is a list, well signed",
            INVALID,
            market.kit_v2_headers(market.kit_key(), now, "[]"),
            "[]".to_owned(),
        ),
    ] {
        report.check(format_args!("kit V2 {name}: refused"), post(code, headers, body).await);
    }
    let outcome = market.send_kit("GET", kit, 200, "tenantSync", &at(now), b"").await;
    report.check("kit V2 GET: refused", outcome.and_then(|answer| answer.expect(INVALID)));
    large(market, report, kit, &at(now)).await;
}

/// The headers, one of which is another.
fn changed(
    mut headers: Vec<(&'static str, String)>,
    number: usize,
    change: impl Fn(&str) -> String,
) -> Vec<(&'static str, String)> {
    if let Some((_, value)) = headers.get_mut(number) {
        *value = change(value);
    }
    headers
}

async fn large(market: &Market, report: &mut Report, kit: Generation, headers: &[(&'static str, String)]) {
    let outcome = market.send_kit("POST", kit, 413, "tenantSync", headers, &vec![b' '; 8 << 20]).await;
    let outcome = outcome.and_then(|answer| answer.expect(INVALID));
    report.check(format_args!("{}: a body of 8 MiB is refused with status 413, signed", kit.name()), outcome);
}
