//! AK/SK.

use marketplace_core::open_api::{Meaning, path, read_order};
use marketplace_core::signature::sdk_hmac::Credentials;
use marketplace_debugger::Framing;
use marketplace_debugger::wire::Wire;

use super::client::{Desk, code, credentials, told};

const MOCK: &str = "orderId=MOCKPERIODYEARNEW";

fn others() -> Credentials {
    Credentials::new(credentials().access_key_id(), "another-secret").unwrap()
}

fn query() -> String {
    format!("{}?{MOCK}", path::QUERY_ORDER)
}

async fn refused(desk: &Desk, request: &marketplace_core::analysis::CapturedRequest) -> String {
    let (status, answer) = desk.send(request).await.unwrap();
    assert_eq!((status, answer["error_code"].as_str()), (401, Some("APIGW.0301")));
    assert_eq!(answer["request_id"].as_str().unwrap().len(), 32);
    let message = answer["error_msg"].as_str().unwrap();
    message.strip_prefix("Incorrect IAM authentication information: ").unwrap().to_owned()
}

#[tokio::test]
async fn says_why_it_does_not_know_the_caller() {
    let desk = Desk::new().await;
    let plain = || desk.request("GET", &query(), "");
    assert_eq!(refused(&desk, &plain()).await, "there is no Authorization");
    let malformed = plain().with_header("Authorization", "Basic eDp5");
    assert!(refused(&desk, &malformed).await.starts_with("Authorization is not"));
    let unknown = Credentials::new("UNKNOWN", "test-secret-key-0123456789").unwrap();
    assert_eq!(refused(&desk, &desk.authorized(&unknown, plain())).await, "the AK does not exist");
    let why = refused(&desk, &desk.authorized(&others(), plain())).await;
    assert_eq!(why, "verify aksk signature fail, the signature does not match");

    let elsewhere = desk.authorized(&credentials(), desk.request("GET", path::QUERY_ORDER, ""));
    let moved = CapturedAt(elsewhere).to(&query());
    assert!(refused(&desk, &moved).await.ends_with("the signature does not match"));
    assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"));
}

struct CapturedAt(marketplace_core::analysis::CapturedRequest);

impl CapturedAt {
    fn to(mut self, target: &str) -> marketplace_core::analysis::CapturedRequest {
        target.clone_into(&mut self.0.target);
        self.0
    }
}

#[tokio::test]
async fn a_signature_is_good_for_a_quarter_of_an_hour() {
    let desk = Desk::new().await;
    let request = desk.authorized(&credentials(), desk.request("GET", &query(), ""));
    desk.clock.advance(15 * 60);
    assert_eq!(told(&desk.send(&request).await.unwrap()), (200, "MKT.0000"));
    desk.clock.advance(1);
    assert!(refused(&desk, &request).await.ends_with("15 minutes away from this clock"));
}

#[tokio::test]
async fn six_failures_in_a_row_lock_the_ak_for_five_minutes() {
    let desk = Desk::new().await;
    let wrong = || desk.authorized(&others(), desk.request("GET", &query(), ""));
    for round in 0..2 {
        for _ in 0..5 {
            assert!(refused(&desk, &wrong()).await.ends_with("does not match"), "{round}");
        }
        // A success in between, and it begins anew.
        assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"), "{round}");
    }
    for _ in 0..6 {
        assert!(refused(&desk, &wrong()).await.ends_with("does not match"));
    }
    let right = || desk.authorized(&credentials(), desk.request("GET", &query(), ""));
    let locked = "AK access failed to reach the limit, forbidden";
    assert_eq!(refused(&desk, &right()).await, locked);
    desk.clock.advance(5 * 60 - 1);
    assert_eq!(refused(&desk, &right()).await, locked);
    desk.clock.advance(1);
    assert_eq!(told(&desk.query(MOCK).await), (200, "MKT.0000"));
}

#[tokio::test]
async fn what_is_no_api_is_not_found() {
    let desk = Desk::new().await;
    for (method, target) in [("GET", "/"), ("POST", path::QUERY_ORDER), ("GET", path::PUSH_USAGE)] {
        let request = desk.authorized(&credentials(), desk.request(method, target, ""));
        let (status, answer) = desk.send(&request).await.unwrap();
        assert_eq!((status, code(&answer)), (404, "APIGW.0101"), "{method} {target}");
    }
}

#[tokio::test]
async fn a_body_of_more_than_12_megabytes_is_too_large() {
    let desk = Desk::new().await;
    let request = desk.request("POST", path::PUSH_USAGE, &" ".repeat((12 << 20) + 1));
    let (status, answer) = desk.send(&request).await.unwrap();
    assert_eq!((status, code(&answer)), (413, "APIGW.0201"));
}

#[tokio::test]
async fn its_answers_are_those_that_the_library_reads() {
    let desk = Desk::new().await;
    let wire = Wire::new(desk.market.url().parse().unwrap());
    let request = desk.request("GET", &query(), "");
    let patience = std::time::Duration::from_secs(20);
    let answer = wire.send(&request, Framing::Length, patience).await.unwrap();
    let failure = read_order(&answer.body).unwrap().unwrap_err();
    assert_eq!(failure.meaning(), Meaning::Authentication);
    assert!(failure.request_id().is_some());
    let fields = answer.head.fields();
    let kind = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).unwrap();
    assert_eq!(kind.1, "application/json;charset=UTF-8");
    let answer =
        wire.send(&desk.authorized(&credentials(), request), Framing::Length, patience).await.unwrap();
    let order = read_order(&answer.body).unwrap().unwrap();
    assert_eq!(order.order_id(), "MOCKPERIODYEARNEW");
    assert_eq!(order.create_time(), Some("20261122100000"));
}
