//! The life of a company in an application, by the joint-operations kits: `zh-cn_topic_0070649109` to `0070649113`, V2
//! `0070649433` to `0070649437`.

use marketplace_core::Guide;
use serde_json::{Value, json};

use super::Says::OfOrder;
use super::{Purchase, Step, Wants};
use crate::console::Plan;
use crate::fields::{Fields, fields};

const APPLICATION: &str = "0bd452b0-58af-4b98-9bda-6bf59da68d57";
/// As V2's list of it or as V1's text.
type Listed = fn(Value) -> Value;

pub(super) fn steps(plan: &Plan) -> Vec<Step> {
    let is_v2 = plan.guide == Guide::KitV2;
    let mut steps = vec![
        step("tenantSync, add", "tenantSync", |bought| tenant(bought, 1), Wants::Success),
        step("tenantSync, add again", "tenantSync", |bought| tenant(bought, 1), Wants::SuccessAgain),
        step("applicationSync, add", "applicationSync", |bought| application(bought, 1), Wants::Success),
        step(
            "applicationSync, add again",
            "applicationSync",
            |bought| application(bought, 1),
            Wants::SuccessAgain,
        ),
    ];
    if is_v2 {
        steps.push(step("tenantSync, modify", "tenantSync", |bought| tenant(bought, 2), Wants::Success));
    }
    if plan.has("allOrgSync") {
        let all: super::OfOrder = if is_v2 { all_orgs_v2 } else { all_orgs_v1 };
        steps.push(step("allOrgSync", "allOrgSync", all, Wants::Success));
        steps.push(step("allOrgSync again", "allOrgSync", all, Wants::SuccessAgain));
    }
    if plan.has("singleOrgSync") {
        steps.push(step("singleOrgSync, add", "singleOrgSync", |bought| org(bought, 1), Wants::Success));
        steps.push(step(
            "singleOrgSync, add again",
            "singleOrgSync",
            |bought| org(bought, 1),
            Wants::SuccessAgain,
        ));
        steps.push(step("singleOrgSync, delete", "singleOrgSync", |bought| org(bought, 0), Wants::Success));
    }
    let users: [(_, super::OfOrder, super::OfOrder, _); 4] = [
        ("authSync, add", |bought| users(bought, 1, text), |bought| users(bought, 1, list), Wants::Success),
        (
            "authSync, add again",
            |bought| users(bought, 1, text),
            |bought| users(bought, 1, list),
            Wants::SuccessAgain,
        ),
        (
            "authSync, modify",
            |bought| users(bought, 2, text),
            |bought| users(bought, 2, list),
            Wants::Success,
        ),
        (
            "authSync, delete",
            |bought| users(bought, 0, text),
            |bought| users(bought, 0, list),
            Wants::Success,
        ),
    ];
    steps.extend(
        users.map(|(name, v1, v2, wants)| step(name, "authSync", if is_v2 { v2 } else { v1 }, wants)),
    );
    steps.extend([
        step("applicationSync, delete", "applicationSync", |bought| application(bought, 0), Wants::Success),
        step("tenantSync, delete", "tenantSync", |bought| tenant(bought, 0), Wants::Success),
        step("tenantSync, delete again", "tenantSync", |bought| tenant(bought, 0), Wants::SuccessAgain),
    ]);
    steps
}

fn step(name: &'static str, activity: &'static str, says: super::OfOrder, wants: Wants) -> Step {
    Step { name, activity, fields: OfOrder(says), wants }
}

/// As the seller's own application for credentials: there is no order and no instance yet.
pub(super) fn debugging(plan: &Plan) -> Vec<(&'static str, Fields)> {
    let nobody = Purchase::new("D", 0);
    let is_v2 = plan.guide == Guide::KitV2;
    let all = [
        ("tenantSync", tenant(&nobody, 1)),
        ("applicationSync", application(&nobody, 1)),
        ("allOrgSync", if is_v2 { all_orgs_v2(&nobody) } else { all_orgs_v1(&nobody) }),
        ("singleOrgSync", org(&nobody, 1)),
        ("authSync", users(&nobody, 1, if is_v2 { list } else { text })),
    ];
    let flagged = all.into_iter().filter(|(activity, _)| plan.has(activity)).map(|(activity, mut fields)| {
        fields.insert("testFlag".to_owned(), 1.into());
        for name in ["instanceId", "orderId"] {
            if let Some(value) = fields.get_mut(name) {
                *value = "".into();
            }
        }
        (activity, fields)
    });
    flagged.collect()
}

fn of_tenant(bought: &Purchase) -> Fields {
    fields! {
        "instanceId" => format!("{}-i", bought.order()),
        "tenantId" => format!("{}-t", bought.order()),
        "testFlag" => 0,
        // The signer puts the time here.
        "timeStamp" => "",
    }
}

fn with(mut fields: Fields, more: Fields) -> Fields {
    fields.extend(more);
    fields
}

fn tenant(bought: &Purchase, flag: u8) -> Fields {
    with(
        of_tenant(bought),
        fields! {
            "domainName" => "https://example.tenantaccount.com",
            "flag" => flag,
            "name" => "huaweitenantname",
            "orderId" => bought.order(),
            "tenantCode" => "huawei",
        },
    )
}

fn application(bought: &Purchase, flag: u8) -> Fields {
    // No secret at all, but as long as one that is sealed with 3072 bits.
    let secret = "c2VjcmV0".repeat(64);
    with(
        of_tenant(bought),
        fields! { "appId" => APPLICATION, "clientId" => "client", "clientSecret" => secret, "flag" => flag },
    )
}

fn users(bought: &Purchase, flag: u8, listed: Listed) -> Fields {
    let users = json!([
        {"enable": "true", "name": "\u{5f20}\u{4e09}", "orgCode": "00000001", "role": "admin", "userName": "zhangsan01"},
        {"email": "", "employeeCode": "", "enable": "true", "mobile": "", "name": "\u{674e}\u{56db}", "orgCode": "00000002",
         "role": "user", "userName": "lisi02"},
    ]);
    with(
        of_tenant(bought),
        fields! {
            "appId" => APPLICATION,
            "currentSyncTime" => "20220420114117642",
            "flag" => flag,
            "userList" => listed(users),
        },
    )
}

fn org(bought: &Purchase, flag: u8) -> Fields {
    with(
        of_tenant(bought),
        fields! { "flag" => flag, "orgCode" => "00000003", "orgName" => "\u{5f00}\u{53d1}\u{90e8}", "parentCode" => "00000001" },
    )
}

fn all_orgs_v1(bought: &Purchase) -> Fields {
    with(of_tenant(bought), fields! { "orgInfo" => text(orgs("name")) })
}

fn all_orgs_v2(bought: &Purchase) -> Fields {
    with(of_tenant(bought), fields! { "orgInfoList" => list(orgs("orgName")) })
}

/// A parent may come after its child.
fn orgs(name: &str) -> Value {
    json!([
        {name: "\u{6d4b}\u{8bd5}\u{90e8}", "orgCode": "00000002", "parentCode": "00000001"},
        {name: "\u{4ea7}\u{54c1}\u{90e8}", "orgCode": "00000001", "parentCode": ""},
    ])
}

fn text(value: Value) -> Value {
    value.to_string().into()
}

fn list(value: Value) -> Value {
    value
}
