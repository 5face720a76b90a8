//! The service that a layer makes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body::Body;
use marketplace_core::UnixMillis;
use marketplace_core::signature::v2::{Incoming, SignedQuery};
use tower_service::Service;

use crate::body::MarketplaceBody;
use crate::future::{Reading, ResponseFuture};
use crate::layer::Settings;
use crate::sign::{Signer, Spelling};
use crate::{BoxError, Refusal, TitleCaseHeaders};

/// Verifies calls before `S` and signs its answers. Made by a [`MarketplaceLayer`](crate::MarketplaceLayer).
#[derive(Debug, Clone)]
pub struct Marketplace<S> {
    inner: S,
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) signer: Signer,
}

impl<S> Marketplace<S> {
    pub(crate) fn new(inner: S, settings: Settings) -> Self {
        Self { inner, shared: Arc::new(Shared { settings, signer: Signer::new() }) }
    }
}

impl<S, B, R> Service<Request<B>> for Marketplace<S>
where
    S: Service<Request<MarketplaceBody<B>>, Response = Response<R>> + Clone,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
    R::Error: Into<BoxError>,
{
    type Response = Response<MarketplaceBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let settings = &self.shared.settings;
        if !settings.claims(request.uri().path()) {
            return ResponseFuture::passing(
                Arc::clone(&self.shared),
                self.inner.call(request.map(MarketplaceBody::untouched)),
            );
        }
        let marked = request.extensions().get::<TitleCaseHeaders>().is_some();
        let spelling = if marked { Spelling::Servers } else { Spelling::Ours };
        let (head, body) = request.into_parts();
        let shared = Arc::clone(&self.shared);
        match begin(settings, &head, &body) {
            Err(refusal) => {
                // Whoever waits for leave to send the body will not send it once refused.
                let body = (!head.headers.contains_key(header::EXPECT)).then_some(body);
                ResponseFuture::refusing(shared, spelling, refusal, body, head.method == Method::HEAD)
            }
            Ok((incoming, now)) => {
                // The service that was ready is the one to be called; a fresh clone takes its place.
                let clone = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, clone);
                ResponseFuture::reading(shared, spelling, body, Reading { inner, head, incoming, now })
            }
        }
    }
}

/// All checks that need no body.
fn begin(
    settings: &Settings,
    head: &http::request::Parts,
    body: &impl Body,
) -> Result<(Incoming, UnixMillis), Refusal> {
    if head.method != Method::POST {
        return Err(Refusal::Method(head.method.clone()));
    }
    let query = head.uri.query().unwrap_or_default();
    let query = match settings.unit {
        None => SignedQuery::parse(query)?,
        Some(unit) => SignedQuery::parse_in(query, unit)?,
    };
    let now = settings.clock.now();
    settings.freshness.check(&query.timestamp(), now)?;
    let announced = announced(&head.headers, body);
    if announced > settings.body_limit as u64 {
        return Err(Refusal::BodyTooLong { limit: settings.body_limit });
    }
    Ok((Incoming::new(&settings.keys, &query, usize::try_from(announced).unwrap_or_default()), now))
}

/// The length that the sender announced, or 0.
fn announced(headers: &HeaderMap, body: &impl Body) -> u64 {
    let header = || headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    body.size_hint().exact().or_else(header).unwrap_or(0)
}

/// Calls a service; a panic becomes `None`.
pub(crate) fn call_caught<S, T>(inner: &mut S, request: T) -> Option<S::Future>
where
    S: Service<T>,
{
    catch_unwind(AssertUnwindSafe(|| inner.call(request))).ok()
}
