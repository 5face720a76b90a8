//! A signed request is accepted once, however often, in whatever form and whenever it is sent again.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;

use http::{Request, Response};
use marketplace_tower::signature::v2::Unit;
use marketplace_tower::{Layer, MarketplaceBody, MarketplaceLayer, Replay};
use tower::{Service, service_fn};

use crate::support::bodies::TestBody;
use crate::support::signing::{Call, request};
use crate::support::{Answered, Clock, NOW, layer, layer_with, send};

const BODY: &str = r#"{"activity":"releaseInstance","instanceId":"i-1"}"#;

/// A layer over a service that counts what reaches it.
fn counted(clock: &Clock, replay: Replay) -> (impl Counted + use<>, Arc<AtomicUsize>) {
    let clock = clock.clone();
    counted_by(layer_with(replay).with_test_clock(move || clock.now()))
}

fn counted_by(layer: MarketplaceLayer) -> (impl Counted + use<>, Arc<AtomicUsize>) {
    let reached = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&reached);
    let inner = service_fn(move |_: Request<MarketplaceBody<TestBody>>| {
        counter.fetch_add(1, SeqCst);
        std::future::ready(Ok(Response::new(TestBody::of("{}"))))
    });
    (layer.layer(inner), reached)
}

/// What the layer makes of such a service.
trait Counted:
    Service<Request<TestBody>, Response = Response<MarketplaceBody<TestBody>>, Error = Infallible>
    + Clone
    + Send
    + Sync
{
}

impl<S> Counted for S where
    S: Service<Request<TestBody>, Response = Response<MarketplaceBody<TestBody>>, Error = Infallible>
        + Clone
        + Send
        + Sync
{
}

fn accepted(answered: &Answered) -> bool {
    answered.refusal.is_none()
}

#[tokio::test]
async fn is_accepted_once_in_three_minutes_whatever_its_stamp() {
    // The clock begins in the middle of a second, so that stamps in both units meet their edges.
    let begin = NOW + 500;
    let clock = Clock::new();
    let (service, reached) = counted(&clock, Replay::memory());
    let mut calls: Vec<_> = (-60..=60_i64)
        .flat_map(|offset| {
            let stamp = begin.checked_add_signed(offset * 1000).unwrap();
            [stamp, stamp / 1000].map(|stamp| (Call::new(BODY).with_timestamp(stamp), 0))
        })
        .collect();
    for second in 0..180 {
        clock.set(begin + second * 1000);
        for (call, acceptances) in &mut calls {
            let answered = send(&service, call.request()).await.unwrap();
            let reasons = ["replayed", "stale-timestamp"];
            assert!(
                accepted(&answered) || answered.slug().is_some_and(|slug| reasons.contains(&slug)),
                "{call:?}"
            );
            *acceptances += usize::from(accepted(&answered));
        }
    }
    for (call, acceptances) in &calls {
        assert_eq!(*acceptances, 1, "{call:?}");
    }
    assert_eq!(reached.load(SeqCst), calls.len());
}

#[tokio::test]
async fn is_not_accepted_again_after_the_clock_stepped_back() {
    let clock = Clock::new();
    let (service, reached) = counted(&clock, Replay::memory());
    let first = Call::new(BODY);
    assert!(accepted(&send(&service, first.request()).await.unwrap()));
    // Long enough for the store to forget it, with others coming and going.
    for minute in 1..=5 {
        let now = NOW + minute * 60_000;
        clock.set(now);
        for _ in 0..200 {
            let other = Call::new(BODY).with_timestamp(now);
            assert!(accepted(&send(&service, other.request()).await.unwrap()));
        }
    }
    clock.set(NOW);
    let again = send(&service, first.request()).await.unwrap();
    assert!(matches!(again.slug(), Some("replayed" | "replay-forgotten")), "{again:?}");
    assert_eq!(reached.load(SeqCst), 1001);
}

#[test]
fn of_a_thousand_copies_at_once_one_is_accepted() {
    for _round in 0..10 {
        let (service, reached) = counted(&Clock::new(), Replay::memory());
        let call = Call::new(BODY);
        let start = Barrier::new(8);
        let accepted: usize = thread::scope(|scope| {
            let threads: Vec<_> =
                std::iter::repeat_with(|| scope.spawn(|| in_one_thread(&service, &call, &start, 125)))
                    .take(8)
                    .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(accepted, 1);
        assert_eq!(reached.load(SeqCst), 1);
    }
}

/// Sends copies, and tells how many were accepted.
fn in_one_thread(service: &impl Counted, call: &Call, start: &Barrier, copies: usize) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    start.wait();
    runtime.block_on(async {
        let mut count = 0;
        for _ in 0..copies {
            let answered = send(service, call.request()).await.unwrap();
            assert!(accepted(&answered) || answered.slug() == Some("replayed"));
            count += usize::from(accepted(&answered));
        }
        count
    })
}

#[tokio::test]
async fn another_spelling_of_the_signature_is_the_same_request() {
    let (service, reached) = counted(&Clock::new(), Replay::memory());
    let call = Call::new(BODY);
    let upper = call.signature();
    let mixed: String = upper
        .chars()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit.to_ascii_lowercase() } else { digit })
        .collect();
    assert_ne!(upper, mixed);
    for (number, spelled) in [upper.to_lowercase(), upper.clone(), mixed].iter().enumerate() {
        let target = call.target().replace(&upper, spelled);
        let answered = send(&service, request(&target, TestBody::of(BODY))).await.unwrap();
        assert_eq!(answered.slug(), (number > 0).then_some("replayed"), "{target}");
    }
    assert_eq!(reached.load(SeqCst), 1);
}

#[tokio::test]
async fn other_parameters_and_another_path_do_not_make_another_request() {
    let (service, reached) = counted(&Clock::new(), Replay::memory());
    let call = Call::new(BODY);
    let [signature, timestamp, nonce]: [String; 3] =
        call.query().split('&').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    for (number, target) in [
        call.target(),
        format!("/saasproduce?{nonce}&{timestamp}&{signature}"),
        format!("{}&x=1", call.target()),
        format!("/other?{}", call.query()),
    ]
    .iter()
    .enumerate()
    {
        let answered = send(&service, request(target, TestBody::of(BODY))).await.unwrap();
        assert_eq!(answered.slug(), (number > 0).then_some("replayed"), "{target}");
    }
    assert_eq!(reached.load(SeqCst), 1);
}

#[tokio::test]
async fn no_other_split_of_nonce_and_timestamp_is_accepted() {
    // Signed text has no separators: digits can move between the two, and the signature stays right.
    let seconds = NOW / 1000;
    for (nonce, stamp) in [
        ("abc".to_owned(), NOW.to_string()),
        ("abc".to_owned(), seconds.to_string()),
        // More digits than one stamp could have.
        (format!("n{seconds}"), NOW.to_string()),
        (format!("n{NOW}x"), seconds.to_string()),
        ("0".repeat(20), NOW.to_string()),
    ] {
        for accept_first in [true, false] {
            let (service, reached) = counted(&Clock::new(), Replay::memory());
            let call = Call::new(BODY).with_nonce(&nonce).with_timestamp(&stamp);
            if accept_first {
                assert!(accepted(&send(&service, call.request()).await.unwrap()));
            }
            let (together, signature) = (format!("{nonce}{stamp}"), call.signature());
            for at in (0..=together.len()).filter(|at| *at != nonce.len()) {
                let (nonce, stamp) = together.split_at(at);
                let target = format!("/saasproduce?signature={signature}&timestamp={stamp}&nonce={nonce}");
                let answered = send(&service, request(&target, TestBody::of(BODY))).await.unwrap();
                assert!(!accepted(&answered), "{target}");
            }
            assert_eq!(reached.load(SeqCst), usize::from(accept_first));
        }
    }
}

/// 1701701701701 ms is in second 1701701701: its own last ten digits, read as seconds.
const BOTH_READINGS: u64 = 1_701_701_701_701;

#[tokio::test]
async fn milliseconds_do_not_come_round_as_seconds() {
    // A call of this hour would become fresh again up to weeks later, when the store has forgotten it.
    for later in [0, 1, 50, 90, 120, 1000, 100_000] {
        let clock = Clock::new();
        let (service, reached) = counted(&clock, Replay::memory());
        let stamp = BOTH_READINGS + later;
        clock.set(stamp);
        let call = Call::new(BODY).with_timestamp(stamp);
        assert!(accepted(&send(&service, call.request()).await.unwrap()));

        let (head, seconds) = call.timestamp.split_at(3);
        clock.set(seconds.parse::<u64>().unwrap() * 1000);
        let query = format!("signature={}&timestamp={seconds}&nonce={}{head}", call.signature(), call.nonce);
        let target = format!("/saasproduce?{query}");
        let answered = send(&service, request(&target, TestBody::of(BODY))).await.unwrap();
        assert_eq!(answered.slug(), Some("timestamp-ambiguous"), "{target}");
        assert_eq!(reached.load(SeqCst), 1);
    }
}

#[tokio::test]
async fn with_one_unit_stamps_of_the_other_are_refused() {
    for (unit, right, wrong) in [
        (Unit::Milliseconds, NOW.to_string(), (NOW / 1000).to_string()),
        (Unit::Seconds, (NOW / 1000).to_string(), NOW.to_string()),
    ] {
        let (service, _) = counted_by(layer().with_timestamp_unit(unit));
        let call = Call::new(BODY).with_timestamp(right);
        assert!(accepted(&send(&service, call.request()).await.unwrap()));
        let call = Call::new(BODY).with_timestamp(wrong);
        assert_eq!(send(&service, call.request()).await.unwrap().slug(), Some("parameter-malformed"));
    }
}

#[tokio::test]
async fn layers_that_share_a_store_accept_a_request_once_between_them() {
    let replay = Replay::memory();
    let (one, _) = counted(&Clock::new(), replay.clone());
    let (other, _) = counted(&Clock::new(), replay);
    let call = Call::new(BODY);
    assert!(accepted(&send(&one, call.request()).await.unwrap()));
    assert_eq!(send(&other, call.request()).await.unwrap().slug(), Some("replayed"));
    // So do the services of one layer, and clones of it.
    let layer = layer();
    let call = Call::new(BODY);
    assert!(accepted(&send(&counted_by(layer.clone()).0, call.request()).await.unwrap()));
    for _ in 0..2 {
        assert_eq!(
            send(&counted_by(layer.clone()).0, call.request()).await.unwrap().slug(),
            Some("replayed")
        );
    }
}
