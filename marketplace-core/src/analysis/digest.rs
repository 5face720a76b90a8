//! The hashes, and the letters in which they travel.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::query::percent_decoded;
use super::slip::{Slip, Variant};
use super::verdict::VerdictCode;
use crate::key::HmacSha256;

/// A hash: 20 bytes (SHA-1) or 32 (SHA-256).
pub(super) type Digest = Vec<u8>;
type HmacSha1 = Hmac<Sha1>;

#[allow(clippy::expect_used, reason = "the invariant is in the message")]
pub(super) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Digest {
    let mut mac = HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

#[allow(clippy::expect_used, reason = "the invariant is in the message")]
pub(super) fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> Digest {
    let mut mac = HmacSha1::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

pub(super) fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

pub(super) fn sha1(parts: &[&[u8]]) -> Digest {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

/// The letters in which a scheme sends its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Hexadecimal digits of either case.
    Hex,
    /// Hexadecimal digits, and they are in lower case.
    LowerHex,
    /// Hexadecimal digits, usually in upper case.
    UpperHex,
    /// Standard base64 with padding.
    Base64,
}

impl Letters {
    pub(super) fn write(self, digest: &[u8]) -> String {
        match self {
            Self::Hex | Self::LowerHex => const_hex::encode(digest),
            Self::UpperHex => const_hex::encode_upper(digest),
            Self::Base64 => STANDARD.encode(digest),
        }
    }

    /// What a provided text of a hash of this many bytes may stand for: as it should be written, or not.
    pub(super) fn read(self, text: &str, length: usize) -> Vec<Variant<Digest>> {
        let mut readings = Vec::new();
        // A hash in base64 of hexadecimal digits, all of them percent-encoded, has fewer letters.
        if text.len() > 1024 {
            return readings;
        }
        for (slips, text) in self.restored(text) {
            let mut read = |slip: Option<Slip>, digest: Option<Digest>| {
                if let Some(value) = digest.filter(|digest| digest.len() == length) {
                    readings.push(Variant { slips: slips.iter().cloned().chain(slip).collect(), value });
                }
            };
            let is_base64 = self == Self::Base64;
            read(self.slip_of_hex(&text), hex(&text));
            let base64 = STANDARD.decode(&text).ok();
            read((!is_base64).then(|| Slip::new(VerdictCode::SignatureBase64)), base64.clone());
            let other = "base64 of another alphabet or without padding";
            let slip = Slip::about(VerdictCode::SignatureBase64, other);
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD, &URL_SAFE] {
                read(
                    Some(slip.clone()),
                    engine.decode(&text).ok().filter(|digest| Some(digest) != base64.as_ref()),
                );
            }
            let code = if is_base64 { VerdictCode::SignatureHex } else { VerdictCode::SignatureBase64 };
            let digits = base64.and_then(|digits| String::from_utf8(digits).ok());
            read(
                Some(Slip::about(code, "base64 of hexadecimal digits")),
                digits.and_then(|digits| hex(&digits)),
            );
        }
        readings
    }

    fn slip_of_hex(self, text: &str) -> Option<Slip> {
        match self {
            Self::Base64 => Some(Slip::new(VerdictCode::SignatureHex)),
            Self::LowerHex if text.bytes().any(|digit| digit.is_ascii_uppercase()) => {
                Some(Slip::about(VerdictCode::SignatureHex, "hexadecimal digits in upper case"))
            }
            _ => None,
        }
    }

    /// The text as it is, and what it was before somebody decoded it as a form does, or encoded it once more.
    fn restored(self, text: &str) -> Vec<(Vec<Slip>, String)> {
        let trimmed = text.trim();
        let mut restored = vec![(Vec::new(), trimmed.to_owned())];
        // A blank at either end may be what became of a `+`, too.
        let blank = [text, trimmed].into_iter().take(if text == trimmed { 1 } else { 2 });
        for text in blank.filter(|text| text.contains(' ')) {
            let slip = Slip::about(VerdictCode::PlusBecameBlank, "the signature");
            restored.push((vec![slip], text.replace(' ', "+")));
        }
        if text.contains('%')
            && let Ok(decoded) = String::from_utf8(percent_decoded(text.as_bytes(), false))
        {
            restored.push((
                vec![Slip::about(
                    VerdictCode::UrlEncodedValues,
                    "The signature is percent-encoded once too often",
                )],
                decoded,
            ));
        }
        restored
    }
}

fn hex(text: &str) -> Option<Digest> {
    let digits = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    digits.then(|| const_hex::decode(text).ok()).flatten()
}
