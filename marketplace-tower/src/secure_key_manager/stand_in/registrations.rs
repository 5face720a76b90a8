//! Registering clients.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::identity::{Ipv4Range, MacAddress};
use super::Inner;
use super::body::{number, text};
use super::clock::{self, Time};
use super::refusal::{Message, Refusal};
use super::route::Asked;
use super::state::{Registration, State, Store, deletion};

const DAY: Duration = Duration::from_secs(86_400);

/// `auths/…`
pub(super) fn answer(inner: &Inner, state: &mut State, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let now = inner.clock.now();
    let tenant = state.tenants.get_mut(asked.app_key).ok_or(Message::InvalidAppkey)?;
    let store = tenant.store_named(text(asked.body, "keyStoreName")?)?;
    let [_, kind, rest @ ..] = asked.path else { return Err(Message::UrlNotFound.into()) };
    let name_of_value = if *kind == "certificates" { "name" } else { "value" };
    let value = text(asked.body, name_of_value)?;
    if rest.is_empty() {
        let description = text(asked.body, "description")?;
        let registration = match *kind {
            "certificates" => {
                let days = number(asked.body, "lifeTime")?;
                certificate(inner, value, text(asked.body, "password")?, days, description, now)?
            }
            _ if !is_readable(kind, value) => return Err(Refusal::Other("Bad Request")),
            _ => Registration::new(value, description, now),
        };
        let list = list_of(store, kind);
        if list.iter().any(|one| one.value == value) {
            return Err(Refusal::Other("Duplicate Registration"));
        }
        list.push(registration);
        return Ok(json!({(name_of_value): value, "description": description}));
    }
    let list = list_of(store, kind);
    let registration = list.iter_mut().find(|one| one.value == value);
    let registration = registration.ok_or(Refusal::Other("Invalid Registration"))?;
    let description = registration.description.clone();
    let at = if asked.method == "PUT" {
        *registration.deletion.get_or_insert(deletion(now))
    } else {
        registration.deletion.ok_or(Refusal::Other("Invalid Registration Status"))?;
        list.retain(|one| one.value != value);
        now
    };
    Ok(json!({
        (name_of_value): value, "description": description, "deletionDateTime": clock::written(at),
    }))
}

pub(super) fn certificate(
    inner: &Inner,
    name: &str,
    password: &str,
    days: u32,
    description: &str,
    now: Time,
) -> Result<Registration, Refusal> {
    let issued = inner.authority.client(name, now, days).map_err(|_| Refusal::Other("Bad Request"))?;
    Ok(Registration {
        certificate: Some(issued),
        password: password.to_owned(),
        expires: Some(now + DAY * days),
        ..Registration::new(name, description, now)
    })
}

fn is_readable(kind: &str, value: &str) -> bool {
    match kind {
        "ipv4s" => value.parse::<Ipv4Range>().is_ok(),
        _ => MacAddress::new(value).is_ok(),
    }
}

fn list_of<'a>(store: &'a mut Store, kind: &str) -> &'a mut Vec<Registration> {
    match kind {
        "ipv4s" => &mut store.ipv4s,
        "macs" => &mut store.macs,
        _ => &mut store.certificates,
    }
}
