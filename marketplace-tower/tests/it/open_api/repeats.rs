//! What is sent again, where, and until when.

use std::time::Duration;

use http::Request;
use marketplace_tower::open_api::{
    Client, LicenceCode, OldUsageRecord, OpenApiError, RequestBody, Transport,
};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

use super::market::{Act, Market, answer, nowhere, with_headers};
use super::{client, credentials, records, settings, usage};

const TAKEN: &str = r#"{"error_code":"MKT.0000","error_msg":"success"}"#;
const LICENCE: &str = r#"{"error_code":"92020000","data":{"status":"ALIVE"}}"#;
const ORDER: &str =
    r#"{"resultCode":"MKT.0000","orderInfo":{"orderId":"O","orderLine":[{"orderLineId":"L"}]}}"#;
const INTERNAL: &str = r#"{"resultCode":"MKT.0999","resultMsg":"System internal error."}"#;

/// Each of the calls, by whether it arrived.
async fn calls(acts: impl Fn(&str) -> Vec<Act>) -> [(bool, usize); 5] {
    let code = LicenceCode::new("L").unwrap();
    let old = OldUsageRecord::new(usage("i"), "product", "20220809T091000Z".parse().unwrap()).unwrap();
    let mut outcomes = [(false, 0); 5];
    for (at, outcome) in outcomes.iter_mut().enumerate() {
        let body = [ORDER, LICENCE, TAKEN, TAKEN, LICENCE][at];
        let market = Market::start(acts(body)).await;
        let client = client(&market);
        let is_ok = match at {
            0 => client.query_order("O", None).await.is_ok(),
            1 => client.licence_status(&code).await.is_ok(),
            2 => client.push_usage(&records(1)).await.is_ok(),
            3 => client.push_usage_old(std::slice::from_ref(&old)).await.is_ok(),
            _ => client.activate_licence(&code).await.is_ok(),
        };
        *outcome = (is_ok, market.seen().len());
    }
    outcomes
}

const REPEATED: (bool, usize) = (true, 2);
const GIVEN_UP: (bool, usize) = (false, 1);

#[tokio::test]
async fn what_does_something_each_time_is_sent_once() {
    let html = || answer(502, "<html>Bad Gateway</html>");
    let throttled = || with_headers(429, "retry-after: 0\r\n", "");
    let limit = || answer(406, r#"{"resultCode":"MKT.0250","resultMsg":"Access frequency overlimit"}"#);
    let gateway = || answer(429, r#"{"error_code":"APIG.0308","error_msg":"throttling threshold"}"#);
    for fault in [&|| Act::Break as Act, &html as &dyn Fn() -> Act, &throttled, &limit, &gateway] {
        let outcomes = calls(|body| vec![fault(), answer(200, body)]).await;
        assert_eq!(outcomes, [REPEATED, REPEATED, REPEATED, GIVEN_UP, GIVEN_UP], "{:?}", fault());
    }
    let outcomes = calls(|body| vec![answer(500, INTERNAL), answer(200, body)]).await;
    assert_eq!(outcomes, [REPEATED, REPEATED, REPEATED, GIVEN_UP, GIVEN_UP]);
}

#[tokio::test]
async fn credentials_and_refusals_are_not_tried_again() {
    for (status, body) in [
        (401, r#"{"error_code":"APIGW.0301","error_msg":"x"}"#),
        (403, "<html>"),
        (500, r#"{"resultCode":"MKT.0100","resultMsg":"x"}"#),
        (500, r#"{"resultCode":"MKT.9004","resultMsg":"x"}"#),
        (404, r#"{"error_code":"APIGW.0101","error_msg":"x"}"#),
    ] {
        let outcomes = calls(|good| vec![answer(status, body), answer(200, good)]).await;
        assert_eq!(outcomes, [GIVEN_UP; 5], "{status} {body}");
    }
}

#[tokio::test]
async fn a_push_of_one_try_is_one() {
    for act in [Act::Break, answer(503, ""), with_headers(429, "retry-after: 0\r\n", "")] {
        let market = Market::start([act, answer(200, TAKEN)]).await;
        let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
        assert!(error.is_temporary() && error.may_have_been_sent(), "{error:?}");
        assert_eq!(market.seen().len(), 1);
    }
}

#[tokio::test]
async fn tries_have_an_end() {
    let market = Market::start([answer(503, "")]).await;
    let error = client(&market).query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::UnexpectedAnswer { .. }), "{error:?}");
    assert_eq!(market.seen().len(), 5);
}

#[tokio::test]
async fn the_second_host_is_for_when_there_is_no_connection_to_the_first() {
    let second = Market::answering(ORDER).await;
    let settings = settings(nowhere().await).with_fallback_address(second.address());
    let client = Client::connect(settings).unwrap();
    client.query_order("O", None).await.unwrap();
    let old = OldUsageRecord::new(usage("i"), "product", "20220809T091000Z".parse().unwrap()).unwrap();
    client.push_usage_old(&[old]).await.unwrap();
    client.push_usage_once(&records(1)).await.unwrap();
    let seen = second.seen();
    assert_eq!(seen.len(), 3);
    // Signed for the host that it went to.
    assert!(seen.iter().all(|seen| seen.verify_now(&credentials()) == Ok(())));
    let host = second.address().to_string();
    assert!(seen.iter().all(|seen| host.ends_with(seen.header("host").unwrap())));
}

#[tokio::test]
async fn what_may_have_arrived_at_the_first_host_goes_to_the_second_only_if_it_is_a_question() {
    let code = LicenceCode::new("L").unwrap();
    let (first, second) = (Market::start([Act::Break]).await, Market::answering(LICENCE).await);
    let client = Client::connect(settings(first.address()).with_fallback_address(second.address())).unwrap();
    let error = client.activate_licence(&code).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Broken(_)), "{error:?}");
    let error = client.push_usage_once(&records(1)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Broken(_)), "{error:?}");
    let interrupted = client.push_usage(&records(1)).await.unwrap_err();
    assert!(matches!(interrupted.error, OpenApiError::Broken(_)), "{interrupted:?}");
    assert_eq!((first.seen().len(), second.seen().len()), (7, 0));
    client.licence_status(&code).await.unwrap();
    assert_eq!((first.seen().len(), second.seen().len()), (8, 1));
}

#[tokio::test]
async fn a_first_host_that_answers_is_the_only_one_asked() {
    let (first, second) = (Market::start([answer(503, "")]).await, Market::answering(ORDER).await);
    let client = Client::connect(settings(first.address()).with_fallback_address(second.address())).unwrap();
    client.query_order("O", None).await.unwrap_err();
    assert!(second.seen().is_empty());
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_sent() {
    let settings = settings(nowhere().await).with_fallback_address(nowhere().await);
    let client = Client::connect(settings).unwrap();
    let error = client.push_usage_once(&records(1)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Unreachable(_)), "{error:?}");
    assert!(error.is_temporary() && !error.may_have_been_sent());
}

#[tokio::test]
async fn the_deadline_is_for_all_tries_together() {
    let short = Duration::from_millis(300);
    let silent = Market::start([Act::Silence]).await;
    let client = Client::connect(settings(silent.address()).with_call_deadline(short)).unwrap();
    let error = client.query_order("O", None).await.unwrap_err();
    let OpenApiError::TimedOut { limit, may_have_been_sent: true } = error else { panic!("{error:?}") };
    assert_eq!(limit, short);
    // Longer than there is: it is not waited for at all.
    let busy = Market::start([with_headers(429, "retry-after: 3600\r\n", "")]).await;
    let error = super::client(&busy).query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Throttled { .. }), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(busy.seen().len(), 1);
}

#[tokio::test]
async fn connecting_has_a_deadline_and_nothing_was_sent_by_then() {
    // It accepts, and says nothing to TLS.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", silent.local_addr().unwrap()).parse().unwrap();
    let second = Market::answering(TAKEN).await;
    let settings = settings(address).with_connect_deadline(Duration::from_millis(50));
    let alone = Client::connect(settings.clone()).unwrap();
    let error = alone.push_usage_once(&records(1)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Unreachable(_)) && !error.may_have_been_sent(), "{error:?}");
    let client = Client::connect(settings.with_fallback_address(second.address())).unwrap();
    client.push_usage_once(&records(1)).await.unwrap();
}

#[tokio::test]
async fn calls_pass_through_layers_of_the_sellers_own() {
    let market = Market::answering(ORDER).await;
    let settings = settings(market.address());
    let service = ServiceBuilder::new()
        .map_request(|mut request: Request<RequestBody>| {
            request.headers_mut().insert("x-request-id", http::HeaderValue::from_static("r-1"));
            request
        })
        .service(Transport::new(&settings).unwrap());
    Client::over(service, settings).query_order("O", None).await.unwrap();
    let [seen] = &market.seen()[..] else { panic!() };
    assert_eq!(seen.header("x-request-id"), Some("r-1"));
    assert_eq!(seen.verify_now(&credentials()), Ok(()));
}
