//! One address, every way in which KooGallery signs.

use std::time::Duration;

use http::{HeaderValue, Method};
use marketplace_tower::{
    AccessKey, Guide, KeyRing, Layer, MarketTime, MarketplaceLayer, Replay, Scheme, UnixMillis, Verified,
};

use super::{ANSWER, BODY, inner};
use crate::support::bodies::TestBody;
use crate::support::signing::{Call, kit_v1_request, kit_v2_request, request, v1_query, v1_request};
use crate::support::{AUTHENTICATION_FAILED, INVALID_PARAMETER, KEY, NOW, SECOND_KEY, layer, send};

const V1: &[(&str, &str)] =
    &[("activity", "queryInstance"), ("instanceId", "i-1"), ("timeStamp", "20170621185532123")];
const KIT_V1: &[(&str, &str)] = &[
    ("timeStamp", "20220413093539534"),
    ("tenantId", "t-1"),
    ("instanceId", ""),
    ("orderId", ""),
    ("flag", "1"),
];
const KIT_V2: &str = r#"{"flag":1,"instanceId":"i1","tenantId":"t-1"}"#;

/// The first key for V1, V2 and licences, the second one for the kits.
fn separate() -> MarketplaceLayer {
    let key = AccessKey::named("base", KEY).unwrap().serving([Guide::V1, Guide::V2, Guide::Licence]);
    let kit = AccessKey::named("kit", SECOND_KEY).unwrap().serving([Guide::KitV1, Guide::KitV2]);
    MarketplaceLayer::new(KeyRing::new([key, kit]).unwrap(), Replay::memory())
        .with_test_clock(|| UnixMillis(NOW))
}

#[tokio::test]
async fn one_address_takes_every_scheme_and_signs_with_the_key_of_the_call() {
    let (inner, seen) = inner();
    let service = separate().with_routes(["/saasproduce"]).layer(inner);
    for (request, scheme, key, name) in [
        (Call::new(BODY).request(), Scheme::V2, KEY, None),
        (v1_request(KEY, V1), Scheme::V1, KEY, None),
        (kit_v1_request(SECOND_KEY, "tenantSync", KIT_V1), Scheme::KitV1, SECOND_KEY, Some("tenantSync")),
        (
            kit_v2_request(SECOND_KEY, "authSync", "nonce-a", NOW, KIT_V2, KIT_V2),
            Scheme::KitV2,
            SECOND_KEY,
            Some("authSync"),
        ),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!(answered.body, ANSWER, "{scheme}");
        assert!(answered.is_signed_by(key), "{scheme}");
        let seen = seen.last();
        let verified = seen.extensions.get::<Verified>().unwrap();
        assert_eq!((verified.scheme(), verified.path_name()), (scheme, name));
    }
}

#[tokio::test]
async fn a_key_does_not_serve_another_interface() {
    let (inner, seen) = inner();
    let service = separate().layer(inner);
    for (request, signs) in [
        (Call::new(BODY).with_key(SECOND_KEY).request(), KEY),
        (v1_request(SECOND_KEY, V1), KEY),
        (kit_v1_request(KEY, "tenantSync", KIT_V1), SECOND_KEY),
        (kit_v2_request(KEY, "authSync", "nonce-b", NOW, KIT_V2, KIT_V2), SECOND_KEY),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!(answered.body, AUTHENTICATION_FAILED);
        assert_eq!(answered.slug(), Some("signature"));
        assert!(answered.is_signed_by(signs));
    }
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn a_scheme_that_no_key_serves_is_refused() {
    let (inner, seen) = inner();
    let key = AccessKey::new(KEY).unwrap().serving([Guide::V2]);
    let service = MarketplaceLayer::new(key, Replay::memory()).layer(inner);
    for request in [
        v1_request(KEY, V1),
        kit_v1_request(KEY, "tenantSync", KIT_V1),
        kit_v2_request(KEY, "authSync", "nonce-c", NOW, KIT_V2, KIT_V2),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!((answered.slug(), &answered.body[..]), (Some("no-key"), AUTHENTICATION_FAILED));
        assert!(answered.is_signed_by(KEY));
    }
    let endless = TestBody::endless(1000);
    let tally = endless.tally();
    let answered = send(&service, v1_request(KEY, V1).map(|_| endless)).await.unwrap();
    assert_eq!(answered.slug(), Some("no-key"));
    assert!(tally.polls() < 100_000, "an endless body was read");
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn v1_has_neither_window_nor_replay_unless_a_window_is_set() {
    let (inner, seen) = inner();
    let service = layer().layer(inner.clone());
    for _ in 0..2 {
        assert_eq!(send(&service, v1_request(KEY, V1)).await.unwrap().body, ANSWER);
        let again = kit_v1_request(KEY, "tenantSync", KIT_V1);
        assert_eq!(send(&service, again).await.unwrap().body, ANSWER);
    }
    assert_eq!(seen.calls(), 4);

    let day = 86_400_000_u64;
    let windowed = layer().with_v1_window(Duration::from_millis(day)).layer(inner);
    let stamp =
        |millis: u64| MarketTime::from_unix_millis(i64::try_from(millis).unwrap()).unwrap().to_string();
    let eight_hours = day / 3;
    for (at, slug) in [
        (NOW - day - 1, Some("stale-timestamp")),
        (NOW - day, None),
        (NOW + day, None),
        (NOW + day + 1, Some("future-timestamp")),
    ] {
        let v1 = v1_request(KEY, &[("activity", "queryInstance"), ("timeStamp", &stamp(at))]);
        assert_eq!(send(&windowed, v1).await.unwrap().slug(), slug, "{at}");
        // The kit writes the time of Beijing.
        let kit = kit_v1_request(KEY, "tenantSync", &[("timeStamp", &stamp(at + eight_hours))]);
        assert_eq!(send(&windowed, kit).await.unwrap().slug(), slug, "{at}");
    }
    let odd = v1_request(KEY, &[("activity", "queryInstance"), ("timeStamp", "201706211855321")]);
    assert_eq!(send(&windowed, odd).await.unwrap().slug(), Some("parameter-malformed"));
}

#[tokio::test]
async fn a_v1_call_reaches_the_service_without_a_body_and_with_its_parameters() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let mut request = request(
        &format!(
            "/saasproduce?{}",
            v1_query(KEY, &[("customerName", "客户"), ("activity", "a"), ("timeStamp", "1")])
                .replace("客户", "%E5%AE%A2%E6%88%B7")
        ),
        TestBody::of("not signed"),
    );
    *request.method_mut() = Method::GET;
    assert_eq!(send(&service, request).await.unwrap().body, ANSWER);
    let seen = seen.last();
    assert!(seen.body.is_empty());
    let verified = seen.extensions.get::<Verified>().unwrap();
    assert_eq!(verified.body(), "activity=a&customerName=客户&timeStamp=1");
    let parameters: Vec<_> = verified.parameters().collect();
    assert_eq!(parameters, [("activity", "a"), ("customerName", "客户"), ("timeStamp", "1")]);
    assert_eq!(verified.timestamp(), None);
}

#[tokio::test]
async fn a_call_of_the_second_kit_is_fresh_and_accepted_once() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let call = |nonce, stamp| kit_v2_request(KEY, "authSync", nonce, stamp, KIT_V2, KIT_V2);
    assert_eq!(send(&service, call("n-1", NOW)).await.unwrap().body, ANSWER);
    for (request, slug, body) in [
        (call("n-1", NOW), "replayed", AUTHENTICATION_FAILED),
        (call("n-2", NOW - 60_001), "stale-timestamp", INVALID_PARAMETER),
        (call("n-3", NOW + 60_001), "future-timestamp", INVALID_PARAMETER),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!((answered.slug(), &answered.body[..]), (Some(slug), body));
        assert!(answered.is_signed_by(KEY));
    }
    // The path is not signed: the same call on another path is the same call.
    let elsewhere = kit_v2_request(KEY, "tenantSync", "n-1", NOW, KIT_V2, KIT_V2);
    assert_eq!(send(&service, elsewhere).await.unwrap().slug(), Some("replayed"));
    assert_eq!(seen.calls(), 1);
}

#[tokio::test]
async fn the_second_kit_may_sign_the_sorted_body() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let travels = r#"{ "tenantId":"t-1", "flag":1, "instanceId":"i1" }"#;
    let call = kit_v2_request(KEY, "authSync", "n-4", NOW, KIT_V2, travels);
    assert_eq!(send(&service, call).await.unwrap().body, ANSWER);
    assert_eq!(seen.last().body, KIT_V2);
}

#[tokio::test]
async fn what_is_missing_or_repeated_is_refused_by_its_name() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let without = |header: &'static str| {
        let mut request = kit_v2_request(KEY, "authSync", "n-5", NOW, KIT_V2, KIT_V2);
        request.headers_mut().remove(header);
        request
    };
    let twice = |header: &'static str| {
        let mut request = kit_v2_request(KEY, "authSync", "n-6", NOW, KIT_V2, KIT_V2);
        request.headers_mut().append(header, HeaderValue::from_static("1"));
        request
    };
    let mut untokened = kit_v1_request(KEY, "tenantSync", KIT_V1);
    untokened.headers_mut().remove("authtoken");
    let mut two_tokens = kit_v1_request(KEY, "tenantSync", KIT_V1);
    two_tokens.headers_mut().append("authtoken", HeaderValue::from_static("1"));
    let get = |query: String| {
        let mut request = request(&format!("/saasproduce?{query}"), TestBody::default());
        *request.method_mut() = Method::GET;
        request
    };
    for (request, slug, body, detail) in [
        (without("x-sign"), "parameter-missing", AUTHENTICATION_FAILED, "x-sign"),
        (without("x-timestamp"), "parameter-missing", INVALID_PARAMETER, "x-timestamp"),
        (without("x-nonce"), "parameter-missing", INVALID_PARAMETER, "x-nonce"),
        (twice("x-sign"), "parameter-repeated", INVALID_PARAMETER, "x-sign"),
        (twice("x-nonce"), "parameter-repeated", INVALID_PARAMETER, "x-nonce"),
        (untokened, "parameter-missing", AUTHENTICATION_FAILED, "authToken"),
        (two_tokens, "parameter-repeated", INVALID_PARAMETER, "authtoken"),
        (get("activity=a&timeStamp=1".to_owned()), "parameter-missing", AUTHENTICATION_FAILED, "authToken"),
        (get("activity=a".to_owned()), "parameter-missing", INVALID_PARAMETER, "timeStamp"),
        (
            get(format!("{}&timeStamp=1", v1_query(KEY, V1))),
            "parameter-repeated",
            INVALID_PARAMETER,
            "more than once",
        ),
        (get(format!("{}&x=%zz", v1_query(KEY, V1))), "parameter-malformed", INVALID_PARAMETER, "percent"),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!((answered.slug(), &answered.body[..]), (Some(slug), body), "{detail}");
        assert!(answered.refusal.unwrap().to_string().contains(detail), "{detail}");
    }
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn the_kits_paths_are_claimed_with_their_address_and_no_others() {
    let (inner, seen) = inner();
    let service = layer().with_routes(["/saasproduce"]).layer(inner);
    for path in [
        "/saasproduce/produceAPI",
        "/saasproduce/produceAPI/",
        "/saasproduce/x/produceAPI/tenantSync",
        "/produceAPI/tenantSync",
        "/other/produceAPI/v2/tenantSync",
        "/saasproduce/produceAPI/v3/tenantSync",
    ] {
        let answered = send(&service, request(path, TestBody::default())).await.unwrap();
        assert!(answered.refusal.is_none() && answered.body == ANSWER, "{path}");
        assert!(seen.last().extensions.get::<Verified>().is_none());
    }
    for path in ["/saasproduce/produceAPI/anything", "/saasproduce/produceAPI/v2/anything"] {
        let answered = send(&service, request(path, TestBody::default())).await.unwrap();
        assert_eq!(answered.slug(), Some("parameter-missing"), "{path}");
    }
}

#[tokio::test]
async fn what_is_signed_but_no_call_is_told_so_and_strangers_are_not() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let v1 = |key: &str| v1_request(key, &[("p1", "1"), ("timeStamp", "201706211855321")]);
    let kit = |key: &str, body: &str| kit_v2_request(key, "authSync", "nonce-d", NOW, body, body);
    for (request, of_a_stranger) in [
        (v1(KEY), v1("of a stranger")),
        (kit(KEY, ""), kit("of a stranger", "")),
        (kit(KEY, "[]"), kit("of a stranger", "[]")),
    ] {
        let answered = send(&service, request).await.unwrap();
        assert_eq!((answered.slug(), &answered.body[..]), (Some("body"), INVALID_PARAMETER));
        let answered = send(&service, of_a_stranger).await.unwrap();
        assert_eq!((answered.slug(), &answered.body[..]), (Some("signature"), AUTHENTICATION_FAILED));
    }
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn another_method_is_refused_under_the_key_of_the_path() {
    let (inner, seen) = inner();
    let service = separate().layer(inner);
    let kit_v2 = || kit_v2_request(SECOND_KEY, "authSync", "nonce-e", NOW, KIT_V2, KIT_V2);
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        for mut request in [kit_v1_request(SECOND_KEY, "tenantSync", KIT_V1), kit_v2()] {
            *request.method_mut() = method.clone();
            let answered = send(&service, request).await.unwrap();
            assert_eq!(answered.slug(), Some("method"));
            assert!(answered.is_signed_by(SECOND_KEY), "{method}");
        }
    }
    let mut request = Call::new(BODY).request();
    *request.method_mut() = Method::PUT;
    assert!(send(&service, request).await.unwrap().is_signed_by(KEY));
    assert_eq!(seen.calls(), 0);
}
