//! Calls about instances that the shop never issued.

use rehearsal::{KooGallery, Order, Report};
use serde_json::{Value, json};

pub(super) async fn play(market: &KooGallery, report: &mut Report) {
    for call in calls("nobody-issued-this", &market.order()) {
        let activity = call.get("activity").and_then(Value::as_str).unwrap_or_default();
        let outcome = market.call("000003", &call).await;
        report.check(format_args!("{activity} about an unknown instance is 000003"), outcome);
    }
}

/// One call for each activity that names an instance.
pub(super) fn calls(instance: &str, order: &Order) -> [Value; 6] {
    let (id, line) = (&order.id, &order.line);
    [
        json!({"activity": "queryInstance", "instanceId": instance}),
        json!({"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL", "orderId": id,
            "orderLineId": line, "expireTime": "20371231235959"}),
        json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": "FREEZE"}),
        json!({"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": {"productId": "1"}}),
        json!({"activity": "upgradeInstance", "instanceId": instance, "orderId": id, "orderLineId": line}),
        json!({"activity": "releaseInstance", "instanceId": instance}),
    ]
}
