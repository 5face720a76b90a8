//! One call: its tries, and the hosts of each.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request};
use marketplace_core::AccessKey;
use marketplace_core::signature::usage_push;
use tokio::sync::MutexGuard;
use tokio::time::{Instant, sleep, timeout};

use super::super::error::{OpenApiError, Read, Secrets, classify, judge};
use super::super::guard::Verdict;
use super::super::repeat::Repeat;
use super::super::sign_request::{BodyHash, sign};
use super::{Client, Shared};
use crate::http_client::{BaseAddress, HttpService, RequestBody};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const SIGNATURE: HeaderName = HeaderName::from_static(usage_push::SIGNATURE);
const TS: HeaderName = HeaderName::from_static(usage_push::TS);
const NONCE: HeaderName = HeaderName::from_static(usage_push::NONCE);

/// No answer is longer: an order, or the thousand refusals of a push, with descriptions of 255 letters that JSON may write in six.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// What is asked.
pub(super) struct Call<T> {
    pub(super) method: Method,
    /// With the query.
    pub(super) path: String,
    pub(super) body: Bytes,
    /// What the body is signed with.
    pub(super) key: Option<AccessKey>,
    /// Whether there is an `Authorization`.
    pub(super) is_for_gateway: bool,
    pub(super) repeat: Repeat,
    pub(super) read: Read<T>,
}

/// An answer.
pub(super) struct Answered<T> {
    pub(super) answer: T,
    /// An earlier try may have arrived.
    pub(super) is_repeat: bool,
}

impl<S: HttpService> Client<S> {
    pub(super) async fn call<T>(&self, call: &Call<T>) -> Result<Answered<T>, OpenApiError> {
        let limit = self.shared.call_deadline;
        let was_sent = AtomicBool::new(false);
        let answered = timeout(limit, self.tries(call, &was_sent)).await;
        answered.unwrap_or_else(|_| {
            let may_have_been_sent = was_sent.load(Ordering::Relaxed);
            Err(OpenApiError::TimedOut { limit, may_have_been_sent })
        })
    }

    async fn tries<T>(&self, call: &Call<T>, was_sent: &AtomicBool) -> Result<Answered<T>, OpenApiError> {
        let (begin, limit) = (Instant::now(), self.shared.call_deadline);
        let mut addresses = (&self.shared.base, self.shared.fallback.as_ref());
        let (mut tries, mut is_repeat) = (1, false);
        loop {
            let error = match self.on_either(call, addresses, was_sent).await {
                Ok(answer) => return Ok(Answered { answer, is_repeat }),
                Err(error) => error,
            };
            // What was one call too many was not looked at.
            is_repeat |= error.may_have_been_sent() && !matches!(error, OpenApiError::Throttled { .. });
            let Some(delay) = call.repeat.delay(&error, tries, random()) else { return Err(error) };
            // What cannot come in time is not waited for.
            if begin.elapsed().saturating_add(delay) >= limit {
                return Err(error);
            }
            tracing::debug!(%error, tries, ?delay, "an Open API is called again");
            sleep(delay).await;
            if call.repeat == Repeat::Read
                && let (first, Some(second)) = addresses
                && matches!(error, OpenApiError::Broken(_))
            {
                addresses = (second, Some(first));
            }
            tries += 1;
        }
    }

    /// At the second host only if there is no connection to the first.
    async fn on_either<T>(
        &self,
        call: &Call<T>,
        (first, second): (&BaseAddress, Option<&BaseAddress>),
        was_sent: &AtomicBool,
    ) -> Result<T, OpenApiError> {
        let error = match self.send(call, first, was_sent).await {
            Err(error) if error.is_unconnected() => error,
            answered => return answered,
        };
        let Some(second) = second else { return Err(error) };
        match self.send(call, second, was_sent).await {
            // The first is where it ought to work.
            Err(other) if other.is_unconnected() => Err(error),
            answered => answered,
        }
    }

    async fn send<T>(
        &self,
        call: &Call<T>,
        address: &BaseAddress,
        was_sent: &AtomicBool,
    ) -> Result<T, OpenApiError> {
        let Shared { guard, clock, .. } = &*self.shared;
        let _alone = if call.is_for_gateway { self.alone().await } else { None };
        let request = self.request(call, address)?;
        // What does not use the AK cannot lock it.
        let admitted = call.is_for_gateway.then(|| guard.admit(clock.now())).transpose();
        let admitted = admitted.map_err(|until| OpenApiError::HeldBack { until })?;
        let secrets = Secrets::of(request.headers());
        let was_sent_before = was_sent.swap(true, Ordering::Relaxed);
        let answered = match self.service.exchange(request, ANSWER_LIMIT).await {
            Ok(answer) => judge(&answer, call.read, &secrets, clock.now()),
            Err(failure) => Err(classify(failure, ANSWER_LIMIT, &secrets)),
        };
        let error = answered.as_ref().err();
        if error.is_some_and(|error| !error.may_have_been_sent()) {
            was_sent.store(was_sent_before, Ordering::Relaxed);
        }
        let verdict = error.map_or(Verdict::Accepted, verdict);
        if admitted.is_some_and(|admitted| admitted.record(verdict, clock.now())) {
            tracing::warn!(
                access_key_id = self.shared.credentials.access_key_id(),
                "the Open APIs did not accept the credentials four times in a row: nothing is sent for five minutes",
            );
        }
        answered
    }

    /// Waits until no other call is sent, unless the credentials are known to be right.
    async fn alone(&self) -> Option<MutexGuard<'_, ()>> {
        if self.shared.guard.is_proven() {
            return None;
        }
        let alone = self.shared.trial.lock().await;
        (!self.shared.guard.is_proven()).then_some(alone)
    }

    /// Signed for this moment.
    fn request<T>(
        &self,
        call: &Call<T>,
        address: &BaseAddress,
    ) -> Result<Request<RequestBody>, OpenApiError> {
        let shared = &self.shared;
        let unusable = OpenApiError::Unusable { field: "address", rule: "is too long" };
        let mut request = Request::new(RequestBody::new(call.body.clone()));
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = address.join(&call.path).ok_or(unusable)?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, JSON);
        headers.insert(CONTENT_TYPE, JSON);
        let now = shared.clock.now();
        if let Some(key) = &call.key {
            let (ts, nonce) = (now.0.to_string(), nonce()?);
            let signature = usage_push::sign(key, &ts, &nonce, &call.body);
            for (name, text) in [(TS, ts), (NONCE, nonce), (SIGNATURE, signature)] {
                // Digits and base64.
                let Ok(mut value) = HeaderValue::try_from(text) else { continue };
                value.set_sensitive(name == SIGNATURE);
                headers.insert(name, value);
            }
        }
        let (mut head, body) = request.into_parts();
        if call.is_for_gateway {
            let hash = BodyHash::of(&call.body);
            sign(&shared.credentials, &mut head, hash, &[], now).map_err(OpenApiError::CannotSign)?;
        }
        Ok(Request::from_parts(head, body))
    }
}

/// What a failure says about the credentials.
fn verdict(error: &OpenApiError) -> Verdict {
    match error {
        OpenApiError::Unauthenticated { .. } | OpenApiError::ClockSkew { .. } => Verdict::Refused,
        // Who knows what was asked has let it in. The gateway itself may not have looked.
        OpenApiError::Refused { failure, .. }
            if !error.is_temporary() && !failure.code().as_str().starts_with("APIGW.") =>
        {
            Verdict::Accepted
        }
        _ => Verdict::Nothing,
    }
}

/// 32 hexadecimal digits; 64 characters are allowed.
fn nonce() -> Result<String, OpenApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| OpenApiError::NoRandomness(error.into()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// For pauses, which may do without.
fn random() -> u8 {
    let mut byte = [0];
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    byte
}
