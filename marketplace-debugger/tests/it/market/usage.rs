//! Pushes of usage.

use marketplace_core::analysis::CapturedRequest;
use marketplace_core::open_api::{path, read_push};
use marketplace_core::{AccessKey, UtcTime};
use marketplace_debugger::market::{InstanceState, MarketInstance, MarketSettings};
use serde_json::{Value, json};

use super::client::{Desk, code, credentials, key, told};

const DAY: u64 = 24 * 60 * 60;

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.market.instance(MarketInstance::on_demand("i-1"));
    desk
}

/// The codes of the records that were refused, in their order.
fn refused(answer: &Value) -> Vec<&str> {
    let list = answer.get("abnormalUsageData").and_then(Value::as_array);
    list.into_iter().flatten().map(|entry| entry["error_code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_record_is_taken_once_however_often_it_is_pushed() {
    let desk = desk().await;
    let record = desk.record("i-1", "sn-1", 2);
    let (status, answer) = desk.push(std::slice::from_ref(&record)).await;
    assert_eq!((status, &answer), (200, &json!({"resultCode": "MKT.0000", "resultMsg": "Success"})));
    for _ in 0..2 {
        let (status, answer) = desk.push(std::slice::from_ref(&record)).await;
        assert_eq!((status, code(&answer), refused(&answer)), (200, "MKT.0000", vec!["005"]));
        assert_eq!(answer["abnormalUsageData"][0]["metering_sn"], "sn-1");
        // What the library makes of it.
        assert_eq!(read_push(answer.to_string().as_bytes()).unwrap().unwrap().refusals().len(), 1);
    }
    let usage = desk.market.usage();
    let [taken] = &*usage else { panic!("{usage:?}") };
    assert_eq!((taken.arrivals, taken.value.to_string().as_str()), (3, "1.5"));
    assert_eq!((taken.metering_sn.as_deref(), &*taken.instance_id), (Some("sn-1"), "i-1"));
    assert_eq!((desk.market.arrivals("sn-1"), desk.market.arrivals("sn-2")), (3, 0));
    assert_eq!(
        (desk.market.billed_of("i-1").records, desk.market.billed_of("i-1").ten_thousandths),
        (1, 15_000)
    );
}

#[tokio::test]
async fn the_good_records_of_a_push_are_kept() {
    let desk = desk().await;
    let mut other_sn = desk.record("i-1", "sn-2", 2);
    other_sn["usage_value"] = json!(9);
    let records = [
        desk.record("i-1", "sn-1", 2),
        other_sn,
        desk.record("i-1", "sn-1", 3),
        desk.record("i-1", "sn-3", 4),
    ];
    let (_, answer) = desk.push(&records).await;
    assert_eq!(refused(&answer), ["010", "005"]);
    let kept: Vec<_> = desk.market.usage().into_iter().filter_map(|record| record.metering_sn).collect();
    assert_eq!(kept, ["sn-1", "sn-3"]);
    assert_eq!(desk.market.billed()["i-1"].ten_thousandths, 30_000);
}

#[tokio::test]
async fn every_record_level_code_has_its_record() {
    let desk = desk().await;
    let market = &desk.market;
    for (id, state) in [
        ("withdrawn", InstanceState::Withdrawn),
        ("others", InstanceState::OfAnotherSeller),
        ("yearly", InstanceState::NotPayPerUse),
        ("odd", InstanceState::Abnormal),
    ] {
        market.instance(MarketInstance::on_demand(id).with_state(state));
    }
    let at = |ago: u64| desk.clock.ago(ago).parse::<UtcTime>().unwrap();
    let life = MarketInstance::on_demand("short").with_beginning(at(3 * 3600)).with_end(at(3600));
    market.instance(life);
    let with = |name: &str, value: Value| {
        let mut record = desk.record("i-1", "sn", 5);
        record[name] = value;
        record
    };
    let (old, now) = (desk.clock.ago(21 * DAY + 1), desk.clock.ago(0));
    let later = UtcTime::from_unix_seconds(at(0).unix_seconds() + 1).unwrap().to_string();
    let before_its_end = desk.clock.ago(4 * 3600 + 1);
    for (record, expected) in [
        (desk.record("unknown", "sn", 2), Some("001")),
        (with("instance_id", Value::Null), Some("001")),
        (with("begin_time", json!("2026-11-22")), Some("002")),
        (with("end_time", Value::Null), Some("002")),
        (with("record_time", json!("20261122T100000")), Some("002")),
        (with("usage_value", json!("0")), Some("003")),
        (with("usage_value", json!("1.23456")), Some("003")),
        (with("usage_value", json!(-1)), Some("003")),
        (with("usage_value", Value::Null), Some("003")),
        (with("metering_sn", Value::Null), Some("004")),
        (with("metering_sn", json!("")), Some("004")),
        (desk.record("withdrawn", "sn", 2), Some("006")),
        (with("record_time", json!(old)), Some("007")),
        (desk.record("others", "sn", 2), Some("009")),
        (with("end_time", json!(later)), Some("011")),
        (with("begin_time", json!(now)), Some("011")),
        (with("record_time", json!(before_its_end)), Some("011")),
        (desk.record("short", "sn", 4), Some("011")),
        (desk.record("short", "sn", 1), Some("011")),
        (desk.record("yearly", "sn", 2), Some("012")),
        (desk.record("odd", "sn", 2), Some("013")),
        // Whatever was refused has not used up its serial number.
        (desk.record("short", "sn", 3), None),
        (desk.record("i-1", "sn", 2), Some("005")),
        (desk.record("short", "sn-2", 3), Some("010")),
        (with("usage_value", json!("99999999.9999")), Some("005")),
    ] {
        let (status, answer) = desk.push(std::slice::from_ref(&record)).await;
        assert_eq!((status, code(&answer)), (200, "MKT.0000"), "{record}");
        assert_eq!(refused(&answer), Vec::from_iter(expected), "{record}");
    }
    assert_eq!(desk.market.usage_count(), 1);
}

#[tokio::test]
async fn a_push_that_is_refused_as_a_whole_is_not_taken() {
    let desk = desk().await;
    let good = desk.record("i-1", "sn-1", 2);
    let with = |name: &str, value: Value| {
        let mut record = good.clone();
        record[name] = value;
        json!({ "usage_records": [good.clone(), record] })
    };
    let many: Vec<_> = (0..1001).map(|at| desk.record("i-1", &format!("sn-{at}"), 2)).collect();
    let long = "x".repeat(65);
    for (body, expected) in [
        (json!([]), (400, "MKT.0101")),
        (json!({}), (400, "MKT.0101")),
        (json!({"usage_records": []}), (400, "MKT.0101")),
        (json!({"usage_records": [1]}), (400, "MKT.0101")),
        (json!({"usage_records": [good], "more": 1}), (400, "MKT.0101")),
        (with("product_id", json!("p")), (400, "MKT.0101")),
        (with("metering_sn", json!(long)), (500, "MKT.0100")),
        (with("instance_id", json!(5)), (500, "MKT.0100")),
        (json!({ "usage_records": many }), (500, "MKT.9003")),
        (with("begin_time", json!(desk.clock.ago(21 * DAY + 1))), (500, "MKT.9004")),
    ] {
        let answer = desk.send(&desk.push_request(&body)).await.unwrap();
        assert_eq!(told(&answer), expected, "{}", answer.1);
    }
    let not_json = desk.signed(&key(), desk.request("POST", path::PUSH_USAGE, "no"));
    assert_eq!(told(&desk.send(&not_json).await.unwrap()), (400, "MKT.0101"));
    assert_eq!((desk.market.usage_count(), desk.market.arrivals("sn-1")), (0, 0));
    assert_eq!(
        refused(
            &desk
                .send(&desk.push_request(&with("begin_time", json!(desk.clock.ago(21 * DAY)))))
                .await
                .unwrap()
                .1
        ),
        ["005"]
    );
}

#[tokio::test]
async fn the_body_is_signed_with_the_access_key() {
    let desk = desk().await;
    let body = json!({ "usage_records": [desk.record("i-1", "sn-1", 2)] }).to_string();
    let plain = || desk.request("POST", path::PUSH_USAGE, &body);
    let other = AccessKey::new("another-key").unwrap();
    let now = desk.clock.now().0;
    let mut changed = desk.signed(&key(), plain());
    changed.body = body.replace("1.5", "2.5").into();
    for (request, expected) in [
        (plain(), (400, "MKT.0101")),
        (plain().with_header("ts", "1").with_header("nonce", "n"), (400, "MKT.0101")),
        (desk.signed(&key(), plain()).with_header("nonce", "n"), (400, "MKT.0101")),
        (desk.signed_as(&key(), &now.to_string(), &"n".repeat(65), plain()), (500, "MKT.0100")),
        (desk.signed(&other, plain()), (400, "MKT.0102")),
        (changed, (400, "MKT.0102")),
        (desk.signed_as(&key(), "yesterday", "n", plain()), (400, "MKT.0102")),
        (desk.signed_as(&key(), &format!("+{now}"), "n", plain()), (400, "MKT.0102")),
        (desk.signed_as(&key(), &format!("0{now}"), "n", plain()), (400, "MKT.0102")),
        (desk.signed_as(&key(), &(now - 900_001).to_string(), "n", plain()), (400, "MKT.0102")),
        (desk.signed_as(&key(), &(now + 900_001).to_string(), "n", plain()), (400, "MKT.0102")),
    ] {
        assert_eq!(told(&desk.send(&request).await.unwrap()), expected, "{request:?}");
    }
    assert_eq!(desk.market.usage_count(), 0);
    let late = desk.signed_as(&key(), &(now - 900_000).to_string(), "n", plain());
    assert_eq!(told(&desk.send(&late).await.unwrap()), (200, "MKT.0000"));
    assert_eq!(desk.market.usage_count(), 1);
}

/// The pages have the body sorted before it is signed. What is sent as it is sorted is right in every reading.
#[tokio::test]
async fn a_body_whose_members_are_not_in_order_is_not_signed() {
    let desk = desk().await;
    let good = desk.record("i-1", "sn-1", 2).to_string();
    let instance = r#""instance_id":"i-1","#;
    let without = good.replace(instance, "");
    for record in [
        // The last one first, and one of them twice.
        format!("{{{instance}{}", without.strip_prefix('{').unwrap()),
        good.replace(instance, &instance.repeat(2)),
    ] {
        let body = format!(r#"{{"usage_records":[{good},{record}]}}"#);
        let request = desk.signed(&key(), desk.request("POST", path::PUSH_USAGE, &body));
        let answer = desk.send(&request).await.unwrap();
        assert_eq!(told(&answer), (400, "MKT.0102"), "{body}");
        let said = answer.1["resultMsg"].as_str().unwrap();
        assert!(said.contains("`instance_id`") || said.contains("`begin_time`"), "{said}");
    }
    assert_eq!(desk.market.usage_count(), 0);
    let body = format!(" {{ \"usage_records\" : [ {good} ] }}\n");
    let request = desk.signed(&key(), desk.request("POST", path::PUSH_USAGE, &body));
    assert_eq!(told(&desk.send(&request).await.unwrap()), (200, "MKT.0000"), "blanks are of no order");
}

#[tokio::test]
async fn a_push_says_that_it_is_json() {
    let desk = desk().await;
    let mut good = desk.record("i-1", "sn-1", 2);
    for (api, product) in [(path::PUSH_USAGE, None), (path::PUSH_USAGE_OLD, Some("p-1"))] {
        if let (Some(product), Some(members)) = (product, good.as_object_mut()) {
            members.remove("metering_sn");
            members.insert("product_id".to_owned(), json!(product));
        }
        let body = json!({ "usage_records": [good] }).to_string();
        for (kind, expected) in [
            (None, (400, "MKT.0101")),
            (Some("application/x-www-form-urlencoded"), (400, "MKT.0101")),
            (Some("application/jsonp"), (400, "MKT.0101")),
            (Some("Application/JSON;charset=UTF-8"), (200, "MKT.0000")),
        ] {
            let plain = CapturedRequest::new("POST", api).with_body(body.clone());
            let typed =
                kind.into_iter().fold(plain, |request, kind| request.with_header("Content-Type", kind));
            let request = desk.authorized(&credentials(), desk.signed(&key(), typed));
            assert_eq!(told(&desk.send(&request).await.unwrap()), expected, "{api} {kind:?}");
        }
    }
}

#[tokio::test]
async fn what_the_pages_leave_open_is_a_setting() {
    // An Authorization that is there is checked.
    let lax = Desk::new().await;
    let wrong = marketplace_core::signature::sdk_hmac::Credentials::new("TESTAK0000", "wrong").unwrap();
    let body = json!({ "usage_records": [lax.record("i-1", "sn-1", 2)] });
    let answer = lax.send(&lax.authorized(&wrong, lax.push_request(&body))).await.unwrap();
    assert_eq!(told(&answer), (401, "APIGW.0301"));
    // A nonce may come again.
    let again = lax.push_request(&body);
    for _ in 0..2 {
        assert_eq!(told(&lax.send(&again).await.unwrap()), (200, "MKT.0000"));
    }
    assert_eq!(refused(&lax.send(&again).await.unwrap().1), ["001"]);

    let strict = Desk::with(|settings: MarketSettings| {
        settings.with_any_instance(true).with_authorization_of_pushes().with_repeated_nonces_refused()
    })
    .await;
    assert_eq!(told(&strict.send(&strict.push_request(&body)).await.unwrap()), (401, "APIGW.0301"));
    let request = strict.authorized(&credentials(), strict.push_request(&body));
    let answer = strict.send(&request).await.unwrap();
    assert_eq!((told(&answer), refused(&answer.1)), ((200, "MKT.0000"), vec![]));
    assert_eq!(told(&strict.send(&request).await.unwrap()), (400, "MKT.0102"));
}

#[tokio::test]
async fn the_old_api_knows_products_and_no_serial_numbers() {
    let desk = desk().await;
    let mut record = desk.record("i-1", "", 2);
    let members = record.as_object_mut().unwrap();
    members.remove("metering_sn");
    let push = |record: &Value| {
        desk.request("POST", path::PUSH_USAGE_OLD, &json!({"usage_records": [record]}).to_string())
    };
    let send =
        async |record: &Value| desk.send(&desk.authorized(&credentials(), push(record))).await.unwrap();
    assert_eq!(told(&send(&record).await), (400, "MKT.0101"));
    record["product_id"] = json!("p-1");
    assert_eq!(told(&desk.send(&push(&record)).await.unwrap()), (401, "APIGW.0301"));
    let (_, answer) = send(&record).await;
    assert_eq!((&answer["error_code"], refused(&answer)), (&json!("MKT.0000"), vec![]));
    let (_, answer) = send(&record).await;
    assert_eq!(refused(&answer), ["010"]);
    assert_eq!(answer["abnormalUsageData"][0]["begin_time"], record["begin_time"]);
    let usage = desk.market.usage();
    assert_eq!((usage.len(), usage[0].product_id.as_deref(), &usage[0].metering_sn), (1, Some("p-1"), &None));
}

#[tokio::test]
async fn ten_thousand_records_are_held() {
    let desk = Desk::with(|settings| settings.with_any_instance(true)).await;
    for push in 0..10 {
        let records: Vec<_> = (0..1000)
            .map(|at| desk.record(&format!("i-{at}"), &format!("sn-{push}-{at}"), push + 1))
            .collect();
        assert_eq!(refused(&desk.push(&records).await.1), Vec::<&str>::new());
    }
    assert_eq!((desk.market.usage().len(), desk.market.billed().len()), (10_000, 1000));
    assert_eq!(desk.market.billed_of("i-7").ten_thousandths, 150_000);
}
