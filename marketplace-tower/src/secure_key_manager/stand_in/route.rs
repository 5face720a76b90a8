//! Which call it is.

use serde_json::{Value, json};

use super::super::version::ApiVersion;
use super::refusal::{Message, Refusal};
use super::server::Seen;
use super::state::State;
use super::{Inner, data, gate, inventory, management, registrations};

/// A request that is told apart.
pub(super) struct Asked<'a> {
    pub(super) version: ApiVersion,
    pub(super) app_key: &'a str,
    pub(super) method: &'a str,
    /// Behind the appkey.
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a str,
    pub(super) body: &'a Value,
}

impl Asked<'_> {
    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| unescaped(value))
    }
}

/// What a path leads to, and what it needs.
struct Route {
    /// The first version that has it. One with `is_only` is in no other.
    since: ApiVersion,
    is_only: bool,
    changes: bool,
    area: Area,
}

enum Area {
    Confirm,
    Data,
    Keys,
    Registrations,
    Inventory,
    Stores,
}

pub(super) fn answer(
    inner: &Inner,
    state: &mut State,
    seen: &Seen,
    method: &str,
    path: &str,
    query: &str,
    body: &[u8],
) -> Result<Value, Refusal> {
    let segments: Vec<&str> = path.split('/').collect();
    let ["", "keymanager", version, "appkey", app_key, path @ ..] = segments.as_slice() else {
        return Err(Message::UrlNotFound.into());
    };
    let version = match *version {
        "v1.0" => ApiVersion::V1_0,
        "v1.1" => ApiVersion::V1_1,
        "v1.2" => ApiVersion::V1_2,
        "v1.3" => ApiVersion::V1_3,
        _ => return Err(Message::UrlNotFound.into()),
    };
    let route = route(method, path, query).filter(|route| match version {
        ApiVersion::V1_1 => route.is_only,
        _ => version >= route.since,
    });
    let route = route.ok_or(Message::UrlNotFound)?;
    let body: Value = match body {
        [] => Value::Null,
        body => serde_json::from_slice(body).map_err(|_| Refusal::Other("Bad Request"))?,
    };
    let asked = Asked { version, app_key, method, path, query, body: &body };
    gate::caller(state, &inner.clock, seen, &asked, route.changes)?;
    match route.area {
        Area::Confirm => {
            let certificate = seen.certificate.is_some();
            Ok(json!({
                "clientIp": gate::address(state, seen).to_string(),
                "clientMacHeader": seen.header(gate::MAC),
                "clientSentCertificate": certificate,
            }))
        }
        Area::Data => data::answer(inner, state, seen, &asked),
        Area::Keys => management::keys(inner, state, &asked),
        Area::Stores => management::stores(inner, state, &asked),
        Area::Registrations => registrations::answer(inner, state, &asked),
        Area::Inventory => inventory::answer(state, &asked),
    }
}

fn route(method: &str, path: &[&str], query: &str) -> Option<Route> {
    use ApiVersion::{V1_0, V1_2, V1_3};
    let with = |since, changes, area| Some(Route { since, is_only: false, changes, area });
    match (method, path) {
        ("GET", ["confirm"]) => with(V1_0, false, Area::Confirm),
        ("GET", ["secrets", _]) => with(V1_0, false, Area::Data),
        ("PUT", ["secrets", _]) => with(V1_2, true, Area::Data),
        ("GET", ["symmetric-keys", _, "symmetric-key"]) => {
            // Version 1.0 has it without the version, and 1.1 has nothing but it with the version.
            let with_version = query.contains("keyVersion=");
            let since = if with_version { V1_2 } else { V1_0 };
            Some(Route { since, is_only: with_version, changes: false, area: Area::Data })
        }
        ("POST", ["symmetric-keys", _, "encrypt" | "decrypt" | "create-local-key"])
        | ("POST", ["asymmetric-keys", _, "sign" | "verify"])
        | ("GET", ["asymmetric-keys", _, "privateKey" | "publicKey"]) => with(V1_0, false, Area::Data),
        ("POST", ["asymmetric-keys", _, "sign-standard" | "verify-standard"]) => {
            with(V1_3, false, Area::Data)
        }
        ("POST", ["keys", "secrets" | "symmetric-keys" | "asymmetric-keys", "create"])
        | ("PUT", ["keys", _, "delete"])
        | ("DELETE", ["keys", _]) => with(V1_2, true, Area::Keys),
        ("POST", ["auths", "ipv4s" | "macs" | "certificates"])
        | ("PUT" | "POST", ["auths", "ipv4s" | "macs" | "certificates", "delete"]) => {
            with(V1_2, true, Area::Registrations)
        }
        ("GET", ["keystores"])
        | ("GET", ["keystores", _])
        | ("GET", ["keystores", _, "keys"])
        | ("GET", ["keystores", _, "keys", _])
        | ("GET", ["keystores", _, "ips" | "macs" | "certificates"]) => with(V1_0, false, Area::Inventory),
        ("POST", ["keystores"]) | ("PUT" | "DELETE", ["keystores", _]) => with(V1_3, true, Area::Stores),
        _ => None,
    }
}

/// What stands behind percent signs.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, after @ ..] => str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
