//! Calls of the kit V1: signed members, not signed bytes.

use bytes::Bytes;
use marketplace_core::signature::kit_v1::{self, Incoming, SignedHeader};
use marketplace_core::signature::v1::SignedQuery;
use marketplace_core::signature::{Incoming as Any, Scheme, SortStep};
use marketplace_core::{AccessKey, Guide, KeyRing, UnixMillis, Verified};
use serde_json::Value;

use crate::random::Random;
use crate::v1_vectors::VECTORS;

const KEY: &str = "11111111-2222-3333-4444-555555555555";
const BODY: &str = r#"{"testFlag":1,"flag":1,"orderId":"","timeStamp":"20220726144206961","name":"研发 \"A\"","userList":"[{\"name\":\"A&b=c\"}]","none":null}"#;

fn key() -> AccessKey {
    AccessKey::new(KEY).unwrap()
}

fn verify(ring: &KeyRing, token: &str, body: &[u8]) -> Option<Verified> {
    let header = SignedHeader::parse(Some(token.as_bytes())).ok()?;
    let mut incoming = Incoming::new(&header, body.len());
    let mut rest = Bytes::copy_from_slice(body);
    while !rest.is_empty() {
        let length = rest.len().min(100);
        incoming.push(rest.split_to(length));
    }
    assert_eq!(incoming.len(), body.len());
    incoming.verify(ring, "tenantSync".into()).ok()
}

/// Is a body accepted with the token of a text?
fn accepts(body: &str, stamp: &str, text: &str) -> bool {
    let token = marketplace_core::signature::v1::token(&key(), stamp, text);
    verify(&KeyRing::from(key()), &token, body.as_bytes()).is_some()
}

#[test]
fn vectors_verify_and_are_reproduced() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut ran = 0;
    for row in vectors["kitV1"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        let (body, token) = (text("body"), text("authToken"));
        let call = verify(&KeyRing::from(key()), token, body.as_bytes()).unwrap_or_else(|| panic!("{body}"));
        assert_eq!((call.body().as_ref(), call.path_name()), (body.as_bytes(), Some("tenantSync")));
        assert_eq!((call.scheme(), call.parameters().count()), (Scheme::KitV1, 0));
        let stamp = serde_json::from_str::<Value>(body).unwrap()["timeStamp"].as_str().unwrap().to_owned();
        assert_eq!(marketplace_core::signature::v1::token(&key(), &stamp, text("signedText")), token);
        if !text("id").contains("kept") {
            assert_eq!(kit_v1::sign(&key(), body.as_bytes()).as_deref(), Some(token));
        }
        ran += 1;
    }
    assert_eq!(ran, 4);
}

#[test]
fn the_stamp_is_of_chinas_time() {
    let call = |stamp: &str| {
        let body = format!(r#"{{"timeStamp":"{stamp}"}}"#);
        let token = kit_v1::sign(&key(), body.as_bytes()).unwrap();
        verify(&KeyRing::from(key()), &token, body.as_bytes()).unwrap().timestamp()
    };
    assert_eq!(call("20200727153711903"), Some(UnixMillis(1_595_835_431_903)));
    assert_eq!(call("1"), None);
    for body in [
        r#"{"timeStamp":"x"}"#,
        r#"{"timeStamp":""}"#,
        r#"{"a":1}"#,
        r#"{"timeStamp":["1"]}"#,
        r#"{"timeStamp":null}"#,
    ] {
        assert_eq!(kit_v1::sign(&key(), body.as_bytes()), None, "{body}");
        assert!(!accepts(body, "", "a=1"), "{body}");
    }
}

#[test]
fn spelling_and_order_do_not_matter_and_content_does() {
    let token = kit_v1::sign(&key(), BODY.as_bytes()).unwrap();
    let ring = KeyRing::from(key());
    for same in [
        r#"{"name":"研发 \"A\"","testFlag":1,"flag":1,"timeStamp":"20220726144206961","userList":"[{\"name\":\"A&b=c\"}]"}"#,
        r#" { "flag" : "1", "testFlag": "1", "timeStamp":20220726144206961, "name":"\u7814\u53d1 \u0022A\"","userList":[{"name":"A&b=c"}] , "x":"", "y":null, "z":" "}"#,
    ] {
        assert!(verify(&ring, &token, same.as_bytes()).is_some(), "{same}");
    }
    for other in [
        BODY.replace("研发", "研"),
        BODY.replace("\"flag\":1", "\"flag\":2"),
        BODY.replace("\"flag\":1", "\"flag\":1.0"),
        BODY.replace("\"flag\":1", "\"flag\":\" 1\""),
        BODY.replace("\"flag\":1", "\"flag\":null"),
        BODY.replace("\"none\":null", "\"none\":\"null\""),
        BODY.replace("\"none\":null", "\"activity\":null"),
        BODY.replace("\"none\":null", "\"flag\":null"),
        BODY.replace("\"none\":null", "\"none\":0"),
        BODY.replace("\"name\"", "\"Name\""),
        BODY.replace("20220726144206961", "20220726144206962"),
        BODY.replace("[{", "[ {"),
        format!("{BODY}x"),
        format!("[{BODY}]"),
    ] {
        assert_ne!(other, BODY);
        assert!(verify(&ring, &token, other.as_bytes()).is_none(), "{other}");
    }
}

/// What is signed, judged by another reader: members that are neither `null` nor blank, as texts.
fn content(body: &[u8]) -> Option<Vec<(String, String)>> {
    let Value::Object(members) = serde_json::from_slice(body).ok()? else { return None };
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        other => Some(other.to_string()),
    };
    Some(members.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect())
}

#[test]
fn every_byte_counts() {
    let token = kit_v1::sign(&key(), BODY.as_bytes()).unwrap();
    let ring = KeyRing::from(key());
    let (mut tried, mut accepted) = (0, 0);
    let mut check = |other: &[u8]| {
        tried += 1;
        if verify(&ring, &token, other).is_some() {
            accepted += 1;
            assert_eq!(content(other), content(BODY.as_bytes()), "{}", String::from_utf8_lossy(other));
        }
    };
    for at in 0..BODY.len() {
        for byte in 0..=255 {
            let mut other = BODY.as_bytes().to_owned();
            other[at] = byte;
            check(&other);
            other[at] = BODY.as_bytes()[at];
            other.insert(at, byte);
            check(&other);
        }
        let mut other = BODY.as_bytes().to_owned();
        other.remove(at);
        check(&other);
        check(&BODY.as_bytes()[..at]);
    }
    println!("{tried} mutations, {accepted} accepted, all of the same content");
    assert!(accepted < tried / 20);
}

#[test]
fn every_bit_of_the_token_counts() {
    let token = kit_v1::sign(&key(), BODY.as_bytes()).unwrap();
    let ring = KeyRing::from(key());
    for at in 0..token.len() {
        for letter in 0x20..0x7f_u8 {
            let mut other = token.clone().into_bytes();
            let same = std::mem::replace(&mut other[at], letter) == letter
                || (letter == b' ' && token.as_bytes()[at] == b'+');
            let other = String::from_utf8(other).unwrap();
            assert_eq!(verify(&ring, &other, BODY.as_bytes()).is_some(), same, "{other}");
        }
    }
    assert!(verify(&ring, &format!("“{token}”"), BODY.as_bytes()).is_some());
}

#[test]
fn members_cannot_be_split_or_joined() {
    let stamp = "20220726144206961";
    let text = format!("domainName=a&flag=1&name=b&timeStamp={stamp}");
    assert!(accepts(
        &format!(r#"{{"domainName":"a","flag":1,"name":"b","timeStamp":"{stamp}"}}"#),
        stamp,
        &text
    ));
    for body in [
        format!(r#"{{"domainName":"a&flag=1","name":"b","timeStamp":"{stamp}"}}"#),
        format!(r#"{{"domainName":"a&flag=1&name=b","timeStamp":"{stamp}"}}"#),
        format!(r#"{{"domainName=a&flag":"1","name":"b","timeStamp":"{stamp}"}}"#),
        format!(r#"{{"domainName=a&flag=1&name":"b","timeStamp":"{stamp}"}}"#),
        format!(r#"{{"domainName":"a","flag":"1&name=b","timeStamp":"{stamp}"}}"#),
    ] {
        assert!(!accepts(&body, stamp, &text), "{body}");
    }
    // A list takes nothing in: what is folded into it is no JSON any more.
    let text = format!("orgInfo=[1]&tenantId=2&timeStamp={stamp}");
    assert!(accepts(&format!(r#"{{"orgInfo":"[1]","tenantId":2,"timeStamp":"{stamp}"}}"#), stamp, &text));
    assert!(!accepts(&format!(r#"{{"orgInfo":"[1]&tenantId=2","timeStamp":"{stamp}"}}"#), stamp, &text));
    // A company may have `&` in its name, and a list whatever it wants.
    for value in ["A & B", "A & B = C", "[1,2]", "[A] & B", r#"[{\"a\":\"1&b=2\"}]"#] {
        let body = format!(r#"{{"name":"{value}","timeStamp":"{stamp}"}}"#);
        assert!(kit_v1::sign(&key(), body.as_bytes()).is_some(), "{body}");
    }
}

/// The texts of V1 and of the kit V1 look alike; the activity tells them apart.
#[test]
fn a_call_of_v1_is_no_call_of_the_kit() {
    let pairs = [("activity", "releaseInstance"), ("instanceId", "1"), ("timeStamp", "20220726144206961")];
    let query = marketplace_core::signature::v1::sign(&key(), &pairs);
    assert!(SignedQuery::parse(&query).unwrap().verify(&KeyRing::from(key())).is_ok());
    let text = "activity=releaseInstance&instanceId=1&timeStamp=20220726144206961";
    for body in [
        r#"{"activity":"releaseInstance","instanceId":"1","timeStamp":"20220726144206961"}"#,
        r#"{"activity":["releaseInstance"],"instanceId":"1","timeStamp":"20220726144206961"}"#,
        r#"{"activity=releaseInstance&instanceId":"1","timeStamp":"20220726144206961"}"#,
    ] {
        assert!(!accepts(body, "20220726144206961", text), "{body}");
    }
    let kit = r#"{"instanceId":"1","timeStamp":"20220726144206961"}"#;
    let token = kit_v1::sign(&key(), kit.as_bytes()).unwrap();
    for rest in ["", "&activity=", "&activity=releaseInstance"] {
        let query = format!("instanceId=1&timeStamp=20220726144206961&authToken={token}{rest}");
        assert!(
            SignedQuery::parse(&query)
                .ok()
                .and_then(|query| query.verify(&KeyRing::from(key())).ok())
                .is_none()
        );
    }
}

#[test]
fn keys_that_serve_other_guides_are_not_accepted() {
    let token = kit_v1::sign(&key(), BODY.as_bytes()).unwrap();
    for (guides, accepted) in [
        (&[Guide::KitV1][..], true),
        (&[Guide::V1, Guide::V2, Guide::KitV2, Guide::Licence], false),
        (&[], false),
    ] {
        let other = AccessKey::named("other", "other").unwrap();
        let ring = KeyRing::new([other, key().serving(guides.iter().copied())]).unwrap();
        assert_eq!(verify(&ring, &token, BODY.as_bytes()).is_some(), accepted, "{guides:?}");
    }
}

#[test]
fn hostile_bodies_are_refused() {
    let ring = KeyRing::from(key());
    let token = kit_v1::sign(&key(), BODY.as_bytes()).unwrap();
    let nested = |open: &str, close: &str| {
        format!(r#"{{"timeStamp":"1","a":{}{}}}"#, open.repeat(10_000), close.repeat(10_000))
    };
    let brackets = "[".repeat(10_000);
    for body in [
        nested("[", "]"),
        nested(r#"{"a":"#, "}"),
        nested("[", ""),
        brackets.clone(),
        format!(r#"{{"timeStamp":"1","a":"{brackets}&a=1"}}"#),
        format!(
            r#"{{"timeStamp":"1",{}"z":1}}"#,
            (0..1000).map(|at| format!("\"a{at}\":1,")).collect::<String>()
        ),
        format!(r#"{{"timeStamp":"1","a":"{}"}}"#, "&a=".repeat(100_000)),
        String::new(),
    ] {
        assert_eq!(kit_v1::sign(&key(), body.as_bytes()), None);
        assert!(verify(&ring, &token, body.as_bytes()).is_none());
    }
    let mut random = Random::seeded(0x4b17);
    for _ in 0..30_000 {
        let mut body = BODY.as_bytes().to_owned();
        if random.once_in(8) {
            let length = random.below(200);
            body = random.bytes(length);
        }
        for _ in 0..=random.below(3) {
            let at = random.below(body.len() + 1);
            let end = at + random.below((body.len() - at).min(8) + 1);
            let piece: &str = random.one_of(&[
                "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u0026", "&a=", "\0", "null", "\"a\":1,", "🦀",
            ]);
            body.splice(at..end, piece.bytes());
        }
        if let Some(call) = verify(&ring, &token, &body) {
            assert_eq!(content(call.body()), content(BODY.as_bytes()));
        }
        if let Some(token) = kit_v1::sign(&key(), &body) {
            assert!(verify(&ring, &token, &body).is_some());
        }
    }
}

#[test]
fn five_hundred_users_are_accepted() {
    let user = r#"{\"userName\":\"zhang.san@example.com\",\"name\":\"张三 & Co\",\"orgCode\":\"10\",\"role\":\"user\",\"enable\":\"true\",\"extension\":{\"entryDate\":\"2022-11-9\",\"employeeType\":\"1\",\"workPlace\":\"https://example.com/?a=1&b=2\"}}"#;
    let body =
        format!(r#"{{"userList":"[{}]","timeStamp":"20220726144206961"}}"#, vec![user; 1500].join(","));
    assert!(body.len() > 300_000);
    let token = kit_v1::sign(&key(), body.as_bytes()).unwrap();
    let header = SignedHeader::parse(Some(token.as_bytes())).unwrap();
    let mut call = Any::kit_v1(Incoming::new(&header, 0), "authSync".into());
    for frame in body.as_bytes().chunks(1000) {
        call.push(Bytes::copy_from_slice(frame));
    }
    assert_eq!((call.len(), call.scheme()), (body.len(), Scheme::KitV1));
    let call = call.verify(&KeyRing::from(key()), SortStep::On).unwrap();
    assert_eq!((call.body().as_ref(), call.path_name()), (body.as_bytes(), Some("authSync")));
}
