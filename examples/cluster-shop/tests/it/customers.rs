//! What customers do, and how KooGallery repeats its calls: signed anew, to any machine, until there is an answer that counts.

use std::time::Duration;

use rehearsal::{Answer, KooGallery, Order};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// As long as anything may take before it is surely wrong.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long KooGallery waits before a repeat.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

pub(crate) const UNTIL: &str = "20371231235959";

pub(crate) fn query(instance: &str) -> Value {
    json!({"activity": "queryInstance", "instanceId": instance})
}

/// Each renewal is an order of its own.
pub(crate) fn renewal(order: &Order, instance: &str) -> Value {
    json!({
        "activity": "refreshInstance",
        "scene": "RENEWAL",
        "orderId": format!("{}-renewed", order.id),
        "orderLineId": order.line,
        "instanceId": instance,
        "expireTime": UNTIL,
    })
}

/// An order whose tenant takes so many seconds to set up.
pub(crate) fn slow_order(market: &KooGallery, seconds: u64) -> Order {
    let Order { id, .. } = market.order();
    let id = format!("slow-{seconds}-{id}");
    Order { line: format!("{id}-1"), id }
}

pub(crate) fn business_id(call: &Value) -> &str {
    call["businessId"].as_str().unwrap()
}

/// Buys once.
pub(crate) async fn buy(market: &KooGallery, order: &Order) -> String {
    market.call("000000", &market.new_instance(order)).await.unwrap().instance_id().unwrap()
}

/// Buys again and again, each time at the machine that `next` says, until the instance is there. All that is promised on the
/// way has to be the same id; so has what was promised before.
pub(crate) async fn buy_until_done(
    mut next: impl FnMut() -> KooGallery,
    order: &Order,
    promised: Option<String>,
) -> String {
    let mut promised = promised;
    let begin = Instant::now();
    loop {
        let market = next();
        let answer = market.ask(&market.new_instance(order)).await;
        if let Ok(answer) = &answer
            && matches!(answer.code(), "000000" | "000004")
        {
            let instance = answer.instance_id().unwrap();
            assert_eq!(promised.as_ref().unwrap_or(&instance), &instance, "order {}", order.id);
            if answer.code() == "000000" {
                return instance;
            }
            promised = Some(instance);
        }
        assert!(begin.elapsed() < PATIENCE, "order {} is still answered {answer:?}", order.id);
        sleep(PAUSE).await;
    }
}

/// Calls again and again, each time at the machine that `next` says, until it is done.
pub(crate) async fn call_until_done(mut next: impl FnMut() -> KooGallery, call: &Value) -> Answer {
    let begin = Instant::now();
    loop {
        match next().ask(call).await {
            Ok(answer) if answer.code() == "000000" => return answer,
            other => assert!(begin.elapsed() < PATIENCE, "{call} is still answered {other:?}"),
        }
        sleep(PAUSE).await;
    }
}
