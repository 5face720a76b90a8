//! The order of the checks, and that nothing goes past them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use http::Method;
use marketplace_tower::{
    Admission, Layer, Replay, ReplayError, ReplayStore, Sighting, SortStep, StoreFuture,
};

use super::{BODY, inner};
use crate::support::bodies::TestBody;
use crate::support::random::Random;
use crate::support::signing::{Call, request};
use crate::support::{FOREIGN_KEY, NOW, layer, layer_with, send};

/// A request with everything wrong from check number `first` on.
fn wrong_from(first: usize) -> http::Request<TestBody> {
    let wrong = |check| first <= check;
    let body = if wrong(3) { "x".repeat(2000) } else { BODY.to_owned() };
    let mut call = Call::new(body).with_nonce("the-same");
    if wrong(4) {
        call = call.with_key(FOREIGN_KEY);
    }
    if wrong(2) {
        call = call.with_timestamp(NOW - 100_000);
    }
    let mut target = call.target();
    if wrong(1) {
        target.push_str("&nonce=again");
    }
    let mut request = request(&target, TestBody::of(call.body));
    if wrong(0) {
        *request.method_mut() = Method::PUT;
    }
    request
}

#[tokio::test]
async fn the_first_of_several_faults_is_the_reason() {
    let (inner, seen) = inner();
    let service = layer().with_body_limit(1000).layer(inner);
    assert_eq!(send(&service, wrong_from(5)).await.unwrap().slug(), None);
    let reasons =
        ["method", "parameter-repeated", "stale-timestamp", "body-too-long", "signature", "replayed"];
    for (check, reason) in reasons.into_iter().enumerate() {
        assert_eq!(send(&service, wrong_from(check)).await.unwrap().slug(), Some(reason));
    }
    assert_eq!(seen.calls(), 1);
}

/// Counts how often it is asked.
#[derive(Debug, Default)]
struct Asked(Arc<AtomicUsize>);

impl ReplayStore for Asked {
    fn admit(&self, _: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        self.0.fetch_add(1, SeqCst);
        StoreFuture::boxed(async {
            tokio::task::yield_now().await;
            Ok(Admission::First)
        })
    }
}

#[tokio::test]
async fn a_stranger_never_reaches_the_replay_store_nor_the_service() {
    let asked = Arc::default();
    let (inner, seen) = inner();
    let service = layer_with(Replay::custom(Asked(Arc::clone(&asked)))).with_body_limit(1000).layer(inner);
    for check in 0..5 {
        assert!(send(&service, wrong_from(check)).await.unwrap().refusal.is_some());
    }
    assert_eq!(asked.load(SeqCst), 0);
    send(&service, wrong_from(5)).await.unwrap();
    assert_eq!(asked.load(SeqCst), 1);
    assert_eq!(seen.calls(), 1);
}

#[tokio::test]
async fn no_altered_request_gets_through() {
    let mut random = Random::seeded(41);
    let (inner, seen) = inner();
    let service = layer().with_sort_step(SortStep::Off).layer(inner);
    for _ in 0..3000 {
        let call = Call::new(BODY);
        let (mut query, mut body) = (call.query().into_bytes(), call.body.to_vec());
        let altered = if random.once_in(2) { &mut query } else { &mut body };
        let at = random.below(altered.len());
        match random.below(3) {
            0 => drop(altered.remove(at)),
            1 => altered.insert(at, *random.pick(b"0aF+")),
            // The lowest bit turns no letter into its other case.
            _ => altered[at] ^= 1 << random.below(5),
        }
        let query = String::from_utf8(query).unwrap();
        if query == call.query() && body == *call.body {
            continue;
        }
        let Ok(request) =
            http::Request::post(format!("/saasproduce?{query}")).body(TestBody::of(body.clone()))
        else {
            continue;
        };
        let answered = send(&service, request).await.unwrap();
        assert!(answered.refusal.is_some(), "{query} {}", String::from_utf8_lossy(&body));
    }
    assert_eq!(seen.calls(), 0);
}
