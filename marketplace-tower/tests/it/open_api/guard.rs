//! Credentials that are not accepted, and clocks that are wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use marketplace_tower::UnixMillis;
use marketplace_tower::open_api::{Client, ClockSkew, OpenApiError};

use super::market::{Market, answer, with_headers};
use super::{client, records, settings};

const REFUSED: &str = r#"{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}"#;
const ORDER: &str =
    r#"{"resultCode":"MKT.0000","orderInfo":{"orderId":"O","orderLine":[{"orderLineId":"L"}]}}"#;
/// Sun, 06 Nov 1994 08:49:37 GMT
const BEGIN: u64 = 784_111_777_000;
const FIVE_MINUTES: u64 = 300_000;

fn timed(market: &Market) -> (Client, Arc<AtomicU64>) {
    let now = Arc::new(AtomicU64::new(BEGIN));
    let clock = Arc::clone(&now);
    let settings =
        settings(market.address()).with_test_clock(move || UnixMillis(clock.load(Ordering::SeqCst)));
    (Client::connect(settings).unwrap(), now)
}

#[tokio::test]
async fn after_four_failures_nothing_is_sent_for_five_minutes_by_any_clone() {
    let acts = std::iter::repeat_n(answer(401, REFUSED), 5).chain([answer(200, ORDER)]);
    let market = Market::start(acts).await;
    let (client, now) = timed(&market);
    for _ in 0..4 {
        let error = client.clone().query_order("O", None).await.unwrap_err();
        assert!(matches!(error, OpenApiError::Unauthenticated { .. }), "{error:?}");
    }
    let held = client.clone().push_usage_once(&records(1)).await.unwrap_err();
    let OpenApiError::HeldBack { until } = held else { panic!("{held:?}") };
    assert_eq!(until.0, BEGIN + FIVE_MINUTES);
    assert!(held.is_temporary() && !held.may_have_been_sent());
    assert_eq!(market.seen().len(), 4);
    // One try, which fails.
    now.store(until.0, Ordering::SeqCst);
    let error = client.query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Unauthenticated { .. }), "{error:?}");
    let error = client.query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::HeldBack { .. }), "{error:?}");
    assert_eq!(market.seen().len(), 5);
    // And one that does not.
    now.fetch_add(FIVE_MINUTES, Ordering::SeqCst);
    for _ in 0..3 {
        client.query_order("O", None).await.unwrap();
    }
}

/// A shop that is set up with the wrong SK may be called by many customers at once.
#[tokio::test]
async fn calls_at_the_same_time_do_not_lock_the_ak_together() {
    let market = Market::start([answer(401, REFUSED)]).await;
    let (client, _) = timed(&market);
    let calls: tokio::task::JoinSet<_> = (0..32)
        .map(|_| {
            let client = client.clone();
            async move { client.query_order("O", None).await.unwrap_err() }
        })
        .collect();
    let held =
        calls.join_all().await.into_iter().filter(|error| matches!(error, OpenApiError::HeldBack { .. }));
    assert_eq!((held.count(), market.seen().len()), (28, 4));
}

#[tokio::test]
async fn what_is_not_about_credentials_holds_nothing_back() {
    let not_yours = r#"{"resultCode":"MKT.0150","resultMsg":"Illegal operation"}"#;
    let market = Market::start([answer(401, not_yours)]).await;
    let client = client(&market);
    for _ in 0..10 {
        let error = client.query_order("O", None).await.unwrap_err();
        assert!(matches!(error, OpenApiError::Refused { .. }), "{error:?}");
    }
    assert_eq!(market.seen().len(), 10);
}

#[tokio::test]
async fn a_gateway_that_may_not_have_looked_forgives_nothing() {
    let no_api = r#"{"error_code":"APIGW.0101","error_msg":"The API does not exist"}"#;
    let acts = [answer(401, REFUSED), answer(401, REFUSED), answer(401, REFUSED), answer(404, no_api)];
    let market = Market::start(acts.into_iter().chain([answer(401, REFUSED)])).await;
    let client = client(&market);
    for _ in 0..6 {
        client.query_order("O", None).await.unwrap_err();
    }
    assert_eq!(market.seen().len(), 5);
}

#[tokio::test]
async fn what_does_not_use_the_ak_is_neither_held_back_nor_counted() {
    let refused = r#"{"error_code":"94060002","error_msg":"Auth failed!"}"#;
    let market = Market::start([answer(401, refused)]).await;
    let settings = settings(market.address()).with_gateway_signature_on_usage(false);
    let client = Client::connect(settings).unwrap();
    for _ in 0..10 {
        let error = client.push_usage_once(&records(1)).await.unwrap_err();
        assert!(matches!(error, OpenApiError::Unauthenticated { .. }), "{error:?}");
    }
    let error = client.query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Unauthenticated { .. }), "{error:?}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() {
    let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let market = Market::start([with_headers(401, date, REFUSED)]).await;
    for (ours, expected) in [
        (BEGIN + 20 * 60_000, Some(ClockSkew::Ahead(Duration::from_secs(1200)))),
        (BEGIN - 20 * 60_000, Some(ClockSkew::Behind(Duration::from_secs(1200)))),
        (BEGIN + 15 * 60_000, None),
        (BEGIN - 15 * 60_000, None),
    ] {
        let (client, now) = timed(&market);
        now.store(ours, Ordering::SeqCst);
        let error = client.query_order("O", None).await.unwrap_err();
        match (&error, expected) {
            (OpenApiError::ClockSkew { skew, failure: Some(_) }, Some(expected)) => {
                assert_eq!(*skew, expected);
                assert!(error.to_string().contains("20 minutes"), "{error}");
            }
            (OpenApiError::Unauthenticated { .. }, None) => {}
            _ => panic!("{error:?}"),
        }
        assert!(!error.is_temporary());
    }
}

#[tokio::test]
async fn a_wrong_clock_holds_back_too() {
    let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let market = Market::start([with_headers(401, date, REFUSED)]).await;
    let client = client(&market);
    for _ in 0..6 {
        client.query_order("O", None).await.unwrap_err();
    }
    assert_eq!(market.seen().len(), 4);
}
