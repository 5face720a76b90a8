//! The kit, in both generations: companies, applications, users, departments.

use rehearsal::Report;
use serde_json::{Value, json};

use super::client_secret;
use super::market::{Generation, INVALID, Market, SUCCESS, UNKNOWN};
use super::v1::buy;
use super::v2::put;

pub(super) async fn play(market: &Market, report: &mut Report) {
    for generation in Generation::BOTH {
        one(market, generation, report).await;
    }
}

async fn one(market: &Market, generation: Generation, report: &mut Report) {
    let kit = generation.name();
    let outcome = buy(market, &market.purchase(&market.number())).await;
    let Some(bought) = report.check(format_args!("{kit}: an instance is bought"), outcome) else { return };
    let instance = &bought.instance;
    for (name, call) in calls(generation, instance) {
        let make = |call: Value| async move { market.sync(generation, SUCCESS, name, &call).await };
        for again in ["", ", again"] {
            report.check(format_args!("{kit} {name}{again}"), make(call.clone()).await);
        }
        let with = |member: &str, value: Value| {
            let mut call = call.clone();
            put(&mut call, member, value);
            call
        };
        let nobody = with("instanceId", json!("nobody-issued-this"));
        let outcome = market.sync(generation, UNKNOWN, name, &nobody).await;
        report.check(format_args!("{kit} {name} about an unknown instance is 000003"), outcome);
        let outcome = make(with("instanceId", json!(""))).await;
        report.check(format_args!("{kit} {name}, no order yet"), outcome);
        let outcome = make(with("unheardOf", json!("a b=c"))).await;
        report.check(format_args!("{kit} {name}, a member that nobody knows"), outcome);
        for (what, member, value) in [
            ("without a tenant", "tenantId", json!("")),
            ("with a too long tenant", "tenantId", json!("x".repeat(65))),
            ("with a too long instance", "instanceId", json!("x".repeat(65))),
        ] {
            let outcome = market.sync(generation, INVALID, name, &with(member, value)).await;
            report.check(format_args!("{kit} {name} {what}: refused"), outcome);
        }
        if call.get("flag").is_some() {
            let outcome = market.sync(generation, INVALID, name, &with("flag", json!(9))).await;
            report.check(format_args!("{kit} {name}, flag 9: refused"), outcome);
            let outcome = make(with("flag", json!("1"))).await;
            report.check(format_args!("{kit} {name}, flag as text"), outcome);
        }
    }
    report.check(format_args!("{kit}: it is all written down"), written(market, instance));
    report.check(
        format_args!("{kit}: an older change does not undo a newer one"),
        older(market, generation, instance).await,
    );
    report.check(
        format_args!("{kit}: allOrgSync replaces all departments"),
        replaced(market, generation, instance).await,
    );
    let outcome = many(market, generation, instance).await;
    report.check(format_args!("{kit}: 500 users in one call"), outcome);
    for (name, call) in calls(generation, instance) {
        if call.get("flag").is_none() {
            continue;
        }
        for (again, instance) in
            [("", instance.as_str()), (", again", instance), (" of what never was", "nobody")]
        {
            let mut call = call.clone();
            put(&mut call, "flag", json!(0));
            put(&mut call, "instanceId", json!(instance));
            let outcome = market.sync(generation, SUCCESS, name, &call).await;
            report.check(format_args!("{kit} {name}, delete{again}"), outcome);
        }
    }
    report.check(format_args!("{kit}: what was deleted is gone"), gone(market, instance));
}

/// The call of each path, which adds something.
pub(super) fn calls(generation: Generation, instance: &str) -> Vec<(&'static str, Value)> {
    let call = |more: Value| {
        let mut call =
            json!({"instanceId": instance, "tenantId": "68cbc86abc2018ab880d92f36422fa0e", "testFlag": 0});
        for (name, value) in more.as_object().into_iter().flatten() {
            put(&mut call, name, value.clone());
        }
        call
    };
    let app = "0bd452b0-58af-4b98-9bda-6bf59da68d57";
    vec![
        (
            "tenantSync",
            call(json!({"orderId": "CS1906666666ABCDE", "tenantCode": "example.com", "name": "华为 + Söhne",
            "domainName": "https://example.tenantaccount.com", "flag": 1})),
        ),
        (
            "applicationSync",
            call(json!({"appId": app, "clientId": "4Pgxbd4EU0Yzrhmp",
            "clientSecret": client_secret::sealed(0), "flag": 1})),
        ),
        ("allOrgSync", call(json!({organisation_name(generation): organisation(generation, &["10", "20"])}))),
        ("singleOrgSync", call(json!({"orgCode": "30", "orgName": "产品部", "parentCode": "10", "flag": 1}))),
        (
            "authSync",
            call(json!({"appId": app, "userList": users(generation, ["zhang", "li"].map(user).into()),
            "currentSyncTime": "20250102000000000", "flag": 1})),
        ),
    ]
}

fn user(name: &str) -> Value {
    json!({"userName": name, "name": "张三", "orgCode": "10", "role": "admin", "enable": "true", "email": "",
        "extension": {"entryDate": "2022-11-9", "employeeType": "1", "workPlace": "Nanjing"}})
}

/// In the first generation, lists are JSON text.
fn users(generation: Generation, users: Vec<Value>) -> Value {
    let list = Value::from(users);
    if generation == Generation::First { json!(list.to_string()) } else { list }
}

fn organisation_name(generation: Generation) -> &'static str {
    if generation == Generation::First { "orgInfo" } else { "orgInfoList" }
}

/// In the first generation, as the vendor's example has it: without quotes around the names.
fn organisation(generation: Generation, codes: &[&str]) -> Value {
    if generation == Generation::First {
        let list: Vec<_> = codes
            .iter()
            .map(|code| format!("{{orgCode:\"{code}\",name:\"部 {code}\",parentCode:\"\"}}"))
            .collect();
        json!(format!("[{}]", list.join(",")))
    } else {
        codes
            .iter()
            .map(|code| json!({"orgCode": code, "orgName": format!("部 {code}"), "parentCode": ""}))
            .collect()
    }
}

fn written(market: &Market, instance: &str) -> Result<(), String> {
    let one = |sql: &str, wanted: &str| market.stored().expect(sql, instance, wanted.to_owned());
    one("SELECT name FROM enterprises WHERE instance_id = ?1", "华为 + Söhne")?;
    one("SELECT client_secret FROM applications WHERE instance_id = ?1", client_secret::SECRET)?;
    one(
        "SELECT group_concat(user_name) FROM (SELECT user_name FROM users WHERE instance_id = ?1 ORDER BY 1)",
        "li,zhang",
    )?;
    // The single one came after them all, and each call was made again.
    one(
        "SELECT group_concat(org_code) FROM (SELECT org_code FROM departments WHERE instance_id = ?1 ORDER BY 1)",
        "10,20,30",
    )
}

fn gone(market: &Market, instance: &str) -> Result<(), String> {
    for table in ["enterprises", "applications"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE instance_id = ?1");
        market.stored().expect(&sql, instance, 0)?;
    }
    market.stored().expect(
        "SELECT count(*) FROM users WHERE instance_id = ?1 AND user_name IN ('zhang', 'li')",
        instance,
        0,
    )
}

async fn older(market: &Market, generation: Generation, instance: &str) -> Result<(), String> {
    let position = "SELECT position FROM users WHERE instance_id = ?1 AND user_name = 'zhang'";
    for (time, told, kept) in [
        ("20250103000000000", "newer", "newer"),
        ("20250102000000000", "older", "newer"),
        ("20250103000000000", "corrected", "corrected"),
    ] {
        let mut one = user("zhang");
        put(&mut one, "position", json!(told));
        let mut call = call_of(generation, instance, "authSync");
        put(&mut call, "userList", users(generation, vec![one]));
        put(&mut call, "currentSyncTime", json!(time));
        put(&mut call, "flag", json!(2));
        market.sync(generation, SUCCESS, "authSync", &call).await?;
        market.stored().expect(position, instance, kept.to_owned())?;
    }
    // So that the deletes that follow are not older.
    let mut call = call_of(generation, instance, "authSync");
    put(&mut call, "userList", users(generation, vec![user("zhang")]));
    put(&mut call, "currentSyncTime", json!("20250103000000000"));
    put(&mut call, "flag", json!(0));
    market.sync(generation, SUCCESS, "authSync", &call).await.map(drop)
}

async fn replaced(market: &Market, generation: Generation, instance: &str) -> Result<(), String> {
    let mut call = call_of(generation, instance, "allOrgSync");
    put(&mut call, organisation_name(generation), organisation(generation, &["7"]));
    market.sync(generation, SUCCESS, "allOrgSync", &call).await?;
    let sql = "SELECT group_concat(org_code) FROM departments WHERE instance_id = ?1";
    market.stored().expect(sql, instance, "7".to_owned())
}

async fn many(market: &Market, generation: Generation, instance: &str) -> Result<(), String> {
    let list = (0..500).map(|number| user(&format!("user{number}"))).collect();
    let mut call = call_of(generation, instance, "authSync");
    put(&mut call, "userList", users(generation, list));
    market.sync(generation, SUCCESS, "authSync", &call).await?;
    let sql = "SELECT count(*) FROM users WHERE instance_id = ?1 AND user_name LIKE 'user%'";
    market.stored().expect(sql, instance, 500)?;
    let list = (0..501).map(|number| user(&format!("user{number}"))).collect();
    put(&mut call, "userList", users(generation, list));
    market.sync(generation, INVALID, "authSync", &call).await.map(drop)
}

fn call_of(generation: Generation, instance: &str, name: &str) -> Value {
    let found = calls(generation, instance).into_iter().find(|(other, _)| *other == name);
    found.map(|(_, call)| call).unwrap_or_default()
}
