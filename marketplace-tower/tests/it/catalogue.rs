//! Every refusal has its entry in the catalogue.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use marketplace_core::call::CallText;
use marketplace_tower::catalogue::{self, Kind};
use marketplace_tower::signature::v1::{self, NotInWindow};
use marketplace_tower::signature::v2::{OutsideWindow, Parameter, QueryError};
use marketplace_tower::signature::{kit_v1, kit_v2};
use marketplace_tower::{Guide, Refusal, ResultCode, Scheme};

const LATE: Duration = Duration::from_secs(61);

fn refusals() -> Vec<Refusal> {
    let stale = OutsideWindow::Stale(LATE);
    let future = OutsideWindow::Future(LATE);
    vec![
        Refusal::Method(Method::PUT),
        Refusal::NoKey(Scheme::KitV1),
        Refusal::Query(QueryError::Missing(Parameter::Nonce)),
        Refusal::Query(QueryError::Repeated(Parameter::Timestamp)),
        Refusal::Query(QueryError::Malformed(Parameter::Signature)),
        Refusal::Query(QueryError::Ambiguous),
        Refusal::Query(QueryError::TooLong),
        Refusal::V1Query(v1::QueryError::Missing("timeStamp")),
        Refusal::V1Query(v1::QueryError::Malformed("authToken")),
        Refusal::V1Query(v1::QueryError::Repeated(v1::KnownName::of("orderId"))),
        Refusal::V1Query(v1::QueryError::Encoding),
        Refusal::V1Query(v1::QueryError::Name),
        Refusal::V1Query(v1::QueryError::Ampersand(v1::KnownName::of("orderId"))),
        Refusal::V1Query(v1::QueryError::TooMany),
        Refusal::V1Query(v1::QueryError::TooLong),
        Refusal::KitV1Header(kit_v1::HeaderError::Malformed),
        Refusal::KitV2Header(kit_v2::HeaderError::Missing(kit_v2::Header::Nonce)),
        Refusal::KitV2Header(kit_v2::HeaderError::Malformed(kit_v2::Header::Sign)),
        Refusal::KitV2Header(kit_v2::HeaderError::Ambiguous),
        Refusal::HeaderRepeated("x-sign"),
        Refusal::OutsideWindow(stale),
        Refusal::OutsideWindow(future),
        Refusal::NotInWindow(NotInWindow::Outside(stale)),
        Refusal::NotInWindow(NotInWindow::Outside(future)),
        Refusal::NotInWindow(NotInWindow::NoTime),
        Refusal::BodyTooLong { limit: 1 },
        Refusal::BodyTooSlow,
        Refusal::BodyBroken("reset".into()),
        Refusal::Unverified,
        Refusal::Replayed,
        Refusal::ReplayStoreFull,
        Refusal::ReplayForgotten,
        Refusal::ReplayStoreFailed("down".into()),
        Refusal::KeysStale,
        Refusal::Body(CallText::new(Bytes::from_static(b"\xff")).unwrap_err()),
        Refusal::KeyOfOtherGuide(Guide::V2),
        Refusal::UnknownActivity("pauseInstance".into()),
        Refusal::NotVerified,
    ]
}

#[test]
fn a_refusal_and_its_entry_agree() {
    for refusal in refusals() {
        let entry = refusal.entry();
        assert!(entry.is(Kind::Refusal), "{refusal}");
        assert_eq!(entry.slug, refusal.slug());
        assert_eq!(entry.code, Some(refusal.code()), "{refusal}");
        let status = refusal.status().as_u16();
        assert_eq!(entry.cause.contains(&format!("HTTP status is {status}")), status != 200, "{refusal}");
    }
}

#[test]
fn a_missing_signature_has_a_code_of_its_own() {
    for refusal in [
        Refusal::Query(QueryError::Missing(Parameter::Signature)),
        Refusal::V1Query(v1::QueryError::Missing("authToken")),
        Refusal::KitV1Header(kit_v1::HeaderError::Missing),
        Refusal::KitV2Header(kit_v2::HeaderError::Missing(kit_v2::Header::Sign)),
    ] {
        assert_eq!(
            (refusal.slug(), refusal.code()),
            ("parameter-missing", ResultCode::AUTHENTICATION_FAILED)
        );
        assert!(refusal.entry().cause.contains("`000001`"));
    }
}

#[test]
fn no_entry_is_about_a_refusal_that_does_not_exist() {
    let described = catalogue::all().filter(|entry| entry.is(Kind::Refusal)).map(|entry| entry.slug);
    let refused: BTreeSet<_> = refusals().iter().map(Refusal::slug).collect();
    assert_eq!(described.collect::<BTreeSet<_>>(), refused);
}
