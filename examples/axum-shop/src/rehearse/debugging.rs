//! Debugging calls: the console replays saved cases twice a day, with ids that nobody ever issued. They have to
//! succeed, and must not create anything.

use rehearsal::{KooGallery, Report};
use serde_json::{Value, json};

use super::life_cycle::query;

pub(super) async fn play(market: &KooGallery, report: &mut Report) {
    for (spelled, flag) in [("text", json!("1")), ("number", json!(1))] {
        let order = market.order();
        for call in super::unknown::calls("case-of-the-console", &order).into_iter().chain([
            market.new_instance(&order),
            json!({"activity": "orderNotify", "orderId": order.id, "orderLineId": order.line}),
        ]) {
            let activity = call.get("activity").and_then(Value::as_str).unwrap_or_default().to_owned();
            let outcome = debug(market, &activity, call, &flag).await;
            report.check(format_args!("debugging call of {activity}, testFlag as {spelled}"), outcome);
        }
    }
    report.check("a debugging call of newInstance created nothing", created_nothing(market).await);
}

async fn debug(market: &KooGallery, activity: &str, mut call: Value, flag: &Value) -> Result<(), String> {
    if let Some(members) = call.as_object_mut() {
        members.insert("testFlag".to_owned(), flag.clone());
    }
    let answer = market.call("000000", &call).await?;
    match activity {
        "newInstance" => answer.instance_id().map(drop),
        "queryInstance" => {
            answer.text("/info/0/instanceId")?;
            answer.text("/info/0/appInfo/frontEndUrl").map(drop)
        }
        _ => Ok(()),
    }
}

async fn created_nothing(market: &KooGallery) -> Result<(), String> {
    let order = market.order();
    let mut call = market.new_instance(&order);
    if let Some(members) = call.as_object_mut() {
        members.insert("testFlag".to_owned(), json!("1"));
    }
    let stand_in = market.call("000000", &call).await?.instance_id()?;
    if stand_in != market.call("000000", &call).await?.instance_id()? {
        return Err("repeated, it names another instance".to_owned());
    }
    market.call("000003", &query(&stand_in)).await?;
    // The same order line, live, is a purchase like any other.
    let instance = market.call("000000", &market.new_instance(&order)).await?.instance_id()?;
    market.call("000000", &query(&instance)).await?;
    if instance == stand_in { Err("live, it names the same instance".to_owned()) } else { Ok(()) }
}
