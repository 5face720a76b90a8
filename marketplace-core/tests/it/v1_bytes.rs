//! Every signed byte of a V1 call counts, and the signed text has one reading.

use std::collections::BTreeSet;

use marketplace_core::KeyRing;
use marketplace_core::signature::v1::{self, SignedQuery};

use crate::random::Random;
use crate::v1_query::{STAMP, encoded, joined, key, parameters, purchase, token, verify};

/// Whatever is changed in the query, what is accepted is what was signed: another spelling of the same.
#[test]
fn every_byte_counts() {
    let query = v1::sign(&key(), &purchase()).replace("%20", "+");
    let signed = joined(&purchase());
    let (mut tried, mut respelled) = (0, BTreeSet::new());
    let mut check = |other: Vec<u8>| {
        let Ok(other) = String::from_utf8(other) else { return };
        tried += 1;
        if let Some(call) = verify(&other) {
            assert_eq!(call.body(), signed.as_bytes(), "{other}");
            assert_eq!(parameters(&call), purchase());
            if other != query {
                respelled.insert(other);
            }
        }
    };
    for at in 0..query.len() {
        for byte in 0..0x80 {
            let mut other = query.clone().into_bytes();
            other[at] = byte;
            check(other.clone());
            other[at] = query.as_bytes()[at];
            other.insert(at, byte);
            check(other);
        }
        let mut other = query.clone().into_bytes();
        other.remove(at);
        check(other);
    }
    println!("{tried} mutations, {} accepted, all of the same content", respelled.len());
    // The other case of a hexadecimal digit, a raw blank, an empty pair, `productId` without its `=`, the padding…
    assert!(tried > 50_000 && respelled.len() < 200);
    for other in &respelled {
        let same =
            |text: &str| text.to_ascii_lowercase().replace("%20", "+").replace(' ', "+").replace("&&", "&");
        let (one, other) = (same(&query), same(other.trim_matches('&')));
        assert!(one == other || one.replace("productid=", "productid") == other, "{other}");
    }
}

#[test]
fn random_mutations_are_refused_or_the_same() {
    let mut random = Random::seeded(0x5161);
    let valid = v1::sign(&key(), &purchase());
    let signed = joined(&purchase());
    let (mut readable, mut accepted, ran) = (0, 0, 60_000);
    for _ in 0..ran {
        let mut bytes = valid.clone().into_bytes();
        if random.once_in(8) {
            let length = random.below(300);
            bytes = random.bytes(length);
        }
        for _ in 0..random.below(4) {
            let at = random.below(bytes.len() + 1);
            let end = at + random.below((bytes.len() - at).min(8) + 1);
            let piece: &str = random
                .one_of(&["&", "=", "%", "%26", "%3D", "+", "%00", "%e5", "a=", "&a=", "🦀", "%2B", ""]);
            bytes.splice(at..end, piece.bytes());
        }
        let query = String::from_utf8_lossy(&bytes).into_owned();
        match SignedQuery::parse(&query) {
            Ok(parsed) => {
                readable += 1;
                if let Ok(call) = parsed.verify(&KeyRing::from(key())) {
                    accepted += 1;
                    assert_eq!(call.body(), signed.as_bytes(), "{query}");
                }
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.starts_with("the ") || text.starts_with("a parameter "), "{text}");
            }
        }
    }
    println!("{ran} hostile queries, {readable} of them fine, {accepted} the same as the valid one");
    assert!(readable > 1000);
}

/// The signed text escapes nothing; still it can be cut into parameters in one way only.
#[test]
fn a_signed_text_has_one_reading() {
    for (signed, count) in [
        (joined(&purchase()), 1),
        (
            format!(
                "a=1&activity=newInstance&b=2=3&customerName=A&B&Co & D=E&orderId=&timeStamp={STAMP}&z=&zz=="
            ),
            1,
        ),
        (format!("activity=newInstance&customerName=x&d=1&e=2&timeStamp={STAMP}"), 1),
        // What KooGallery does not send has no reading at all.
        (format!("activity=newInstance&customerName=x&&y&=z&d=1&e&f=2&timeStamp={STAMP}"), 0),
        (format!("activity=newInstance&d=1&2&timeStamp={STAMP}"), 0),
    ] {
        let places: Vec<_> = signed.match_indices('&').map(|(at, _)| at).collect();
        let mut readings = BTreeSet::new();
        // Each `&` begins a parameter or belongs to a value; each parameter is cut at any of its `=`, or has none.
        for cuts in 0..1_u32 << places.len() {
            let mut pairs: Vec<String> = Vec::new();
            let mut start = 0;
            for (bit, at) in places.iter().enumerate() {
                if cuts >> bit & 1 == 1 {
                    pairs.push(signed[start..*at].to_owned());
                    start = at + 1;
                }
            }
            pairs.push(signed[start..].to_owned());
            let longest = pairs.iter().map(|pair| pair.matches('=').count()).max().unwrap();
            for nth in 0..=longest {
                let query: Vec<_> = pairs
                    .iter()
                    .map(|pair| {
                        match pair.match_indices('=').nth(nth).or_else(|| pair.match_indices('=').next()) {
                            Some((at, _)) => format!("{}={}", encoded(&pair[..at]), encoded(&pair[at + 1..])),
                            None => encoded(pair),
                        }
                    })
                    .collect();
                let query = format!("{}&authToken={}", query.join("&"), token(&signed));
                if let Some(call) = verify(&query) {
                    assert_eq!(call.body(), signed.as_bytes());
                    readings
                        .insert(parameters(&call).iter().map(|pair| format!("{pair:?}")).collect::<Vec<_>>());
                }
            }
        }
        assert_eq!(readings.len(), count, "{signed} {readings:#?}");
    }
}
