//! Every refusal, of a call and of usage, has its entry in the catalogue.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use marketplace_core::call::CallText;
use marketplace_tower::catalogue::{self, Kind};
use marketplace_tower::signature::v1::{self, NotInWindow};
use marketplace_tower::signature::v2::{OutsideWindow, Parameter, QueryError};
use marketplace_tower::signature::{kit_v1, kit_v2};
use marketplace_tower::usage::{
    CannotRecord, MeteringSn, RefusedUsage, UnusableUsage, UsageOutbox, UsageRecord,
};
use marketplace_tower::{Guide, Ledger, LedgerError, Refusal, ResultCode, Scheme, UnixMillis, UtcTime};

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

/// 2025-01-01, 14:00 of UTC.
const NOW: &str = "20250101T140000Z";

fn used(begin: &str, end: &str, value: &str) -> UsageRecord {
    let (begin, end) = (begin.parse().unwrap(), end.parse().unwrap());
    UsageRecord::new("i-1", begin, end, value.parse().unwrap()).unwrap()
}

/// One of each, as the outbox makes it, with the entry that it has.
async fn not_recorded() -> Vec<(CannotRecord, &'static str)> {
    let now: UtcTime = NOW.parse().unwrap();
    let outbox = UsageOutbox::of(&Ledger::memory()).unwrap();
    let outbox = outbox.with_clock(move || UnixMillis(now.unix_seconds() * 1000));
    let sn = MeteringSn::new("sn-1").unwrap();
    let hour = ("20250101T120000Z", "20250101T130000Z");
    outbox.record_as(sn.clone(), used(hour.0, hour.1, "1")).await.unwrap();
    let unusable = |result: Result<UsageRecord, UnusableUsage>| CannotRecord::from(result.unwrap_err());
    let (begin, end) = (hour.0.parse().unwrap(), hour.1.parse().unwrap());
    let value = "1".parse().unwrap();
    let refused = |usage| async { outbox.record(usage).await.unwrap_err() };
    vec![
        (unusable(UsageRecord::new("", begin, end, value)), "usage-field"),
        (unusable(UsageRecord::new("i\n", begin, end, value)), "usage-field"),
        (unusable(UsageRecord::new("x".repeat(65), begin, end, value)), "usage-field"),
        (unusable(UsageRecord::new("i-1", end, begin, value)), "record-011"),
        (refused(used("20250101T130000Z", "20250101T150000Z", "1")).await, "record-011"),
        (refused(used("20241101T130000Z", "20241101T140000Z", "1")).await, "mkt-9004"),
        (refused(used(hour.0, hour.1, "2")).await, "record-010"),
        (
            outbox.record_as(sn, used("20250101T110000Z", "20250101T120000Z", "1")).await.unwrap_err(),
            "record-005",
        ),
        (CannotRecord::from(LedgerError::store("down")), "usage-not-kept"),
    ]
}

#[tokio::test]
async fn usage_that_is_not_recorded_has_the_entry_that_the_market_would_refuse_it_by() {
    for (error, slug) in not_recorded().await {
        assert_eq!((error.slug(), error.entry().slug), (slug, slug), "{error}");
        let names = |code: &str| error.entry().what.contains(&format!("`{code}`"));
        let code = slug.strip_prefix("record-");
        assert!(code.is_none_or(names), "{error}");
        assert_eq!(error.entry().is(Kind::UsageRecord), slug != "mkt-9004", "{error}");
    }
}

#[tokio::test]
async fn no_entry_is_about_usage_that_nobody_refuses() {
    let ours: BTreeSet<_> = not_recorded().await.iter().map(|(error, _)| error.slug()).collect();
    for entry in catalogue::all().filter(|entry| entry.is(Kind::UsageRecord)) {
        assert!(!entry.api_codes.is_empty() || ours.contains(entry.slug), "{}", entry.slug);
    }
}

#[test]
fn usage_that_the_market_refused_has_the_entry_of_its_code() {
    let record = used("20250101T120000Z", "20250101T130000Z", "1");
    let record = record.metered(MeteringSn::new("sn-1").unwrap(), NOW.parse().unwrap()).unwrap();
    for (code, slug) in [
        ("009", Some("record-009")),
        ("MKT.9001", Some("mkt-9001")),
        ("94060004", Some("94060004")),
        ("008", None),
        ("MKT.7777", None),
        ("", None),
    ] {
        let refused = RefusedUsage::new(0, record.clone(), code.to_owned(), String::new());
        assert_eq!(refused.entry().map(|entry| entry.slug), slug, "{code}");
    }
}
