//! Typed calls through the layer and the endpoint.

mod activities;
mod bad_calls;
mod changes;
mod debugging;
mod guides;
mod late;
mod ledgers;
mod machines;
mod orders;
mod purchases;
#[cfg(feature = "sqlite")]
mod resume;
mod shop;

use std::sync::Arc;

use http::StatusCode;
use marketplace_tower::{Endpoint, Layer, Ledger, Marketplace};
use serde_json::Value;

use self::shop::{Shop, Till};
use crate::support::signing::Call;
use crate::support::{Answered, KEY, layer, send};

type Service = Marketplace<Endpoint<Shop>>;

/// A shop behind the layer, and what it does.
fn open() -> (Service, Arc<Till>) {
    open_with(|shop| Endpoint::new(shop, Ledger::memory()))
}

fn open_with(endpoint: impl FnOnce(Shop) -> Endpoint<Shop>) -> (Service, Arc<Till>) {
    let till = Arc::<Till>::default();
    (layer().layer(endpoint(Shop(Arc::clone(&till)))), till)
}

/// Sends a correctly signed call.
async fn ask(service: &Service, body: &str) -> Answered {
    let answered = send(service, Call::new(body.to_owned()).request()).await.unwrap();
    assert!(answered.is_signed_by(KEY));
    assert_eq!(answered.status, StatusCode::OK);
    answered
}

/// The code, and the instance id if there is one.
async fn ask_briefly(service: &Service, body: &str) -> (String, Option<String>) {
    brief(&ask(service, body).await)
}

fn brief(answered: &Answered) -> (String, Option<String>) {
    let json: Value = serde_json::from_slice(&answered.body).unwrap();
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    (text("resultCode").unwrap(), text("instanceId"))
}

fn code(code: &str) -> (String, Option<String>) {
    (code.to_owned(), None)
}

fn code_with(code: &str, id: &str) -> (String, Option<String>) {
    (code.to_owned(), Some(id.to_owned()))
}

/// A purchase of this order, as the call with this business id.
fn purchase(order: &str, business_id: &str) -> String {
    format!(
        r#"{{"activity":"newInstance","businessId":"{business_id}","orderId":"{order}","orderLineId":"{order}-1"}}"#
    )
}

fn query(id: &str) -> String {
    format!(r#"{{"activity":"queryInstance","instanceId":"{id}"}}"#)
}
