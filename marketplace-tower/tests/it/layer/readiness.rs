//! Services that have to be ready before they are called.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use marketplace_tower::{Layer, MarketplaceBody};
use tower::buffer::Buffer;
use tower::limit::{ConcurrencyLimit, RateLimit};
use tower::load_shed::LoadShed;
use tower::{BoxError, Service, ServiceExt};

use super::{ANSWER, BODY, answering};
use crate::support::bodies::TestBody;
use crate::support::signing::{Call, request};
use crate::support::{layer, read, send};

type Inward = Request<MarketplaceBody<TestBody>>;

fn seller()
-> impl Service<Inward, Response = Response<TestBody>, Error = std::convert::Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    answering::<TestBody>(|| Response::new(TestBody::of(ANSWER)))
}

/// Calls in turn and at once, with clones and without, refused calls in between.
async fn works_over<S>(inner: S)
where
    S: Service<Inward, Response = Response<TestBody>, Future: Send> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError> + Send + 'static,
{
    let mut service = layer().layer(inner);
    for _ in 0..3 {
        let refused = service.ready().await.map_err(Into::into).unwrap().call(request("/", TestBody::of("")));
        assert!(read(refused.await.map_err(Into::into).unwrap()).await.refusal.is_some());
        let call = service.ready().await.map_err(Into::into).unwrap().call(Call::new(BODY).request());
        assert_eq!(read(call.await.map_err(Into::into).unwrap()).await.body, ANSWER);
        assert_eq!(send(&service, Call::new(BODY).request()).await.map_err(Into::into).unwrap().body, ANSWER);
    }
    // Its own readiness is given back first: a limit of one is one.
    let service = {
        let fresh = service.clone();
        drop(service);
        fresh
    };
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let service = service.clone();
        calls.spawn(async move {
            send(&service, Call::new(BODY).request()).await.map_err(Into::into).unwrap().body
        });
    }
    while let Some(body) = calls.join_next().await {
        assert_eq!(body.unwrap(), ANSWER);
    }
}

#[tokio::test]
async fn works_over_a_concurrency_limit() {
    works_over(ConcurrencyLimit::new(seller(), 1)).await;
}

#[tokio::test]
async fn works_over_a_buffer() {
    works_over(Buffer::new(seller(), 1)).await;
}

#[tokio::test]
async fn works_over_a_load_shed() {
    works_over(LoadShed::new(seller())).await;
}

#[tokio::test(start_paused = true)]
async fn works_over_a_rate_limit() {
    let limited = RateLimit::new(seller(), tower::limit::rate::Rate::new(2, Duration::from_secs(1)));
    works_over(Buffer::new(limited, 1)).await;
}

#[tokio::test]
async fn works_over_all_of_them() {
    works_over(Buffer::new(LoadShed::new(ConcurrencyLimit::new(seller(), 8)), 4)).await;
}

/// Is ready at the second question, each clone anew, and may be called once then.
struct Picky {
    asked: usize,
    ready: bool,
    questions: Arc<AtomicUsize>,
}

impl Clone for Picky {
    fn clone(&self) -> Self {
        Self { asked: 0, ready: false, questions: Arc::clone(&self.questions) }
    }
}

impl Service<Inward> for Picky {
    type Response = Response<TestBody>;
    type Error = &'static str;
    type Future = Ready<Result<Self::Response, &'static str>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        self.questions.fetch_add(1, SeqCst);
        self.asked += 1;
        if self.asked < 2 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Inward) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "poll_ready must be called first");
        self.asked = 0;
        ready(Ok(Response::new(TestBody::of(ANSWER))))
    }
}

#[tokio::test]
async fn calls_the_very_service_that_was_ready() {
    let questions = Arc::default();
    let picky = Picky { asked: 0, ready: false, questions: Arc::clone(&questions) };
    let mut service = layer().with_routes(["/saasproduce"]).layer(picky);
    let mut cx = Context::from_waker(std::task::Waker::noop());
    for target in [Call::new(BODY).target(), "/elsewhere".to_owned(), Call::new(BODY).target()] {
        let before = questions.load(SeqCst);
        assert!(service.poll_ready(&mut cx).is_pending());
        assert!(service.poll_ready(&mut cx).is_ready());
        assert_eq!(questions.load(SeqCst), before + 2);
        let answered = read(service.call(request(&target, TestBody::of(BODY))).await.unwrap()).await;
        assert_eq!(answered.body, ANSWER, "{target}");
    }
}

/// Never ready, because it is broken.
#[derive(Clone)]
struct Unready;

impl Service<Inward> for Unready {
    type Response = Response<TestBody>;
    type Error = &'static str;
    type Future = Ready<Result<Self::Response, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("its own"))
    }

    fn call(&mut self, _: Inward) -> Self::Future {
        panic!("it was never ready");
    }
}

#[tokio::test]
async fn an_error_of_readiness_stays_the_services_error() {
    let result = send(&layer().layer(Unready), Call::new(BODY).request()).await;
    assert_eq!(result.unwrap_err(), "its own");
}
