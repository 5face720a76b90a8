//! One purchase, from the payment to the release.

use rehearsal::{KooGallery, Order, Report};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const EARLY: &str = include_str!("new_instance_early.json");

/// How many calls come at once.
const CROWD: usize = 64;

/// What was bought, and the instance that came of it.
pub(super) struct Bought {
    order: Order,
    instance: String,
}

/// Buys, looks, renews, freezes, upgrades and releases. What is still in use is handed on.
pub(super) async fn play(market: &KooGallery, report: &mut Report) -> Option<Bought> {
    let order = market.order();
    let bought = report.check("newInstance makes an instance", buy(market, &order).await)?;
    report.check(
        "newInstance sent again, with another businessId, names the same instance",
        again(market, &bought).await,
    );
    let crowd = report.check("64 calls at once for one order line name one instance", crowd(market).await);
    report.check(
        "newInstance of another line of the order makes another instance",
        other_line(market, &bought).await,
    );
    report.check("newInstance in the early shape, with buyerInfo and orderInfo", early(market).await);
    report.check("queryInstance shows where the customer works", look(market, &bought.instance).await);
    if let Some(other) = &crowd {
        report.check(
            "queryInstance about two instances shows both",
            look_at_both(market, &bought, other).await,
        );
    }
    for scene in ["TRIAL_TO_FORMAL", "RENEWAL", "UNSUBSCRIBE_RENEWAL_PERIOD", "RENEWAL_CHANGE"] {
        for (digits, time) in [(14, "20371231235959"), (17, "20371231235959999")] {
            let outcome = refresh(market, &bought, scene, time).await;
            report.check(format_args!("refreshInstance, {scene}, until a time of {digits} digits"), outcome);
        }
    }
    report.check("refreshInstance sent again succeeds", refresh_again(market, &bought).await);
    let product =
        json!({"productId": "00301-666666-0--0", "skuCode": "00301-666666-0--0-sku-01", "linearValue": 20});
    for (shape, product) in [
        ("object", product.clone()),
        ("list", json!([product.clone()])),
        ("text of an object", json!(product.to_string())),
        ("text of a list", json!(json!([product]).to_string())),
    ] {
        let call =
            json!({"activity": "changeInstanceCheck", "instanceId": bought.instance, "productInfo": product});
        let outcome = market.call("000000", &call).await;
        report.check(format_args!("changeInstanceCheck, productInfo as {shape}"), outcome);
    }
    report.check("upgradeInstance keeps the instance", upgrade(market, &bought).await);
    for status in ["FREEZE", "FREEZE", "UNFREEZE", "UNFREEZE"] {
        let call =
            json!({"activity": "updateInstanceStatus", "instanceId": bought.instance, "status": status});
        let outcome = market.call("000000", &call).await;
        report.check(format_args!("updateInstanceStatus, {status}"), outcome);
    }
    report.check("orderNotify is taken note of", notify(market, &bought).await);
    if let Some(other) = &crowd {
        report.check("releaseInstance releases", release(market, other).await);
        report.check("releaseInstance sent again succeeds", release(market, other).await);
        report.check("queryInstance about a released instance is 000003", gone(market, other).await);
        report.check("queryInstance shows the other instance still", look(market, &bought.instance).await);
    }
    Some(bought)
}

/// The shop stopped and started again on the same files.
pub(super) async fn play_after_restart(market: &KooGallery, bought: Option<&Bought>, report: &mut Report) {
    let Some(bought) = bought else { return };
    report.check("after a restart, newInstance names the same instance", again(market, bought).await);
    report.check("after a restart, queryInstance shows the instance", look(market, &bought.instance).await);
    report.check("releaseInstance after an unsubscription", unsubscribe(market, bought).await);
    report.check("queryInstance about it is 000003", gone(market, &bought.instance).await);
}

async fn buy(market: &KooGallery, order: &Order) -> Result<Bought, String> {
    let answer = market.call("000000", &market.new_instance(order)).await?;
    Ok(Bought { order: order.clone(), instance: answer.instance_id()? })
}

async fn again(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let instance = buy(market, &bought.order).await?.instance;
    if instance == bought.instance { Ok(()) } else { Err(format!("`{instance}`, not `{}`", bought.instance)) }
}

async fn other_line(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let order = Order { id: bought.order.id.clone(), line: format!("{}-000002", bought.order.id) };
    let other = buy(market, &order).await?.instance;
    if other == bought.instance { Err(format!("`{other}` again")) } else { Ok(()) }
}

async fn crowd(market: &KooGallery) -> Result<String, String> {
    let order = market.order();
    let mut calls = JoinSet::new();
    for _ in 0..CROWD {
        let (market, order) = (market.clone(), order.clone());
        calls.spawn(async move { buy(&market, &order).await });
    }
    let mut instances = Vec::new();
    for outcome in calls.join_all().await {
        instances.push(outcome?.instance);
    }
    instances.sort();
    instances.dedup();
    match (instances.pop(), instances.len()) {
        (Some(instance), 0) => Ok(instance),
        (_, others) => Err(format!("{} different instances", others + 1)),
    }
}

/// The example of the vendor's pages about signatures, which stands in no table.
async fn early(market: &KooGallery) -> Result<(), String> {
    let order = market.order();
    let mut instances = Vec::new();
    for _ in 0..2 {
        let body =
            EARLY.trim_end().replace("ORDER-ID", &order.id).replace("BUSINESS-ID", &market.business_id());
        let answer = market.post("000000", &market.sign(body.as_bytes()), body.as_bytes()).await?;
        instances.push(answer.instance_id()?);
    }
    instances.dedup();
    if instances.len() == 1 { Ok(()) } else { Err(format!("sent again, other instances: {instances:?}")) }
}

async fn look(market: &KooGallery, instance: &str) -> Result<(), String> {
    let answer = market.call("000000", &query(instance)).await?;
    let (shown, url) = (answer.text("/info/0/instanceId")?, answer.text("/info/0/appInfo/frontEndUrl")?);
    if shown != instance || answer.instances() != 1 {
        return Err(format!("asked for `{instance}`, shown `{shown}` and {} in all", answer.instances()));
    }
    if url.starts_with("https://") { Ok(()) } else { Err(format!("`{url}` is no address to work at")) }
}

async fn look_at_both(market: &KooGallery, one: &Bought, other: &str) -> Result<(), String> {
    let answer = market.call("000000", &query(&format!("{},{other}", one.instance))).await?;
    for (at, instance) in [one.instance.as_str(), other].into_iter().enumerate() {
        let shown = answer.text(&format!("/info/{at}/instanceId"))?;
        if shown != instance {
            return Err(format!("entry {at} is `{shown}`, not `{instance}`"));
        }
        answer.text(&format!("/info/{at}/appInfo/frontEndUrl"))?;
    }
    Ok(())
}

async fn refresh(market: &KooGallery, bought: &Bought, scene: &str, time: &str) -> Result<(), String> {
    let order = market.order();
    market.call("000000", &refresh_call(bought, &order, scene, time)).await.map(drop)
}

async fn refresh_again(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let order = market.order();
    for _ in 0..2 {
        market.call("000000", &refresh_call(bought, &order, "RENEWAL", "20381231235959")).await?;
    }
    Ok(())
}

fn refresh_call(bought: &Bought, order: &Order, scene: &str, time: &str) -> Value {
    json!({
        "activity": "refreshInstance",
        "scene": scene,
        "orderId": order.id,
        "orderLineId": order.line,
        "instanceId": bought.instance,
        "expireTime": time,
    })
}

async fn upgrade(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let order = market.order();
    let call = json!({
        "activity": "upgradeInstance",
        "instanceId": bought.instance,
        "orderId": order.id,
        "orderLineId": order.line,
    });
    market.call("000000", &call).await?;
    look(market, &bought.instance).await
}

async fn notify(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let call = json!({
        "activity": "orderNotify",
        "orderId": bought.order.id,
        "orderLineId": bought.order.line,
        "testFlag": "0",
    });
    market.call("000000", &call).await.map(drop)
}

async fn release(market: &KooGallery, instance: &str) -> Result<(), String> {
    market.call("000000", &json!({"activity": "releaseInstance", "instanceId": instance})).await.map(drop)
}

async fn unsubscribe(market: &KooGallery, bought: &Bought) -> Result<(), String> {
    let order = market.order();
    let call = json!({
        "activity": "releaseInstance",
        "instanceId": bought.instance,
        "orderId": order.id,
        "orderLineId": order.line,
    });
    market.call("000000", &call).await.map(drop)
}

async fn gone(market: &KooGallery, instance: &str) -> Result<(), String> {
    market.call("000003", &query(instance)).await.map(drop)
}

/// The question that KooGallery asks whenever a customer looks at a resource.
pub(super) fn query(instances: &str) -> Value {
    json!({"activity": "queryInstance", "instanceId": instances})
}
