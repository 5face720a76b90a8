//! All checks that need no body.

use http::{HeaderMap, HeaderValue, header, request};
use http_body::Body;
use marketplace_core::signature::{Incoming, Scheme, kit_v1, kit_v2, v1, v2};
use marketplace_core::{KeyRing, UnixMillis};

use crate::Refusal;
use crate::keys::Current;
use crate::layer::Settings;

/// What is known of a call before its body.
pub(crate) struct Begun {
    /// How it is signed; if nobody can tell, how a call of its path would be.
    pub(crate) scheme: Scheme,
    /// The keys that it may be signed with; if there is none, those that sign the answer that says so.
    pub(crate) keys: KeyRing,
    pub(crate) call: Result<(Incoming, UnixMillis), Refusal>,
}

/// Recognises how a call is signed, and does all checks that need no body.
pub(crate) fn begin(settings: &Settings, head: &request::Parts, body: &impl Body) -> Begun {
    let (path, now) = (head.uri.path(), settings.clock.now());
    let found = Scheme::of(head.method.as_str(), path);
    let scheme = found.map_or_else(|| Scheme::at(path), |(scheme, _)| scheme);
    let refused = |keys, refusal| Begun { scheme, keys, call: Err(refusal) };
    let keys = match settings.keys.current() {
        Current::Fresh(ring) => match ring.in_service(now, path) {
            Some(keys) => keys,
            None => return refused(ring, Refusal::NoKey(scheme)),
        },
        Current::Stale(ring) => return refused(ring, Refusal::KeysStale),
    };
    let call = match found {
        None => Err(Refusal::Method(head.method.clone())),
        Some((scheme, name)) => begin_as(scheme, name, settings, &keys, now, head, body),
    };
    Begun { scheme, keys, call }
}

fn begin_as(
    scheme: Scheme,
    name: Option<&str>,
    settings: &Settings,
    keys: &KeyRing,
    now: UnixMillis,
    head: &request::Parts,
    body: &impl Body,
) -> Result<(Incoming, UnixMillis), Refusal> {
    if !keys.serves(scheme) {
        return Err(Refusal::NoKey(scheme));
    }
    let query = head.uri.query().unwrap_or_default();
    let announced = announced(&head.headers, body);
    let expected = usize::try_from(announced).unwrap_or_default();
    let begun = match scheme {
        Scheme::V2 => {
            let query = match settings.unit {
                None => v2::SignedQuery::parse(query)?,
                Some(unit) => v2::SignedQuery::parse_in(query, unit)?,
            };
            settings.freshness.check(&query.timestamp(), now)?;
            within_limit(announced, settings)?;
            Incoming::v2(v2::Incoming::new(keys, &query, expected))
        }
        Scheme::V1 => {
            let query = v1::SignedQuery::parse(query)?;
            if let Some(window) = settings.v1_window {
                window.check(query.timestamp(), now)?;
            }
            within_limit(announced, settings)?;
            Incoming::v1(query)
        }
        Scheme::KitV1 => {
            let token = single(&head.headers, "authtoken")?;
            let header = kit_v1::SignedHeader::parse(token.map(HeaderValue::as_bytes))?;
            within_limit(announced, settings)?;
            Incoming::kit_v1(kit_v1::Incoming::new(&header, expected), name.unwrap_or_default().into())
        }
        Scheme::KitV2 => {
            let [sign, timestamp, nonce] =
                ["x-sign", "x-timestamp", "x-nonce"].map(|name| single(&head.headers, name));
            let headers = kit_v2::SignedHeaders::parse(text(sign?), text(timestamp?), text(nonce?))?;
            settings.freshness.check(&headers.timestamp(), now)?;
            within_limit(announced, settings)?;
            Incoming::kit_v2(kit_v2::Incoming::new(keys, &headers, expected), name.unwrap_or_default().into())
        }
        other => return Err(Refusal::NoKey(other)),
    };
    Ok((begun, now))
}

fn within_limit(announced: u64, settings: &Settings) -> Result<(), Refusal> {
    if announced > settings.body_limit as u64 {
        return Err(Refusal::BodyTooLong { limit: settings.body_limit });
    }
    Ok(())
}

/// The value of a header that may be there once.
fn single<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(Refusal::HeaderRepeated(name)) } else { Ok(first) }
}

/// A header that cannot be text has a value that no check accepts.
fn text(value: Option<&HeaderValue>) -> Option<&str> {
    value.map(|value| value.to_str().unwrap_or("?"))
}

/// The length that the sender announced, or 0.
fn announced(headers: &HeaderMap, body: &impl Body) -> u64 {
    let header = || headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    body.size_hint().exact().or_else(header).unwrap_or(0)
}
