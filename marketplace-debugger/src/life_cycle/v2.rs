//! The life of an instance by guide V2: `topic_0070649086`, `zh-cn_topic_0070649414` (2025-12-16).

use serde_json::json;

use super::Says::{OfInstance, OfOrder};
use super::{Purchase, Step, Wants};
use crate::billing::Billing;
use crate::console::Plan;
use crate::fields::{Fields, fields};

/// What a renewal is until.
const UNTIL: &str = "20371231235959";

pub(super) fn steps(plan: &Plan) -> Vec<Step> {
    let mut steps = vec![
        step("newInstance", "newInstance", OfOrder(new_instance), Wants::Instance),
        step(
            "newInstance again, with another businessId",
            "newInstance",
            OfOrder(new_instance),
            Wants::SameInstance,
        ),
        step("queryInstance, until it is ready", "queryInstance", OfInstance(query), Wants::Details),
        step(
            "newInstance once more, when it is ready",
            "newInstance",
            OfOrder(new_instance),
            Wants::SameInstance,
        ),
    ];
    if plan.has("refreshInstance") {
        let renewals: [(_, super::OfInstance, _); 5] = [
            (
                "refreshInstance, from trial to paid",
                |bought, id| refresh(bought, id, "TRIAL_TO_FORMAL", UNTIL),
                Wants::Success,
            ),
            (
                "refreshInstance, a renewal",
                |bought, id| refresh(bought, id, "RENEWAL", UNTIL),
                Wants::Success,
            ),
            (
                "refreshInstance, the same renewal again",
                |bought, id| refresh(bought, id, "RENEWAL", UNTIL),
                Wants::SuccessAgain,
            ),
            (
                "refreshInstance, until a time of 17 digits",
                |bought, id| refresh(bought, id, "RENEWAL", "20371231235959999"),
                Wants::Success,
            ),
            (
                "refreshInstance, a cancelled renewal",
                |bought, id| refresh(bought, id, "UNSUBSCRIBE_RENEWAL_PERIOD", UNTIL),
                Wants::Success,
            ),
        ];
        let is_renewed = plan.billing == Billing::Period;
        let renewals = renewals.into_iter().filter(|(name, ..)| is_renewed || !name.contains("cancelled"));
        steps.extend(
            renewals.map(|(name, says, wants)| step(name, "refreshInstance", OfInstance(says), wants)),
        );
    }
    if plan.has("updateInstanceStatus") {
        let changes: [(_, super::OfInstance, _); 4] = [
            ("updateInstanceStatus, FREEZE", |_, id| status(id, "FREEZE"), Wants::Success),
            ("updateInstanceStatus, FREEZE again", |_, id| status(id, "FREEZE"), Wants::SuccessAgain),
            ("updateInstanceStatus, UNFREEZE", |_, id| status(id, "UNFREEZE"), Wants::Success),
            ("updateInstanceStatus, UNFREEZE again", |_, id| status(id, "UNFREEZE"), Wants::SuccessAgain),
        ];
        steps.extend(
            changes.map(|(name, says, wants)| step(name, "updateInstanceStatus", OfInstance(says), wants)),
        );
    }
    if plan.has("changeInstanceCheck") {
        steps.push(step("changeInstanceCheck", "changeInstanceCheck", OfInstance(change), Wants::Success));
    }
    if plan.has("upgradeInstance") {
        steps.push(step("upgradeInstance", "upgradeInstance", OfInstance(upgrade), Wants::Success));
        steps.push(step(
            "upgradeInstance again",
            "upgradeInstance",
            OfInstance(upgrade),
            Wants::SuccessAgain,
        ));
    }
    if plan.has("orderNotify") {
        steps.push(step("orderNotify", "orderNotify", OfOrder(notify), Wants::Success));
    }
    steps.extend([
        step("queryInstance, later", "queryInstance", OfInstance(query), Wants::Details),
        step("releaseInstance", "releaseInstance", OfInstance(release), Wants::Success),
        step("releaseInstance again", "releaseInstance", OfInstance(release), Wants::SuccessAgain),
    ]);
    steps
}

fn step(name: &'static str, activity: &'static str, fields: super::Says, wants: Wants) -> Step {
    Step { name, activity, fields, wants }
}

/// With ids that nobody issued, as the console has them.
pub(super) fn debugging(plan: &Plan, purchase: &Purchase) -> Vec<(&'static str, Fields)> {
    let nobodys = plan.nobodys_instance();
    let all = [
        ("newInstance", new_instance(purchase)),
        ("queryInstance", query(purchase, nobodys)),
        ("refreshInstance", refresh(purchase, nobodys, "RENEWAL", UNTIL)),
        ("updateInstanceStatus", status(nobodys, "FREEZE")),
        ("changeInstanceCheck", change(purchase, nobodys)),
        ("upgradeInstance", upgrade(purchase, nobodys)),
        ("orderNotify", notify(purchase)),
        ("releaseInstance", release(purchase, nobodys)),
    ];
    let flagged = all.into_iter().filter(|(activity, _)| plan.has(activity)).map(|(activity, mut fields)| {
        fields.insert("testFlag".to_owned(), "1".into());
        (activity, fields)
    });
    flagged.collect()
}

fn new_instance(bought: &Purchase) -> Fields {
    fields! {
        "businessId" => bought.business_id(),
        "orderId" => bought.order(),
        "orderLineId" => bought.line(),
    }
}

fn query(_: &Purchase, instance: &str) -> Fields {
    fields! { "instanceId" => instance }
}

fn refresh(bought: &Purchase, instance: &str, scene: &str, until: &str) -> Fields {
    // A repeat has the same order; other renewals have other ones.
    let order = bought.later_order(&format!("R{}{}", scene.len(), until.len()));
    fields! {
        "expireTime" => until,
        "instanceId" => instance,
        "orderLineId" => format!("{order}-000001"),
        "orderId" => order,
        "scene" => scene,
    }
}

fn status(instance: &str, status: &str) -> Fields {
    fields! { "instanceId" => instance, "status" => status }
}

fn change(_: &Purchase, instance: &str) -> Fields {
    let product =
        json!({"linearValue": 20, "productId": "00301-666666-0--0", "skuCode": "00301-666666-0--0-sku-01"});
    fields! { "instanceId" => instance, "productInfo" => product }
}

fn upgrade(bought: &Purchase, instance: &str) -> Fields {
    let order = bought.later_order("U");
    fields! { "instanceId" => instance, "orderLineId" => format!("{order}-000001"), "orderId" => order }
}

fn notify(bought: &Purchase) -> Fields {
    fields! { "orderId" => bought.order(), "orderLineId" => bought.line(), "testFlag" => "0" }
}

fn release(_: &Purchase, instance: &str) -> Fields {
    fields! { "instanceId" => instance }
}
