//! Licence codes.

use marketplace_tower::open_api::{LicenceCode, LicenceStatus};

use super::market::Market;
use super::{client, credentials};

#[tokio::test]
async fn a_licence_is_activated_and_asked_for() {
    let activated = r#"{"error_code":"92020000","error_msg":"success",
        "data":{"license_code_info":"{\"status\":\"ALIVE\",\"order_id\":\"CS1\"}"}}"#;
    let state = r#"{"error_code":"92020000","data":{"license_code":"L","status":"EXPIRED"}}"#;
    let code = LicenceCode::new("L").unwrap();
    let market = Market::answering(activated).await;
    let licence = client(&market).activate_licence(&code).await.unwrap();
    assert_eq!((licence.status(), licence.order_id()), (&LicenceStatus::Alive, Some("CS1")));
    let asked = Market::answering(state).await;
    let licence = client(&asked).licence_status(&code).await.unwrap();
    assert_eq!(licence.status(), &LicenceStatus::Expired);
    for (market, path) in [(market, "activate"), (asked, "heartbeat")] {
        let [seen] = &market.seen()[..] else { panic!() };
        assert_eq!(seen.target, format!("/api/mkp-openapi-public/global/v1/license/{path}"));
        assert_eq!((&*seen.method, &*seen.body), ("POST", &br#"{"license":"L"}"#[..]));
        assert_eq!(seen.verify_now(&credentials()), Ok(()));
    }
}
