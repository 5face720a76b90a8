//! The answers.

use marketplace_core::handler::{Context, Request};
use marketplace_core::reply::{Outcome, ReplyOf};
use marketplace_core::signature::v2::SortStep;
use marketplace_core::v2::{
    AppInfo, ChangeInstanceCheck, InstanceInfo, NewInstance, NewInstanceReply, OrderNotify, QueryInstance,
    QueryInstanceReply, RefreshInstance, ReleaseInstance, UpdateInstanceStatus, UpgradeInstance, UsageInfo,
};
use marketplace_core::{Amount, Fault, FieldTooLong, InstanceId, MarketTime, Mode, Provisioning, ResultCode};

use crate::calls::Call;

pub(super) fn context() -> Context {
    let call = Call::signed("key", "n", "1680508066618", b"{}");
    let verified = call.accepts(&call.query(), &call.body, SortStep::Off);
    Context::new(verified.unwrap(), Mode::Live)
}

/// The answer as it is written.
pub(super) fn answer<A: Request, R: ReplyOf<A>>(reply: R) -> String {
    let answer = Outcome::<A>::into_answer(Ok::<R, Fault>(reply), &context());
    String::from_utf8(answer.body().to_vec()).unwrap()
}

/// A field of an answer: at its limit it is written, one unit above it is refused by its name.
fn reply_field(field: &'static str, limit: usize, with: impl Fn(String) -> Result<String, FieldTooLong>) {
    for letter in ["x", "é", "实", "🦀"] {
        let fits = letter.repeat(limit / letter.encode_utf16().count());
        let units = fits.encode_utf16().count();
        let written = with(fits.clone()).unwrap_or_else(|error| panic!("{error}"));
        assert!(written.is_ascii());
        let value: serde_json::Value = serde_json::from_str(&written).unwrap();
        let found = find(&value, field).unwrap_or_else(|| panic!("no {field} in {written}"));
        assert_eq!(found, &serde_json::Value::from(fits.clone()), "{field}");
        let above = format!("{fits}{}", "x".repeat(limit - units + 1));
        assert_eq!(with(above).unwrap_err(), FieldTooLong { field, limit, length: limit + 1 });
        assert_eq!(with(format!("{fits}🦀🦀")).unwrap_err().length, units + 4);
    }
    assert!(with(String::new()).is_ok());
}

/// The innermost member of this name.
fn find<'v>(value: &'v serde_json::Value, name: &str) -> Option<&'v serde_json::Value> {
    match value {
        serde_json::Value::Object(members) => {
            members.values().find_map(|member| find(member, name)).or_else(|| members.get(name))
        }
        serde_json::Value::Array(members) => members.iter().find_map(|member| find(member, name)),
        _ => None,
    }
}

fn query(info: InstanceInfo) -> Result<String, FieldTooLong> {
    Ok(answer::<QueryInstance, _>(QueryInstanceReply::new(vec![info])?))
}

fn app(app_info: AppInfo) -> Result<String, FieldTooLong> {
    query(InstanceInfo::new("1")?.with_app_info(app_info)?)
}

fn usage() -> UsageInfo {
    let (value, time): (Amount, MarketTime) = ("1.5".parse().unwrap(), "20221124023618".parse().unwrap());
    UsageInfo::new(value, time).unwrap()
}

fn used(usage: UsageInfo) -> Result<String, FieldTooLong> {
    query(InstanceInfo::new("1")?.with_usage_info(vec![usage])?)
}

#[test]
fn replies_hold_their_limits() {
    let created = |reply| answer::<NewInstance, NewInstanceReply>(reply);
    reply_field("instanceId", 64, |value| NewInstanceReply::new(value).map(created));
    reply_field("resultMsg", 255, |value| NewInstanceReply::new("1")?.with_result_msg(value).map(created));
    reply_field("resultMsg", 255, |value| {
        let reply = QueryInstanceReply::new(vec![InstanceInfo::new("1")?])?;
        reply.with_result_msg(value).map(answer::<QueryInstance, _>)
    });
    reply_field("instanceId", 64, |value| query(InstanceInfo::new(value)?));
    reply_field("frontEndUrl", 512, |value| app(AppInfo::new(value)?));
    reply_field("adminUrl", 512, |value| app(AppInfo::new("u")?.with_admin_url(value)?));
    reply_field("userName", 128, |value| app(AppInfo::new("u")?.with_user_name(value)?));
    reply_field("password", 128, |value| app(AppInfo::new("u")?.with_password(value)?));
    reply_field("memo", 1024, |value| app(AppInfo::new("u")?.with_memo(value)?));
    reply_field("relatedInstanceId", 64, |value| used(usage().with_related_instance_id(value)?));
    reply_field("dashboardUrl", 512, |value| used(usage().with_dashboard_url(value)?));
}

/// A message of a failure is cut: it is better short than lost.
#[test]
fn messages_of_faults_are_cut_at_their_limit() {
    for letter in ["x", "é", "实", "🦀"] {
        let fault = Fault::new(ResultCode::SOLD_OUT, letter.repeat(300));
        let units = fault.message().as_str().encode_utf16().count();
        assert!((254..=255).contains(&units), "{units}");
        let answer = Outcome::<NewInstance>::into_answer(Err::<NewInstanceReply, _>(fault), &context());
        let value: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((value["resultCode"].as_str(), answer.code()), (Some("000106"), ResultCode::SOLD_OUT));
        assert_eq!(value["resultMsg"].as_str().unwrap().encode_utf16().count(), units);
    }
}

/// The names of the members, in the order in which they are written.
fn names(written: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let parts: Vec<_> = written.split('"').collect();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && parts[at + 1].starts_with(':') {
            names.push(*part);
        }
    }
    names
}

#[test]
fn answers_have_the_documented_names_and_order() {
    let reserved = InstanceId::new("1").unwrap();
    let created = answer::<NewInstance, _>(NewInstanceReply::new(&reserved).unwrap());
    assert_eq!(created, r#"{"resultCode":"000000","resultMsg":"success.","instanceId":"1"}"#);
    let own = NewInstanceReply::new("1").and_then(|reply| reply.with_result_msg("welcome")).unwrap();
    assert_eq!(
        answer::<NewInstance, _>(own),
        r#"{"resultCode":"000000","resultMsg":"welcome","instanceId":"1"}"#
    );

    // Set in another order than they are written.
    let app_info = AppInfo::new("https://f")
        .and_then(|info| info.with_memo("m"))
        .and_then(|info| info.with_password("p"))
        .and_then(|info| info.with_user_name("u"))
        .and_then(|info| info.with_admin_url("https://a"))
        .unwrap();
    let usage = usage()
        .with_dashboard_url("https://d")
        .and_then(|usage| usage.with_related_instance_id("r"))
        .unwrap();
    let info = InstanceInfo::new("1")
        .and_then(|info| info.with_usage_info(vec![usage.clone(), usage]))
        .and_then(|info| info.with_app_info(app_info))
        .unwrap();
    let usage_names = ["relatedInstanceId", "usageValue", "statisticalTime", "dashboardUrl"];
    let mut expected = vec!["resultCode", "resultMsg", "info", "instanceId", "appInfo"];
    expected.extend(["frontEndUrl", "adminUrl", "userName", "password", "memo", "usageInfo"]);
    expected.extend([usage_names, usage_names].concat());
    assert_eq!(names(&query(info).unwrap()), expected);

    let least = query(InstanceInfo::new("1").unwrap()).unwrap();
    assert_eq!(least, r#"{"resultCode":"000000","resultMsg":"success.","info":[{"instanceId":"1"}]}"#);
    let nothing = r#"{"resultCode":"000000","resultMsg":"success."}"#;
    assert_eq!(answer::<RefreshInstance, _>(()), nothing);
    assert_eq!(answer::<UpdateInstanceStatus, _>(()), nothing);
    assert_eq!(answer::<ReleaseInstance, _>(()), nothing);
    assert_eq!(answer::<UpgradeInstance, _>(()), nothing);
    assert_eq!(answer::<ChangeInstanceCheck, _>(()), nothing);
    assert_eq!(answer::<OrderNotify, _>(()), nothing);

    let later: Result<Provisioning<NewInstanceReply>, Fault> = Ok(Provisioning::Pending);
    let answer = Outcome::<NewInstance>::into_answer(later, &context().with_reserved(reserved));
    assert_eq!(
        answer.body(),
        r#"{"resultCode":"000004","resultMsg":"the request is being processed","instanceId":"1"}"#
    );
    // Success without an instance is none.
    let none = Outcome::<QueryInstance>::into_answer(
        Ok::<_, Fault>(QueryInstanceReply::new(Vec::new()).unwrap()),
        &context(),
    );
    assert_eq!(
        (none.code(), none.fault().map(Fault::code)),
        (ResultCode::INSTANCE_NOT_FOUND, Some(none.code()))
    );
}

#[test]
fn amounts_and_times_are_written_as_the_table_says() {
    for (amount, written) in [
        ("0", "0"),
        ("12", "12"),
        ("12.0", "12"),
        ("12.78", "12.78"),
        ("0.0001", "0.0001"),
        ("99999999.9999", "99999999.9999"),
        ("33333333.3333", "33333333.3333"),
        ("00000001.1", "1.1"),
    ] {
        let amount: Amount = amount.parse().unwrap();
        let usage = UsageInfo::new(amount, MarketTime::from_unix_millis(1_669_257_378_256).unwrap()).unwrap();
        let expected =
            format!(r#""usageInfo":[{{"usageValue":{written},"statisticalTime":"20221124023618256"}}]"#);
        let found = used(usage).unwrap();
        assert!(found.contains(&expected), "{found}");
    }
    // Every amount of ten-thousandths survives the float in between.
    let mut random = crate::random::Random::seeded(0xa307);
    for _ in 0..20_000 {
        let amount =
            Amount::from_ten_thousandths((random.number() % 1_000_000_000_000) >> random.below(39)).unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), amount.to_string());
    }
}
