//! Request bodies as they come: in pieces, too long, too slow, broken.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::EXPECT;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::Full;
use marketplace_tower::{Layer, MarketplaceBody};
use tower::service_fn;

use super::{ANSWER, BODY, inner};
use crate::support::bodies::{Step, Tally, TestBody};
use crate::support::signing::{Call, request};
use crate::support::{Answered, KEY, layer, send};

const LIMIT: usize = 100_000;
const FRAME: usize = 10_000;
/// What is read of a refused body, only to be dropped: 16 MiB, and the frame that is too much.
const DRAINED: usize = (16 << 20) + FRAME;

#[tokio::test]
async fn a_body_may_come_in_any_number_of_frames() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", HeaderValue::from_static("1"));
    for length in [1, 2, 7, BODY.len() - 1, BODY.len()] {
        for with_trailers in [false, true] {
            let (inner, seen) = inner();
            let service = layer().layer(inner);
            let mut steps = Vec::new();
            for piece in BODY.as_bytes().chunks(length) {
                steps.extend([Step::Yield, Step::Data(piece.into()), Step::Data("".into())]);
            }
            if with_trailers {
                steps.push(Step::Trailers(trailers.clone()));
            }
            let answered =
                send(&service, Call::new(BODY).request_with(TestBody::script(steps))).await.unwrap();
            assert_eq!(answered.body, ANSWER, "frames of {length}");
            assert!(answered.is_signed_by(KEY));
            assert_eq!(seen.last().body, BODY);
        }
    }
}

#[tokio::test]
async fn a_body_that_is_exactly_as_long_as_the_limit_is_read() {
    let (inner, seen) = inner();
    let service = layer().with_body_limit(LIMIT).layer(inner);
    let call = Call::new("x".repeat(LIMIT));
    assert_eq!(send(&service, call.request()).await.unwrap().body, ANSWER);
    let call = Call::new("x".repeat(LIMIT));
    let frames = TestBody::frames(&call.body, FRAME);
    assert_eq!(send(&service, call.request_with(frames)).await.unwrap().body, ANSWER);
    assert_eq!(seen.last().body.len(), LIMIT);
}

#[tokio::test]
async fn a_body_of_no_bytes_can_be_signed() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    assert_eq!(send(&service, Call::new("").request()).await.unwrap().body, ANSWER);
    assert_eq!(seen.last().body, "");
}

/// Sends a correctly signed head with another body to a layer with a small limit.
async fn send_long(body: TestBody, expects: bool) -> (Answered, Arc<Tally>) {
    let (inner, seen) = inner();
    let service = layer().with_body_limit(LIMIT).layer(inner);
    let tally = body.tally();
    let mut request = Call::new(BODY).request_with(body);
    if expects {
        request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
    }
    let answered = send(&service, request).await.unwrap();
    assert_eq!(seen.calls(), 0);
    (answered, tally)
}

fn assert_too_long(answered: &Answered) {
    assert_eq!(answered.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answered.slug(), Some("body-too-long"));
    assert!(answered.is_signed_by(KEY));
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_never_kept() {
    let body = TestBody::endless(FRAME).announcing(LIMIT as u64 + 1);
    let (answered, tally) = send_long(body, false).await;
    assert_too_long(&answered);
    assert!(tally.most_held() <= FRAME, "{tally:?}");
    assert!(tally.given() <= DRAINED, "{tally:?}");
}

#[tokio::test]
async fn a_body_that_grows_too_long_is_kept_up_to_the_limit_only() {
    let (answered, tally) = send_long(TestBody::endless(FRAME), false).await;
    assert_too_long(&answered);
    assert!(tally.most_held() <= LIMIT + FRAME, "{tally:?}");
    assert!(tally.given() <= LIMIT + FRAME + DRAINED, "{tally:?}");
}

#[tokio::test]
async fn a_body_that_is_a_little_too_long_is_read_to_its_end() {
    // So that its sender, who still sends, gets to read the answer.
    let body = TestBody::frames(&vec![b'x'; LIMIT + 3 * FRAME], FRAME);
    let (answered, tally) = send_long(body, false).await;
    assert_too_long(&answered);
    assert_eq!(tally.given(), LIMIT + 3 * FRAME);
}

#[tokio::test]
async fn whoever_waits_for_leave_to_send_too_much_does_not_get_it() {
    let body = TestBody::endless(FRAME).announcing(LIMIT as u64 + 1);
    let (answered, tally) = send_long(body, true).await;
    assert_too_long(&answered);
    assert_eq!(tally.polls(), 0);
}

#[tokio::test]
async fn whoever_waits_for_leave_to_send_what_is_refused_anyway_does_not_get_it() {
    for query in ["", "signature=1&timestamp=2&nonce=3"] {
        let body = TestBody::of(BODY);
        let tally = body.tally();
        let mut request = request(&format!("/?{query}"), body);
        request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
        let answered = send(&layer().layer(inner().0), request).await.unwrap();
        assert!(answered.refusal.is_some());
        assert_eq!(tally.polls(), 0);
    }
}

#[tokio::test]
async fn whoever_waits_for_leave_to_send_a_call_gets_it() {
    let mut request = Call::new(BODY).request();
    request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
    assert_eq!(send(&layer().layer(inner().0), request).await.unwrap().body, ANSWER);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_given_up_at_the_deadline() {
    for steps in [vec![Step::Stall], vec![Step::Data("{".into()), Step::Stall]] {
        let (inner, seen) = inner();
        let service = layer().layer(inner);
        let began = tokio::time::Instant::now();
        let answered = send(&service, Call::new(BODY).request_with(TestBody::script(steps))).await.unwrap();
        assert_eq!(answered.status, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(answered.slug(), Some("body-too-slow"));
        assert!(answered.is_signed_by(KEY));
        // On the paused clock this is not a measurement.
        assert_eq!(began.elapsed().as_secs(), 5);
        assert_eq!(seen.calls(), 0);
    }
}

/// Frames that hold nothing, without end and without a pause.
struct Hollow;

impl Body for Hollow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
    }
}

#[tokio::test]
async fn frames_that_hold_nothing_do_not_hold_the_thread() {
    let never = service_fn(|_: Request<MarketplaceBody<Hollow>>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let service = layer().with_body_deadline(Duration::from_millis(50)).layer(never);
    let answered = send(&service, Call::new(BODY).request_with(Hollow)).await.unwrap();
    assert_eq!(answered.slug(), Some("body-too-slow"));
}

/// The body, a byte at a time.
fn dribbled(pause: Duration) -> TestBody {
    let bytes = BODY.bytes().map(|byte| Step::Data(vec![byte].into()));
    TestBody::script(bytes.flat_map(|data| [Step::Sleep(pause), data]))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_dribbles_is_given_up_at_the_deadline() {
    let service = layer().with_body_deadline(Duration::from_secs(3)).layer(inner().0);
    let slow = dribbled(Duration::from_millis(100));
    let tally = slow.tally();
    let answered = send(&service, Call::new(BODY).request_with(slow)).await.unwrap();
    assert_eq!(answered.slug(), Some("body-too-slow"));
    assert!((28..=30).contains(&tally.given()), "{tally:?}");

    let in_time = dribbled(Duration::from_millis(60));
    assert_eq!(send(&service, Call::new(BODY).request_with(in_time)).await.unwrap().body, ANSWER);
}

#[tokio::test(start_paused = true)]
async fn a_refused_sender_that_stops_is_not_waited_for() {
    for refused in ["/", "/?signature=1"] {
        for body in [
            TestBody::script([Step::Stall]),
            TestBody::script([Step::Data(BODY.into()), Step::Sleep(Duration::from_millis(100)), Step::Stall]),
            TestBody::script([Step::Fail]),
        ] {
            let answered = send(&layer().layer(inner().0), request(refused, body)).await.unwrap();
            assert_eq!(answered.slug(), Some("parameter-missing"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_sender_that_dribbles_is_waited_for_two_seconds_at_most() {
    let steps = std::iter::repeat_with(|| [Step::Sleep(Duration::from_millis(200)), Step::Data("x".into())]);
    let mut get = request("/", TestBody::script(steps.take(100).flatten()));
    *get.method_mut() = Method::PUT;
    let tally = get.body().tally();
    let began = tokio::time::Instant::now();
    assert_eq!(send(&layer().layer(inner().0), get).await.unwrap().slug(), Some("method"));
    assert!(tally.given() <= 10, "{tally:?}");
    assert!(began.elapsed() <= Duration::from_millis(2200), "on the paused clock");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    for steps in [vec![Step::Fail], vec![Step::Data(BODY.into()), Step::Fail]] {
        let (inner, seen) = inner();
        let service = layer().layer(inner);
        let answered = send(&service, Call::new(BODY).request_with(TestBody::script(steps))).await.unwrap();
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.slug(), Some("body-broken"));
        assert!(answered.refusal.unwrap().to_string().contains("broken on cue"));
        assert_eq!(seen.calls(), 0);
    }
}

#[tokio::test]
async fn a_signed_body_that_is_not_text_reaches_the_service() {
    for body in [&b"\xff\xfe{\x00}"[..], b"{\"activity\":\"\xc3\x28\"}", b"\x00"] {
        let (inner, seen) = inner();
        let service = layer().layer(inner);
        assert_eq!(send(&service, Call::new(body).request()).await.unwrap().body, ANSWER);
        assert_eq!(seen.last().body, body);
    }
}
