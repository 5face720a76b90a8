//! The requests.

use marketplace_core::v2::{
    ChangeInstanceCheck, InstanceStatus, NewInstance, OrderNotify, QueryInstance, RefreshInstance,
    ReleaseInstance, Scene, UpdateInstanceStatus, UpgradeInstance,
};

use super::table::{Table, activity, decode, other_field, refuses_other_types, test_flag, text_field};

const ORDER: [(&str, &str); 2] = [("orderId", "\"CS1\""), ("orderLineId", "\"CS1-000001\"")];
const INSTANCE: (&str, &str) = ("instanceId", "\"1\"");
pub(super) const TIMES: [&str; 4] =
    ["\"20221124023618\"", "\"20221124023618256\"", "\"20240229235959\"", "\"\\u00320221124023618\""];
pub(super) const NO_TIMES: [&str; 17] = [
    "\"0221124023618\"",
    "\"2026013123595\"",
    "\"0020221124023618\"",
    "\"\"",
    "\"2022112402361\"",
    "\"202211240236188\"",
    "\"2022112402361825\"",
    "\"202211240236182566\"",
    "\"20230229000000\"",
    "\"20221324023618\"",
    "\"20221124240000\"",
    "\"20221124023660\"",
    "\"2022-11-24 02:3\"",
    "\"２０２２１１\"",
    "20221124023618",
    "[]",
    "true",
];

#[test]
fn new_instance() {
    let table = Table::call("newInstance", &[ORDER[0], ORDER[1], ("businessId", "\"b\"")]);
    activity::<NewInstance>(&table);
    test_flag::<NewInstance>(&table);
    text_field::<NewInstance>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text_field::<NewInstance>(&table, "orderLineId", 64, true, NewInstance::order_line_id);
    text_field::<NewInstance>(&table, "businessId", 64, true, NewInstance::business_id);
    refuses_other_types::<NewInstance>(&table, "buyerInfo", &["7", "\"x\"", "[]", "true"]);
    refuses_other_types::<NewInstance>(&table, "orderInfo", &["7", "\"x\"", "{}", "true"]);
}

#[test]
fn new_instance_with_order_info() {
    let order = r#"{"activity":"newInstance","orderInfo":[{"orderId":"CS1"}]"#;
    let table = Table::part(&format!("{order},\"buyerInfo\":{{"), "}}", "buyerInfo.", &[]);
    text_field::<NewInstance>(&table, "customerId", 100, false, |r| r.buyer_info()?.customer_id());
    text_field::<NewInstance>(&table, "customerName", 64, false, |r| r.buyer_info()?.customer_name());
    text_field::<NewInstance>(&table, "userId", 64, false, |r| r.buyer_info()?.user_id());
    text_field::<NewInstance>(&table, "userName", 64, false, |r| r.buyer_info()?.user_name());
    text_field::<NewInstance>(&table, "mobilePhone", 256, false, |r| r.buyer_info()?.mobile_phone());
    text_field::<NewInstance>(&table, "email", 256, false, |r| r.buyer_info()?.email());

    let before = r#"{"activity":"newInstance","orderInfo":[{"#;
    let table = Table::part(before, "}]}", "orderInfo[0].", &[("orderId", "\"CS1\"")]);
    text_field::<NewInstance>(&table, "orderId", 64, true, |r| Some(r.order_info()?.first()?.order_id()));
    text_field::<NewInstance>(&table, "businessId", 64, false, |r| r.order_info()?.first()?.business_id());
    text_field::<NewInstance>(&table, "trialFlag", 2, false, |r| r.order_info()?.first()?.trial_flag());
    text_field::<NewInstance>(&table, "chargingMode", 25, false, |r| {
        r.order_info()?.first()?.charging_mode()
    });
    text_field::<NewInstance>(&table, "periodType", 10, false, |r| r.order_info()?.first()?.period_type());
    other_field::<NewInstance>(&table, "createTime", &TIMES, &NO_TIMES, false);
    other_field::<NewInstance>(&table, "expireTime", &TIMES, &NO_TIMES, false);
    for number in ["periodNumber", "provisionType"] {
        other_field::<NewInstance>(
            &table,
            number,
            &["1", "\"1\"", "0", "1.0"],
            &["1.5", "\"x\"", "\"\"", "true", "[]", "{}"],
            false,
        );
    }
    other_field::<NewInstance>(
        &table,
        "orderAmount",
        &["12.78", "0", "\"12.7800\"", "99999999.9999"],
        &["100000000", "1.00001", "-1", "\"\"", "\"1e3\"", "true", "[]", "{}"],
        false,
    );
    refuses_other_types::<NewInstance>(&table, "productInfo", &["7", "\"x\"", "{}", "true"]);
    refuses_other_types::<NewInstance>(&table, "extendParams", &["7", "\"x\"", "{}", "true"]);

    let before = r#"{"activity":"newInstance","orderInfo":[{"orderId":"CS1","extendParams":[{"#;
    let table = Table::part(before, "}]}]}", "orderInfo[0].extendParams[0].", &[("name", "\"n\"")]);
    text_field::<NewInstance>(&table, "name", 64, true, |r| {
        Some(r.order_info()?.first()?.extend_params()?.first()?.name())
    });
    text_field::<NewInstance>(&table, "value", 1024, false, |r| {
        r.order_info()?.first()?.extend_params()?.first()?.value()
    });

    let before = r#"{"activity":"newInstance","orderInfo":[{"orderId":"CS1","productInfo":[{"#;
    let table = Table::part(before, "}]}]}", "orderInfo[0].productInfo[0].", &[]);
    text_field::<NewInstance>(&table, "skuCode", 64, false, |r| {
        r.order_info()?.first()?.product_info()?.first()?.sku_code()
    });
}

#[test]
fn query_instance() {
    let table = Table::call("queryInstance", &[INSTANCE]);
    activity::<QueryInstance>(&table);
    test_flag::<QueryInstance>(&table);
    let (id, list) = ("x".repeat(64), |count: usize, id: &str| vec![id; count].join(","));
    let good = [&*id, &*list(100, &id), &*list(100, &"🦀".repeat(32)), "a, b ,c", "a"]
        .map(|ids| format!("\"{ids}\""));
    let bad = [
        "",
        ",",
        "a,",
        ",a",
        "a,,b",
        " ",
        &*format!("{id}x"),
        &*list(101, "x"),
        &*format!("a,{}x", "🦀".repeat(32)),
    ]
    .map(|ids| format!("\"{ids}\""));
    let good: Vec<_> = good.iter().map(String::as_str).collect();
    let mut bad: Vec<_> = bad.iter().map(String::as_str).collect();
    bad.extend(["7", "true", "[]", "[\"a\"]", "{}"]);
    other_field::<QueryInstance>(&table, "instanceId", &good, &bad, true);
    let request = decode::<QueryInstance>(&table.body("instanceId", Some(good[1]))).unwrap();
    assert_eq!(request.instance_ids().iter().filter(|one| **one == *id).count(), 100);
}

#[test]
fn refresh_instance() {
    let (scene, time) = (("scene", "\"RENEWAL\""), ("expireTime", TIMES[0]));
    let table = Table::call("refreshInstance", &[scene, ORDER[0], ORDER[1], INSTANCE, time]);
    activity::<RefreshInstance>(&table);
    test_flag::<RefreshInstance>(&table);
    text_field::<RefreshInstance>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text_field::<RefreshInstance>(&table, "orderLineId", 64, true, |request| Some(request.order_line_id()));
    text_field::<RefreshInstance>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text_field::<RefreshInstance>(&table, "productId", 64, false, RefreshInstance::product_id);
    other_field::<RefreshInstance>(&table, "expireTime", &TIMES, &NO_TIMES, true);
    let scenes = [
        "\"TRIAL_TO_FORMAL\"",
        "\"RENEWAL\"",
        "\"UNSUBSCRIBE_RENEWAL_PERIOD\"",
        "\"RENEWAL_CHANGE\"",
        "\"\\u0052ENEWAL\"",
    ];
    let others =
        ["\"\"", "\"renewal\"", "\"RENEWAL \"", "\"RENEWALS\"", "7", "true", "[]", "{}", "[\"RENEWAL\"]"];
    other_field::<RefreshInstance>(&table, "scene", &scenes, &others, true);
    let request = decode::<RefreshInstance>(&table.body("", None)).unwrap();
    assert_eq!((request.scene(), request.expire_time().unix_millis()), (Scene::Renewal, 1_669_257_378_000));
}

#[test]
fn update_instance_status() {
    let table = Table::call("updateInstanceStatus", &[INSTANCE, ("status", "\"UNFREEZE\"")]);
    activity::<UpdateInstanceStatus>(&table);
    test_flag::<UpdateInstanceStatus>(&table);
    text_field::<UpdateInstanceStatus>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    let others = ["\"\"", "\"freeze\"", "\"NORMAL\"", "\"FREEZE \"", "7", "true", "[]", "{}"];
    other_field::<UpdateInstanceStatus>(&table, "status", &["\"FREEZE\"", "\"UNFREEZE\""], &others, true);
    let request = decode::<UpdateInstanceStatus>(&table.body("", None)).unwrap();
    assert_eq!(request.status(), InstanceStatus::Unfreeze);
}

#[test]
fn release_instance() {
    let table = Table::call("releaseInstance", &[INSTANCE]);
    activity::<ReleaseInstance>(&table);
    test_flag::<ReleaseInstance>(&table);
    text_field::<ReleaseInstance>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text_field::<ReleaseInstance>(&table, "orderId", 64, false, ReleaseInstance::order_id);
    text_field::<ReleaseInstance>(&table, "orderLineId", 64, false, ReleaseInstance::order_line_id);
}

#[test]
fn upgrade_instance() {
    let table = Table::call("upgradeInstance", &[INSTANCE, ORDER[0], ORDER[1]]);
    activity::<UpgradeInstance>(&table);
    test_flag::<UpgradeInstance>(&table);
    text_field::<UpgradeInstance>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text_field::<UpgradeInstance>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text_field::<UpgradeInstance>(&table, "orderLineId", 64, true, |request| Some(request.order_line_id()));
}

#[test]
fn order_notify() {
    let table = Table::call("orderNotify", &ORDER);
    activity::<OrderNotify>(&table);
    test_flag::<OrderNotify>(&table);
    text_field::<OrderNotify>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text_field::<OrderNotify>(&table, "orderLineId", 64, true, |request| Some(request.order_line_id()));
}

#[test]
fn change_instance_check() {
    let table = Table::call("changeInstanceCheck", &[INSTANCE, ("productInfo", "{}")]);
    activity::<ChangeInstanceCheck>(&table);
    test_flag::<ChangeInstanceCheck>(&table);
    text_field::<ChangeInstanceCheck>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    let shapes = ["{}", "[]", "[{}]", "\"{}\"", "\"[]\"", "\" [ { } ] \"", r#"{"unknown":{}}"#];
    let others = [
        "\"\"",
        "\"x\"",
        "\"{} x\"",
        "\"7\"",
        "\"null\"",
        "\"[7]\"",
        r#""\"{}\"""#,
        "7",
        "true",
        "[7]",
        "[null]",
        "[[]]",
        "\"{\"",
    ];
    other_field::<ChangeInstanceCheck>(&table, "productInfo", &shapes, &others, true);

    let before = r#"{"activity":"changeInstanceCheck","instanceId":"1","productInfo":"#;
    for (open, close, path) in [("{", "}}", "productInfo."), ("[{", "}]}", "productInfo[0].")] {
        let table = Table::part(&format!("{before}{open}"), close, path, &[]);
        type Check = ChangeInstanceCheck;
        text_field::<Check>(&table, "productId", 64, false, |r| r.product_info().first()?.product_id());
        text_field::<Check>(&table, "skuCode", 64, false, |r| r.product_info().first()?.sku_code());
        text_field::<Check>(&table, "productName", 256, false, |r| r.product_info().first()?.product_name());
        other_field::<Check>(
            &table,
            "linearValue",
            &["20", "\"20\"", "20.0", "-1"],
            &["1.5", "\"x\"", "\"\"", "true", "[]", "{}"],
            false,
        );
    }
}
