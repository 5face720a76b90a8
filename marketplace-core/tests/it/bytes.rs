//! Every signed byte counts, and the handler sees the bytes that were signed.

use marketplace_core::signature::v2::{SortOrder, SortStep};
use serde_json::Value;

use crate::calls::{Call, object, query};
use crate::random::Random;

const REQUESTS: usize = 10_000;

/// The same text with one byte replaced by another, one more, or one less.
fn mutated(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut other = bytes.to_owned();
    match random.below(6) {
        0 => other.insert(random.below(bytes.len() + 1), random.byte()),
        1 => drop(other.remove(random.below(bytes.len()))),
        2 => other[random.below(bytes.len())] ^= 0x20, // the other case
        3 => other.insert(random.below(bytes.len() + 1), random.one_of(b" \t\r\n")),
        _ => other[random.below(bytes.len())] ^= random.byte().max(1),
    }
    other
}

/// The three things that are signed, each of them mutated in turn.
fn mutations(random: &mut Random, call: &Call) -> [(String, Vec<u8>); 3] {
    let letters = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let nonce = letters(mutated(random, call.nonce.as_bytes()));
    let mut timestamp = call.timestamp.clone().into_bytes();
    let at = random.below(timestamp.len());
    timestamp[at] = b'0' + (timestamp[at] - b'0' + 1 + u8::try_from(random.below(9)).unwrap()) % 10;
    [
        (call.query(), mutated(random, &call.body)),
        (query(&call.signature, &call.timestamp, &nonce), call.body.clone()),
        (query(&call.signature, &letters(timestamp), &call.nonce), call.body.clone()),
    ]
}

#[test]
fn raw_bytes_alone_accept_no_mutation() {
    let mut random = Random::seeded(0x5f0f);
    let mut tried = 0;
    for _ in 0..REQUESTS {
        let call = Call::random(&mut random);
        assert!(call.accepts(&call.query(), &call.body, SortStep::Off).is_some());
        for (query, body) in mutations(&mut random, &call) {
            assert!(
                call.accepts(&query, &body, SortStep::Off).is_none(),
                "{query} {}",
                String::from_utf8_lossy(&body)
            );
            tried += 1;
        }
    }
    println!("sort step off: {tried} mutations of {REQUESTS} requests, 0 accepted");
    assert_eq!(tried, 3 * REQUESTS);
}

#[test]
fn every_position_counts() {
    let mut random = Random::seeded(0x9051);
    let call = Call::random(&mut random);
    for at in 0..call.body.len() {
        let mut body = call.body.clone();
        for bit in 0..8 {
            body[at] ^= 1 << bit;
            assert!(call.accepts(&call.query(), &body, SortStep::Off).is_none(), "byte {at}");
            body[at] ^= 1 << bit;
        }
        assert!(call.accepts(&call.query(), &body[..at], SortStep::On).is_none(), "cut at {at}");
    }
    for at in 0..call.nonce.len() {
        for letter in 0x20..0x7f_u8 {
            let mut nonce = call.nonce.clone().into_bytes();
            let same = std::mem::replace(&mut nonce[at], letter) == letter;
            let query = query(&call.signature, &call.timestamp, str::from_utf8(&nonce).unwrap());
            assert_eq!(call.accepts(&query, &call.body, SortStep::On).is_some(), same, "{query}");
        }
    }
    for at in 0..call.timestamp.len() {
        for letter in 0x20..0x7f_u8 {
            let mut timestamp = call.timestamp.clone().into_bytes();
            let same = std::mem::replace(&mut timestamp[at], letter) == letter;
            let query = query(&call.signature, str::from_utf8(&timestamp).unwrap(), &call.nonce);
            assert_eq!(call.accepts(&query, &call.body, SortStep::On).is_some(), same, "{query}");
        }
    }
}

/// What a body says: members that are `null` say nothing. Nothing at all if it is no JSON, or says something twice.
fn content(body: &[u8]) -> Option<Value> {
    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(members) => members
                .into_iter()
                .filter(|(_, member)| !member.is_null())
                .map(|(name, member)| (name, without_nulls(member)))
                .collect(),
            Value::Array(members) => members.into_iter().map(without_nulls).collect(),
            plain => plain,
        }
    }
    serde_json::from_slice(body).ok().map(without_nulls)
}

#[test]
fn the_sort_step_accepts_only_the_same_content() {
    let mut random = Random::seeded(0x50f7);
    let (mut tried, mut accepted) = (0, 0);
    for _ in 0..REQUESTS {
        let call = Call::random(&mut random);
        for (query, body) in mutations(&mut random, &call) {
            tried += 1;
            if let Some(verified) = call.accepts(&query, &body, SortStep::On) {
                accepted += 1;
                assert_eq!(query, call.query());
                assert_eq!(content(&body), content(&call.body), "{}", String::from_utf8_lossy(&body));
                assert_eq!(verified.body().as_ref(), call.body, "the handler sees the signed bytes");
                assert!(verified.sorted().is_some());
            }
        }
    }
    println!(
        "sort step on: {tried} mutations of {REQUESTS} requests, {accepted} accepted, all of the same content"
    );
    assert!(accepted > 0, "blanks between members are mutations too");
}

/// The same value in another spelling: blanks, another order of members, escapes, members that are `null`.
fn respelled(random: &mut Random, value: &Value, out: &mut String) {
    let blank = |random: &mut Random, out: &mut String| {
        let blank: &str = random.one_of(&["", "", "", " ", "\n", "\t\r\n  "]);
        out.push_str(blank);
    };
    let text = |random: &mut Random, text: &str, out: &mut String| {
        out.push('"');
        for letter in text.chars() {
            if random.once_in(5) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let hex = if random.once_in(2) { format!("{unit:04x}") } else { format!("{unit:04X}") };
                    out.push_str("\\u");
                    out.push_str(&hex);
                }
            } else if letter == '/' && random.once_in(2) {
                out.push_str("\\/");
            } else {
                out.push(letter);
            }
        }
        out.push('"');
    };
    blank(random, out);
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(name, member)| (name.clone(), member.clone())).collect();
            if random.once_in(3) {
                members.push((format!("none{}", random.below(10)), Value::Null));
            }
            for at in (1..members.len()).rev() {
                members.swap(at, random.below(at + 1));
            }
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                blank(random, out);
                text(random, name, out);
                blank(random, out);
                out.push(':');
                respelled(random, member, out);
            }
            out.push('}');
        }
        Value::Array(members) => {
            out.push('[');
            for (at, member) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                respelled(random, member, out);
            }
            out.push(']');
        }
        Value::String(value) => text(random, value, out),
        plain => out.push_str(&plain.to_string()),
    }
    blank(random, out);
}

/// From Z to A, as the international page sorts. `serde_json` writes from A to Z.
fn descending(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .rev()
                .map(|(name, member)| format!("{}:{}", Value::from(&**name), descending(member)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(members) => {
            format!("[{}]", members.iter().map(descending).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

#[test]
fn the_handler_sees_the_signed_bytes_however_they_travelled() {
    let mut random = Random::seeded(0xb0d1);
    let mut sorted = 0;
    for _ in 0..REQUESTS {
        let object = object(&mut random);
        let (signed, order) = if random.once_in(2) {
            (object.to_string(), SortOrder::Ascending)
        } else {
            (descending(&object), SortOrder::Descending)
        };
        let call = Call::signed("test-access-key-0123456789abcdef", "n", "1680508066618", signed.as_bytes());
        let mut travelled = String::new();
        respelled(&mut random, &object, &mut travelled);
        let verified = call.accepts(&call.query(), travelled.as_bytes(), SortStep::On).expect(&travelled);
        assert_eq!(verified.body(), signed.as_bytes());
        if travelled == signed {
            assert_eq!(verified.sorted(), None);
        } else {
            assert_eq!(verified.sorted(), Some(order));
            assert!(call.accepts(&call.query(), travelled.as_bytes(), SortStep::Off).is_none());
            sorted += 1;
        }

        // A body that was signed as it travelled stays as it is, sorted or not.
        let raw =
            Call::signed("test-access-key-0123456789abcdef", "n", "1680508066618", travelled.as_bytes());
        let verified = raw.accepts(&raw.query(), travelled.as_bytes(), SortStep::On).unwrap();
        assert_eq!((verified.body().as_ref(), verified.sorted()), (travelled.as_bytes(), None));
    }
    println!("{sorted} of {REQUESTS} bodies were accepted in another spelling, with the signed bytes");
    assert!(sorted > REQUESTS * 9 / 10);
}

#[test]
fn a_member_given_twice_is_never_sorted_away() {
    let mut random = Random::seeded(0xd00b);
    for _ in 0..1000 {
        let call = Call::random(&mut random);
        let body = String::from_utf8(call.body.clone()).unwrap();
        for twice in [
            body.replacen('{', r#"{"activity":"releaseInstance","#, 1),
            body.replacen('{', r#"{"\u0061ctivity":"releaseInstance","#, 1),
            body.replacen('{', r#"{"activity":null,"#, 1),
            format!(r#"{},"activity":"releaseInstance"}}"#, body.strip_suffix('}').unwrap()),
        ] {
            assert!(call.accepts(&call.query(), twice.as_bytes(), SortStep::On).is_none(), "{twice}");
        }
    }
}

#[test]
fn frames_do_not_matter() {
    use bytes::Bytes;
    use marketplace_core::signature::v2::{Incoming, SignedQuery};

    let mut random = Random::seeded(0xf4a3);
    for _ in 0..500 {
        let call = Call::random(&mut random);
        let text = call.query();
        let query = SignedQuery::parse(&text).unwrap();
        let mut incoming = Incoming::new(&call.ring, &query, random.below(2) * call.body.len());
        let mut rest = Bytes::from(call.body.clone());
        while !rest.is_empty() {
            let length = random.below(rest.len() + 1);
            incoming.push(rest.split_to(length));
        }
        assert_eq!(incoming.len(), call.body.len());
        let verified = incoming.verify(&call.ring, SortStep::Off).unwrap();
        assert_eq!(verified.body().as_ref(), call.body);
    }
}

#[test]
fn what_was_given_away_is_not_verified_again() {
    use bytes::Bytes;
    use marketplace_core::signature::v2::{Incoming, SignedQuery};

    let call = Call::signed("test-access-key-0123456789abcdef", "n", "1680508066618", b"{}");
    let text = call.query();
    let mut incoming = Incoming::new(&call.ring, &SignedQuery::parse(&text).unwrap(), 0);
    incoming.push(Bytes::from_static(b"{}"));
    assert!(incoming.verify(&call.ring, SortStep::On).is_ok());
    assert!(incoming.verify(&call.ring, SortStep::On).is_err());
    incoming.push(Bytes::new());
    assert!(incoming.verify(&call.ring, SortStep::On).is_err());
}
