//! Asking for an order.

use marketplace_tower::UtcTime;
use marketplace_tower::open_api::{ChargingMode, MockOrder, OpenApiError};

use super::market::{Market, answer};
use super::{client, credentials};

fn order(mock: MockOrder) -> String {
    let now: UtcTime = "20250101T000000Z".parse().unwrap();
    format!(r#"{{"resultCode":"MKT.0000","resultMsg":"Success","orderInfo":{}}}"#, mock.json(now))
}

#[tokio::test]
async fn an_order_is_asked_for_signed_and_read() {
    let market = Market::answering(order(MockOrder::PeriodYearNew)).await;
    let line = MockOrder::PeriodYearNew.order_line_id();
    let order = client(&market).query_order("MOCKPERIODYEARNEW", Some(&line)).await.unwrap();
    assert_eq!(order.line().charging_mode(), Some(&ChargingMode::Period));
    let [seen] = &market.seen()[..] else { panic!() };
    assert_eq!(seen.method, "GET");
    assert_eq!(
        seen.target,
        "/api/mkp-openapi-public/global/v1/order/query?orderId=MOCKPERIODYEARNEW&orderLineId=MOCKPERIODYEARNEW-000001"
    );
    assert_eq!(seen.verify_now(&credentials()), Ok(()));
    let authorization = seen.header("authorization").unwrap();
    assert!(authorization.contains("SignedHeaders=content-type;host;x-sdk-date,"), "{authorization}");
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_line_is_certainly_the_one_that_was_meant() {
    let market = Market::answering(order(MockOrder::OneTimeNew)).await;
    let client = client(&market);
    let order = client.query_order("MOCKONETIMENEW", None).await.unwrap();
    assert_eq!(order.line().order_line_id(), "MOCKONETIMENEW-000001");
    let error = client.query_order("MOCKONETIMENEW", Some("other")).await.unwrap_err();
    assert!(matches!(error, OpenApiError::NoSuchLine { lines: 1 }), "{error:?}");
    let two = r#"{"resultCode":"MKT.0000","orderInfo":{"orderId":"O","orderLine":[{"orderLineId":"1"},{"orderLineId":"2"}]}}"#;
    let market = Market::answering(two).await;
    let client = super::client(&market);
    let error = client.query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::NoSuchLine { lines: 2 }), "{error:?}");
    assert_eq!(client.query_order("O", Some("2")).await.unwrap().line().order_line_id(), "2");
    assert_eq!(client.query_order_info("O", None).await.unwrap().lines().len(), 2);
}

#[tokio::test]
async fn ids_arrive_as_they_are() {
    let market = Market::answering(order(MockOrder::OneTimeNew)).await;
    client(&market).query_order_info("a b&c=云/+", None).await.unwrap();
    let [seen] = &market.seen()[..] else { panic!() };
    assert!(seen.target.ends_with("?orderId=a%20b%26c%3D%E4%BA%91%2F%2B"), "{}", seen.target);
    assert_eq!(seen.verify_now(&credentials()), Ok(()));
    for id in ["", &"x".repeat(65)] {
        let error = client(&market).query_order(id, None).await.unwrap_err();
        assert!(matches!(error, OpenApiError::Unusable { field: "orderId", .. }), "{error:?}");
        assert!(!error.may_have_been_sent());
    }
    assert_eq!(market.seen().len(), 1);
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_read_to_it() {
    let market = Market::answering("x".repeat(5 * 1024 * 1024)).await;
    let error = client(&market).query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::AnswerTooLong { limit: 4_194_304 }), "{error:?}");
    assert_eq!(market.seen().len(), 1);
}

#[tokio::test]
async fn a_success_that_lacks_the_order_is_none() {
    let market = Market::start([answer(200, r#"{"resultCode":"MKT.0000"}"#)]).await;
    let error = client(&market).query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::UnexpectedAnswer { .. }), "{error:?}");
    assert!(!error.is_temporary());
}
