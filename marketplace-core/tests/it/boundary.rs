//! Letters cannot move between nonce and timestamp.
//!
//! The signed text has no separators: `…abc` + `1791795000000` and `…abc179` + `1795000000` have the same signature. What
//! keeps them apart: a timestamp has exactly 10 or 13 digits, it is fresh, 10 digits that could be the tail of 13 are
//! refused, and a replay is known by its MAC, which all readings share.

use marketplace_core::UnixMillis;
use marketplace_core::signature::v2::{Freshness, QueryError, SignedQuery, SortStep, Unit};

use crate::calls::{Call, query};
use crate::random::Random;

const REQUESTS: usize = 10_000;
const ALPHABETS: [&str; 3] =
    ["0123456789", "0123456789ABCDEF", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"];

/// A request that is signed at a random moment, in either unit, with a nonce of any kind.
fn random_call(random: &mut Random) -> (Call, UnixMillis) {
    let now = UnixMillis(1_700_000_000_000 + random.number() % 300_000_000_000);
    let timestamp = if random.once_in(2) { (now.0 / 1000).to_string() } else { now.0.to_string() };
    let alphabet = random.one_of(&ALPHABETS);
    let length = random.one_of(&[1, 3, 16, 32, 64]);
    let nonce = random.text(alphabet, length);
    (Call::signed("test-access-key-0123456789abcdef", &nonce, &timestamp, b"{}"), now)
}

/// The end of the time in which a stamp is fresh.
fn last_fresh(query: &SignedQuery<'_>) -> u64 {
    Freshness::VENDOR.remember_until(query.timestamp().millis()).0
}

#[test]
fn no_other_split_is_accepted() {
    let mut random = Random::seeded(0xb09d);
    let (mut tried, mut ambiguous, mut readable, mut requests) = (0, 0, 0, 0);
    while requests < REQUESTS {
        let (call, now) = random_call(&mut random);
        let original = call.query();
        let milliseconds = match SignedQuery::parse(&original) {
            Ok(original) => original.timestamp().unit() == Unit::Milliseconds,
            // Seconds after a nonce that makes of them plausible milliseconds: KooGallery's next call has another nonce.
            Err(error) => {
                assert_eq!((error, call.timestamp.len()), (QueryError::Ambiguous, 10));
                continue;
            }
        };
        requests += 1;
        assert!(call.accepts(&original, &call.body, SortStep::Off).is_some());
        let whole = format!("{}{}", call.nonce, call.timestamp);
        for at in (0..=whole.len()).filter(|at| *at != call.nonce.len()) {
            let (nonce, timestamp) = whole.split_at(at);
            let text = query(&call.signature, timestamp, nonce);
            tried += 1;
            let split = match SignedQuery::parse(&text) {
                Ok(split) => split,
                Err(error) => {
                    ambiguous += usize::from(error == QueryError::Ambiguous);
                    continue;
                }
            };
            readable += 1;
            assert!(
                matches!(timestamp.len(), 10 | 13) && timestamp.bytes().all(|digit| digit.is_ascii_digit())
            );
            assert!(Freshness::VENDOR.check(&split.timestamp(), now).is_err(), "{text} at {now:?}");
            if milliseconds {
                // Nor will it ever be accepted again: it was fresh, if ever, before it was signed.
                assert!(last_fresh(&split) < now.0, "{text} comes round after {now:?}");
            }
            // Its signature is right: there is nothing else that tells the two apart.
            let verified = call.accepts(&text, &call.body, SortStep::Off).expect(&text);
            assert_eq!(const_hex::encode_upper(verified.mac()), call.signature);
        }
    }
    println!(
        "{tried} other splits of {requests} requests: {ambiguous} refused for their two readings, {readable} out of the \
         window, 0 accepted"
    );
    assert!(readable > 1000 && ambiguous > 100);
}

/// Once in 116 days the two readings are of the same minute.
#[test]
fn readings_of_the_same_minute_are_not_both_accepted() {
    for base in [1_781_781_781_782_u64, 1_791_791_791_792, 1_801_801_801_802] {
        for now in (base - 120..base + 120).map(UnixMillis) {
            let stamp = now.0.to_string();
            let call = Call::signed("test-access-key-0123456789abcdef", "RLLUammMSInlrNWb", &stamp, b"{}");
            let verified = call.accepts(&call.query(), &call.body, SortStep::Off).unwrap();
            assert_eq!(const_hex::encode_upper(verified.mac()), call.signature);
            let (head, tail) = stamp.split_at(3);
            let shifted = query(&call.signature, tail, &format!("RLLUammMSInlrNWb{head}"));
            assert!(matches!(SignedQuery::parse(&shifted), Err(QueryError::Ambiguous)), "{shifted}");
        }
    }
}

#[test]
fn no_other_spelling_of_the_stamp_is_accepted() {
    let mut random = Random::seeded(0x57a3);
    let mut tried = 0;
    for _ in 0..REQUESTS {
        let (call, _) = random_call(&mut random);
        let Call { nonce, timestamp, .. } = &call;
        let wide = timestamp.replace(|letter: char| letter.is_ascii_digit(), "１");
        let arabic: String = timestamp
            .bytes()
            .map(|digit| char::from_u32(0x0660 + u32::from(digit - b'0')).unwrap())
            .collect();
        let (shorter, last) = nonce.split_at(nonce.len() - 1);
        for (nonce, timestamp) in [
            (nonce.as_str(), format!("0{timestamp}")),
            (nonce, format!("000{timestamp}")),
            (nonce, format!("+{timestamp}")),
            (nonce, format!("-{timestamp}")),
            (nonce, format!(" {timestamp}")),
            (nonce, format!("{timestamp} ")),
            (nonce, format!("{timestamp}.0")),
            (nonce, format!("%30{timestamp}")),
            (nonce, format!("%2B{}", &timestamp[1..])),
            (nonce, format!("+{}", &timestamp[1..])),
            (nonce, format!("{}e3", &timestamp[..timestamp.len() - 3])),
            (nonce, wide),
            (nonce, arabic),
            (shorter, format!("{last}{timestamp}")),
            ("", format!("{nonce}{timestamp}")),
        ] {
            let text = query(&call.signature, &timestamp, nonce);
            assert!(call.accepts(&text, &call.body, SortStep::On).is_none(), "{text}");
            tried += 1;
        }
        for signed in
            [format!("{nonce}+"), format!("{nonce}%20"), format!("{nonce}\u{661}"), format!("{nonce}\0")]
        {
            // Even signed like this it is refused: such nonces are not of the protocol.
            let odd = Call::signed("test-access-key-0123456789abcdef", &signed, timestamp, b"{}");
            assert!(odd.accepts(&odd.query(), &odd.body, SortStep::On).is_none(), "{signed}");
        }
    }
    println!("{tried} spellings of {REQUESTS} stamps, 0 accepted");
}
