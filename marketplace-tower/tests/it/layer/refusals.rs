//! What a refused caller is told, and what the operator is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use marketplace_tower::{
    Admission, Layer, MarketplaceLayer, Replay, ReplayError, ReplayStore, Sighting, SortStep, StoreFuture,
};

use super::{ANSWER, BODY, inner};
use crate::support::bodies::{Step, TestBody};
use crate::support::events::Events;
use crate::support::signing::{Call, request};
use crate::support::{
    AUTHENTICATION_FAILED, FOREIGN_KEY, INTERNAL_ERROR, INVALID_PARAMETER, KEY, NOW, SECOND_KEY, layer,
    layer_with, send,
};

/// One request that is refused, and how.
pub(super) struct Refused {
    pub(super) what: String,
    pub(super) request: Request<TestBody>,
    pub(super) slug: &'static str,
    pub(super) body: &'static [u8],
    status: StatusCode,
    layer: MarketplaceLayer,
}

impl Refused {
    fn new(
        what: impl Into<String>,
        request: Request<TestBody>,
        slug: &'static str,
        body: &'static [u8],
    ) -> Self {
        Self { what: what.into(), request, slug, body, status: StatusCode::OK, layer: layer() }
    }

    fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn with_store(self, admission: Option<Admission>) -> Self {
        Self { layer: layer_with(Replay::custom(Says(admission))), ..self }
    }

    pub(super) fn layer(&self) -> MarketplaceLayer {
        self.layer.clone().with_body_limit(1000).with_body_deadline(Duration::from_secs(1))
    }
}

/// A replay store with one answer, or none.
#[derive(Debug)]
struct Says(Option<Admission>);

impl ReplayStore for Says {
    fn admit(&self, _: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        StoreFuture::ready(self.0.ok_or_else(|| ReplayError::new("no route to the store")))
    }
}

/// Every way to be refused by a layer.
pub(super) fn every_refusal() -> Vec<Refused> {
    let mut all = query_refusals();
    for method in [Method::PATCH, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let mut refused = Call::new(BODY).request();
        *refused.method_mut() = method.clone();
        all.push(Refused::new(method.as_str(), refused, "method", INVALID_PARAMETER));
    }
    for (what, stamp, slug) in [
        ("stale", (NOW - 60_001).to_string(), "stale-timestamp"),
        ("stale seconds", (NOW / 1000 - 61).to_string(), "stale-timestamp"),
        ("1970", "0000000000".to_owned(), "stale-timestamp"),
        ("future", (NOW + 60_001).to_string(), "future-timestamp"),
        ("future seconds", (NOW / 1000 + 61).to_string(), "future-timestamp"),
        ("2286", "9999999999999".to_owned(), "future-timestamp"),
    ] {
        all.push(Refused::new(
            what,
            Call::new(BODY).with_timestamp(stamp).request(),
            slug,
            INVALID_PARAMETER,
        ));
    }

    let long = Call::new("x".repeat(1001));
    let too_long = |what, request| {
        Refused::new(what, request, "body-too-long", INVALID_PARAMETER)
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
    };
    all.push(too_long("too long, announced", long.request()));
    all.push(too_long("too long, in frames", long.request_with(TestBody::frames(&long.body, 100))));
    all.push(too_long("endless", long.request_with(TestBody::endless(300))));
    let mut announced = long.request_with(TestBody::frames(&long.body, 100));
    announced.headers_mut().insert(CONTENT_LENGTH, 1001.into());
    all.push(too_long("too long, in the header", announced));
    let call = Call::new(BODY);
    let stalls = call.request_with(TestBody::script([Step::Data("{".into()), Step::Stall]));
    all.push(
        Refused::new("stalls", stalls, "body-too-slow", INVALID_PARAMETER)
            .with_status(StatusCode::REQUEST_TIMEOUT),
    );
    let breaks = call.request_with(TestBody::script([Step::Data("{".into()), Step::Fail]));
    all.push(Refused::new("breaks off", breaks, "body-broken", INVALID_PARAMETER));

    let unverified = |what, request| Refused::new(what, request, "signature", AUTHENTICATION_FAILED);
    all.push(unverified("foreign key", Call::new(BODY).with_key(FOREIGN_KEY).request()));
    all.push(unverified("altered body", call.request_with(TestBody::of(BODY.replace("i-1", "i-2")))));
    all.push(unverified("no body", call.request_with(TestBody::of(""))));
    let other_nonce = call.query().replace("nonce=nonce", "nonce=other");
    all.push(unverified("altered nonce", request(&format!("/?{other_nonce}"), TestBody::of(BODY))));

    let stored = |what, admission, slug, body| {
        Refused::new(what, Call::new(BODY).request(), slug, body).with_store(admission)
    };
    all.push(stored("repeated", Some(Admission::Repeated), "replayed", AUTHENTICATION_FAILED));
    all.push(stored("forgotten", Some(Admission::TooOld), "replay-forgotten", AUTHENTICATION_FAILED));
    all.push(stored("full", Some(Admission::Full), "replay-store-full", INTERNAL_ERROR));
    all.push(stored("store down", None, "replay-store-failed", INTERNAL_ERROR));
    all
}

/// Queries that do not have the form of a signed one.
fn query_refusals() -> Vec<Refused> {
    let call = Call::new(BODY);
    let query = call.query();
    let mut all = Vec::new();
    let mut refused = |what: &str, query: String, slug, body| {
        let request = request(&format!("/saasproduce?{query}"), TestBody::of(BODY));
        all.push(Refused::new(format!("{what}: {query:.100}"), request, slug, body));
    };
    refused("empty", String::new(), "parameter-missing", INVALID_PARAMETER);
    refused("too long", format!("{query}&{}", "x".repeat(4096)), "parameter-malformed", INVALID_PARAMETER);
    for (name, body) in
        [("signature", AUTHENTICATION_FAILED), ("timestamp", INVALID_PARAMETER), ("nonce", INVALID_PARAMETER)]
    {
        let (own, others): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with(name));
        let (own, others) = (own[0], others.join("&"));
        refused("missing", others.clone(), "parameter-missing", body);
        refused("no value", format!("{name}=&{others}"), "parameter-missing", body);
        refused("other case", query.replace(name, &name.to_uppercase()), "parameter-missing", body);
        refused("twice", format!("{query}&{own}"), "parameter-repeated", INVALID_PARAMETER);
        refused("twice, first", format!("{own}&{query}"), "parameter-repeated", INVALID_PARAMETER);
        refused("twice, other value", format!("{query}&{name}=1"), "parameter-repeated", INVALID_PARAMETER);
        refused("twice, no value", format!("{query}&{name}"), "parameter-repeated", INVALID_PARAMETER);
        for trap in ["%41", "%zz", "a+b", "1=1"] {
            refused("malformed", format!("{others}&{name}={trap}"), "parameter-malformed", INVALID_PARAMETER);
        }
    }
    let without_stamp = query.replace(&format!("timestamp={NOW}"), "x=y");
    for stamp in [
        "-9223372036854775808",
        "9223372036854775808",
        "+1700000000000",
        "01700000000000",
        "17000000000",
        "9999999999999999999999999999999999999999",
        "1e12",
        "1700000000.0",
        "NaN",
    ] {
        let query = format!("{without_stamp}&timestamp={stamp}");
        refused("malformed", query, "parameter-malformed", INVALID_PARAMETER);
    }
    all
}

#[tokio::test(start_paused = true)]
async fn each_reason_has_its_answer_and_tells_the_operator_once() {
    let events = Events::catch();
    let mut count = 0;
    for refused in every_refusal() {
        let hooked = Arc::new(Mutex::new(Vec::new()));
        let hook = Arc::clone(&hooked);
        let (inner, seen) = inner();
        let service = refused
            .layer()
            .with_refusal_hook(move |refusal| hook.lock().unwrap().push(refusal.slug()))
            .layer(inner);
        events.take();
        let Refused { what, request, slug, body, status, .. } = refused;
        let answered = send(&service, request).await.unwrap();

        assert_eq!(answered.body, body, "{what}");
        assert_eq!(answered.status, status, "{what}");
        assert_eq!(answered.headers[CONTENT_TYPE], "application/json", "{what}");
        assert!(answered.is_signed_by(KEY), "{what}");
        assert_eq!(answered.slug(), Some(slug), "{what}");
        assert_eq!(*hooked.lock().unwrap(), [slug], "{what}");
        let told = events.take_ours();
        let told: Vec<_> =
            told.iter().filter(|line| line.text.contains("refused a marketplace call")).collect();
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        assert_eq!(told[0].level, tracing::Level::WARN);
        assert!(told[0].text.contains(&format!("reason={slug} ")), "{what}: {told:?}");
        assert_eq!(seen.calls(), 0, "{what}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[tokio::test(start_paused = true)]
async fn strangers_see_the_same_answer_whichever_check_failed() {
    let mut seen_answers = Vec::<(StatusCode, &[u8], _)>::new();
    for refused in every_refusal() {
        let service = refused.layer().layer(inner().0);
        let Refused { what, request, body, status, .. } = refused;
        let answered = send(&service, request).await.unwrap();
        match seen_answers.iter().find(|(code, known, _)| (*code, *known) == (status, body)) {
            Some((.., headers)) => assert_eq!(answered.headers, *headers, "{what}"),
            None => seen_answers.push((status, body, answered.headers)),
        }
    }
    // 000001, 000002 (200, 408, 413) and 000005.
    assert_eq!(seen_answers.len(), 5);
}

#[tokio::test]
async fn the_answer_to_a_head_is_signed_without_a_body() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let mut head = Call::new(BODY).request();
    *head.method_mut() = Method::HEAD;
    let answered = send(&service, head).await.unwrap();
    assert_eq!(answered.slug(), Some("method"));
    assert!(answered.body.is_empty());
    assert!(answered.is_signed_by(KEY));
    assert_eq!(seen.calls(), 0);
}

#[tokio::test]
async fn a_refusal_is_signed_with_the_key_that_signed_the_call_or_else_with_the_first() {
    let service = layer().layer(inner().0);
    let call = Call::new(BODY).with_key(SECOND_KEY);
    assert!(send(&service, call.request()).await.unwrap().is_signed_by(SECOND_KEY));
    let again = send(&service, call.request()).await.unwrap();
    assert_eq!(again.slug(), Some("replayed"));
    assert!(again.is_signed_by(SECOND_KEY));
    let stranger = send(&service, Call::new(BODY).with_key(FOREIGN_KEY).request()).await.unwrap();
    assert!(stranger.is_signed_by(KEY));
}

#[tokio::test]
async fn other_parameters_are_ignored() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let call = Call::new(BODY);
    let target = format!("/saasproduce?a=1&a=2&{}&empty&%zz=%ff", call.query());
    let answered = send(&service, request(&target, TestBody::of(BODY))).await.unwrap();
    assert_eq!(answered.body, ANSWER);
    assert_eq!(seen.calls(), 1);
}

#[tokio::test]
async fn a_full_store_refuses_what_is_new_and_still_knows_what_it_has() {
    let (inner, seen) = inner();
    let service = layer_with(Replay::memory_with_capacity(2)).layer(inner);
    let calls = [(); 3].map(|()| Call::new(BODY));
    let mut slugs = Vec::new();
    for call in calls.iter().chain(&calls) {
        slugs.push(send(&service, call.request()).await.unwrap().slug());
    }
    let full = Some("replay-store-full");
    assert_eq!(slugs, [None, None, full, Some("replayed"), Some("replayed"), full]);
    assert_eq!(seen.calls(), 2);
}

#[tokio::test]
async fn the_operator_is_told_why_the_store_could_not_be_asked() {
    #[derive(Debug, thiserror::Error)]
    #[error("no answer from the store")]
    struct NoAnswer(#[source] std::io::Error);

    #[derive(Debug)]
    struct Down;

    impl ReplayStore for Down {
        fn admit(&self, _: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
            let cause = std::io::Error::other("no route to host");
            StoreFuture::ready(Err(ReplayError::new(NoAnswer(cause))))
        }
    }

    let service = layer_with(Replay::custom(Down)).layer(inner().0);
    let refusal = send(&service, Call::new(BODY).request()).await.unwrap().refusal.unwrap();
    assert_eq!(refusal.to_string(), "the replay store failed: no answer from the store: no route to host");
}

#[tokio::test]
async fn the_sort_step_can_be_switched_off() {
    let (inner, seen) = inner();
    let sorted = Call::new(r#"{"a":"1","b":"2"}"#);
    let service = layer().with_sort_step(SortStep::Off).layer(inner);
    let travelled = sorted.request_with(TestBody::of(r#"{"b":"2","a":"1"}"#));
    assert_eq!(send(&service, travelled).await.unwrap().slug(), Some("signature"));
    assert_eq!(send(&service, sorted.request()).await.unwrap().slug(), None);
    assert_eq!(seen.calls(), 1);
}
