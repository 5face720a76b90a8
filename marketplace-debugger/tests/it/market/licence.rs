//! Licence codes.

use marketplace_core::open_api::path;
use marketplace_debugger::market::LicenceState;
use serde_json::{Value, json};

use super::client::{Desk, credentials};

#[tokio::test]
async fn every_documented_code_has_its_licence() {
    let desk = Desk::new().await;
    desk.market.licence("L-1", LicenceState::Expired);
    let long = "x".repeat(65);
    for (licence, status, expected, state) in [
        ("MOCKLICENCEALIVE", 200, "92020000", Some("ALIVE")),
        ("MOCKLICENCEEXPIRED", 200, "92020000", Some("EXPIRED")),
        ("MOCKLICENCERELEASED", 200, "92020000", Some("RELEASED")),
        ("L-1", 200, "92020000", Some("EXPIRED")),
        ("MOCKLICENCENOTRECEIVED", 400, "92020004", None),
        ("nobodys", 400, "92020005", None),
        ("", 400, "92020002", None),
        (&long, 400, "92020002", None),
    ] {
        for target in [path::ACTIVATE_LICENCE, path::QUERY_LICENCE] {
            let request = desk.request("POST", target, &json!({"license": licence}).to_string());
            let (its, answer) = desk.send(&desk.authorized(&credentials(), request)).await.unwrap();
            assert_eq!((its, &answer["error_code"]), (status, &expected.into()), "{licence} {target}");
            let data = match answer["data"]["license_code_info"].as_str() {
                Some(within) => serde_json::from_str(within).unwrap(),
                None => answer["data"].clone(),
            };
            assert_eq!(data["status"], state.map_or(Value::Null, Value::from), "{licence}");
        }
    }
    let unsigned = desk.request("POST", path::QUERY_LICENCE, r#"{"license":"MOCKLICENCEALIVE"}"#);
    assert_eq!(desk.send(&unsigned).await.unwrap().0, 401);
}
