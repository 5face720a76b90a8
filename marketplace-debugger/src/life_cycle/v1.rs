//! The life of an instance by guide V1: `saas_topic_0000001` (2025-11-13); the parameters are those of recorded calls.

use super::Says::{OfInstance, OfOrder};
use super::{Purchase, Says, Step, Wants};
use crate::billing::Billing;
use crate::console::Plan;
use crate::fields::{Fields, fields};

const PRODUCT: &str = "00301-666666-0--0";
const SKU: &str = "d0abcd12-0000-0000-0000-000000000000";
/// What a renewal is until.
const UNTIL: &str = "20371231235959";

pub(super) fn steps(plan: &Plan) -> Vec<Step> {
    let buy: super::OfOrder = match plan.billing {
        Billing::Period => |bought| new_instance(bought, Billing::Period),
        Billing::OneTime => |bought| new_instance(bought, Billing::OneTime),
        Billing::OnDemand => |bought| new_instance(bought, Billing::OnDemand),
    };
    let mut steps = vec![
        step("newInstance", "newInstance", OfOrder(buy), Wants::Instance),
        step("newInstance again, with another businessId", "newInstance", OfOrder(buy), Wants::SameInstance),
    ];
    if plan.has("queryInstance") {
        steps.push(step("queryInstance", "queryInstance", OfInstance(query), Wants::Details));
    }
    if plan.has("refreshInstance") {
        let renewals: [(_, super::OfInstance, _); 5] = [
            ("refreshInstance, a renewal", |bought, id| refresh(bought, id, false, false), Wants::Success),
            (
                "refreshInstance, the same renewal again",
                |bought, id| refresh(bought, id, false, false),
                Wants::SuccessAgain,
            ),
            (
                "refreshInstance, with a productId",
                |bought, id| refresh(bought, id, true, false),
                Wants::Success,
            ),
            (
                "refreshInstance, from trial to paid",
                |bought, id| refresh(bought, id, false, true),
                Wants::Success,
            ),
            (
                "refreshInstance, from trial to paid, with a productId",
                |bought, id| refresh(bought, id, true, true),
                Wants::Success,
            ),
        ];
        steps.extend(
            renewals.map(|(name, says, wants)| step(name, "refreshInstance", OfInstance(says), wants)),
        );
    }
    if plan.has("upgrade") {
        steps.push(step("upgrade", "upgrade", OfInstance(upgrade), Wants::Success));
        steps.push(step("upgrade again", "upgrade", OfInstance(upgrade), Wants::SuccessAgain));
    }
    if plan.has("instanceStatus") {
        let changes: [(_, super::OfInstance, _); 4] = [
            ("instanceStatus, FREEZE", |_, id| status(id, "FREEZE"), Wants::Success),
            ("instanceStatus, FREEZE again", |_, id| status(id, "FREEZE"), Wants::SuccessAgain),
            ("instanceStatus, NORMAL", |_, id| status(id, "NORMAL"), Wants::Success),
            ("instanceStatus, NORMAL again", |_, id| status(id, "NORMAL"), Wants::SuccessAgain),
        ];
        steps
            .extend(changes.map(|(name, says, wants)| step(name, "instanceStatus", OfInstance(says), wants)));
    }
    if plan.has("expireInstance") {
        steps.push(step("expireInstance", "expireInstance", OfInstance(end), Wants::Success));
        steps.push(step("expireInstance again", "expireInstance", OfInstance(end), Wants::SuccessAgain));
    }
    steps.push(step("releaseInstance", "releaseInstance", OfInstance(end), Wants::Success));
    steps.push(step("releaseInstance again", "releaseInstance", OfInstance(end), Wants::SuccessAgain));
    steps
}

fn step(name: &'static str, activity: &'static str, fields: Says, wants: Wants) -> Step {
    Step { name, activity, fields, wants }
}

/// With ids that nobody issued, as the console has them.
pub(super) fn debugging(plan: &Plan, purchase: &Purchase) -> Vec<(&'static str, Fields)> {
    let nobodys = plan.nobodys_instance();
    let all = [
        ("newInstance", new_instance(purchase, plan.billing)),
        ("queryInstance", query(purchase, nobodys)),
        ("refreshInstance", refresh(purchase, nobodys, false, false)),
        ("upgrade", upgrade(purchase, nobodys)),
        ("instanceStatus", status(nobodys, "FREEZE")),
        ("expireInstance", end(purchase, nobodys)),
        ("releaseInstance", end(purchase, nobodys)),
    ];
    let flagged = all.into_iter().filter(|(activity, _)| plan.has(activity)).map(|(activity, mut fields)| {
        fields.insert("testFlag".to_owned(), "1".into());
        (activity, fields)
    });
    flagged.collect()
}

fn new_instance(bought: &Purchase, billing: Billing) -> Fields {
    let mut fields = fields! {
        "businessId" => bought.business_id(),
        "customerId" => "688055390f3049f283fe9f1aa90f7ff3",
        "customerName" => "customer",
        "orderId" => bought.order(),
        "productId" => PRODUCT,
        "skuCode" => SKU,
    };
    let more = match billing {
        Billing::Period => fields! {
            "chargingMode" => 1, "expireTime" => UNTIL, "orderAmount" => "100", "periodNumber" => 1, "periodType" => "year",
        },
        Billing::OneTime => fields! { "chargingMode" => 3, "orderAmount" => "100" },
        Billing::OnDemand => fields! { "chargingMode" => 0 },
    };
    fields.extend(more);
    fields
}

fn query(_: &Purchase, instance: &str) -> Fields {
    fields! { "instanceId" => instance }
}

fn refresh(bought: &Purchase, instance: &str, has_product: bool, is_trial_to_formal: bool) -> Fields {
    let mut fields = fields! {
        "expireTime" => UNTIL,
        "instanceId" => instance,
        "orderId" => bought.later_order(&format!("R{}{}", u8::from(has_product), u8::from(is_trial_to_formal))),
        "orderAmount" => "100",
        "periodNumber" => 1,
        "periodType" => "year",
        "productId" => if has_product { PRODUCT } else { "" },
    };
    if is_trial_to_formal {
        fields.insert("trialToFormal".to_owned(), "1".into());
    }
    fields
}

fn upgrade(bought: &Purchase, instance: &str) -> Fields {
    fields! {
        "instanceId" => instance,
        "orderId" => bought.later_order("U"),
        "productId" => PRODUCT,
        "skuCode" => SKU,
    }
}

fn status(instance: &str, status: &str) -> Fields {
    fields! { "instanceId" => instance, "instanceStatus" => status }
}

/// An expiry or a release: of the original order.
fn end(bought: &Purchase, instance: &str) -> Fields {
    fields! { "instanceId" => instance, "orderId" => bought.order() }
}
