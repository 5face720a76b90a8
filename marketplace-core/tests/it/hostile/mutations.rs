//! Mutations of valid inputs, and noise: more than 200,000 executions.

use marketplace_core::signature::BodySign;
use marketplace_core::signature::v2::{Freshness, SignedQuery, SortStep};
use marketplace_core::{AccessKey, Amount, InstanceId, MarketTime, ResultCode, Text, UnixMillis};

use super::{bodies, read_all, read_one};
use crate::calls::Call;
use crate::random::Random;

/// Pieces that parsers are known to stumble over.
const PIECES: [&str; 44] = [
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    ":",
    "\\ud800",
    "\\udc00\\ud800",
    "\\u0000",
    "\\u",
    "\u{feff}",
    "\0",
    "\n",
    "🦀",
    "实",
    "\u{7f}",
    "\u{202e}",
    "9007199254740993",
    "-9223372036854775809",
    "18446744073709551616",
    "1e400",
    "-0",
    "-0.0",
    "1E-999999999",
    "00",
    "0x1",
    "NaN",
    "Infinity",
    "\"activity\":",
    "\"testFlag\":1,",
    "&nonce=",
    "%00",
    "%",
    "=",
    "&",
    "+",
    "١",
];

/// A valid input with a few mutations, or, once in eight times, noise.
pub(super) fn hostile(random: &mut Random, valid: &[u8]) -> Vec<u8> {
    if random.once_in(8) {
        let length = random.below(200);
        return random.bytes(length);
    }
    let mut bytes = valid.to_owned();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.byte(),
            2 => bytes.truncate(at),
            3 => {
                let end = at + random.below(bytes.len() - at + 1);
                let copied = bytes[at..end].to_owned();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            4 => {
                let end = at + random.below(bytes.len() - at + 1);
                bytes.drain(at..end);
            }
            _ => {
                let end = at + random.below((bytes.len() - at).min(8) + 1);
                bytes.splice(at..end, random.one_of(&PIECES).bytes());
            }
        }
    }
    bytes
}

fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[test]
fn bodies_are_read_or_refused() {
    let mut random = Random::seeded(0xb0d7);
    let bodies = bodies();
    for (at, body) in bodies.iter().enumerate() {
        assert_eq!(read_one(at, body.as_bytes()), Ok(()), "{body}");
    }
    let (mut ran, mut readable) = (0, 0);
    for _ in 0..20_000 {
        let valid = &bodies[random.below(8)];
        let found = read_all(&hostile(&mut random, valid.as_bytes()));
        readable += found.iter().filter(|read| read.is_ok()).count();
        ran += found.len();
    }
    println!("{ran} readings of hostile bodies, {readable} of them fine");
    assert!(ran == 160_000 && readable > 1000 && readable < ran / 2);
}

#[test]
fn queries_are_read_or_refused() {
    let mut random = Random::seeded(0x9e72);
    let valid = "signature=705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22&timestamp=1680508066618\
                 &nonce=RLLUammMSInlrNWb";
    let (mut readable, ran) = (0, 60_000);
    for _ in 0..ran {
        let query = hostile(&mut random, valid.as_bytes());
        let query = lossy(&query);
        match SignedQuery::parse(&query) {
            Ok(parsed) => {
                readable += 1;
                let stamp = parsed.timestamp();
                assert!(matches!(stamp.as_str().len(), 10 | 13) && (1..=128).contains(&parsed.nonce().len()));
                let now = UnixMillis(random.number());
                let _verdict = Freshness::VENDOR.check(&stamp, now);
                assert!(Freshness::WIDEST.remember_until(stamp.millis()) > stamp.millis());
            }
            Err(error) => assert!(error.to_string().starts_with("the "), "{error}"),
        }
    }
    println!("{ran} hostile queries, {readable} of them fine");
    assert!(readable > 1000);
}

#[test]
fn requests_are_verified_or_refused() {
    let mut random = Random::seeded(0x4e9e);
    let bodies = bodies();
    let (mut accepted, ran) = (0, 10_000);
    for _ in 0..ran {
        let body = &bodies[random.below(8)];
        let call = Call::signed("test-access-key-0123456789abcdef", "n", "1680508066618", body.as_bytes());
        let query = hostile(&mut random, call.query().as_bytes());
        let query = if random.once_in(3) { lossy(&query).into_owned() } else { call.query() };
        let body = hostile(&mut random, body.as_bytes());
        accepted += usize::from(call.accepts(&query, &body, SortStep::On).is_some());
    }
    println!("{ran} hostile requests, {accepted} accepted because what is signed was not touched");
    assert!(accepted < ran / 10);
}

#[test]
fn headers_are_read_or_refused() {
    let mut random = Random::seeded(0x4ead);
    let key = AccessKey::new("test-access-key-0123456789abcdef").unwrap();
    let valid = BodySign::of(&key, b"{}");
    let (mut right, ran) = (0, 30_000);
    for _ in 0..ran {
        let header = hostile(&mut random, valid.as_bytes());
        let header = lossy(&header);
        if BodySign::verify(&key, b"{}", &header) == Ok(true) {
            right += 1;
            let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(without_blanks(&header), without_blanks(valid.as_str()));
        }
    }
    println!("{ran} hostile headers, {right} of them right");
}

#[test]
fn values_are_read_or_refused() {
    let mut random = Random::seeded(0x7a1e);
    let ran = 60_000;
    for _ in 0..ran {
        let valid = random.one_of(&[
            "20221124023618256",
            "20221124023618",
            "12.78",
            "99999999.9999",
            "000004",
            "tenant-7",
        ]);
        let bytes = hostile(&mut random, valid.as_bytes());
        let text = lossy(&bytes);
        if let Ok(time) = text.parse::<MarketTime>() {
            assert!(time.to_string().starts_with(&*text), "{text}");
            assert_eq!(MarketTime::from_unix_millis(time.unix_millis()), Ok(time));
        }
        if let Ok(amount) = text.parse::<Amount>() {
            assert_eq!(amount.to_string().parse(), Ok(amount), "{text}");
            assert_eq!(Amount::from_ten_thousandths(amount.ten_thousandths()), Ok(amount));
        }
        if let Some(code) = ResultCode::from_text(&text) {
            assert_eq!(code.as_str(), text);
        }
        if let Ok(id) = InstanceId::new(&*text) {
            assert_eq!(id.as_str(), text);
        }
        if let Ok(key) = AccessKey::new(&*text) {
            assert!(!text.is_empty() && text.trim() == text && key.name() == "access key");
        }
        assert!(Text::<8>::truncated(text.into_owned()).as_str().encode_utf16().count() <= 8);
        if let Ok(time) = MarketTime::from_unix_millis(random.number().cast_signed() >> random.below(40)) {
            assert_eq!(time.to_string().len(), 17);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}
