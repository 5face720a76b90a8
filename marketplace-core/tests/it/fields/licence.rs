//! The requests about licences.

use marketplace_core::handler::{NamesInstance, Request, Subject};
use marketplace_core::licence::{
    GetLicenseAsync, LicenseStatus, RefreshLicenseCode, ReleaseLicenseCode, Scene, UpdateLicenseCodeStatus,
};
use marketplace_core::{Provisioning, ResultCode, WorkKind};

use super::replies::{answer, context};
use super::requests::{NO_TIMES, TIMES};
use super::table::{Table, activity, decode, other_field, test_flag, text_field};

const SUCCESS: &str = r#"{"resultCode":"000000","resultMsg":"success."}"#;
const LICENSE: (&str, &str) = ("license", "\"PL1\"");
const ORDER: [(&str, &str); 2] = [("orderId", "\"CS1\""), ("orderLineId", "\"CS1-000001\"")];

#[test]
fn refresh_license_code() {
    let (scene, time) = (("scene", "\"RENEWAL\""), ("expireTime", TIMES[0]));
    let table = Table::call("refreshLicenseCode", &[scene, ORDER[0], ORDER[1], LICENSE, time]);
    activity::<RefreshLicenseCode>(&table);
    test_flag::<RefreshLicenseCode>(&table);
    text_field::<RefreshLicenseCode>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text_field::<RefreshLicenseCode>(&table, "orderLineId", 64, true, |request| {
        Some(request.order_line_id())
    });
    text_field::<RefreshLicenseCode>(&table, "license", 64, true, |request| Some(request.license()));
    text_field::<RefreshLicenseCode>(&table, "productId", 64, false, RefreshLicenseCode::product_id);
    other_field::<RefreshLicenseCode>(&table, "expireTime", &TIMES, &NO_TIMES, true);
    let scenes = ["\"RENEWAL\"", "\"UNSUBSCRIBE_RENEWAL_PERIOD\""];
    let others =
        ["\"\"", "\"renewal\"", "\"RENEWAL_CHANGE\"", "\"TRIAL_TO_FORMAL\"", "7", "true", "[]", "{}"];
    other_field::<RefreshLicenseCode>(&table, "scene", &scenes, &others, true);
    let request = decode::<RefreshLicenseCode>(&table.body("scene", Some(scenes[1]))).unwrap();
    assert_eq!(request.scene(), Scene::UnsubscribeRenewalPeriod);
    let Subject::Change(work) = request.subject() else { panic!("not a change") };
    assert_eq!(work.kind(), WorkKind::Ordered);
    assert_eq!(answer::<RefreshLicenseCode, _>(()), SUCCESS);
}

#[test]
fn update_license_code_status() {
    let table = Table::call("updateLicenseCodeStatus", &[LICENSE, ("status", "\"UNFREEZE\"")]);
    activity::<UpdateLicenseCodeStatus>(&table);
    test_flag::<UpdateLicenseCodeStatus>(&table);
    text_field::<UpdateLicenseCodeStatus>(&table, "license", 64, true, |request| Some(request.license()));
    let others = ["\"\"", "\"freeze\"", "\"NORMAL\"", "\"FREEZE \"", "7", "true", "[]", "{}"];
    other_field::<UpdateLicenseCodeStatus>(&table, "status", &["\"FREEZE\"", "\"UNFREEZE\""], &others, true);
    let request = decode::<UpdateLicenseCodeStatus>(&table.body("", None)).unwrap();
    assert_eq!(request.status(), LicenseStatus::Unfreeze);
    assert_eq!(answer::<UpdateLicenseCodeStatus, _>(()), SUCCESS);
}

#[test]
fn release_license_code() {
    let table = Table::call("releaseLicenseCode", &[LICENSE]);
    activity::<ReleaseLicenseCode>(&table);
    test_flag::<ReleaseLicenseCode>(&table);
    text_field::<ReleaseLicenseCode>(&table, "license", 64, true, |request| Some(request.license()));
    text_field::<ReleaseLicenseCode>(&table, "orderId", 64, false, ReleaseLicenseCode::order_id);
    text_field::<ReleaseLicenseCode>(&table, "orderLineId", 64, false, ReleaseLicenseCode::order_line_id);
    assert_eq!(answer::<ReleaseLicenseCode, _>(()), SUCCESS);
}

#[test]
fn get_license_async() {
    let mandatory =
        [("instanceId", "\"RA2\""), ("effectiveTime", "\"2023-10-27 10:30:15 z\""), ("eventId", "\"8\"")];
    let table = Table::call("getLicenseAsync", &mandatory);
    activity::<GetLicenseAsync>(&table);
    test_flag::<GetLicenseAsync>(&table);
    text_field::<GetLicenseAsync>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text_field::<GetLicenseAsync>(&table, "eventId", 64, true, |request| Some(request.event_id()));
    text_field::<GetLicenseAsync>(
        &table,
        "deviceFingerprint",
        1024,
        false,
        GetLicenseAsync::device_fingerprint,
    );
    let written = ["\"2023-10-27 10:30:15 z\"", "\"2023-10-27 10:30:15 UTC\"", "\"2023-10-27 10:30:15\""];
    let others = ["\"2023-10-27\"", "\"2023-10-27T10:30:15Z\"", "\"2023-10-27 10:30:15 +08:00\"", "\"x\""];
    let others = [&others[..], &NO_TIMES].concat();
    other_field::<GetLicenseAsync>(&table, "effectiveTime", &[&written[..], &TIMES].concat(), &others, true);
    let others: Vec<_> = others.into_iter().filter(|text| *text != "\"\"").collect();
    other_field::<GetLicenseAsync>(
        &table,
        "expireTime",
        &[&written[..], &TIMES, &["\"\""]].concat(),
        &others,
        false,
    );
}

#[test]
fn a_licence_may_be_answered_later() {
    let body =
        r#"{"activity":"getLicenseAsync","instanceId":"RA2","eventId":"8","effectiveTime":"20231027103015"}"#;
    let request = decode::<GetLicenseAsync>(body).unwrap();
    let Subject::Change(work) = request.subject() else { panic!("not a change") };
    assert_eq!(work.instance().unwrap().as_str(), "RA2");
    assert_eq!(request.instance(&context()).as_str(), "RA2");
    assert_eq!(answer::<GetLicenseAsync, _>(()), SUCCESS);
    assert_eq!(answer::<GetLicenseAsync, _>(Provisioning::Ready(())), SUCCESS);
    assert_eq!(
        answer::<GetLicenseAsync, _>(Provisioning::<()>::Pending),
        format!(
            r#"{{"resultCode":"{}","resultMsg":"the request is being processed"}}"#,
            ResultCode::PROCESSING
        )
    );
}
