//! Order query.

use marketplace_core::open_api::{ChargingMode, MockOrder, OrderType, PeriodType, Site};
use marketplace_debugger::market::{MarketSettings, PlacedOrder};
use serde_json::Value;

use super::client::{Desk, told};

#[tokio::test]
async fn every_mock_order_of_a_site_is_known_there() {
    for site in [Site::China, Site::International, Site::Europe] {
        let desk = Desk::with(|settings| settings.with_site(site)).await;
        for mock in MockOrder::ALL {
            let query = format!("orderId={}&orderLineId={}", mock.order_id(), mock.order_line_id());
            let answer = desk.query(&query).await;
            if mock.is_known_on(site) {
                assert_eq!(told(&answer), (200, "MKT.0000"), "{mock:?} {site:?}");
                assert_eq!(answer.1["orderInfo"]["orderId"], mock.order_id());
            } else {
                assert_eq!(told(&answer), (401, "MKT.0150"), "{mock:?} {site:?}");
            }
        }
    }
}

#[tokio::test]
async fn parameters_are_checked_as_the_table_has_it() {
    let desk = Desk::new().await;
    let long = "x".repeat(65);
    for (query, expected, why) in [
        ("", (400, "MKT.0101"), "Invalid parameter: `orderId` is missing"),
        ("orderId=", (400, "MKT.0101"), "Invalid parameter: `orderId` is missing"),
        ("orderId=A&testFlag=1", (400, "MKT.0101"), "Invalid parameter: `testFlag` is superfluous"),
        ("orderId=A&orderId=B", (400, "MKT.0101"), "Invalid parameter: `orderId` is there more than once"),
        (
            &format!("orderId={long}"),
            (500, "MKT.0100"),
            "Failure of input parameter: `orderId` is longer than 64",
        ),
        (
            &format!("orderId=A&orderLineId={long}"),
            (500, "MKT.0100"),
            "Failure of input parameter: `orderLineId` is longer than 64",
        ),
        ("orderId=CS404", (401, "MKT.0150"), "Illegal operation: there is no such order"),
        (
            "orderId=MOCKPERIODYEARNEW&orderLineId=L",
            (401, "MKT.0150"),
            "Illegal operation: there is no such order line",
        ),
    ] {
        let answer = desk.query(query).await;
        assert_eq!(told(&answer), expected, "{query}");
        assert_eq!(answer.1["resultMsg"], why);
        assert_eq!(answer.1.get("extra_info").is_some(), expected.1 != "MKT.0101", "{query}");
    }
}

#[tokio::test]
async fn older_pages_have_another_envelope() {
    let desk = Desk::with(MarketSettings::with_old_envelope).await;
    let (status, answer) = desk.query("orderId=MOCKMONTYRENEW").await;
    assert_eq!((status, &answer["error_code"]), (200, &Value::from("CBC.0000")));
    assert_eq!(answer["orderInfo"]["orderType"], "RENEW");
    let (_, answer) = desk.query("orderId=CS404").await;
    assert_eq!((&answer["error_code"], answer.get("resultCode")), (&Value::from("CBC.0150"), None));
}

#[tokio::test]
async fn an_order_that_was_placed_is_known_as_it_was_placed() {
    let desk = Desk::new().await;
    let order = PlacedOrder::like(MockOrder::OneTimeNew, "CS1")
        .with_order_line_id("CS1-000007")
        .with_order_type(&OrderType::Trial)
        .with_charging_mode(&ChargingMode::OnDemand)
        .with_period(PeriodType::Month, 3)
        .with_sku_code("sku")
        .with_product_id("product")
        .with_linear_value(7)
        .with_extend_params(&[("ip", "10.0.0.1")]);
    desk.market.place(order);
    desk.market.place(
        PlacedOrder::from_json(
            r#"{"orderId":"CS2","orderLine":[{"orderLineId":"a"},{"orderLineId":"b"}],"x":1}"#,
        )
        .unwrap(),
    );

    let (_, answer) = desk.query("orderId=CS1").await;
    let info = &answer["orderInfo"];
    let line = &info["orderLine"][0];
    assert_eq!((&info["orderType"], &info["createTime"]), (&"TRIAL".into(), &"20261122100000".into()));
    assert_eq!((&line["orderLineId"], &line["chargingMode"]), (&"CS1-000007".into(), &"ON_DEMAND".into()));
    assert_eq!((&line["periodType"], &line["periodNumber"]), (&"month".into(), &3.into()));
    let product = &line["productInfo"][0];
    assert_eq!((&product["skuCode"], &product["productId"]), (&"sku".into(), &"product".into()));
    assert_eq!((&product["linearValue"], &line["extendParams"][0]["value"]), (&7.into(), &"10.0.0.1".into()));

    let (_, answer) = desk.query("orderId=CS2").await;
    assert_eq!(answer["orderInfo"]["orderLine"].as_array().unwrap().len(), 2);
    assert_eq!(answer["orderInfo"]["x"], 1);
    // Of a line that is asked for, nothing else is shown.
    let (_, answer) = desk.query("orderId=CS2&orderLineId=b").await;
    assert_eq!(answer["orderInfo"]["orderLine"], serde_json::json!([{"orderLineId": "b"}]));
    assert!(PlacedOrder::from_json(r#"{"orderId":"CS2"}"#).is_err());
}

#[tokio::test]
async fn a_rehearsal_may_use_any_order_id() {
    let desk = Desk::with(|settings| settings.with_any_order(true)).await;
    let (status, answer) = desk.query("orderId=CS99&orderLineId=CS99-000002").await;
    let info = &answer["orderInfo"];
    assert_eq!((status, &info["orderId"], &info["orderType"]), (200, &"CS99".into(), &"NEW".into()));
    let line = &info["orderLine"][0];
    assert_eq!((&line["orderLineId"], &line["periodType"]), (&"CS99-000002".into(), &"year".into()));
    // What was placed is known better.
    desk.market.place(PlacedOrder::like(MockOrder::Renew, "CS99"));
    assert_eq!(desk.query("orderId=CS99").await.1["orderInfo"]["orderType"], "RENEW");
}
