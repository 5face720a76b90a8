//! Making, changing and deleting keys and key stores.

use serde_json::{Value, json};

use super::super::key_stores::{AuthMode, Methods};
use super::body::{data, number, set, text};
use super::refusal::{Message, Refusal};
use super::route::Asked;
use super::state::{Key, Material, State, Store, deletion};
use super::{Inner, clock, crypto};

const LONGEST_SECRET: usize = 32 * 1024;

/// `keys/…`
pub(super) fn keys(inner: &Inner, state: &mut State, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let now = inner.clock.now();
    let tenant = state.tenants.get_mut(asked.app_key).ok_or(Message::InvalidAppkey)?;
    match (asked.method, asked.path) {
        ("POST", ["keys", kind, "create"]) => {
            let (name, description) = (text(asked.body, "name")?, text(asked.body, "description")?);
            let (material, rotation) = match *kind {
                "secrets" => {
                    (Material::Secret(data(asked.body, "secretValue", LONGEST_SECRET)?.to_owned()), 0)
                }
                "symmetric-keys" => (Material::Symmetric(crypto::random()), rotation(asked.body)?),
                _ => (Material::Asymmetric(0), rotation(asked.body)?),
            };
            let store = tenant.store_named(text(asked.body, "keyStoreName")?)?;
            let mut key = Key::new(name, description, material, now);
            key.rotation = rotation;
            let id = crypto::random_id();
            store.keys.insert(id.clone(), key);
            Ok(json!({"keyId": id, "keyStatus": "ACTIVE"}))
        }
        ("PUT", ["keys", id, "delete"]) => {
            let key = tenant.key_mut(id).ok_or(Message::InvalidKeyId)?;
            let at = *key.deletion.get_or_insert(deletion(now));
            Ok(json!({"keyId": id, "deletionDateTime": clock::written(at)}))
        }
        ("DELETE", ["keys", id]) => {
            let key = tenant.key_mut(id).ok_or(Message::InvalidKeyId)?;
            key.deletion.ok_or(Message::InvalidKeyStatus)?;
            for store in tenant.stores.values_mut() {
                store.keys.remove(*id);
            }
            Ok(json!({"keyId": id, "deletionDateTime": clock::written(now)}))
        }
        _ => Err(Message::UrlNotFound.into()),
    }
}

/// `keystores`, the writing calls.
pub(super) fn stores(inner: &Inner, state: &mut State, asked: &Asked<'_>) -> Result<Value, Refusal> {
    let now = inner.clock.now();
    let tenant = state.tenants.get_mut(asked.app_key).ok_or(Message::InvalidAppkey)?;
    match (asked.method, asked.path) {
        ("POST", ["keystores"]) => {
            let (name, description, methods, mode) = described(asked.body)?;
            if tenant.stores.values().any(|store| store.name == name) {
                return Err(Refusal::Other("Duplicate Key Store"));
            }
            let id = tenant.add_store(Store::new(name, description, methods, mode, now));
            let mut body = asked.body.clone();
            set(&mut body, "keyStoreId", id);
            Ok(body)
        }
        ("PUT", ["keystores", id]) => {
            let (name, description, methods, mode) = described(asked.body)?;
            let store = id.parse().ok().and_then(|id: u64| tenant.stores.get_mut(&id));
            let store = store.ok_or(Refusal::Other("Invalid Key Store"))?;
            name.clone_into(&mut store.name);
            description.clone_into(&mut store.description);
            (store.methods, store.mode) = (methods, mode);
            Ok(Value::Null)
        }
        ("DELETE", ["keystores", id]) => {
            let removed = id.parse().ok().and_then(|id: u64| tenant.stores.remove(&id));
            removed.map(|_| Value::Null).ok_or(Refusal::Other("Invalid Key Store"))
        }
        _ => Err(Message::UrlNotFound.into()),
    }
}

fn rotation(body: &Value) -> Result<u32, Refusal> {
    match number(body, "autoRotationPeriod")? {
        1..=29 => Err(Refusal::Other("Invalid Rotation Period")),
        days => Ok(days),
    }
}

fn described(body: &Value) -> Result<(&str, &str, Methods, AuthMode), Refusal> {
    let name = text(body, "name")?;
    let description = text(body, "description")?;
    let flag = |name| text(body, name).map(|letter| letter == "Y");
    let methods = Methods::of(flag("ip4AuthUse")?, flag("macAuthUse")?, flag("certificateAuthUse")?);
    let mode = match text(body, "authMode")? {
        "AND" => AuthMode::And,
        "OR" => AuthMode::Or,
        _ => return Err(Refusal::Other("Bad Request")),
    };
    let is_short = (1..=100).contains(&name.chars().count()) && description.chars().count() <= 1000;
    match methods.filter(|_| is_short) {
        Some(methods) => Ok((name, description, methods, mode)),
        None => Err(Refusal::Other("Bad Request")),
    }
}
