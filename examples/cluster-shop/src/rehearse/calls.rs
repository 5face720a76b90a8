//! The calls of a rehearsal, and how KooGallery repeats them.

use std::time::Duration;

use rehearsal::{Answer, KooGallery, Order};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// As long as it may take until a repeated call succeeds, before something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it waits before a repeat.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) fn query(instance: &str) -> Value {
    json!({"activity": "queryInstance", "instanceId": instance})
}

pub(super) fn renewal(order: &Order, instance: &str) -> Value {
    json!({
        "activity": "refreshInstance",
        "scene": "RENEWAL",
        "orderId": order.id,
        "orderLineId": order.line,
        "instanceId": instance,
        "expireTime": "20371231235959",
    })
}

pub(super) fn status(instance: &str, status: &str) -> Value {
    json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": status})
}

pub(super) fn release(instance: &str) -> Value {
    json!({"activity": "releaseInstance", "instanceId": instance})
}

/// An order whose tenant takes so many seconds to set up.
pub(super) fn slow_order(market: &KooGallery, seconds: u64) -> Order {
    let Order { id, .. } = market.order();
    let id = format!("slow-{seconds}-{id}");
    Order { line: format!("{id}-1"), id }
}

/// Buys once.
pub(super) async fn buy(market: &KooGallery, order: &Order) -> Result<String, String> {
    market.call("000000", &market.new_instance(order)).await?.instance_id()
}

/// Asks as KooGallery does, again and again, until there is another answer than `000004`.
pub(super) async fn finish(market: &KooGallery, instance: &str) -> Result<Answer, String> {
    let begin = Instant::now();
    loop {
        match market.ask(&query(instance)).await? {
            answer if answer.code() != "000004" => return answer.expect("000000"),
            _ if begin.elapsed() > PATIENCE => {
                return Err(format!("still 000004 after {} seconds", PATIENCE.as_secs()));
            }
            _ => sleep(PAUSE).await,
        }
    }
}

/// What came on the way to a success.
#[derive(Default)]
pub(super) struct Repeats {
    /// Calls that the proxy could not deliver, or not to the end: it answers them itself, without a signature.
    pub(super) undelivered: usize,
    /// Calls that were refused as replayed, although they were sent once.
    pub(super) replayed: usize,
}

/// Buys by the proxy, and buys again until the instance is there. All that is promised on the way has to be the same id.
pub(super) async fn buy_until_done(
    market: &KooGallery,
    order: &Order,
    repeats: &mut Repeats,
) -> Result<String, String> {
    let begin = Instant::now();
    let mut promised: Option<String> = None;
    while begin.elapsed() < PATIENCE {
        let body = market.new_instance(order).to_string().into_bytes();
        let query = format!("?{}", market.sign(&body));
        let raw = market.line().exchange("POST", &query, &[], &body).await?;
        if raw.status == 502 {
            repeats.undelivered += 1;
            sleep(PAUSE).await;
            continue;
        }
        let answer = raw.judged(200, market.key())?;
        match answer.code() {
            code @ ("000000" | "000004") => {
                let done = code == "000000";
                let instance = answer.instance_id()?;
                if let Some(promised) = promised.replace(instance.clone())
                    && promised != instance
                {
                    return Err(format!("`{instance}` after `{promised}` was promised"));
                }
                if done {
                    return Ok(instance);
                }
            }
            "000001" => repeats.replayed += 1,
            "000005" => {}
            other => return Err(format!("answered {other}")),
        }
        sleep(PAUSE).await;
    }
    Err(format!("not made within {} seconds", PATIENCE.as_secs()))
}
