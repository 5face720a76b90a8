//! Listing what there is.

use serde_json::{Value, json};

use super::super::inventory::KeyKind;
use super::super::key_stores::Methods;
use super::body::set;
use super::clock;
use super::refusal::{Message, Refusal};
use super::route::Asked;
use super::state::{Key, Registration, State, Store};

const USER: &str = "stand-in";

/// `keystores`, the reading calls.
pub(super) fn answer(state: &State, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let tenant = state.tenants.get(asked.app_key).ok_or(Message::InvalidAppkey)?;
    let is_detailed = asked.parameter("detail").as_deref() == Some("true");
    let [_, id, rest @ ..] = asked.path else {
        return Ok(if is_detailed {
            json!({"keyStoreList": tenant.stores.iter().map(|(id, store)| store_of(*id, store)).collect::<Vec<_>>()})
        } else {
            json!({"keyStoreIdList": tenant.stores.keys().collect::<Vec<_>>()})
        });
    };
    let found = id.parse().ok().and_then(|id: u64| Some((id, tenant.stores.get(&id)?)));
    let (id, store) = found.ok_or(Refusal::Other("Invalid Key Store"))?;
    match rest {
        [] => Ok(store_of(id, store)),
        ["keys"] if is_detailed => page(store, asked),
        ["keys"] => Ok(json!({"keyIdList": store.keys.keys().collect::<Vec<_>>()})),
        ["keys", id] => store.keys.get(*id).map(|key| key_of(id, key)).ok_or(Message::InvalidKeyId.into()),
        ["ips"] => Ok(listed("ipv4List", &store.ipv4s, asked)),
        ["macs"] => Ok(listed("macList", &store.macs, asked)),
        ["certificates"] => Ok(listed("certificateList", &store.certificates, asked)),
        _ => Err(Message::UrlNotFound.into()),
    }
}

fn store_of(id: u64, store: &Store) -> Value {
    let flag = |method| if store.methods.contains(method) { "Y" } else { "N" };
    json!({
        "keyStoreId": id, "name": store.name, "description": store.description,
        "ip4AuthUse": flag(Methods::IPV4), "macAuthUse": flag(Methods::MAC),
        "certificateAuthUse": flag(Methods::CERTIFICATE),
        "creationUser": USER, "creationDatetime": clock::written(store.created),
        "lastChangeUser": USER, "lastChangeDatetime": clock::written(store.created),
    })
}

fn key_of(id: &str, key: &Key) -> Value {
    json!({
        "keyId": id, "name": key.name, "description": key.description, "keyType": kind_of(key.kind),
        "currentKeyValueVersion": key.versions.len().saturating_sub(1),
        "autoRotationPeriod": key.rotation, "nextAutoRotationDate": null, "lastAccessDatetime": null,
        "deletionDatetime": key.deletion.map(clock::written),
        "creationUser": USER, "creationDatetime": clock::written(key.created),
        "lastChangeUser": USER, "lastChangeDatetime": clock::written(key.created),
    })
}

fn kind_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Symmetric => "SYMMETRIC_KEY",
        KeyKind::Asymmetric => "ASYMMETRIC_KEY",
        _ => "SECRET",
    }
}

fn page(store: &Store, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let number = |name, default: usize| match asked.parameter(name) {
        None => Ok(default),
        Some(number) => number.parse().map_err(|_| Refusal::Other("Bad Request")),
    };
    let (page, size) = (number("pageNumber", 1)?, number("pageSize", 10)?);
    if page == 0 || !(10..=100).contains(&size) {
        return Err(Refusal::Other("Bad Request"));
    }
    let (kind, name, status) = (asked.parameter("type"), asked.parameter("name"), asked.parameter("status"));
    let is_wanted = |key: &Key| {
        kind.as_deref().is_none_or(|kind| kind == kind_of(key.kind))
            && name.as_deref().is_none_or(|name| name == key.name)
            && status.as_deref().is_none_or(|status| (status == "active") == key.deletion.is_none())
    };
    let wanted = store.keys.iter().filter(|(_, key)| is_wanted(key));
    let keys: Vec<_> = wanted.skip((page - 1) * size).take(size).map(|(id, key)| key_of(id, key)).collect();
    Ok(json!({"keyList": keys}))
}

fn listed(name: &str, list: &[Registration], asked: &Asked<'_>) -> Value {
    let Some(value) = asked.parameter("value") else {
        return json!({(name): list.iter().map(|one| &one.value).collect::<Vec<_>>()});
    };
    let details = list.iter().filter(|one| one.value == value).map(registration_of);
    json!({(name): details.collect::<Vec<_>>()})
}

fn registration_of(one: &Registration) -> Value {
    let mut body = json!({
        "description": one.description, "lastAccessDatetime": null,
        "deletionDatetime": one.deletion.map(clock::written),
        "creationUser": USER, "creationDatetime": clock::written(one.created),
        "lastChangeUser": USER, "lastChangeDatetime": clock::written(one.created),
    });
    if one.certificate.is_some() {
        set(&mut body, "name", one.value.as_str());
        set(&mut body, "password", one.password.as_str());
        set(&mut body, "expirationDate", one.expires.map(clock::written));
    } else {
        set(&mut body, "value", one.value.as_str());
    }
    body
}
