//! The answer to one request, while it is being made.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header, request};
use http_body::Body;
use marketplace_core::signature::{Incoming, Scheme};
use marketplace_core::{AccessKey, KeyRing, UnixMillis, Verified};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::body::MarketplaceBody;
use crate::collect::Collect;
use crate::deadline::Deadline;
use crate::drain::Drain;
use crate::refuse::INTERNAL_ERROR;
use crate::replay::{Admission, ReplayError};
use crate::service::{Shared, call_caught};
use crate::sign::Spelling;
use crate::store_future::StoreFuture;
use crate::{BoxError, Refusal, admit, failpoint, read_body, telemetry};

pin_project! {
    /// The response of a [`Marketplace`](crate::Marketplace) service.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, B, R>
    where
        S: Service<Request<MarketplaceBody<B>>>,
    {
        shared: Arc<Shared>,
        spelling: Spelling,
        without_body: bool,
        // The key that signs the answer: the one that signed the request, once that is known. None, if it is not ours to sign.
        key: Option<AccessKey>,
        // What is still to be read of the request.
        #[pin]
        body: Option<B>,
        #[pin]
        state: State<S, R, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, R, F> {
        // Not the marketplace's: the wrapped service answers, untouched.
        Passing { #[pin] answer: F },
        // Refused. What is on its way is dropped first, so that the sender gets to read the answer.
        Refusing { refusal: Option<Refusal>, drain: Drain },
        // The body arrives.
        Reading { call: Option<Box<Reading<S>>>, deadline: Deadline },
        // The replay store is asked.
        Admitting { call: Option<Box<Reading<S>>>, verified: Option<Verified>, admission: StoreFuture<'static, Result<Admission, ReplayError>> },
        // The wrapped service works.
        Calling { #[pin] answer: F },
        // Its answer is collected.
        Collecting { collect: Collect, #[pin] body: R },
    }
}

/// A call whose body arrives. In a box, because a response is handed from future to future.
pub(crate) struct Reading<S> {
    pub(crate) inner: S,
    pub(crate) head: request::Parts,
    pub(crate) incoming: Incoming,
    /// The keys that it may be signed with.
    pub(crate) keys: KeyRing,
    /// When its head came; late enough for a store that only forgets what has expired.
    pub(crate) now: UnixMillis,
}

impl<S, B, R> ResponseFuture<S, B, R>
where
    S: Service<Request<MarketplaceBody<B>>>,
{
    pub(crate) fn passing(shared: Arc<Shared>, answer: S::Future) -> Self {
        Self {
            shared,
            spelling: Spelling::Ours,
            without_body: false,
            key: None,
            body: None,
            state: State::Passing { answer },
        }
    }

    pub(crate) fn refusing(
        shared: Arc<Shared>,
        spelling: Spelling,
        signing: AccessKey,
        refusal: Refusal,
        body: Option<B>,
        without_body: bool,
    ) -> Self {
        let state = State::refusing(refusal);
        Self { shared, spelling, without_body, key: Some(signing), body, state }
    }

    pub(crate) fn reading(
        shared: Arc<Shared>,
        spelling: Spelling,
        signing: AccessKey,
        body: B,
        call: Reading<S>,
    ) -> Self {
        let deadline = Deadline::new(shared.settings.body_deadline);
        let state = State::Reading { call: Some(Box::new(call)), deadline };
        Self { shared, spelling, without_body: false, key: Some(signing), body: Some(body), state }
    }
}

impl<S, R, F> State<S, R, F> {
    fn refusing(refusal: Refusal) -> Self {
        Self::Refusing { refusal: Some(refusal), drain: Drain::default() }
    }
}

impl<S, B, R> Future for ResponseFuture<S, B, R>
where
    S: Service<Request<MarketplaceBody<B>>, Response = Response<R>>,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
    R::Error: Into<BoxError>,
{
    type Output = Result<Response<MarketplaceBody<R>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let (shared, spelling) = (&**this.shared, *this.spelling);
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Passing { answer } => {
                    return answer.poll(cx).map_ok(|response| response.map(MarketplaceBody::untouched));
                }
                StateProjection::Refusing { refusal, drain } => {
                    if let Some(body) = this.body.as_mut().as_pin_mut() {
                        ready!(drain.poll(body, cx));
                    }
                    let refusal = refusal.take().unwrap_or(Refusal::Unverified);
                    return Poll::Ready(Ok(refuse(
                        shared,
                        this.key.as_ref(),
                        refusal,
                        *this.without_body,
                        spelling,
                    )));
                }
                StateProjection::Reading { call, deadline } => {
                    let read = match (call.as_mut(), this.body.as_mut().as_pin_mut()) {
                        (Some(call), Some(body)) => {
                            read_body::poll(&mut call.incoming, body, shared.settings.body_limit, cx)
                        }
                        _ => Poll::Ready(Ok(())),
                    };
                    let read = match read {
                        Poll::Ready(read) => read,
                        Poll::Pending => {
                            ready!(deadline.poll(cx));
                            Err(Refusal::BodyTooSlow)
                        }
                    };
                    let call = match (read, call.take()) {
                        (Ok(()), Some(mut call)) => {
                            let found = admit::verify(&shared.settings, &mut call);
                            found.map(|(verified, admission)| {
                                *this.key = Some(verified.key().clone());
                                (call, (verified, admission))
                            })
                        }
                        (Err(refusal @ Refusal::BodyTooLong { .. }), _) => {
                            // The rest of it is still to be dropped.
                            this.state.set(State::refusing(refusal));
                            continue;
                        }
                        (Err(refusal), _) => Err(refusal),
                        (Ok(()), None) => Err(Refusal::Unverified),
                    };
                    // Nothing more is expected of a body that is complete, was slow or broke off.
                    this.body.set(None);
                    match call {
                        Ok((call, (verified, mut admission))) => match Pin::new(&mut admission).poll(cx) {
                            // A store in memory answers at once, and nothing has to be kept.
                            Poll::Ready(admission) => proceed(admission, *call, verified),
                            Poll::Pending => {
                                let (call, verified) = (Some(call), Some(verified));
                                Ok(State::Admitting { call, verified, admission })
                            }
                        },
                        Err(refusal) => Ok(State::refusing(refusal)),
                    }
                }
                StateProjection::Admitting { call, verified, admission } => {
                    let admission = ready!(Pin::new(admission).poll(cx));
                    match (call.take(), verified.take()) {
                        (Some(call), Some(verified)) => proceed(admission, *call, verified),
                        _ => Ok(State::refusing(Refusal::Unverified)),
                    }
                }
                StateProjection::Calling { answer } => {
                    let Ok(polled) = catch_unwind(AssertUnwindSafe(|| answer.poll(cx))) else {
                        return Poll::Ready(Ok(panicked(
                            &signing_key(shared, this.key.as_ref()),
                            shared,
                            spelling,
                        )));
                    };
                    let (head, body) = ready!(polled)?.into_parts();
                    if let Some(refusal) = head.extensions.get::<Refusal>() {
                        telemetry::refused(&shared.settings, refusal);
                    }
                    Ok(State::Collecting { collect: Collect::new(head), body })
                }
                StateProjection::Collecting { collect, body } => {
                    let Ok(polled) = catch_unwind(AssertUnwindSafe(|| collect.poll(body, cx))) else {
                        return Poll::Ready(Ok(panicked(
                            &signing_key(shared, this.key.as_ref()),
                            shared,
                            spelling,
                        )));
                    };
                    let key = &signing_key(shared, this.key.as_ref());
                    let response = match ready!(polled) {
                        Ok((head, body)) => {
                            let response = shared.signer.sign(key, head, body, spelling);
                            failpoint::reach("signed");
                            response
                        }
                        Err(problem) => {
                            tracing::error!(%problem, "the wrapped service gave no complete answer");
                            let body = Bytes::from_static(INTERNAL_ERROR);
                            shared.signer.answer(key, StatusCode::OK, body, spelling)
                        }
                    };
                    return Poll::Ready(Ok(response));
                }
            };
            match next {
                Ok(state) => this.state.set(state),
                Err(Panicked) => {
                    return Poll::Ready(Ok(panicked(
                        &signing_key(shared, this.key.as_ref()),
                        shared,
                        spelling,
                    )));
                }
            }
        }
    }
}

/// The wrapped service panicked.
struct Panicked;

/// What comes next.
type Next<S, R, F> = Result<State<S, R, F>, Panicked>;

/// The replay store has answered: hands a call that it has not seen before to the wrapped service.
fn proceed<S, B, R>(
    admission: Result<Admission, ReplayError>,
    call: Reading<S>,
    verified: Verified,
) -> Next<S, R, S::Future>
where
    S: Service<Request<MarketplaceBody<B>>>,
{
    if let Err(refusal) = admit::judge(admission) {
        return Ok(State::refusing(refusal));
    }
    failpoint::reach("admitted");
    let Reading { mut inner, mut head, .. } = call;
    let body = match verified.scheme() {
        // What was signed is in the query; whatever came as a body was not.
        Scheme::V1 => Bytes::new(),
        _ => verified.body().clone(),
    };
    if verified.sorted().is_some() || verified.scheme() == Scheme::V1 {
        // The signed bytes are others than those that travelled, and may be fewer.
        head.headers.remove(header::TRANSFER_ENCODING);
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    head.extensions.insert(verified);
    match call_caught(&mut inner, Request::from_parts(head, MarketplaceBody::whole(body))) {
        Some(answer) => Ok(State::Calling { answer }),
        None => Err(Panicked),
    }
}

fn refuse<R>(
    shared: &Shared,
    key: Option<&AccessKey>,
    refusal: Refusal,
    without_body: bool,
    spelling: Spelling,
) -> Response<MarketplaceBody<R>> {
    telemetry::refused(&shared.settings, &refusal);
    // The answer to a HEAD has no body, and what is signed is what travels.
    let body = if without_body { Bytes::new() } else { refusal.body() };
    let mut response = shared.signer.answer(&signing_key(shared, key), refusal.status(), body, spelling);
    response.extensions_mut().insert(refusal);
    response
}

/// The key that signs the answer. A response that is passed on has none, and is not signed.
fn signing_key(shared: &Shared, key: Option<&AccessKey>) -> AccessKey {
    key.cloned().unwrap_or_else(|| shared.settings.keys.ring().first().clone())
}

fn panicked<R>(key: &AccessKey, shared: &Shared, spelling: Spelling) -> Response<MarketplaceBody<R>> {
    tracing::error!("the wrapped service panicked");
    let body = Bytes::from_static(INTERNAL_ERROR);
    shared.signer.answer(key, StatusCode::OK, body, spelling)
}

impl<S, B, R> fmt::Debug for ResponseFuture<S, B, R>
where
    S: Service<Request<MarketplaceBody<B>>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
