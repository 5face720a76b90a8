//! The requests of both kits.

use marketplace_core::handler::{Request, StandIn, Subject};
use marketplace_core::kit_v1::{
    self, ApplicationSync, AuthSync, Change, EmployeeType, Role, SingleOrgSync, TenantSync, UserChange,
};
use marketplace_core::reply::ReplyOf;
use marketplace_core::{MarketTime, kit_v2};

use super::replies::answer;
use super::requests::{NO_TIMES, TIMES};
use super::table::{Table, other_field, test_flag, text_field};

const TENANT: (&str, &str) = ("tenantId", "\"68cbc86abc2018ab880d92f36422fa0e\"");
const APP: (&str, &str) = ("appId", "\"0bd452b0-58af-4b98-9bda-6bf59da68d57\"");
const FLAG: (&str, &str) = ("flag", "1");
const TIME: (&str, &str) = ("timeStamp", "\"20220413093539534\"");
const SYNC_TIME: (&str, &str) = ("currentSyncTime", "\"20220420114117642\"");
const FLAGS: [&str; 6] = ["0", "1", "2", "\"0\"", "\"1\"", "\"\\u0032\""];
/// Of users only.
const FLAG_3: [&str; 2] = ["3", "\"3\""];
const NO_FLAGS: [&str; 15] = [
    "4", "-1", "1.0", "1.5", "10", "\"4\"", "\"\"", "\"01\"", "\" 1\"", "\"1 \"", "\"１\"", "\"add\"",
    "true", "[1]", "{}",
];

/// What every request of the kits has, in the form in which both generations send it.
fn kit<R: Request>(table: &Table, tenant: fn(&R) -> Option<&str>, instance: fn(&R) -> Option<&str>)
where
    (): ReplyOf<R>,
{
    test_flag::<R>(table);
    text_field::<R>(table, "tenantId", 64, true, tenant);
    text_field::<R>(table, "instanceId", 64, false, instance);
    other_field::<R>(table, "timeStamp", &TIMES, &NO_TIMES, true);
    assert!(table.decode::<R>(&table.body("", None)).is_ok());
    assert!(table.decode::<R>(&table.body("activity", Some("\"another\""))).is_ok());
    assert_eq!(answer::<R, ()>(()), r#"{"resultCode":"000000","resultMsg":"success."}"#);
}

#[test]
fn tenant_sync() {
    let table = Table::kit(&[
        TENANT,
        ("tenantCode", "\"huawei\""),
        ("name", "\"huaweitenantname\""),
        ("domainName", "\"example.tenantaccount.com\""),
        FLAG,
        TIME,
    ]);
    kit::<TenantSync>(&table, |request| Some(request.tenant_id()), TenantSync::instance_id);
    text_field::<TenantSync>(&table, "orderId", 64, false, TenantSync::order_id);
    text_field::<TenantSync>(&table, "tenantCode", 64, true, |request| Some(request.tenant_code()));
    text_field::<TenantSync>(&table, "name", 255, true, |request| Some(request.name()));
    text_field::<TenantSync>(&table, "domainName", 255, true, |request| Some(request.domain_name()));
    other_field::<TenantSync>(&table, "flag", &FLAGS, &NO_FLAGS, true);
    other_field::<TenantSync>(&table, "flag", &FLAGS, &FLAG_3, true);
    let flag = |value| table.decode::<TenantSync>(&table.body("flag", Some(value))).unwrap().flag();
    assert_eq!(["0", "\"1\"", "2"].map(flag), [Change::Delete, Change::Add, Change::Modify]);
}

#[test]
fn application_sync() {
    let table =
        Table::kit(&[TENANT, APP, ("clientId", "\"client\""), ("clientSecret", "\"c2VhbGVk\""), FLAG, TIME]);
    kit::<ApplicationSync>(&table, |request| Some(request.tenant_id()), ApplicationSync::instance_id);
    text_field::<ApplicationSync>(&table, "appId", 64, true, |request| Some(request.app_id()));
    text_field::<ApplicationSync>(&table, "clientId", 64, true, |request| Some(request.client_id()));
    text_field::<ApplicationSync>(&table, "clientSecret", 2048, true, |request| {
        Some(request.client_secret().as_sent())
    });
    other_field::<ApplicationSync>(&table, "flag", &FLAGS, &NO_FLAGS, true);
    other_field::<ApplicationSync>(&table, "flag", &FLAGS, &FLAG_3, true);
}

#[test]
fn auth_sync() {
    let table = Table::kit(&[TENANT, APP, ("userList", "\"[]\""), SYNC_TIME, FLAG, TIME]);
    kit::<AuthSync>(&table, |request| Some(request.tenant_id()), AuthSync::instance_id);
    text_field::<AuthSync>(&table, "appId", 64, true, |request| Some(request.app_id()));
    other_field::<AuthSync>(&table, "currentSyncTime", &TIMES, &NO_TIMES, true);
    other_field::<AuthSync>(&table, "flag", &FLAGS, &NO_FLAGS, true);
    let flag = |value| table.decode::<AuthSync>(&table.body("flag", Some(value))).unwrap().flag();
    assert_eq!(FLAG_3.map(flag), [UserChange::CancelAuthorisation; 2]);
    assert_eq!(["0", "\"1\"", "2"].map(flag), [UserChange::Delete, UserChange::Add, UserChange::Modify]);
    let others = [
        "\"\"",
        "\"x\"",
        "\"[] x\"",
        "\"7\"",
        "\"null\"",
        r#""\"[]\"""#,
        "7",
        "true",
        "[7]",
        "[[]]",
        "[null]",
    ];
    other_field::<AuthSync>(&table, "userList", &["[]", "\"[]\"", "\" [ ] \""], &others, true);
}

const USER: [(&str, &str); 5] = [
    ("userName", "\"zhangsan01\""),
    ("name", "\"张三\""),
    ("orgCode", "\"123456789\""),
    ("role", "\"admin\""),
    ("enable", "\"true\""),
];

const AUTH_SYNC: &str = r#"{"tenantId":"1","appId":"2","currentSyncTime":"20220420114117642","flag":1,"timeStamp":"20220420114117642","userList":"#;

/// The user in each of the shapes that a list can have.
fn user_tables() -> [Table; 3] {
    [
        Table::part(&format!("{AUTH_SYNC}[{{"), "}]}", "userList[0].", &USER).in_path(),
        Table::part(&format!("{AUTH_SYNC}{{"), "}}", "userList.", &USER).in_path(),
        Table::part(AUTH_SYNC, "}", "userList[0].", &USER).in_path().in_text(),
    ]
}

#[test]
fn users() {
    for table in user_tables() {
        text_field::<AuthSync>(&table, "userName", 64, true, |r| Some(r.user_list().first()?.user_name()));
        text_field::<AuthSync>(&table, "name", 64, true, |r| Some(r.user_list().first()?.name()));
        text_field::<AuthSync>(&table, "orgCode", 64, true, |r| Some(r.user_list().first()?.org_code()));
        text_field::<AuthSync>(&table, "position", 64, false, |r| r.user_list().first()?.position());
        text_field::<AuthSync>(&table, "employeeCode", 64, false, |r| r.user_list().first()?.employee_code());
        text_field::<AuthSync>(&table, "mobile", 32, false, |r| r.user_list().first()?.mobile());
        text_field::<AuthSync>(&table, "email", 128, false, |r| r.user_list().first()?.email());
        text_field::<AuthSync>(&table, "workPlace", 255, false, |r| r.user_list().first()?.work_place());
        text_field::<AuthSync>(&table, "entryDate", 32, false, |r| r.user_list().first()?.entry_date());
        let others = ["\"\"", "\"Admin\"", "\"admin \"", "\"root\"", "7", "true", "[]", "{}"];
        other_field::<AuthSync>(&table, "role", &["\"user\"", "\"admin\"", "\"\\u0075ser\""], &others, true);
        let words = ["true", "false", "\"true\"", "\"false\"", "\"\\u0074rue\""];
        let others = ["\"\"", "\"TRUE\"", "\"1\"", "\"true \"", "1", "0", "[]", "{}"];
        other_field::<AuthSync>(&table, "enable", &words, &others, true);
        let types = ["1", "2", "3", "4", "\"1\"", "\"4\"", "\"\""];
        let others =
            ["0", "5", "-1", "1.0", "\"0\"", "\"5\"", "\"01\"", "\" \"", "\"intern\"", "true", "[]", "{}"];
        other_field::<AuthSync>(&table, "employeeType", &types, &others, false);
        let see = |name, value| table.decode::<AuthSync>(&table.body(name, Some(value))).unwrap();
        let request = see("employeeType", "\"3\"");
        assert_eq!(request.user_list().first().unwrap().employee_type(), Some(EmployeeType::Dispatched));
        assert_eq!(see("employeeType", "\"\"").user_list().first().unwrap().employee_type(), None);
        assert_eq!(see("role", "\"user\"").user_list().first().unwrap().role(), Role::User);
        assert!(!see("enable", "\"false\"").user_list().first().unwrap().is_enabled());
    }
}

#[test]
fn extensions_of_users() {
    let members: Vec<_> = USER.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let before = format!("{AUTH_SYNC}[{{{},\"extension\":{{", members.join(","));
    let table = Table::part(&before, "}}]}", "userList[0].extension.", &[]).in_path();
    text_field::<AuthSync>(&table, "workPlace", 255, false, |r| r.user_list().first()?.work_place());
    text_field::<AuthSync>(&table, "entryDate", 32, false, |r| r.user_list().first()?.entry_date());
    let types = ["1", "\"4\"", "\"\""];
    other_field::<AuthSync>(&table, "employeeType", &types, &["0", "5", "\"05\"", "true", "[]", "{}"], false);
}

#[test]
fn single_org_sync() {
    let table = Table::kit(&[TENANT, ("orgCode", "\"10000\""), ("orgName", "\"开发部\""), FLAG, TIME]);
    kit::<SingleOrgSync>(&table, |request| Some(request.tenant_id()), SingleOrgSync::instance_id);
    text_field::<SingleOrgSync>(&table, "orgCode", 64, true, |request| Some(request.org_code()));
    text_field::<SingleOrgSync>(&table, "orgName", 128, true, |request| Some(request.org_name()));
    text_field::<SingleOrgSync>(&table, "parentCode", 64, false, SingleOrgSync::parent_code);
    other_field::<SingleOrgSync>(&table, "flag", &FLAGS, &NO_FLAGS, true);
    other_field::<SingleOrgSync>(&table, "flag", &FLAGS, &FLAG_3, true);
}

const LISTS: [&str; 4] = ["[]", "\"[]\"", "\" [ ] \"", "\"[ ]\""];
const NO_LISTS: [&str; 9] = ["\"\"", "\"x\"", "\"{\"", "\"[7]\"", "{}", "7", "true", "[7]", "[null]"];

#[test]
fn all_org_sync_of_the_first_generation() {
    type All = kit_v1::AllOrgSync;
    let table = Table::kit(&[TENANT, ("orgInfo", "\"[]\""), TIME]);
    kit::<All>(&table, |request| Some(request.tenant_id()), All::instance_id);
    other_field::<All>(&table, "orgInfo", &LISTS, &NO_LISTS, true);

    let before = r#"{"tenantId":"1","timeStamp":"20220420114117642","orgInfo":"#;
    let (code, name) = (("orgCode", "\"1\""), ("orgName", "\"n\""));
    for table in [
        Table::part(&format!("{before}[{{"), "}]}", "orgInfo[0].", &[code, name]).in_path(),
        Table::part(&format!("{before}{{"), "}}", "orgInfo.", &[code, name]).in_path(),
        Table::part(before, "}", "orgInfo[0].", &[code, name]).in_path().in_text(),
    ] {
        text_field::<All>(&table, "orgCode", 64, true, |r| Some(r.org_info().first()?.org_code()));
        text_field::<All>(&table, "orgName", 128, true, |r| Some(r.org_info().first()?.org_name()));
        text_field::<All>(&table, "parentCode", 64, false, |r| r.org_info().first()?.parent_code());
    }
    // V1 calls a department's name `name` here.
    let table = Table::part(&format!("{before}[{{"), "}]}", "orgInfo[0].", &[code]).in_path();
    let read = |units| table.decode::<All>(&table.body("name", Some(&format!("\"{}\"", "x".repeat(units)))));
    assert_eq!(read(128).unwrap().org_info().first().unwrap().org_name().len(), 128);
    assert!(read(129).unwrap_err().starts_with("`orgInfo[0].orgName`: 129 UTF-16 units"));
}

#[test]
fn all_org_sync_of_the_second_generation() {
    type All = kit_v2::AllOrgSync;
    let table = Table::kit(&[TENANT, ("orgInfoList", "[]"), TIME]);
    kit::<All>(&table, |request| Some(request.tenant_id()), All::instance_id);
    other_field::<All>(&table, "orgInfoList", &LISTS, &NO_LISTS, true);

    let before = r#"{"tenantId":"1","timeStamp":"20220420114117642","orgInfoList":"#;
    let mandatory = [("orgCode", "\"1\""), ("orgName", "\"n\"")];
    for table in [
        Table::part(&format!("{before}[{{"), "}]}", "orgInfoList[0].", &mandatory).in_path(),
        Table::part(&format!("{before}{{"), "}}", "orgInfoList.", &mandatory).in_path(),
        Table::part(before, "}", "orgInfoList[0].", &mandatory).in_path().in_text(),
    ] {
        text_field::<All>(&table, "orgCode", 64, true, |r| Some(r.org_info_list().first()?.org_code()));
        text_field::<All>(&table, "orgName", 128, true, |r| Some(r.org_info_list().first()?.org_name()));
        text_field::<All>(&table, "parentCode", 64, false, |r| r.org_info_list().first()?.parent_code());
    }
}

/// Names without quotes are read wherever a list is text, and mean the same.
#[test]
fn names_without_quotes_change_nothing() {
    let list = r#"[{"userName":"a\"b,c:{d:","name":"\\","orgCode":"实:","role":"user","enable":true,"extension":{"workPlace":"{x:1}"}}]"#;
    let bare = ["userName", "name", "orgCode", "role", "enable", "extension", "workPlace"]
        .iter()
        .fold(list.to_owned(), |list, name| list.replace(&format!("\"{name}\":"), &format!("{name} :")));
    assert_ne!(list, bare);
    let seen = |list: &str| {
        let body = format!("{AUTH_SYNC}{}}}", serde_json::to_string(list).unwrap());
        let request = AuthSync::from_json(body).unwrap();
        format!("{:?}", request.user_list())
    };
    assert_eq!(seen(list), seen(&bare));
    // Not where the list is JSON of the call itself: what is not JSON was not signed by the vendor.
    assert!(AuthSync::from_json(format!("{AUTH_SYNC}{bare}}}")).is_err());
}

#[test]
fn times_are_those_of_beijing() {
    let table = Table::kit(&[TENANT, ("orgCode", "\"1\""), ("orgName", "\"n\""), FLAG, TIME]);
    let moment = |text: &str| {
        let body = table.body("timeStamp", Some(&format!("\"{text}\"")));
        table.decode::<SingleOrgSync>(&body).unwrap().time_stamp()
    };
    let utc = |text: &str| text.parse::<MarketTime>().unwrap();
    assert_eq!(moment("20220413093539534"), utc("20220413013539534"));
    assert_eq!(moment("20220101000000"), utc("20211231160000"));
}

#[test]
fn a_debugging_call_succeeds_without_the_seller() {
    let table = Table::kit(&[TENANT, ("orgCode", "\"1\""), ("orgName", "\"n\""), FLAG, TIME]);
    let request = table.decode::<SingleOrgSync>(&table.body("testFlag", Some("1"))).unwrap();
    assert!(matches!(request.subject(), Subject::Other));
    let answer = request.stand_in(&StandIn::default());
    assert_eq!(answer.body(), r#"{"resultCode":"000000","resultMsg":"success."}"#);
}
