//! Requests that carry Huawei Cloud's gateway signature.

mod future;
mod payload;
mod sign;

use std::fmt;
use std::task::{Context, Poll};

use http::{HeaderName, Request};
use http_body::Body;
use marketplace_core::signature::sdk_hmac::Credentials;
use tower_layer::Layer;
use tower_service::Service;

use self::payload::payload;
use crate::BoxError;
use crate::clock::Clock;

pub use self::future::SignRequestFuture;
pub(super) use self::payload::BodyHash;
pub use self::sign::CannotSign;
pub(super) use self::sign::sign;

/// Signs requests by `SDK-HMAC-SHA256`, so that Huawei Cloud's API gateways accept them: those of KooGallery, and all others.
///
/// It goes directly around the service that sends, inside whatever repeats or redirects: each pass is signed anew, with the
/// time of that moment. Bodies have to be in memory (`Full<Bytes>`, `Empty`, `String`): a clone of them is read and hashed, and
/// the body itself goes on untouched. Path and query travel as they are written.
///
/// A hash in `X-Sdk-Content-Sha256` that is there already counts in place of the body's.
///
/// Set are `X-Sdk-Date`, `X-Security-Token` if the credentials have one, `Host` if it is not there (without the port that the
/// scheme has anyway), and `Authorization`. Signed are the first three and `Content-Type` if it is there. No other header is,
/// for proxies rewrite them; [`with_signed_header`](Self::with_signed_header) adds those that have to be.
///
/// "API Gateway, AK/SK signing" 002 to 004 (2022-09-08, 2023-12-22): the clocks may be 15 minutes apart, and a body has at
/// most 12 MB.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use marketplace_tower::open_api::SignRequestLayer;
/// use marketplace_tower::signature::sdk_hmac::Credentials;
/// use tower::{ServiceBuilder, ServiceExt as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let service = ServiceBuilder::new()
///     .layer(SignRequestLayer::new(Credentials::new("AK", "SK")?))
///     .service_fn(|request: Request<Full<Bytes>>| async move {
///         assert!(request.headers()["authorization"].to_str()?.starts_with("SDK-HMAC-SHA256 Access=AK, "));
///         Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Response::new(()))
///     });
/// let request = Request::get("https://mkt.myhuaweicloud.com/path").body(Full::default())?;
/// service.oneshot(request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SignRequestLayer(Settings);

#[derive(Clone)]
struct Settings {
    credentials: Credentials,
    payload_is_signed: bool,
    also: Vec<HeaderName>,
    clock: Clock,
}

impl SignRequestLayer {
    /// Signs with these credentials.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self(Settings { credentials, payload_is_signed: true, also: Vec::new(), clock: Clock::default() })
    }

    /// Leaves the body out of the signature, and says so in `X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD`. Bodies are not read then,
    /// so they may come from a stream. Whoever can change one on its way can change the order: only TLS protects it.
    #[must_use]
    pub fn with_unsigned_payload(mut self) -> Self {
        self.0.payload_is_signed = false;
        self
    }

    /// Signs this header too, of requests that have it: `x-stage`, for example. It has to reach the gateway unchanged.
    #[must_use]
    pub fn with_signed_header(mut self, name: HeaderName) -> Self {
        self.0.also.push(name);
        self
    }

    /// Reads the time from here instead of the machine's clock.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn with_test_clock(
        mut self,
        now: impl Fn() -> marketplace_core::UnixMillis + Send + Sync + 'static,
    ) -> Self {
        self.0.clock = Clock::from_fn(now);
        self
    }
}

impl<S> Layer<S> for SignRequestLayer {
    type Service = SignRequest<S>;

    fn layer(&self, inner: S) -> SignRequest<S> {
        SignRequest { inner, settings: self.0.clone() }
    }
}

impl fmt::Debug for SignRequestLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe(f.debug_struct("SignRequestLayer"))
    }
}

/// What [`SignRequestLayer`] makes of a service. It answers [`CannotSign`] in place of what it cannot sign.
#[derive(Clone)]
pub struct SignRequest<S> {
    inner: S,
    settings: Settings,
}

impl<S, B> Service<Request<B>> for SignRequest<S>
where
    S: Service<Request<B>, Error: Into<BoxError>>,
    B: Body<Error: Into<BoxError>> + Clone,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = SignRequestFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Settings { credentials, payload_is_signed, also, clock } = &self.settings;
        let (mut head, body) = request.into_parts();
        let payload = if *payload_is_signed { payload(&body) } else { Ok(BodyHash::Unsigned) };
        match payload.and_then(|payload| sign(credentials, &mut head, payload, also, clock.now())) {
            Ok(()) => SignRequestFuture::sent(self.inner.call(Request::from_parts(head, body))),
            Err(error) => SignRequestFuture::refused(error),
        }
    }
}

impl<S> fmt::Debug for SignRequest<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.describe(f.debug_struct("SignRequest"))
    }
}

impl Settings {
    fn describe(&self, mut shown: fmt::DebugStruct<'_, '_>) -> fmt::Result {
        shown
            .field("credentials", &self.credentials)
            .field("payload_is_signed", &self.payload_is_signed)
            .field("also", &self.also)
            .finish_non_exhaustive()
    }
}
