//! The tokens of V1 agree with other implementations, both ways.

use marketplace_core::signature::v1::{self, SignedQuery};
use marketplace_core::signature::{Scheme, Unverified};
use marketplace_core::{AccessKey, KeyRing, UnixMillis};
use serde_json::Value;

/// Computed with Python; the file says so itself.
pub(crate) const VECTORS: &str = include_str!("../data/v1.json");

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}"))
}

/// The pairs of a signed text in which no value holds `&`.
fn pairs(signed: &str) -> Vec<(&str, &str)> {
    signed.split('&').map(|pair| pair.split_once('=').unwrap()).collect()
}

#[test]
fn every_section_of_the_vectors_is_known() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let sections: Vec<_> = vectors.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(sections, ["authToken", "kitV1", "mustBeRefused", "source"]);
    let length = |name: &str| vectors[name].as_array().unwrap().len();
    assert_eq!((length("authToken"), length("mustBeRefused"), length("kitV1")), (6, 1, 4));
}

#[test]
fn calls_verify_and_are_reproduced() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut verified = 0;
    for row in vectors["authToken"].as_array().unwrap() {
        let key = AccessKey::new(text(row, "accessKey")).unwrap();
        let (signed, token, stamp) =
            (text(row, "signedText"), text(row, "authToken"), text(row, "timeStamp"));
        assert_eq!(v1::token(&key, stamp, signed), token);
        let mut pairs = pairs(signed);
        let query = v1::sign(&key, &pairs);
        assert!(query.ends_with(&format!(
            "&authToken={}",
            token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
        )));
        let ring = KeyRing::from(key.clone());
        for _ in 0..pairs.len() {
            pairs.rotate_left(1);
            let query = v1::sign(&key, &pairs);
            let parsed = SignedQuery::parse(&query).expect(&query);
            let call = match parsed.verify(&ring) {
                // The page's own example has no activity.
                Err(error) => {
                    assert!(matches!((error, text(row, "id")), (Unverified::NoCall(_), "T1")));
                    continue;
                }
                Ok(call) => call,
            };
            assert_eq!((call.body().as_ref(), call.scheme()), (signed.as_bytes(), Scheme::V1));
            assert_eq!(
                call.parameters()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join("&"),
                signed
            );
            assert_eq!(call.timestamp(), parsed.timestamp());
            assert_eq!((call.mac(), parsed.time_stamp()), (parsed.auth_token(), stamp));
            assert_eq!(call.sorted(), None);
            verified += 1;
        }
    }
    assert_eq!(verified, 8 + 6 + 5 + 4 + 5);
}

#[test]
fn the_order_of_the_pages_example_is_refused() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    for row in vectors["mustBeRefused"].as_array().unwrap() {
        let key = AccessKey::new(text(row, "accessKey")).unwrap();
        let (signed, token, stamp) =
            (text(row, "signedText"), text(row, "authToken"), text(row, "timeStamp"));
        // It is the token of this text …
        assert_eq!(v1::token(&key, stamp, signed), token);
        // … and not the one that these parameters have.
        assert!(!v1::sign(&key, &pairs(signed)).contains(&token[..8]));
        let signed = format!("activity=queryInstance&{signed}");
        let query = format!("{signed}&authToken={}", v1::token(&key, stamp, &signed));
        assert!(SignedQuery::parse(&query).unwrap().verify(&KeyRing::from(key)).is_err());
    }
}

#[test]
fn the_stamp_is_utc_if_it_is_a_time() {
    let key = AccessKey::new("11111111-2222-3333-4444-555555555555").unwrap();
    for (stamp, moment) in [
        ("20200727073711903", Some(1_595_835_431_903)),
        ("20200727073711", Some(1_595_835_431_000)),
        ("201706211855321", None),
        ("1", None),
        ("99999999999999999999", None),
        ("19000101000000", None),
    ] {
        let query = v1::sign(&key, &[("activity", "queryInstance"), ("timeStamp", stamp)]);
        let query = SignedQuery::parse(&query).unwrap();
        assert_eq!(query.timestamp(), moment.map(UnixMillis), "{stamp}");
        let call = query.verify(&KeyRing::from(key.clone())).unwrap();
        assert_eq!(call.timestamp(), moment.map(UnixMillis), "{stamp}");
    }
}
