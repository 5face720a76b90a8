//! `authToken`, by which V1 and the first kit are signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;

use super::Scheme;
use super::signer::signer;
use crate::{AccessKey, KeyRing, MarketTime, UnixMillis};

/// 32 bytes in standard base64, with padding.
const LETTERS: usize = 44;
/// The pages give 17 digits and, once, 15; the parameter has at most 20.
const MOST_DIGITS: usize = 20;

/// The token of a text, whose key is the access key and the stamp, one after the other.
pub(super) fn computed(key: &AccessKey, time_stamp: &str, text: &str) -> [u8; 32] {
    key.mac_with(time_stamp).chain_update(text).finalize().into_bytes().into()
}

/// The key of the ring that signed this text with this token.
pub(super) fn signer_of<'ring>(
    ring: &'ring KeyRing,
    scheme: Scheme,
    token: &[u8; 32],
    time_stamp: &str,
    text: &str,
) -> Option<&'ring AccessKey> {
    signer(ring, scheme, token, ring.iter().map(|key| computed(key, time_stamp, text)))
}

/// Reads a token. A blank is a `+` that somebody decoded as a form does.
pub(super) fn read(text: &str) -> Option<[u8; 32]> {
    if text.len() != LETTERS {
        return None;
    }
    let mut token = [0; 33];
    match STANDARD.decode_slice(text.replace(' ', "+"), &mut token) {
        Ok(32) => token.first_chunk().copied(),
        _ => None,
    }
}

pub(super) fn written(token: [u8; 32]) -> String {
    STANDARD.encode(token)
}

/// Can this be the stamp of a call? The signed text does not depend on it being a time.
pub(super) fn is_time_stamp(text: &str) -> bool {
    (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// The moment of a stamp of 14 or 17 digits, whose clock is so many hours ahead of UTC.
pub(super) fn moment(time_stamp: &str, hours_ahead: i64) -> Option<UnixMillis> {
    let time: MarketTime = time_stamp.parse().ok()?;
    let millis = time.unix_millis().checked_sub(hours_ahead * 3_600_000)?;
    u64::try_from(millis).ok().map(UnixMillis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_spelling() {
        let token = "8hK+b/7Z9v4jSh+c8NSIcKW0Nmm7RkSHE0z9xn6sIKI=";
        let read_token = read(token).unwrap();
        assert_eq!(written(read_token), token);
        assert_eq!(read(&token.replace('+', " ")), Some(read_token));
        for other in [
            "",
            &token[..43],
            &token.replace('=', ""),
            &format!("{token}="),
            &token.replace('+', "-"),
            // The two bits that no byte needs.
            &token.replace("I=", "J="),
            &format!(" {}", &token[1..]).replace("I=", "=="),
            &format!("{}\n", &token[..43]),
            "8hK+b/7Z9v4jSh+c8NSIcKW0Nmm7RkSHE0z9xn6sIKé=",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_stamp_may_be_no_time() {
        assert_eq!(moment("20200727073711903", 0), Some(UnixMillis(1_595_835_431_903)));
        assert_eq!(moment("20200727073711", 0), Some(UnixMillis(1_595_835_431_000)));
        assert_eq!(moment("20200727153711903", 8), Some(UnixMillis(1_595_835_431_903)));
        assert_eq!(moment("19700101075959999", 8), None);
        assert_eq!(moment("00000000000000000", 8), None);
        for (text, stamp) in [
            ("201706211855321", true),
            ("0", true),
            ("12345678901234567890", true),
            ("123456789012345678901", false),
            ("", false),
            ("2020072707371190x", false),
            ("+0200727073711903", false),
            ("２０２００７", false),
        ] {
            assert_eq!(is_time_stamp(text), stamp, "{text}");
            assert!(text.len() == 17 || moment(text, 0).is_none(), "{text}");
        }
    }
}
