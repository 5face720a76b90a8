//! The requests.

use marketplace_core::v1::{
    ChargingMode, ExpireInstance, ExpireLicense, GetLicense, InstanceStatus, NewInstance, PeriodType,
    QueryInstance, RefreshInstance, RefreshLicense, ReleaseInstance, ReleaseLicense, Status, Upgrade,
};
use marketplace_core::{MarketTime, OrderAmount};

use super::query::{Table, activity, missing, other, text};

const ORDER: (&str, &str) = ("orderId", "CS1906666666ABCDE");
const INSTANCE: (&str, &str) = ("instanceId", "huaiweitest123456");
const PRODUCT: (&str, &str) = ("productId", "00301-666666-0--0");
const CUSTOMER: (&str, &str) = ("customerId", "c");
const BUSINESS: (&str, &str) = ("businessId", "b");
const EXPIRY: (&str, &str) = ("expireTime", "20180725000000");

const NO_TIMES: &[&str] = &[
    "0",
    "2018072500000",
    "201807250000000",
    "2018072500000000",
    "20180725000000000000",
    "201807250000000000000",
    "20180732000000",
    "2018-07-25 00:",
    "２０１８０７２５",
];
const NO_DIGITS: &[&str] = &["-1", "+1", "1.0", "1e1", " 1", "x", "１"];
const NO_AMOUNTS: &[&str] =
    &["-", "1.", ".5", "+1", "1e3", "1,5", "1.0001", "NaN", "999999999999999999999", "-99999999999999999999"];

fn time(text: &str) -> MarketTime {
    text.parse().unwrap()
}

fn amount(text: &str) -> Option<OrderAmount> {
    Some(text.parse().unwrap())
}

/// Read with the rules of [`NO_DIGITS`] and this limit.
fn digits<R: marketplace_core::handler::Request>(
    table: &Table,
    name: &str,
    most: usize,
    see: impl Fn(&R) -> Option<i64>,
) {
    let (nines, above) = ("9".repeat(most), "1".repeat(most + 1));
    let good = [("", None), ("0", Some(0)), ("07", Some(7)), (&*nines, nines.parse().ok())];
    other(table, name, &good, &[NO_DIGITS, &[&above]].concat(), &see);
    let error = table.read::<R>(name, Some(&above)).map(drop).unwrap_err();
    assert_eq!(error, format!("`{name}`: {} digits, the limit is {most}", most + 1));
}

fn period_type<R: marketplace_core::handler::Request>(
    table: &Table,
    see: impl Fn(&R) -> Option<PeriodType<'_>>,
) {
    text::<R>(table, "periodType", 10, false, |request| see(request).map(PeriodType::as_str));
    for (word, read) in [
        ("year", PeriodType::Year),
        ("month", PeriodType::Month),
        ("day", PeriodType::Day),
        ("week", PeriodType::Other("week")),
    ] {
        let request = table.read::<R>("periodType", Some(word)).unwrap();
        assert_eq!(see(&request), Some(read));
    }
}

fn charging_mode<R: marketplace_core::handler::Request>(
    table: &Table,
    see: impl Fn(&R) -> Option<ChargingMode>,
) {
    let good = [
        ("", None),
        ("0", Some(ChargingMode::OnDemand)),
        ("1", Some(ChargingMode::Period)),
        ("3", Some(ChargingMode::OneTime)),
        ("5", Some(ChargingMode::Package)),
        ("2", Some(ChargingMode::Other(2))),
        ("12345678901", Some(ChargingMode::Other(12_345_678_901))),
    ];
    other(table, "chargingMode", &good, &["PERIOD", "1.0", "99999999999999999999"], see);
}

fn order_amount<R: marketplace_core::handler::Request>(
    table: &Table,
    see: impl Fn(&R) -> Option<OrderAmount>,
) {
    let good = [
        ("", None),
        ("0", amount("0")),
        ("100", amount("100.000")),
        ("-12.345", amount("-12.345")),
        ("1234567890123456.125", amount("1234567890123456.125")),
    ];
    other(table, "orderAmount", &good, NO_AMOUNTS, see);
}

fn optional_expiry<R: marketplace_core::handler::Request>(
    table: &Table,
    see: impl Fn(&R) -> Option<MarketTime>,
) {
    let good = [
        ("", None),
        ("20180725000000", Some(time("20180725000000000"))),
        ("20180725000000123", Some(time("20180725000000123"))),
    ];
    other(table, "expireTime", &good, NO_TIMES, see);
}

fn expiry<R: marketplace_core::handler::Request>(table: &Table, see: impl Fn(&R) -> MarketTime) {
    let good = [("20180725000000", time("20180725000000")), ("20180725000000123", time("20180725000000123"))];
    other(table, "expireTime", &good, &[NO_TIMES, &[""]].concat(), see);
}

#[test]
fn new_instance() {
    type New = NewInstance;
    let table = Table("newInstance", &[CUSTOMER, BUSINESS, ORDER, PRODUCT]);
    activity::<New>(&table);
    text::<New>(&table, "customerId", 100, true, |request| Some(request.customer_id()));
    text::<New>(&table, "customerName", 64, false, New::customer_name);
    text::<New>(&table, "userId", 64, false, New::user_id);
    text::<New>(&table, "userName", 64, false, New::user_name);
    text::<New>(&table, "mobilePhone", 256, false, |request| Some(request.mobile_phone()?.as_sent()));
    text::<New>(&table, "email", 256, false, |request| Some(request.email()?.as_sent()));
    text::<New>(&table, "businessId", 64, true, |request| Some(request.business_id()));
    text::<New>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text::<New>(&table, "skuCode", 64, false, New::sku_code);
    text::<New>(&table, "productId", 64, true, |request| Some(request.product_id()));
    let flags = [("", false), ("0", false), ("1", true), ("2", false), ("是是", false)];
    other(&table, "trialFlag", &flags, &["100", "🦀🦀"], New::is_trial);
    optional_expiry(&table, New::expire_time);
    charging_mode(&table, New::charging_mode);
    text::<New>(&table, "saasExtendParams", 2048, false, |request| {
        Some(request.saas_extend_params()?.as_sent())
    });
    digits(&table, "amount", 7, New::amount);
    digits(&table, "diskSize", 7, New::disk_size);
    digits(&table, "bandWidth", 7, New::band_width);
    period_type::<New>(&table, New::period_type);
    digits(&table, "periodNumber", 2, New::period_number);
    order_amount(&table, New::order_amount);
    let numbers = [("", None), ("1", Some(1)), ("-1", Some(-1))];
    other(&table, "provisionType", &numbers, &["x", "1.0", "99999999999999999999"], New::provision_type);
}

#[test]
fn refresh_instance() {
    type Refresh = RefreshInstance;
    let table = Table("refreshInstance", &[ORDER, INSTANCE, EXPIRY]);
    activity::<Refresh>(&table);
    text::<Refresh>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text::<Refresh>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<Refresh>(&table, "productId", 64, false, Refresh::product_id);
    expiry(&table, Refresh::expire_time);
    let flags = [("", false), ("0", false), ("1", true)];
    other(&table, "trialToFormal", &flags, &["100"], Refresh::is_trial_to_formal);
    period_type::<Refresh>(&table, Refresh::period_type);
    digits(&table, "periodNumber", 2, Refresh::period_number);
    order_amount(&table, Refresh::order_amount);
}

#[test]
fn expire_and_release_instance() {
    let table = Table("expireInstance", &[INSTANCE]);
    activity::<ExpireInstance>(&table);
    text::<ExpireInstance>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<ExpireInstance>(&table, "orderId", 64, false, ExpireInstance::order_id);

    let table = Table("releaseInstance", &[INSTANCE]);
    activity::<ReleaseInstance>(&table);
    text::<ReleaseInstance>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<ReleaseInstance>(&table, "orderId", 64, false, ReleaseInstance::order_id);
    order_amount(&table, ReleaseInstance::order_amount);
}

#[test]
fn upgrade() {
    let table = Table("upgrade", &[INSTANCE, ORDER, ("skuCode", "s"), PRODUCT]);
    activity::<Upgrade>(&table);
    text::<Upgrade>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<Upgrade>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text::<Upgrade>(&table, "skuCode", 64, true, |request| Some(request.sku_code()));
    text::<Upgrade>(&table, "productId", 64, true, |request| Some(request.product_id()));
    digits(&table, "amount", 7, Upgrade::amount);
    digits(&table, "diskSize", 7, Upgrade::disk_size);
    digits(&table, "bandWidth", 7, Upgrade::band_width);
    text::<Upgrade>(&table, "saasExtendParams", 2048, false, |request| {
        Some(request.saas_extend_params()?.as_sent())
    });
}

#[test]
fn instance_status() {
    let table = Table("instanceStatus", &[INSTANCE, ("instanceStatus", "NORMAL")]);
    activity::<InstanceStatus>(&table);
    text::<InstanceStatus>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    let words = [("FREEZE", Status::Freeze), ("NORMAL", Status::Normal)];
    let others = ["", "UNFREEZE", "freeze", "NORMALS", "canary"];
    other(&table, "instanceStatus", &words, &others, InstanceStatus::status);
}

#[test]
fn query_instance() {
    let table = Table("queryInstance", &[INSTANCE]);
    activity::<QueryInstance>(&table);
    let id = "x".repeat(64);
    for (ids, count) in [
        (id.clone(), 1),
        (vec![&*id; 100].join(","), 100),
        (vec!["🦀".repeat(32); 30].join(","), 30),
        ("a, b ,c".to_owned(), 3),
    ] {
        let request = table.read::<QueryInstance>("instanceId", Some(&ids)).unwrap();
        assert_eq!(request.instance_ids().iter().count(), count);
    }
    for (ids, rule) in [
        (String::new(), "is empty"),
        (format!("{id}x"), "id 1: 65 UTF-16 units, the limit is 64"),
        (vec!["x"; 101].join(","), "more than 100 ids"),
        ("a,,b".to_owned(), "id 2 is empty"),
    ] {
        let error = table.read::<QueryInstance>("instanceId", Some(&ids)).map(drop).unwrap_err();
        assert_eq!(error, format!("`instanceId`: {rule}"));
    }
}

#[test]
fn get_license() {
    let table = Table("getLicense", &[CUSTOMER, BUSINESS, ORDER, PRODUCT]);
    activity::<GetLicense>(&table);
    text::<GetLicense>(&table, "customerId", 100, true, |request| Some(request.customer_id()));
    text::<GetLicense>(&table, "customerName", 64, false, GetLicense::customer_name);
    text::<GetLicense>(&table, "userId", 64, false, GetLicense::user_id);
    text::<GetLicense>(&table, "userName", 64, false, GetLicense::user_name);
    text::<GetLicense>(&table, "businessId", 64, true, |request| Some(request.business_id()));
    text::<GetLicense>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text::<GetLicense>(&table, "skuCode", 64, false, GetLicense::sku_code);
    text::<GetLicense>(&table, "productId", 64, true, |request| Some(request.product_id()));
    optional_expiry(&table, GetLicense::expire_time);
    charging_mode(&table, GetLicense::charging_mode);
    period_type::<GetLicense>(&table, GetLicense::period_type);
    digits(&table, "periodNumber", 2, GetLicense::period_number);
    digits(&table, "amount", 7, GetLicense::amount);
    other(&table, "provisionType", &[("", None), ("1", Some(1))], &["x"], GetLicense::provision_type);
    text::<GetLicense>(&table, "saasExtendParams", 2048, false, |request| {
        Some(request.saas_extend_params()?.as_sent())
    });
}

#[test]
fn refresh_expire_and_release_license() {
    let table = Table("refreshLicense", &[ORDER, INSTANCE, EXPIRY]);
    activity::<RefreshLicense>(&table);
    text::<RefreshLicense>(&table, "orderId", 64, true, |request| Some(request.order_id()));
    text::<RefreshLicense>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<RefreshLicense>(&table, "productId", 64, false, RefreshLicense::product_id);
    expiry(&table, RefreshLicense::expire_time);
    period_type::<RefreshLicense>(&table, RefreshLicense::period_type);
    digits(&table, "periodNumber", 2, RefreshLicense::period_number);

    let table = Table("expireLicense", &[INSTANCE]);
    activity::<ExpireLicense>(&table);
    text::<ExpireLicense>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<ExpireLicense>(&table, "orderId", 64, false, ExpireLicense::order_id);

    let table = Table("releaseLicense", &[INSTANCE]);
    activity::<ReleaseLicense>(&table);
    text::<ReleaseLicense>(&table, "instanceId", 64, true, |request| Some(request.instance_id()));
    text::<ReleaseLicense>(&table, "orderId", 64, false, ReleaseLicense::order_id);
}

/// What is missing is named as it is on the wire, the first one in the order of the table.
#[test]
fn the_first_that_is_missing_is_named() {
    for (given, first) in [
        ("", "customerId"),
        ("customerId=c", "businessId"),
        ("customerId=c&businessId=b", "orderId"),
        ("customerId=c&businessId=b&orderId=o", "productId"),
    ] {
        assert_eq!(super::query::decode::<NewInstance>(given).map(drop), Err(missing(first)));
    }
}
