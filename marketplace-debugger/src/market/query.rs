//! Order query: `topic_0070649116`, `zh-cn_topic_0070649350` (2024-04-26).

use http::request::Parts;
use marketplace_core::UtcTime;
use marketplace_core::open_api::MockOrder;
use serde_json::Value;

use super::answer::Told;
use super::code::MarketCode;
use super::parameters;
use super::settings::MarketSettings;
use super::state::State;

/// The table's limit of both ids, in UTF-16 code units.
const LONGEST_ID: usize = 64;

pub(super) fn order(state: &State, settings: &MarketSettings, head: &Parts, now: UtcTime) -> Told {
    match find(state, settings, head, now) {
        Ok(order) => Told::new(MarketCode::Success).with("orderInfo", order),
        Err(told) => told,
    }
}

fn find(state: &State, settings: &MarketSettings, head: &Parts, now: UtcTime) -> Result<Value, Told> {
    let wrong = |why: String| Told::about(MarketCode::Parameter, why);
    let pairs = parameters::of(head.uri.query().unwrap_or_default());
    if let Some((name, _)) = pairs.iter().find(|(name, _)| name != "orderId" && name != "orderLineId") {
        return Err(wrong(format!("`{name}` is superfluous")));
    }
    let id = parameters::one(&pairs, "orderId").map_err(wrong)?;
    let id = id.filter(|id| !id.is_empty()).ok_or_else(|| wrong("`orderId` is missing".to_owned()))?;
    let line = parameters::one(&pairs, "orderLineId").map_err(wrong)?.filter(|line| !line.is_empty());
    for (name, value) in [("orderId", Some(id)), ("orderLineId", line)] {
        if value.is_some_and(|value| value.encode_utf16().count() > LONGEST_ID) {
            return Err(Told::about(MarketCode::Value, format!("`{name}` is longer than {LONGEST_ID}")));
        }
    }
    let mock = MockOrder::of(id).filter(|mock| mock.is_known_on(settings.site));
    let known = state.orders.get(id).cloned();
    let known = known.or_else(|| serde_json::from_str(&mock?.json(now)).ok());
    match (known, settings.has_any_order) {
        (Some(order), _) => of_line(order, line)
            .ok_or_else(|| Told::about(MarketCode::IllegalOperation, "there is no such order line")),
        (None, true) => {
            let made = MockOrder::PeriodYearNew.stand_in(id, line, now);
            let made = made.and_then(|made| serde_json::from_str(made.info().json()).ok());
            made.ok_or_else(|| Told::new(MarketCode::Internal))
        }
        (None, false) => Err(Told::about(MarketCode::IllegalOperation, "there is no such order")),
    }
}

/// The order with this line alone.
fn of_line(mut order: Value, line: Option<&str>) -> Option<Value> {
    let Some(line) = line else { return Some(order) };
    let lines = order.get_mut("orderLine")?.as_array_mut()?;
    lines.retain(|known| known.get("orderLineId").and_then(Value::as_str) == Some(line));
    (!lines.is_empty()).then_some(order)
}
