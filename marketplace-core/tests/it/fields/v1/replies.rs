//! The answers.

use marketplace_core::handler::{Context, Request, Sealer, argument};
use marketplace_core::reply::{Outcome, ReplyOf};
use marketplace_core::seal::KeySize;
use marketplace_core::signature::v1;
use marketplace_core::v1::{
    AppInfo, ExpireInstance, ExpireLicense, GetLicense, GetLicenseReply, InstanceInfo, InstanceStatus,
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, RefreshInstance, RefreshLicense,
    ReleaseInstance, ReleaseLicense, Upgrade, UsageInfo,
};
use marketplace_core::{AccessKey, Fault, FieldTooLong, InstanceId, KeyRing, Mode, Provisioning, ResultCode};

const KEY: &str = "11111111-2222-3333-4444-555555555555";

fn context(size: KeySize) -> Context {
    let key = AccessKey::new(KEY).unwrap();
    let query = v1::sign(&key, &[("activity", "queryInstance"), ("timeStamp", "20230327065233980")]);
    let verified = v1::SignedQuery::parse(&query).unwrap().verify(&KeyRing::from(key)).unwrap();
    Context::new(verified, Mode::Live).with_sealing(size, |bytes| {
        bytes.fill(1);
        Ok(())
    })
}

fn sealer(size: KeySize) -> Sealer {
    argument().take(&context(size), &QueryInstance::from_query("instanceId=1").unwrap()).unwrap()
}

fn answer<A: Request, R: ReplyOf<A>>(reply: R) -> String {
    let answer = Outcome::<A>::into_answer(Ok::<R, Fault>(reply), &context(KeySize::Aes256));
    String::from_utf8(answer.body().to_vec()).unwrap()
}

fn created(app_info: AppInfo) -> Result<String, FieldTooLong> {
    Ok(answer::<NewInstance, _>(NewInstanceReply::new("1")?.with_app_info(app_info)?))
}

fn queried(info: InstanceInfo) -> Result<String, FieldTooLong> {
    Ok(answer::<QueryInstance, _>(QueryInstanceReply::new(vec![info])?))
}

/// A field of an answer: at its limit it is written, one unit above it is refused by its name.
fn field(name: &'static str, limit: usize, with: impl Fn(String) -> Result<String, FieldTooLong>) {
    for letter in ["x", "é", "实", "🦀"] {
        let fits = letter.repeat(limit / letter.encode_utf16().count());
        let written = with(fits.clone()).unwrap_or_else(|error| panic!("{error}"));
        assert!(written.is_ascii());
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        let member = format!("\"{name}\":{}", serde_json::Value::from(fits));
        assert!(read.to_string().contains(&member), "{name}: {read}");
    }
    let error = with("x".repeat(limit + 1)).unwrap_err();
    assert_eq!(error, FieldTooLong { field: name, limit, length: limit + 1 });
}

#[test]
fn replies_hold_their_limits() {
    field("instanceId", 64, |value| NewInstanceReply::new(value).map(answer::<NewInstance, _>));
    field("resultMsg", 255, |value| {
        NewInstanceReply::new("1")?.with_result_msg(value).map(answer::<NewInstance, _>)
    });
    field("frontEndUrl", 512, |value| created(AppInfo::new(value)?));
    field("adminUrl", 512, |value| created(AppInfo::new("u")?.with_admin_url(value)?));
    field("memo", 1024, |value| created(AppInfo::new("u")?.with_memo(value)?));

    field("instanceId", 64, |value| queried(InstanceInfo::new(value)?));
    field("resultMsg", 255, |value| {
        let reply = QueryInstanceReply::new(vec![InstanceInfo::new("1")?])?;
        reply.with_result_msg(value).map(answer::<QueryInstance, _>)
    });
    let used = |usage| queried(InstanceInfo::new("1")?.with_usage_info(vec![usage])?);
    let usage = UsageInfo::new(
        "1.5".parse::<marketplace_core::Amount>().unwrap(),
        "20230327065233980".parse::<marketplace_core::MarketTime>().unwrap(),
    )
    .unwrap();
    field("relatedInstanceId", 64, |value| used(usage.clone().with_related_instance_id(value)?));
    field("dashboardUrl", 512, |value| used(usage.clone().with_dashboard_url(value)?));

    let licensed = |reply| answer::<GetLicense, GetLicenseReply>(reply);
    field("instanceId", 64, |value| GetLicenseReply::new("l")?.with_instance_id(value).map(licensed));
    field("license", 65_536, |value| GetLicenseReply::new(value).map(licensed));
    field("resultMsg", 255, |value| GetLicenseReply::new("l")?.with_result_msg(value).map(licensed));
}

#[test]
fn account_and_password_are_sealed_and_79_bytes_at_most() {
    for (size, encrypt_type) in [(KeySize::Aes256, "1"), (KeySize::Aes128, "2")] {
        let sealer = sealer(size);
        let app_info = AppInfo::new("u")
            .and_then(|app| app.with_user_name(sealer.seal(&"x".repeat(79)).unwrap()))
            .and_then(|app| app.with_password(sealer.seal(&"实".repeat(26)).unwrap()))
            .unwrap();
        let read: serde_json::Value = serde_json::from_str(&created(app_info).unwrap()).unwrap();
        assert_eq!(read["encryptType"], encrypt_type);
        for name in ["userName", "password"] {
            assert_eq!(read["appInfo"][name].as_str().unwrap().len(), 124, "{name}");
        }
        assert!(sealer.seal::<128>(&"x".repeat(80)).is_err());
        assert!(sealer.seal::<128>(&"实".repeat(27)).is_err());
    }
}

#[test]
fn one_answer_is_sealed_in_one_way() {
    let app = |size| AppInfo::new("u").unwrap().with_password(sealer(size).seal("first").unwrap()).unwrap();
    let info = |size| InstanceInfo::new("1").unwrap().with_app_info(app(size)).unwrap();
    let reply = QueryInstanceReply::new(vec![info(KeySize::Aes256), info(KeySize::Aes128)]).unwrap();
    let answer = Outcome::<QueryInstance>::into_answer(Ok::<_, Fault>(reply), &context(KeySize::Aes256));
    assert_eq!(answer.code(), ResultCode::INTERNAL_ERROR);
    assert_eq!(answer.body(), r#"{"resultCode":"000005","resultMsg":"internal error"}"#);
}

#[test]
fn what_wants_a_result_only_is_answered_so() {
    let nothing = r#"{"resultCode":"000000","resultMsg":"success."}"#;
    for answer in [
        answer::<RefreshInstance, _>(()),
        answer::<ExpireInstance, _>(()),
        answer::<ReleaseInstance, _>(()),
        answer::<InstanceStatus, _>(()),
        answer::<Upgrade, _>(()),
        answer::<RefreshLicense, _>(()),
        answer::<ExpireLicense, _>(()),
        answer::<ReleaseLicense, _>(()),
    ] {
        assert_eq!(answer, nothing);
    }
}

#[test]
fn what_may_take_its_time_says_which_instance_it_will_be() {
    fn pending<A: Request, R>() -> String
    where
        Provisioning<R>: ReplyOf<A>,
    {
        let context = context(KeySize::Aes256).with_reserved(InstanceId::new("1").unwrap());
        let later: Result<Provisioning<R>, Fault> = Ok(Provisioning::Pending);
        String::from_utf8(Outcome::<A>::into_answer(later, &context).body().to_vec()).unwrap()
    }
    let expected = r#"{"resultCode":"000004","resultMsg":"the request is being processed","instanceId":"1"}"#;
    assert_eq!(pending::<NewInstance, NewInstanceReply>(), expected);
    assert_eq!(pending::<GetLicense, GetLicenseReply>(), expected);
    assert_eq!(pending::<QueryInstance, QueryInstanceReply>(), expected);
}
