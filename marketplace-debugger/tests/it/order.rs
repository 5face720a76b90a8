//! `order`, over TCP against a market on the desk.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use marketplace_core::open_api::MockOrder;
use marketplace_core::signature::sdk_hmac::Credentials;
use marketplace_core::{AccessKey, UnixMillis};
use marketplace_debugger::market::{Api, Fault, Market, MarketCode, MarketSettings, PlacedOrder};

use crate::program::{Outcome, Run};

const AK: &str = "QTWAOYTTINDUT2QVKYUC";
const SK: &str = "secret-0123456789-of-the-pair";
const WRONG: &str = "another-9876543210-of-nobody";
/// What the buyer of [`order`] is called, wherever the market tells it.
const BUYER: &str = "Eulalia";
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn market(change: impl FnOnce(MarketSettings) -> MarketSettings) -> Market {
    let credentials = Credentials::new(AK, SK).unwrap();
    let settings = MarketSettings::new(credentials, AccessKey::new("access-key-0123456789").unwrap());
    Market::start(change(settings)).await.unwrap()
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

fn ask(url: &str, arguments: &[&str]) -> Run {
    Run::new(&[&["order", "--url", url], arguments].concat())
        .with("KOOGALLERY_AK", AK)
        .with("KOOGALLERY_SK", SK)
        .with("RUST_LOG", "trace")
}

/// Runs the program while the market goes on. Whatever it says, it tells neither SK nor signature.
async fn outcome(run: Run) -> Outcome {
    let outcome = tokio::task::spawn_blocking(|| run.run()).await.unwrap();
    let said = format!("{}{}", outcome.out, outcome.err);
    for secret in [SK, WRONG] {
        for piece in secret.as_bytes().windows(8) {
            assert!(!said.contains(str::from_utf8(piece).unwrap()), "{said}");
        }
    }
    assert!(!said.contains("Signature="), "{said}");
    outcome
}

fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// With two lines, a price that a float would change, and texts that a terminal would obey.
fn order() -> PlacedOrder {
    let line = |id: &str, product: &str| {
        format!(
            r#"{{"orderLineId":"{id}","chargingMode":"PERIOD","periodType":"month","periodNumber":3,"productInfo":[
            {{"productId":"P-1","skuCode":"S-1","linearValue":50,"productName":"{product}"}}],
            "extendParams":[{{"name":"domain","value":"shop.example"}}]}}"#
        )
    };
    let json = format!(
        r#"{{"orderId":"CS1","orderType":"RENEW","createTime":"20250101120000","orderLine":[{},{}],
        "buyerInfo":{{"customerId":"{BUYER}-id","customerName":"{BUYER}","email":"{BUYER}@example.com","mobilePhone":null}},
        "extendParams":[{{"name":"colour","value":"blue"}}],"future":{{"n":1.5}}}}"#,
        line("L-1", r"basic\nfine: all is well\u001b[2J"),
        line("L-2", "云"),
    );
    PlacedOrder::from_json(&json).unwrap()
}

#[tokio::test]
async fn a_mock_order_tells_that_all_is_right() {
    let market = market(|settings| settings).await;
    for mock in MockOrder::ALL {
        let out = outcome(ask(&market.url(), &[mock.order_id()])).await.fine();
        assert_says(
            &out,
            &[mock.order_id(), &mock.order_line_id(), "\nfine: AK and SK, clock and network are right\n"],
        );
    }
}

#[tokio::test]
async fn an_order_is_shown_under_the_names_of_the_wire_and_its_buyer_only_if_asked_for() {
    let market = market(|settings| settings).await;
    market.place(order());
    let out = outcome(ask(&market.url(), &["CS1"])).await.fine();
    let shown: Vec<_> =
        out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        shown,
        [
            "orderId CS1",
            "orderType RENEW",
            "createTime 20250101120000",
            "extendParams colour=blue",
            "orderLineId L-1",
            "chargingMode PERIOD",
            "periodType month",
            "periodNumber 3",
            "productInfo basic\u{fffd}fine: all is well\u{fffd}[2J",
            "productId P-1",
            "skuCode S-1",
            "linearValue 50",
            "extendParams domain=shop.example",
            "orderLineId L-2",
            "chargingMode PERIOD",
            "periodType month",
            "periodNumber 3",
            "productInfo 云",
            "productId P-1",
            "skuCode S-1",
            "linearValue 50",
            "extendParams domain=shop.example",
            "buyerInfo not shown without --buyer",
            "fine: AK and SK, clock and network are right",
        ]
    );
    let out = outcome(ask(&market.url(), &["CS1", "--buyer"])).await.fine();
    assert_says(&out, &["customerId", &format!("{BUYER}-id\n"), &format!("{BUYER}@example.com\n")]);
    assert!(!out.contains("mobilePhone"), "{out}");
}

#[tokio::test]
async fn one_line_is_asked_for_and_no_other_is_taken_for_it() {
    let market = market(|settings| settings).await;
    market.place(order());
    let out = outcome(ask(&market.url(), &["CS1", "--line", "L-2"])).await.fine();
    assert!(out.contains("L-2") && !out.contains("L-1"), "{out}");
    let refused = outcome(ask(&market.url(), &["CS1", "--line", "L-3"])).await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_says(&refused.out, &["refused: ", "MKT.0150", "docs/errors.md#mkt-0150"]);
}

#[tokio::test]
async fn json_is_what_the_market_sent_but_for_the_buyer() {
    let market = market(|settings| settings).await;
    market.place(order());
    let whole = outcome(ask(&market.url(), &["CS1", "--json", "--buyer"])).await.json();
    assert_eq!(whole["buyerInfo"]["customerName"], BUYER);
    assert_eq!(whole["future"]["n"], 1.5);
    let shown = outcome(ask(&market.url(), &["CS1", "--json"])).await;
    assert!(!format!("{shown:?}").contains(BUYER), "{shown:?}");
    let mut expected = whole;
    assert!(expected.as_object_mut().unwrap().remove("buyerInfo").is_some());
    assert_eq!(shown.json(), expected);
}

#[tokio::test]
async fn a_wrong_sk_is_named_and_not_tried_again() {
    let market = market(|settings| settings).await;
    let wrong = ask(&market.url(), &["MOCKPERIODYEARNEW"]).with("KOOGALLERY_SK", WRONG);
    let refused = outcome(wrong).await;
    assert_eq!((refused.code, market.calls(Api::QueryOrder)), (1, 1), "{refused:?}");
    assert_says(
        &refused.out,
        &[
            "refused: the credentials are not accepted: HTTP 401: APIGW.0301",
            "\n  cause: The SK is not that of the AK",
            "\n  do: Check AK and SK",
            "\n  check: Is the clock",
            "\n  source: \"API Gateway, error codes\" (2025-10-20)",
            "\n  see docs/errors.md#apigw-0301\n",
        ],
    );
    let json = ["MOCKPERIODYEARNEW", "--json"];
    let refused = outcome(ask(&market.url(), &json).with("KOOGALLERY_SK", WRONG)).await;
    let error = &refused.json()["error"];
    assert_eq!(
        (refused.code, error["slug"].as_str(), error["code"].as_str()),
        (1, Some("apigw-0301"), Some("APIGW.0301"))
    );
    assert!(!error["checks"].as_array().unwrap().is_empty());
    let other = ask(&market.url(), &["MOCKPERIODYEARNEW"]).with("KOOGALLERY_AK", "UNKNOWN");
    let refused = outcome(other).await;
    assert_eq!(refused.code, 1);
    assert_says(&refused.out, &["the AK does not exist", "#apigw-0301"]);
}

#[tokio::test]
async fn a_wrong_clock_is_told_from_a_wrong_sk() {
    let its = now() + HOUR;
    let millis = UnixMillis(u64::try_from(its.as_millis()).unwrap());
    let market = market(|settings| settings.with_clock(move || millis)).await;
    // Its clock is in `Date`.
    let refused = outcome(ask(&market.url(), &["MOCKPERIODYEARNEW"])).await;
    assert_eq!((refused.code, market.calls(Api::QueryOrder)), (1, 1), "{refused:?}");
    assert_says(
        &refused.out,
        &["this machine's clock is", "minutes behind", "docs/errors.md#open-api-clock\n"],
    );
}

#[tokio::test]
async fn an_order_that_nobody_placed_is_no_fault_of_the_keys() {
    let market = market(|settings| settings).await;
    let refused = outcome(ask(&market.url(), &["CS404"])).await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_says(&refused.out, &["refused with HTTP 401: MKT.0150", "AK and SK are right", "#mkt-0150\n"]);
}

#[tokio::test]
async fn what_the_market_says_is_looked_up() {
    let market = market(|settings| settings).await;
    market.fail_next(1, Fault::Code(MarketCode::NoAuthority));
    let refused = outcome(ask(&market.url(), &["MOCKPERIODYEARNEW"])).await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_says(&refused.out, &["MKT.0151", "not a seller", "#mkt-0151\n"]);
}

#[tokio::test]
async fn no_connection_is_a_failure_with_its_cause() {
    // A port that was somebody's, and is nobody's now.
    let stopped = market(|settings| settings).await;
    let url = stopped.url();
    stopped.stop().await;
    let failed = outcome(ask(&url, &["MOCKPERIODYEARNEW"])).await;
    assert_eq!((failed.code, &*failed.out), (2, ""), "{failed:?}");
    assert_says(
        &failed.err,
        &[
            "error: the market cannot be reached: ",
            "\n  cause: ",
            "\n  do: ",
            "docs/errors.md#open-api-unreachable\n",
        ],
    );
}

#[tokio::test]
async fn the_sk_may_come_from_standard_input() {
    let market = market(|settings| settings).await;
    let url = market.url();
    let typed = |sk: &str| {
        Run::new(&["order", "--url", &url, "--key-stdin", "MOCKPERIODYEARNEW"])
            .with("KOOGALLERY_AK", AK)
            .stdin(format!("{sk}\n"))
    };
    outcome(typed(SK)).await.fine();
    assert_eq!(outcome(typed(WRONG)).await.code, 1);
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_not_sent() {
    let market = market(|settings| settings).await;
    let url = market.url();
    let mock = "MOCKPERIODYEARNEW";
    let long = "x".repeat(65);
    let without = |name: &str| {
        let variables = [("KOOGALLERY_AK", AK), ("KOOGALLERY_SK", SK)];
        let kept = variables.iter().filter(|(known, _)| *known != name);
        kept.fold(Run::new(&["order", "--url", &url, mock]), |run, (name, value)| run.with(name, value))
    };
    for (run, says) in [
        (without("KOOGALLERY_AK"), "KOOGALLERY_AK: it is not set"),
        (without("KOOGALLERY_SK"), "KOOGALLERY_SK: it is not set"),
        (ask(&url, &[""]), "`orderId` is empty"),
        (ask(&url, &[&long]), "`orderId` has more than 64 characters"),
        (ask(&url, &[mock, "--line", ""]), "`orderLineId` is empty"),
        (ask("http://market.example", &[mock]), "http://market.example: "),
        (ask(&url, &[mock, "--site", "us"]), "[possible values: cn, intl, eu]"),
    ] {
        let failed = outcome(run).await;
        assert_eq!((failed.code, &*failed.out), (2, ""), "{failed:?}");
        assert_says(&failed.err, &[says]);
    }
    assert_eq!(market.calls(Api::QueryOrder), 0);
}
