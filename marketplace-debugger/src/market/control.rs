//! `/_market/`: what the market can be asked to do over its own port, for shops that are not written in Rust.
//!
//! It listens on the loopback interface alone.

use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::{Api, Fault};
use super::instance::MarketInstance;
use super::order::PlacedOrder;
use super::parameters;
use super::state::Shared;

const PREFIX: &str = "/_market/";

/// Nothing, if it is not for us.
pub(super) fn answer(shared: &Shared, head: &Parts, body: &[u8]) -> Option<Answer> {
    let what = head.uri.path().strip_prefix(PREFIX)?;
    let pairs = parameters::of(head.uri.query().unwrap_or_default());
    let done = match (&head.method, what) {
        (&Method::GET, "usage") => Ok(usage(shared)),
        (&Method::POST, "throttle") => {
            let how = parameters::one(&pairs, "how");
            match how {
                Ok(None | Some("market")) => plan(shared, &pairs, Fault::THROTTLED_406),
                Ok(Some("gateway")) => plan(shared, &pairs, Fault::THROTTLED_429),
                _ => Err("`how` is market or gateway".to_owned()),
            }
        }
        (&Method::POST, "fail") => parameters::one(&pairs, "how").and_then(|how| {
            let fault = how.map_or(Ok(Fault::INTERNAL_500), str::parse);
            plan(shared, &pairs, fault.map_err(|error: super::UnknownFault| format!("`how` is {error}"))?)
        }),
        (&Method::POST, "heal") => {
            shared.state().faults.clear();
            Ok(json!({"faults": 0}))
        }
        (&Method::POST, "order") => place(shared, body),
        (&Method::POST, "instance") => parameters::one(&pairs, "id").and_then(|id| {
            let id = id.filter(|id| !id.is_empty()).ok_or("`id` is missing")?;
            shared.state().instances.insert(id.to_owned(), MarketInstance::on_demand(id));
            Ok(json!({ "instanceId": id }))
        }),
        _ => {
            let why = "GET usage; POST throttle, fail, heal, order and instance are known";
            return Some(Answer::not_ours(StatusCode::NOT_FOUND, why));
        }
    };
    Some(match done {
        Ok(done) => Answer::ours(&done),
        Err(why) => Answer::not_ours(StatusCode::BAD_REQUEST, &why),
    })
}

fn plan(shared: &Shared, pairs: &[(String, String)], fault: Fault) -> Result<Value, String> {
    let next = parameters::one(pairs, "next")?.unwrap_or("1");
    let next: usize = next.parse().map_err(|_| "`next` is a number".to_owned())?;
    let of = parameters::one(pairs, "of")?;
    let api = of.map(|of| {
        let names = Api::ALL.map(Api::name).join(", ");
        Api::from_name(of).ok_or_else(|| format!("`of` is one of {names}"))
    });
    shared.state().faults.plan(next, fault, api.transpose()?);
    Ok(json!({ "next": next, "how": fault.to_string() }))
}

fn place(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let text = str::from_utf8(body).map_err(|_| "the body is no UTF-8".to_owned())?;
    let order = PlacedOrder::from_json(text).map_err(|error| format!("the body is {error}"))?;
    let placed = json!({ "orderId": order.order_id(), "orderLineId": order.order_line_id() });
    let rendered = order.rendered(shared.second());
    shared.state().orders.insert(order.order_id().to_owned(), rendered);
    Ok(placed)
}

fn usage(shared: &Shared) -> Value {
    let (records, billed) = {
        let state = shared.state();
        (state.taken.records(), state.taken.billed())
    };
    let records: Vec<_> = records
        .iter()
        .map(|record| {
            json!({
                "metering_sn": record.metering_sn,
                "instance_id": record.instance_id,
                "product_id": record.product_id,
                "record_time": record.record_time,
                "begin_time": record.begin,
                "end_time": record.end,
                "usage_value": record.value.to_string(),
                "relate_pkg_instance": record.package,
                "arrivals": record.arrivals,
            })
        })
        .collect();
    let billed: serde_json::Map<_, _> = billed
        .into_iter()
        .map(|(instance, billed)| {
            let amount = billed.ten_thousandths;
            let amount = format!("{}.{:04}", amount / 10_000, amount % 10_000);
            (instance, json!({ "records": billed.records, "usage_value": amount }))
        })
        .collect();
    json!({ "billed": billed, "records": records })
}
