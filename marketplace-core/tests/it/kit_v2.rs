//! Calls of the kit V2: three headers and a body.

use bytes::Bytes;
use marketplace_core::signature::kit_v2::{self, Header, HeaderError, Incoming, SignedHeaders};
use marketplace_core::signature::v2::{self, Unit};
use marketplace_core::signature::{Incoming as Any, Scheme, SortOrder, SortStep};
use marketplace_core::{AccessKey, Guide, KeyRing, UnixMillis, Verified};
use serde_json::Value;

use crate::calls::{Call, object};
use crate::random::Random;

const VECTORS: &str = include_str!("../data/v2.json");
const KEY: &str = "test-access-key-0123456789abcdef";
const NONCE: &str = "RLLUammMSInlrNWb";
const STAMP: &str = "1680508066618";
const BODY: &str = r#"{"clientId":"c1","flag":1,"instanceId":"i1","testFlag":1}"#;

fn key() -> AccessKey {
    AccessKey::new(KEY).unwrap()
}

fn sign(body: &str) -> String {
    kit_v2::sign(&key(), NONCE, STAMP, body.as_bytes())
}

/// The whole verification, with the values of `x-sign`, `x-timestamp` and `x-nonce`.
fn verify(ring: &KeyRing, headers: [&str; 3], body: &[u8], sort_step: SortStep) -> Option<Verified> {
    let [sign, timestamp, nonce] = headers.map(Some);
    let headers = SignedHeaders::parse(sign, timestamp, nonce).ok()?;
    let mut incoming = Incoming::new(ring, &headers, 0);
    for frame in body.chunks(7) {
        incoming.push(Bytes::copy_from_slice(frame));
    }
    assert_eq!((incoming.len(), incoming.is_empty()), (body.len(), body.is_empty()));
    incoming.verify(ring, sort_step, "applicationSync".into()).ok()
}

fn accepts(sign: &str, body: &[u8], sort_step: SortStep) -> Option<Verified> {
    verify(&KeyRing::from(key()), [sign, STAMP, NONCE], body, sort_step)
}

#[test]
fn vectors_verify_and_are_reproduced() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let rows = vectors["kitV2"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap();
        let key = AccessKey::new(text("accessKey")).unwrap();
        let (sign, stamp, nonce, body) =
            (text("xSign"), text("timestamp"), text("nonce"), text("body").as_bytes());
        assert_eq!(kit_v2::sign(&key, nonce, stamp, body), sign);
        let ring = KeyRing::from(key);
        for sign in [sign, &sign.to_ascii_uppercase()] {
            let call = verify(&ring, [sign, stamp, nonce], body, SortStep::Off).unwrap();
            assert_eq!((call.body().as_ref(), call.path_name()), (body, Some("applicationSync")));
            assert_eq!((call.scheme(), call.sorted()), (Scheme::KitV2, None));
            assert_eq!(const_hex::encode(call.mac()), text("xSign"));
            assert_eq!(call.timestamp(), Some(UnixMillis(stamp.parse().unwrap())));
        }
    }
}

#[test]
fn headers_have_the_forms_of_v2() {
    let sign = sign(BODY);
    let parse = |sign, stamp, nonce| {
        SignedHeaders::parse(sign, stamp, nonce).map(|headers| headers.timestamp().unit())
    };
    let (sign, stamp, nonce) = (Some(&*sign), Some(STAMP), Some(NONCE));
    assert_eq!(parse(sign, stamp, nonce), Ok(Unit::Milliseconds));
    assert_eq!(parse(sign, Some("1680508066"), nonce), Ok(Unit::Seconds));
    for nothing in [None, Some("")] {
        assert_eq!(parse(nothing, nothing, nothing), Err(HeaderError::Missing(Header::Timestamp)));
        assert_eq!(parse(nothing, stamp, nothing), Err(HeaderError::Missing(Header::Nonce)));
        assert_eq!(parse(nothing, stamp, nonce), Err(HeaderError::Missing(Header::Sign)));
    }
    let long = "a".repeat(129);
    for odd in [" ", "16805080666", "a b", "+680508066618", "\"a\"", &long] {
        assert_eq!(parse(sign, Some(odd), nonce), Err(HeaderError::Malformed(Header::Timestamp)), "{odd}");
        assert_eq!(parse(Some(odd), stamp, nonce), Err(HeaderError::Malformed(Header::Sign)), "{odd}");
    }
    for odd in [" ", "a b", "a{", "\"a\"", "é", &long] {
        assert_eq!(parse(sign, stamp, Some(odd)), Err(HeaderError::Malformed(Header::Nonce)), "{odd}");
    }
    assert_eq!(parse(sign, Some("1795000000"), Some("N179")), Err(HeaderError::Ambiguous));
    assert!(!HeaderError::Malformed(Header::Sign).to_string().is_empty());
}

#[test]
fn every_byte_counts() {
    let sign = sign(BODY);
    let same_as = |text: &str, at: usize, byte: u8| {
        let mut other = text.as_bytes().to_owned();
        other[at] = byte;
        (other != text.as_bytes()).then_some(other)
    };
    for at in 0..BODY.len() {
        for other in (0..=255).filter_map(|byte| same_as(BODY, at, byte)) {
            assert!(accepts(&sign, &other, SortStep::On).is_none(), "{}", String::from_utf8_lossy(&other));
        }
        assert!(accepts(&sign, &BODY.as_bytes()[..at], SortStep::On).is_none());
    }
    let ring = KeyRing::from(key());
    for (which, text) in [&*sign, STAMP, NONCE].into_iter().enumerate() {
        for at in 0..text.len() {
            for other in (0..0x7f).filter_map(|byte| same_as(text, at, byte)) {
                let other = String::from_utf8(other).unwrap();
                let mut headers = [&*sign, STAMP, NONCE];
                headers[which] = &other;
                let accepted = verify(&ring, headers, BODY.as_bytes(), SortStep::On).is_some();
                assert_eq!(accepted, which == 0 && other.eq_ignore_ascii_case(text), "{other}");
            }
        }
    }
}

/// The signed text has no separators, here also between the timestamp and the body.
#[test]
fn no_other_split_is_accepted() {
    let ring = KeyRing::from(key());
    let sign = sign(BODY);
    let whole = format!("{NONCE}{STAMP}{BODY}");
    let mut accepted = Vec::new();
    for stamp in 0..whole.len() {
        for body in stamp..=whole.len() {
            let headers = [&*sign, &whole[stamp..body], &whole[..stamp]];
            if verify(&ring, headers, &whole.as_bytes()[body..], SortStep::On).is_some() {
                accepted.push((stamp, body));
            }
        }
    }
    // The second is `…Wb168` and ten digits, which are seconds of 1985: out of every window.
    let (nonce, body) = (NONCE.len(), NONCE.len() + STAMP.len());
    assert_eq!(accepted, [(nonce, body), (nonce + 3, body)]);
    // With digits in front of the body, the MAC is right and the call refused.
    let headers = [&*sign, &STAMP[..10], NONCE];
    assert!(verify(&ring, headers, format!("618{BODY}").as_bytes(), SortStep::On).is_none());
}

/// The signature of V2 is one of the kit V2 over 64 digits, if both have the same key.
#[test]
fn a_call_of_v2_is_no_call_of_the_kit() {
    let query = v2::sign(&key(), NONCE, STAMP, BODY.as_bytes());
    let signature = &query["signature=".len()..][..64];
    let inner = {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let mac = Hmac::<sha2::Sha256>::new_from_slice(KEY.as_bytes()).unwrap().chain_update(BODY);
        const_hex::encode(mac.finalize().into_bytes())
    };
    assert_eq!(kit_v2::sign(&key(), NONCE, STAMP, inner.as_bytes()).to_ascii_uppercase(), signature);
    for body in [inner.as_bytes(), BODY.as_bytes()] {
        assert!(accepts(signature, body, SortStep::On).is_none());
    }
    let call = Call::signed(KEY, NONCE, STAMP, BODY.as_bytes());
    let query = crate::calls::query(&sign(BODY), STAMP, NONCE);
    assert!(call.accepts(&query, BODY.as_bytes(), SortStep::On).is_none());
}

#[test]
fn the_sort_step_is_ascending_and_can_be_switched_off() {
    let sign = sign(BODY);
    let travelled = r#"{ "testFlag":1, "none":null, "flag":1, "instanceId":"i\u0031", "clientId":"c1" }"#;
    let call = accepts(&sign, travelled.as_bytes(), SortStep::On).unwrap();
    assert_eq!((call.body().as_ref(), call.sorted()), (BODY.as_bytes(), Some(SortOrder::Ascending)));
    assert!(accepts(&sign, travelled.as_bytes(), SortStep::Off).is_none());
    for other in [
        travelled.replace("\"flag\":1", "\"flag\":2"),
        travelled.replace("null", "0"),
        travelled.replace("\"none\":null", "\"flag\":1"),
        travelled.replace("\"none\":null", "\"flag\":null"),
    ] {
        assert!(accepts(&sign, other.as_bytes(), SortStep::On).is_none(), "{other}");
    }
    let mut random = Random::seeded(0x4b12);
    for _ in 0..1000 {
        let object = object(&mut random);
        let (ascending, pretty) = (object.to_string(), serde_json::to_string_pretty(&object).unwrap());
        let sign = self::sign(&ascending);
        assert_eq!(accepts(&sign, pretty.as_bytes(), SortStep::On).unwrap().body(), ascending.as_bytes());
        let sign = self::sign(&pretty);
        assert_eq!(accepts(&sign, pretty.as_bytes(), SortStep::On).unwrap().body(), pretty.as_bytes());
    }
}

#[test]
fn keys_that_serve_other_guides_are_not_accepted() {
    let sign = sign(BODY);
    for (guides, accepted) in [
        (&[Guide::KitV2][..], true),
        (&[Guide::V1, Guide::V2, Guide::KitV1, Guide::Licence], false),
        (&[], false),
    ] {
        let other = AccessKey::named("other", "other").unwrap();
        let ring = KeyRing::new([other, key().serving(guides.iter().copied())]).unwrap();
        for body in [BODY.to_owned(), format!(" {BODY}")] {
            let call = verify(&ring, [&*sign, STAMP, NONCE], body.as_bytes(), SortStep::On);
            assert_eq!(call.is_some(), accepted, "{guides:?}");
        }
    }
}

#[test]
fn hostile_bodies_are_refused() {
    let sign = sign(BODY);
    for body in [
        String::new(),
        "[]".to_owned(),
        "{".to_owned(),
        "{".repeat(10_000),
        format!(r#"{{"a":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000)),
        format!(r#"{{"a":{}"#, r#"{"a":"#.repeat(10_000)),
        "\u{feff}{}".to_owned(),
    ] {
        assert!(accepts(&sign, body.as_bytes(), SortStep::On).is_none());
    }
    // No object is accepted, whoever signed it.
    for body in ["", "[]", "1", "\"a\"", "null"] {
        assert!(accepts(&self::sign(body), body.as_bytes(), SortStep::On).is_none(), "{body}");
    }
    let mut random = Random::seeded(0x4b22);
    for _ in 0..20_000 {
        let mut body = BODY.as_bytes().to_owned();
        for _ in 0..=random.below(3) {
            let at = random.below(body.len() + 1);
            let end = at + random.below((body.len() - at).min(8) + 1);
            let piece: &str = random
                .one_of(&["\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\0", "null", "\"a\":1,", "🦀"]);
            body.splice(at..end, piece.bytes());
        }
        if let Some(call) = accepts(&sign, &body, SortStep::On) {
            assert_eq!(call.body(), BODY.as_bytes());
        }
    }
}

#[test]
fn five_hundred_users_are_accepted_in_any_order() {
    let user = r#"{"userName":"zhang.san@example.com","name":"张三","orgCode":"10","role":"user","enable":"true","mobile":"13800000000","email":"zhang.san@example.com","employeeType":1,"extension":{"entryDate":"2022-11-9","workPlace":"Hangzhou, Binjiang, https://example.com/places/hangzhou/binjiang","costCentre":"1234567890","manager":"li.si@example.com"}}"#;
    let users: Value = serde_json::from_str(&format!("[{}]", vec![user; 1000].join(","))).unwrap();
    let signed = serde_json::json!({"currentSyncTime": "20220726144206961", "userList": users}).to_string();
    let travelled =
        format!(r#"{{"userList":[{}],"currentSyncTime":"20220726144206961"}}"#, vec![user; 1000].join(","));
    assert!(travelled.len() > 300_000);
    let sign = sign(&signed);
    let headers = SignedHeaders::parse(Some(&sign), Some(STAMP), Some(NONCE)).unwrap();
    let ring = KeyRing::from(key());
    let mut call = Any::kit_v2(Incoming::new(&ring, &headers, travelled.len()), "authSync".into());
    call.push(Bytes::from(travelled.clone()));
    assert_eq!((call.len(), call.scheme()), (travelled.len(), Scheme::KitV2));
    let call = call.verify(&ring, SortStep::On).unwrap();
    assert_eq!((call.body().as_ref(), call.path_name()), (signed.as_bytes(), Some("authSync")));
}

#[test]
fn one_type_takes_every_scheme() {
    use marketplace_core::signature::v1;

    let ring = KeyRing::from(key());
    let query = v2::sign(&key(), NONCE, STAMP, BODY.as_bytes());
    let mut call = Any::v2(v2::Incoming::new(&ring, &v2::SignedQuery::parse(&query).unwrap(), 0));
    assert!(call.is_empty());
    call.push(Bytes::from(BODY));
    assert_eq!((call.scheme(), call.len()), (Scheme::V2, BODY.len()));
    assert_eq!(call.verify(&ring, SortStep::Off).unwrap().body(), BODY.as_bytes());
    assert!(call.verify(&ring, SortStep::Off).is_err());

    let query = v1::sign(&key(), &[("activity", "queryInstance"), ("timeStamp", "1")]);
    let mut call = Any::v1(v1::SignedQuery::parse(&query).unwrap());
    drop(query);
    call.push(Bytes::from(BODY));
    assert_eq!((call.scheme(), call.len()), (Scheme::V1, BODY.len()));
    assert_eq!(
        call.verify(&ring, SortStep::Off).unwrap().body(),
        b"activity=queryInstance&timeStamp=1".as_slice()
    );
    assert!(!format!("{call:?}").contains("queryInstance"));
}
