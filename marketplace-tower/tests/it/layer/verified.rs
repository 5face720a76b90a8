//! What the wrapped service is given.

use http::header::CONTENT_LENGTH;
use marketplace_tower::signature::v2::SortOrder;
use marketplace_tower::{Layer, UnixMillis, Verified};
use tracing::Level;

use super::{ANSWER, BODY, inner};
use crate::support::bodies::TestBody;
use crate::support::events::Events;
use crate::support::signing::Call;
use crate::support::{KEY, NOW, SECOND_KEY, layer, send};

#[tokio::test]
async fn the_service_gets_the_signed_bytes_and_the_proof() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let mut request = Call::new(BODY).request();
    request.headers_mut().insert("x-kept", "kept".parse().unwrap());
    request.extensions_mut().insert(7_u8);
    let answered = send(&service, request).await.unwrap();
    assert_eq!(answered.body, ANSWER);
    assert!(answered.is_signed_by(KEY));
    assert!(answered.refusal.is_none());

    let seen = seen.last();
    assert_eq!(seen.body, BODY);
    assert_eq!(seen.announced, Some(BODY.len() as u64));
    assert_eq!(seen.headers["x-kept"], "kept");
    assert_eq!(seen.extensions.get::<u8>(), Some(&7));
    let verified = seen.extensions.get::<Verified>().unwrap();
    assert_eq!(verified.body(), BODY);
    assert_eq!(verified.timestamp(), Some(UnixMillis(NOW)));
    assert_eq!(verified.key().name(), "first");
    assert_eq!(verified.sorted(), None);
}

#[tokio::test]
async fn the_second_key_is_accepted_and_signs_the_answer() {
    let events = Events::catch();
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let answered = send(&service, Call::new(BODY).with_key(SECOND_KEY).request()).await.unwrap();
    assert_eq!(answered.body, ANSWER);
    assert!(answered.is_signed_by(SECOND_KEY));
    assert!(!answered.is_signed_by(KEY));
    let seen = seen.last();
    let verified = seen.extensions.get::<Verified>().unwrap();
    assert_eq!(verified.key().name(), "second");
    assert!(events.take().iter().any(|line| line.text.contains("key=second ")));
}

#[tokio::test]
async fn stamps_are_read_in_both_units_and_signatures_in_both_cases() {
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    for call in [Call::new(BODY), Call::new(BODY).with_timestamp(NOW / 1000)] {
        for lower_case in [false, true] {
            // Another nonce: the other case of the same signature would be a replay.
            let call = call.clone().with_nonce(&format!("{}-{lower_case}", call.nonce));
            let mut target = call.target();
            if lower_case {
                target = target.replace(&call.signature(), &call.signature().to_lowercase());
            }
            let request = crate::support::signing::request(&target, TestBody::of(BODY));
            assert_eq!(send(&service, request).await.unwrap().body, ANSWER, "{target}");
        }
    }
    assert_eq!(seen.calls(), 4);
}

#[tokio::test]
async fn a_body_that_is_signed_in_sorted_form_reaches_the_service_in_that_form() {
    let travelled = r#"{ "b" : [ {"y": 1.50, "x": null} ], "a" : "\u5b9e" }"#;
    for (signed, order, name) in [
        (r#"{"a":"实","b":[{"y":1.50}]}"#, SortOrder::Ascending, "order=Ascending"),
        (r#"{"b":[{"y":1.50}],"a":"实"}"#, SortOrder::Descending, "order=Descending"),
    ] {
        let events = Events::catch();
        let (inner, seen) = inner();
        let service = layer().layer(inner);
        let mut request = Call::new(signed).with_key(SECOND_KEY).request_with(TestBody::of(travelled));
        request.headers_mut().insert(CONTENT_LENGTH, travelled.len().into());
        let answered = send(&service, request).await.unwrap();
        assert_eq!(answered.body, ANSWER);
        assert!(answered.is_signed_by(SECOND_KEY));

        let seen = seen.last();
        assert_eq!(seen.body, signed);
        assert_eq!(seen.announced, Some(signed.len() as u64));
        assert_eq!(seen.headers[CONTENT_LENGTH], signed.len().to_string());
        let verified = seen.extensions.get::<Verified>().unwrap();
        assert_eq!(verified.sorted(), Some(order));
        assert_eq!(verified.body(), signed);
        let told = events.take_ours();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].level, Level::WARN);
        assert!(told[0].text.contains("sorted body") && told[0].text.contains(name), "{told:?}");
    }
}

#[tokio::test]
async fn a_body_whose_raw_bytes_are_signed_is_never_sorted() {
    let events = Events::catch();
    let (inner, seen) = inner();
    let service = layer().layer(inner);
    let unsorted = r#"{"b": 1, "a": null}"#;
    assert_eq!(send(&service, Call::new(unsorted).request()).await.unwrap().body, ANSWER);
    assert_eq!(seen.last().body, unsorted);
    assert!(events.take_ours().is_empty());
}
