//! Only the right tag passes.
//!
//! A whole verification computes five to seven hashes, so here run as many as a test has time for, and
//! `MARKETPLACE_TAGS=10000000` runs more; ten million tags meet the comparison alone in the unit tests of `signer`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use marketplace_core::signature::BodySign;
use marketplace_core::signature::v2::{QueryError, SignedQuery, SortStep};
use marketplace_core::{AccessKey, KeyRing};

use crate::calls::{Call, query, verify};
use crate::random::Random;

const BODY: &[u8] =
    br#"{"activity":"queryInstance","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","testFlag":"1"}"#;

fn call() -> Call {
    Call::signed("test-access-key-0123456789abcdef", "RLLUammMSInlrNWb", "1680508066618", BODY)
}

fn accepted(call: &Call, signature: &str) -> bool {
    call.accepts(&query(signature, &call.timestamp, &call.nonce), &call.body, SortStep::On).is_some()
}

fn tag(call: &Call) -> [u8; 32] {
    const_hex::decode(&call.signature).unwrap().try_into().unwrap()
}

#[test]
fn every_bit_of_the_tag_counts() {
    let call = call();
    let tag = tag(&call);
    assert!(accepted(&call, &const_hex::encode(tag)));
    for bit in 0..256 {
        let mut flipped = tag;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!accepted(&call, &const_hex::encode(flipped)), "bit {bit}");
    }
    for byte in 0..32 {
        for value in 0..=255 {
            let mut other = tag;
            other[byte] = value;
            assert_eq!(
                accepted(&call, &const_hex::encode_upper(other)),
                value == tag[byte],
                "byte {byte} = {value}"
            );
        }
    }
}

#[test]
fn every_bit_of_an_answers_tag_counts() {
    let key = AccessKey::new("test-access-key-0123456789abcdef").unwrap();
    let verify = |tag: &[u8]| {
        let header = format!("sign_type=\"HMAC-SHA256\", signature=\"{}\"", STANDARD.encode(tag));
        BodySign::verify(&key, BODY, &header)
    };
    let sign = BodySign::of(&key, BODY);
    let tag = STANDARD.decode(sign.as_str().split('"').nth(3).unwrap()).unwrap();
    assert_eq!(verify(&tag), Ok(true));
    for bit in 0..256 {
        let mut flipped = tag.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&flipped), Ok(false), "bit {bit}");
    }
    for length in 0..32 {
        assert!(verify(&tag[..length]).is_err(), "the first {length} bytes");
    }
    assert!(verify(&[&*tag, b"\0"].concat()).is_err());
}

#[test]
fn no_other_length_passes() {
    let call = call();
    let signature = &call.signature;
    for length in 0..64 {
        assert!(!accepted(&call, &signature[..length]), "the first {length} digits");
        assert!(!accepted(&call, &signature[64 - length..]), "the last {length} digits");
        for filler in ["0", "f", " "] {
            assert!(
                !accepted(&call, &format!("{}{}", &signature[..length], filler.repeat(64 - length))),
                "{length}"
            );
        }
    }
    for extra in ["0", "00", "0x", "0X", "g", " ", "\0", "%00", "=", "\n", signature] {
        assert!(!accepted(&call, &format!("{signature}{extra}")), "{extra:?} after it");
        assert!(!accepted(&call, &format!("{extra}{signature}")), "{extra:?} before it");
    }
    for other in ["", "0", &"0".repeat(64), &"f".repeat(64), &"０".repeat(64), "null"] {
        assert!(!accepted(&call, other), "{other:?}");
    }
    let none = format!("timestamp={}&nonce={}", call.timestamp, call.nonce);
    assert!(matches!(SignedQuery::parse(&none), Err(QueryError::Missing(_))));
}

#[test]
fn no_other_key_passes() {
    let call = call();
    let query = call.query();
    for other in [
        "test-access-key-0123456789abcdeF",
        "test-access-key-0123456789abcde",
        "test-access-key-0123456789abcdef0",
        "Test-access-key-0123456789abcdef",
        "11111111-2222-3333-4444-555555555555",
        "a",
        "实例",
    ] {
        let ring = KeyRing::from(AccessKey::new(other).unwrap());
        assert!(verify(&ring, &query, BODY, SortStep::On).is_none(), "{other}");
    }
    // A ring accepts what any of its keys signed, wherever the key stands, and says which it was.
    let name = |at: usize| format!("key-{at}");
    for right in 0..5_usize {
        let keys = (0..5).map(|at| {
            let text = if at == right {
                "test-access-key-0123456789abcdef".to_owned()
            } else {
                format!("other-{at}")
            };
            AccessKey::named(name(at), text).unwrap()
        });
        let ring = KeyRing::new(keys).unwrap();
        let verified = verify(&ring, &query, BODY, SortStep::Off).unwrap();
        assert_eq!(verified.key().name(), name(right));
    }
}

/// What a body hashed under one ring is compared with under another: nothing passes, whichever ring holds the signer.
#[test]
fn a_ring_of_wrong_keys_never_passes() {
    let call = call();
    let ring = KeyRing::new((0..20).map(|at| AccessKey::new(format!("other-{at}")).unwrap())).unwrap();
    assert!(verify(&ring, &call.query(), BODY, SortStep::On).is_none());
}

#[test]
fn random_tags_do_not_pass() {
    let count: u64 = std::env::var("MARKETPLACE_TAGS")
        .map_or(100_000, |count| count.parse().expect("MARKETPLACE_TAGS is a number"));
    let call = call();
    let valid = tag(&call);
    let mut random = Random::seeded(0x7a65);
    let mut passed = 0_u64;
    for _ in 0..count {
        // Noise alone would hardly notice a comparison that forgets some bytes; so most keep many bytes of the valid tag.
        let (mut tag, keep) = (random.tag(), random.number());
        for (at, byte) in tag.iter_mut().enumerate() {
            if keep >> 62 != 0 && keep >> at & 1 == 1 {
                *byte = valid[at];
            }
        }
        passed += u64::from(tag != valid && accepted(&call, &const_hex::encode(tag)));
    }
    println!("{count} tags met the whole verification, {passed} passed");
    assert_eq!(passed, 0);
}
