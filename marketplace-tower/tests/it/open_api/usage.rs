//! Pushing usage.

use marketplace_core::signature::usage_push;
use marketplace_tower::open_api::{Client, OldUsageRecord, OpenApiError, RecordRule, Settings, Site};
use marketplace_tower::{AccessKey, Guide, KeyRing};

use super::market::{Act, Market, Seen, answer, with_headers};
use super::{KEY, client, credentials, records, settings, usage};

const TAKEN: &str = r#"{"error_code":"MKT.0000","error_msg":"success"}"#;

fn is_signed(seen: &Seen) -> bool {
    let header = |name| seen.header(name).unwrap();
    let key = AccessKey::new(KEY).unwrap();
    usage_push::verify(&key, header("ts"), header("nonce"), &seen.body, header("signature"))
}

#[tokio::test]
async fn the_bytes_that_are_sent_are_those_that_were_signed() {
    let market = Market::answering(TAKEN).await;
    let pushed = client(&market).push_usage(&records(2)).await.unwrap();
    let [push] = &pushed[..] else { panic!() };
    assert_eq!((push.records(), push.is_repeat()), (0..2, false));
    let [seen] = &market.seen()[..] else { panic!() };
    assert_eq!((&*seen.method, &*seen.target), ("POST", "/api/mkp-openapi-public/global/v1/isv/usage-data"));
    assert!(is_signed(seen));
    assert_eq!(seen.header("ts").unwrap().len(), 13);
    assert_eq!(seen.header("nonce").unwrap().len(), 32);
    assert_eq!(seen.verify_now(&credentials()), Ok(()));
    assert!(seen.body.starts_with(br#"{"usage_records":[{"begin_time":"20220809T080000Z""#));
}

#[tokio::test]
async fn the_key_of_the_basic_interfaces_signs() {
    let market = Market::answering(TAKEN).await;
    let joint = AccessKey::named("joint", "another key").unwrap().serving([Guide::KitV2]);
    let keys = KeyRing::new([joint, AccessKey::new(KEY).unwrap()]).unwrap();
    let client = Client::connect(settings(market.address()).with_access_key(keys)).unwrap();
    client.push_usage_once(&records(1)).await.unwrap();
    assert!(is_signed(&market.seen()[0]));
}

#[tokio::test]
async fn the_gateways_signature_can_be_left_out() {
    let market = Market::answering(TAKEN).await;
    let settings = settings(market.address()).with_gateway_signature_on_usage(false);
    let client = Client::connect(settings).unwrap();
    client.push_usage_once(&records(1)).await.unwrap();
    let old = OldUsageRecord::new(usage("i"), "product", "20220809T091000Z".parse().unwrap()).unwrap();
    client.push_usage_old(&[old]).await.unwrap();
    let [seen, old] = &market.seen()[..] else { panic!() };
    assert_eq!((seen.header("authorization"), seen.header("x-sdk-date")), (None, None));
    assert!(is_signed(seen));
    // Of the old API it is the only one.
    assert_eq!(old.verify_now(&credentials()), Ok(()));
    assert_eq!((old.header("signature"), &*old.target), (None, "/rest/marketplace/v1/isv/usage-data"));
    assert!(old.body.windows(12).any(|window| window == b"\"product_id\""));
}

#[tokio::test]
async fn many_records_are_pushed_a_thousand_at_a_time() {
    let market = Market::answering(TAKEN).await;
    let records = records(2001);
    let pushed = client(&market).push_usage(&records).await.unwrap();
    let parts: Vec<_> = pushed.iter().map(|push| push.records()).collect();
    assert_eq!(parts, [0..1000, 1000..2000, 2000..2001]);
    let seen = market.seen();
    assert!(seen.iter().all(is_signed));
    let mut nonces: Vec<_> = seen.iter().map(|seen| seen.header("nonce").unwrap()).collect();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
    let count = |seen: &Seen| {
        let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
        body["usage_records"].as_array().unwrap().len()
    };
    assert_eq!(seen.iter().map(count).collect::<Vec<_>>(), [1000, 1000, 1]);
}

#[tokio::test]
async fn what_was_pushed_before_a_failure_is_told() {
    let refused = answer(400, r#"{"error_code":"MKT.0102","error_msg":"Invalid body sign"}"#);
    let market = Market::start([answer(200, TAKEN), refused]).await;
    let interrupted = client(&market).push_usage(&records(2500)).await.unwrap_err();
    assert_eq!((interrupted.pushed.len(), interrupted.rest), (1, 1000));
    assert!(matches!(interrupted.error, OpenApiError::Refused { .. }));
    assert_eq!(market.seen().len(), 2);
}

#[tokio::test]
async fn refused_records_are_named() {
    let body = r#"{"error_code":"MKT.9002","error_msg":"Invalid usage enties.","data":[
        {"metering_sn":"sn-1","error_code":"003","error_desc":"bad value"}]}"#;
    for status in [200, 500] {
        let market = Market::start([answer(status, body)]).await;
        let records = records(3);
        let answer = client(&market).push_usage_once(&records).await.unwrap();
        let verdicts = answer.verdicts(&records);
        let [(1, refusal)] = &verdicts.refused[..] else { panic!("{verdicts:?}") };
        assert_eq!(refusal.code().unwrap().rule(), RecordRule::Value);
        assert!(!answer.rest_was_taken());
    }
}

#[tokio::test]
async fn success_in_the_body_of_a_failure_is_none() {
    for status in [302, 404, 500, 502] {
        let market = Market::start([answer(status, TAKEN)]).await;
        let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
        assert!(matches!(error, OpenApiError::UnexpectedAnswer { .. }), "{error:?}");
        assert!(error.may_have_been_sent());
        assert_eq!(market.seen().len(), 1);
    }
    let market = Market::answering(TAKEN).await;
    assert!(client(&market).push_usage_once(&records(1)).await.unwrap().rest_was_taken());
}

#[tokio::test]
async fn a_repeated_push_says_so_and_is_signed_anew() {
    let market = Market::start([Act::Break, answer(200, TAKEN)]).await;
    let pushed = client(&market).push_usage(&records(1)).await.unwrap();
    assert!(pushed[0].is_repeat());
    let [one, other] = &market.seen()[..] else { panic!() };
    assert!(is_signed(one) && is_signed(other));
    assert_eq!(one.body, other.body);
    assert_ne!(one.header("nonce"), other.header("nonce"));
    // What was one call too many was not looked at.
    let throttled = with_headers(429, "retry-after: 0\r\n", "");
    let market = Market::start([throttled, answer(200, TAKEN)]).await;
    let pushed = client(&market).push_usage(&records(1)).await.unwrap();
    assert_eq!((pushed[0].is_repeat(), market.seen().len()), (false, 2));
}

#[tokio::test]
async fn what_cannot_be_pushed_is_not_sent() {
    let market = Market::answering(TAKEN).await;
    let client = client(&market);
    assert!(client.push_usage(&[]).await.unwrap().is_empty());
    let error = client.push_usage_once(&[]).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Unusable { field: "usage_records", .. }), "{error:?}");
    let error = client.push_usage_once(&records(1001)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::TooManyRecords { limit: 1000, count: 1001 }), "{error:?}");
    let settings = Settings::new(Site::China, credentials()).with_base_address(market.address());
    let error = Client::connect(settings).unwrap().push_usage_once(&records(1)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::NoAccessKey) && !error.may_have_been_sent(), "{error:?}");
    assert!(market.seen().is_empty());
}
