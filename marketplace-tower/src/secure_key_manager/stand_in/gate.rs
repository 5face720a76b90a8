//! The two layers.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

use super::super::identity::Ipv4Range;
use super::super::key_stores::{AuthMode, Methods};
use super::super::version::ApiVersion;
use super::clock::{Clock, Time};
use super::crypto;
use super::project::Role;
use super::refusal::{Message, Refusal};
use super::route::Asked;
use super::server::Seen;
use super::state::{Granted, Registration, State, Store, User};

pub(super) const MAC: &str = "x-toast-client-mac-addr";

/// The address that the server sees.
pub(super) fn address(state: &State, seen: &Seen) -> IpAddr {
    state.seen_as.unwrap_or(seen.address)
}

/// The first layer: who calls?
pub(super) fn caller(
    state: &State,
    clock: &Clock,
    seen: &Seen,
    asked: &Asked<'_>,
    changes: bool,
) -> Result<(), Refusal> {
    let tenant = state.tenants.get(asked.app_key).ok_or(Message::InvalidAppkey)?;
    let user = match asked.version {
        ApiVersion::V1_2 => {
            let id = seen.header("x-tc-authentication-id").and_then(|id| tenant.users.get(id));
            id.filter(|user| seen.header("x-tc-authentication-secret") == Some(&user.secret))
        }
        ApiVersion::V1_3 => {
            let token = seen.header("x-nhn-authorization").and_then(|value| value.strip_prefix("Bearer "));
            let granted = token.and_then(|token| state.tokens.get(token));
            let granted = granted.filter(|granted| clock.now() < granted.until);
            granted.and_then(|granted| tenant.users.get(&granted.user))
        }
        _ => return Ok(()),
    };
    let user = user.ok_or(Refusal::Gateway(StatusCode::UNAUTHORIZED))?;
    let is_allowed = match user.role {
        Role::Admin => true,
        Role::Viewer => !changes,
        Role::ConsoleOnly => false,
    };
    if is_allowed { Ok(()) } else { Err(Refusal::Gateway(StatusCode::FORBIDDEN)) }
}

/// A token for whoever has a user's key.
pub(super) fn grant(state: &mut State, clock: &Clock, basic: &str) -> Option<(String, Duration)> {
    let pair = STANDARD.decode(basic.strip_prefix("Basic ")?).ok()?;
    let (id, secret) = str::from_utf8(&pair).ok()?.split_once(':')?;
    let is_user = |user: &User| user.secret == secret;
    state.tenants.values().find_map(|tenant| tenant.users.get(id).filter(|user| is_user(user)))?;
    let token = crypto::random_id();
    let granted = Granted { user: id.to_owned(), until: clock.now() + state.token_life };
    state.tokens.insert(token.clone(), granted);
    Some((token, state.token_life))
}

/// The second layer: may this client use the key store?
pub(super) fn client(store: &Store, seen: &Seen, address: IpAddr, now: Time) -> Result<(), Refusal> {
    let checks = [
        (Methods::IPV4, has_address(store, address), Message::Ipv4AuthFailure),
        (Methods::MAC, has_mac(store, seen), Message::MacAuthFailure),
        (Methods::CERTIFICATE, has_certificate(store, seen, now), Message::CertificateAuthFailure),
    ];
    let on = checks.into_iter().filter(|(method, ..)| store.methods.contains(*method));
    let (passed, failed): (Vec<_>, Vec<_>) = on.partition(|(_, passes, _)| *passes);
    match failed.first() {
        Some((.., message)) if store.mode == AuthMode::And || passed.is_empty() => Err((*message).into()),
        _ => Ok(()),
    }
}

fn has_address(store: &Store, address: IpAddr) -> bool {
    let IpAddr::V4(address) = address else { return false };
    let ranges = in_service(&store.ipv4s).filter_map(|one| one.value.parse::<Ipv4Range>().ok());
    ranges.into_iter().any(|range| range.contains(address))
}

fn has_mac(store: &Store, seen: &Seen) -> bool {
    seen.header(MAC).is_some_and(|mac| in_service(&store.macs).any(|one| one.value == mac))
}

fn has_certificate(store: &Store, seen: &Seen, now: Time) -> bool {
    let Some(certificate) = &seen.certificate else { return false };
    let mut valid = in_service(&store.certificates).filter(|one| one.expires.is_none_or(|at| now < at));
    valid.any(|one| one.certificate.as_ref().is_some_and(|issued| issued.der == *certificate))
}

fn in_service(list: &[Registration]) -> impl Iterator<Item = &Registration> {
    list.iter().filter(|registration| registration.deletion.is_none())
}
