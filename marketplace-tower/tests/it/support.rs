//! What the tests share: signing and verifying without the library, a clock that they set, bodies that misbehave on
//! cue, the events of the operator, and a client that shows raw bytes.

pub(crate) mod bodies;
pub(crate) mod events;
pub(crate) mod random;
pub(crate) mod signing;
#[cfg(feature = "server")]
pub(crate) mod tcp;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use marketplace_tower::{AccessKey, KeyRing, MarketplaceLayer, Refusal, Replay, UnixMillis};
use tower::{Service, ServiceExt};

use self::signing::body_sign_is_valid;

/// The first key of the ring, which signs refusals.
pub(crate) const KEY: &str = "first-key-2f1c9a37-61c4";
/// The second key of the ring.
pub(crate) const SECOND_KEY: &str = "second-key-8d20b7e4-0c55";
/// No key of the ring.
pub(crate) const FOREIGN_KEY: &str = "foreign-key-55aa3e1b-7712";

/// When the tests begin, on their own clock.
pub(crate) const NOW: u64 = 1_700_000_000_000;

pub(crate) const AUTHENTICATION_FAILED: &[u8] =
    br#"{"resultCode":"000001","resultMsg":"authentication failed"}"#;
pub(crate) const INVALID_PARAMETER: &[u8] =
    br#"{"resultCode":"000002","resultMsg":"invalid request parameter"}"#;
pub(crate) const INTERNAL_ERROR: &[u8] = br#"{"resultCode":"000005","resultMsg":"internal error"}"#;

/// A clock that only the test moves.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(NOW)))
    }

    pub(crate) fn set(&self, millis: u64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// Both keys.
pub(crate) fn ring() -> KeyRing {
    let keys = [("first", KEY), ("second", SECOND_KEY)];
    KeyRing::new(keys.map(|(name, key)| AccessKey::named(name, key).unwrap())).unwrap()
}

/// A layer with both keys, whose clock stands at [`NOW`].
pub(crate) fn layer() -> MarketplaceLayer {
    layer_with(Replay::memory())
}

pub(crate) fn layer_with(replay: Replay) -> MarketplaceLayer {
    MarketplaceLayer::new(ring(), replay).with_test_clock(|| UnixMillis(NOW))
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) refusal: Option<Refusal>,
}

impl Answered {
    /// Is `Body-Sign` there once, and does it sign the body under this key?
    pub(crate) fn is_signed_by(&self, key: &str) -> bool {
        let signs: Vec<_> = self.headers.get_all("body-sign").iter().collect();
        signs.len() == 1 && body_sign_is_valid(key, &self.body, signs[0].to_str().unwrap())
    }

    pub(crate) fn slug(&self) -> Option<&'static str> {
        self.refusal.as_ref().map(Refusal::slug)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Calls a clone of the service, as servers do.
pub(crate) async fn send<S, B, R>(service: &S, request: Request<B>) -> Result<Answered, S::Error>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    R: Body<Data = Bytes>,
    R::Error: std::fmt::Debug,
{
    Ok(read(within(service.clone().oneshot(request)).await?).await)
}

/// Reads a response to its end.
pub(crate) async fn read<R>(response: Response<R>) -> Answered
where
    R: Body<Data = Bytes>,
    R::Error: std::fmt::Debug,
{
    let (head, body) = response.into_parts();
    let collected = body.collect().await.unwrap();
    Answered {
        status: head.status,
        refusal: head.extensions.get::<Refusal>().cloned(),
        headers: head.headers,
        trailers: collected.trailers().cloned(),
        body: collected.to_bytes(),
    }
}

/// Waits for an event. The limit is for a behaviour that is missing, not part of any.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("the expected event did not happen")
}
