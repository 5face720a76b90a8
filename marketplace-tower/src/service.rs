//! The service that a layer makes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body::Body;
use tower_service::Service;

use crate::begin::{Begun, begin};
use crate::body::MarketplaceBody;
use crate::future::{Reading, ResponseFuture};
use crate::layer::Settings;
use crate::sign::{Signer, Spelling};
use crate::{BoxError, TitleCaseHeaders};

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
        let Begun { scheme, keys, call } = begin(settings, &head, &body);
        match call {
            Err(refusal) => {
                // Whoever waits for leave to send the body will not send it once refused.
                let body = (!head.headers.contains_key(header::EXPECT)).then_some(body);
                let without_body = head.method == Method::HEAD;
                let signing = keys.first_for(scheme).clone();
                ResponseFuture::refusing(shared, spelling, signing, refusal, body, without_body)
            }
            Ok((incoming, now)) => {
                // The service that was ready is the one to be called; a fresh clone takes its place.
                let clone = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, clone);
                let signing = keys.first_for(scheme).clone();
                let call = Reading { inner, head, incoming, keys, now };
                ResponseFuture::reading(shared, spelling, signing, body, call)
            }
        }
    }
}

/// Calls a service; a panic becomes `None`.
pub(crate) fn call_caught<S, T>(inner: &mut S, request: T) -> Option<S::Future>
where
    S: Service<T>,
{
    catch_unwind(AssertUnwindSafe(|| inner.call(request))).ok()
}
