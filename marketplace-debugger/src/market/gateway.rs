//! The gateway in front: AK/SK, and its patience with failures.

use http::header::AUTHORIZATION;
use http::request::Parts;
use marketplace_core::UnixMillis;
use marketplace_core::signature::sdk_hmac::{Authorization, Payload, RequestToSign, verify};

use super::answer::Told;
use super::code::MarketCode;
use super::settings::MarketSettings;

/// More failures than these, one after the other, lock the AK ("API Gateway, error codes" 2025-10-20).
const MOST_FAILURES: u32 = 5;
/// For so long: five minutes.
const LOCKED_MILLIS: u64 = 5 * 60 * 1000;

/// The failures of the AK.
#[derive(Debug, Default)]
pub(super) struct Lock {
    failures: u32,
    until: Option<UnixMillis>,
}

impl Lock {
    fn is_locked(&mut self, now: UnixMillis) -> bool {
        if self.until.is_some_and(|until| now.0 >= until.0) {
            *self = Self::default();
        }
        self.until.is_some()
    }

    fn failed(&mut self, now: UnixMillis) {
        self.failures += 1;
        if self.failures > MOST_FAILURES {
            self.until = Some(UnixMillis(now.0.saturating_add(LOCKED_MILLIS)));
        }
    }
}

/// Was the request signed with the AK/SK, just now?
pub(super) fn authenticate(
    lock: &mut Lock,
    settings: &MarketSettings,
    head: &Parts,
    body: &[u8],
    now: UnixMillis,
) -> Result<(), Told> {
    let refused = |why: &str| Told::about(MarketCode::Authentication, why);
    let mut sent = head.headers.get_all(AUTHORIZATION).iter();
    let authorization = sent.next().ok_or_else(|| refused("there is no Authorization"))?;
    let authorization = authorization.to_str().map_err(|_| refused("Authorization is not ASCII"))?;
    if sent.next().is_some() {
        return Err(refused("there is more than one Authorization"));
    }
    let access = Authorization::parse(authorization)
        .map_err(|error| refused(&format!("Authorization is {error}")))?
        .access_key_id();
    if access != settings.credentials.access_key_id() {
        return Err(refused("the AK does not exist"));
    }
    if lock.is_locked(now) {
        return Err(refused("AK access failed to reach the limit, forbidden"));
    }
    let headers: Vec<_> =
        head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let request = RequestToSign {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
        payload: Payload::Body(body),
    };
    match verify(&settings.credentials, &request, authorization, now) {
        Ok(()) => {
            *lock = Lock::default();
            Ok(())
        }
        Err(error) => {
            lock.failed(now);
            Err(refused(&format!("verify aksk signature fail, {error}")))
        }
    }
}
