//! Every answer of the wrapped service is collected and signed, or replaced by one that can be.

use std::convert::Infallible;
use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use marketplace_tower::{Layer, MarketplaceBody};
use tower::{Service, service_fn};

use super::{ANSWER, BODY, answering};
use crate::support::bodies::{Step, TestBody};
use crate::support::events::Events;
use crate::support::signing::Call;
use crate::support::{Answered, INTERNAL_ERROR, KEY, SECOND_KEY, layer, send};

async fn ask(answer: impl Fn() -> Response<TestBody> + Clone + Send + 'static) -> Answered {
    let call = Call::new(BODY).with_key(SECOND_KEY);
    let answered = send(&layer().layer(answering::<TestBody>(answer)), call.request()).await.unwrap();
    assert!(answered.is_signed_by(SECOND_KEY), "{answered:?}");
    answered
}

/// A response with this body, which there is only one of.
fn once(body: TestBody) -> impl Fn() -> Response<TestBody> + Clone + Send {
    let body = Arc::new(Mutex::new(Some(body)));
    move || Response::new(body.lock().unwrap().take().unwrap())
}

fn assert_internal_error(answered: &Answered) {
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.body, INTERNAL_ERROR);
    assert_eq!(answered.headers[CONTENT_TYPE], "application/json");
    assert!(answered.is_signed_by(KEY));
}

#[tokio::test]
async fn an_answer_in_frames_is_signed_as_a_whole() {
    for length in [1, 5, ANSWER.len()] {
        let answered = ask(move || Response::new(TestBody::frames(ANSWER.as_bytes(), length))).await;
        assert_eq!(answered.body, ANSWER);
    }
    let pausing = [Step::Yield, Step::Data(ANSWER[..9].into()), Step::Yield, Step::Data(ANSWER[9..].into())];
    assert_eq!(ask(once(TestBody::script(pausing))).await.body, ANSWER);
}

#[tokio::test]
async fn an_answer_without_a_body_is_signed() {
    assert_eq!(ask(|| Response::new(TestBody::default())).await.body, "");
}

#[tokio::test]
async fn trailers_of_an_answer_are_left_out() {
    let answered = ask(|| {
        let trailers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("x"))]);
        Response::new(TestBody::script([Step::Data(ANSWER.into()), Step::Trailers(trailers)]))
    })
    .await;
    assert_eq!(answered.body, ANSWER);
    assert!(answered.trailers.is_none());
}

#[tokio::test]
async fn status_and_headers_are_kept() {
    for status in [404, 500, 201, 302] {
        let answered = ask(move || {
            let answer = Response::builder().status(status).header("x-kept", "kept");
            answer.body(TestBody::of("not json")).unwrap()
        })
        .await;
        assert_eq!(answered.status.as_u16(), status);
        assert_eq!(answered.headers["x-kept"], "kept");
        assert_eq!(answered.body, "not json");
    }
}

#[tokio::test]
async fn what_the_service_says_about_signature_and_length_does_not_count() {
    let answered = ask(|| {
        Response::builder()
            .header("body-sign", "forged")
            .header("Body-Sign", "forged twice")
            .header(CONTENT_LENGTH, 3)
            .header(TRANSFER_ENCODING, "chunked")
            .body(TestBody::of(ANSWER))
            .unwrap()
    })
    .await;
    assert_eq!(answered.body, ANSWER);
    assert!(!answered.headers.contains_key(CONTENT_LENGTH));
    assert!(!answered.headers.contains_key(TRANSFER_ENCODING));
}

#[tokio::test]
async fn an_answer_that_breaks_off_becomes_an_internal_error() {
    let events = Events::catch();
    let call = Call::new(BODY);
    let broken = || Response::new(TestBody::script([Step::Data(ANSWER.into()), Step::Fail]));
    let answered = send(&layer().layer(answering::<TestBody>(broken)), call.request()).await.unwrap();
    assert_internal_error(&answered);
    let told = events.take_ours();
    assert!(told.len() == 1 && told[0].level == tracing::Level::ERROR, "{told:?}");
    assert!(told[0].text.contains("broken on cue"), "{told:?}");
}

#[tokio::test]
async fn an_answer_that_never_ends_becomes_an_internal_error() {
    let frame = 1 << 20;
    let body = TestBody::endless(frame);
    let tally = body.tally();
    let answer = once(body);
    let answered =
        send(&layer().layer(answering::<TestBody>(answer)), Call::new(BODY).request()).await.unwrap();
    assert_internal_error(&answered);
    assert!(tally.given() <= (16 << 20) + frame, "{tally:?}");
}

/// Panics when it is called, or when its future or its body is polled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    InCall,
    InPoll,
    LaterInPoll,
    InBody,
    LaterInBody,
}

impl Service<Request<MarketplaceBody<TestBody>>> for Panics {
    type Response = Response<TestBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<MarketplaceBody<TestBody>>) -> Self::Future {
        let when = *self;
        assert!(when != Self::InCall, "as the test wants it");
        Box::pin(async move {
            if when == Self::LaterInPoll {
                tokio::task::yield_now().await;
            }
            assert!(matches!(when, Self::InBody | Self::LaterInBody), "as the test wants it");
            let before =
                if when == Self::LaterInBody { vec![Step::Data(ANSWER.into()), Step::Yield] } else { vec![] };
            Ok(Response::new(TestBody::script(before.into_iter().chain([Step::Panic]))))
        })
    }
}

#[tokio::test]
async fn a_panic_becomes_an_internal_error_and_the_next_call_works() {
    for when in [Panics::InCall, Panics::InPoll, Panics::LaterInPoll, Panics::InBody, Panics::LaterInBody] {
        let events = Events::catch();
        let service = layer().layer(when);
        for _ in 0..2 {
            assert_internal_error(&send(&service, Call::new(BODY).request()).await.unwrap());
            let told = events.take_ours();
            assert!(told.len() == 1 && told[0].text.contains("panicked"), "{when:?}: {told:?}");
        }
    }
}

#[tokio::test]
async fn an_error_of_the_service_stays_its_error() {
    let failing =
        service_fn(|_: Request<MarketplaceBody<TestBody>>| ready(Err::<Response<TestBody>, _>("its own")));
    let result = send(&layer().layer(failing), Call::new(BODY).request()).await;
    assert_eq!(result.unwrap_err(), "its own");
}

#[tokio::test]
async fn a_dropped_call_drops_the_call_of_the_service() {
    let (dropped, mut heard) = tokio::sync::mpsc::channel::<()>(1);
    let waiting = service_fn(move |_: Request<MarketplaceBody<TestBody>>| {
        let dropped = dropped.clone();
        async move {
            let _dropped = dropped;
            pending::<Result<Response<TestBody>, Infallible>>().await
        }
    });
    let service = layer().layer(waiting);
    let mut call = Box::pin(send(&service, Call::new(BODY).request()));
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(call);
    drop(service);
    assert_eq!(heard.recv().await, None);
}
