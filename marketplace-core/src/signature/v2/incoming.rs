//! A body that arrives, and its verification against every key of a ring.

use std::fmt;

use bytes::{Bytes, BytesMut};
use hmac::Mac as _;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use super::canonical::sorted;
use super::query::LONGEST_NONCE;
use super::stamp::LONGEST_STAMP;
use super::{SignedQuery, SortOrder};
use crate::UnixMillis;
use crate::call::{Content, Verified};
use crate::key::{AccessKey, HmacSha256, KeyRing};
use crate::signature::Scheme;

/// The body of a request while it arrives: kept and hashed frame by frame, so that little is left to do after the last.
///
/// Only this makes a [`Verified`], out of the very bytes that it hashed. It does not limit the length; its owner does.
///
/// ```
/// use bytes::Bytes;
/// use marketplace_core::signature::v2::{Incoming, SignedQuery, SortStep};
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let ring = KeyRing::from(AccessKey::new("test-access-key-0123456789abcdef")?);
/// let query = SignedQuery::parse("signature=3CE5D419D41D12E52E71B164352F3B9CB7373C965421088C337D6463940F01A6\
///     &timestamp=1680508066618&nonce=RLLUammMSInlrNWb")?;
///
/// let mut body = Incoming::new(&ring, &query, 0);
/// body.push(Bytes::from(r#"{"activity":"queryInstance","#));
/// body.push(Bytes::from(r#""instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","testFlag":"1"}"#));
/// let verified = body.verify(&ring, SortStep::Off)?;
/// assert_eq!(verified.key().name(), "access key");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Incoming {
    first: HmacSha256,
    others: Vec<HmacSha256>,
    signed: Signed,
    body: Kept,
    expected: usize,
}

/// What the query says, without borrowing it.
struct Signed {
    signature: [u8; 32],
    timestamp: UnixMillis,
    /// The nonce and the timestamp as they were signed, one after the other.
    text: [u8; LONGEST_NONCE + LONGEST_STAMP],
    length: usize,
}

enum Kept {
    /// At most one frame so far, which need not be copied.
    Whole(Bytes),
    /// Several frames in one buffer: a list of frames from a slow sender takes several times the memory.
    Joined(BytesMut),
}

impl Incoming {
    /// Nothing read yet. `expected` is the length the sender announced, or 0; the owner has checked it against its limit.
    #[must_use]
    pub fn new(ring: &KeyRing, query: &SignedQuery<'_>, expected: usize) -> Self {
        Self {
            first: ring.first().mac(),
            others: ring.others().iter().map(AccessKey::mac).collect(),
            signed: Signed::new(query),
            body: Kept::Whole(Bytes::new()),
            expected,
        }
    }

    /// Reads the next frame of the body.
    pub fn push(&mut self, frame: Bytes) {
        self.first.update(&frame);
        for mac in &mut self.others {
            mac.update(&frame);
        }
        match &mut self.body {
            Kept::Whole(whole) if whole.is_empty() => *whole = frame,
            Kept::Whole(whole) => {
                let mut joined = BytesMut::with_capacity(self.expected.max(whole.len() + frame.len()));
                joined.extend_from_slice(whole);
                joined.extend_from_slice(&frame);
                self.body = Kept::Joined(joined);
            }
            Kept::Joined(joined) => joined.extend_from_slice(&frame),
        }
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.body {
            Kept::Whole(whole) => whole.len(),
            Kept::Joined(joined) => joined.len(),
        }
    }

    /// Has nothing been read?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Did a key of the ring sign this request? Every key is tried, in constant time: first over the bytes that
    /// travelled, and only if those fail and `sort_step` allows it, over the body with sorted members.
    ///
    /// `ring` is the one that [`Incoming::new`] was given; under another one nothing verifies. The body is given away: a
    /// second call has none.
    ///
    /// # Errors
    ///
    /// [`Unverified`], which says no more than that.
    pub fn verify(&mut self, ring: &KeyRing, sort_step: SortStep) -> Result<Verified, Unverified> {
        let body = match &mut self.body {
            Kept::Whole(whole) => std::mem::take(whole),
            Kept::Joined(joined) => std::mem::take(joined).freeze(),
        };
        let signed = &self.signed;
        if let Some(key) = signed.by(ring, self.first.clone(), self.others.iter().cloned()) {
            return Ok(signed.verified(body, key, None));
        }
        if sort_step == SortStep::Off {
            return Err(Unverified);
        }
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let Some(sorted) = sorted(&body, order) else { continue };
            let mac = |key: &AccessKey| key.mac().chain_update(&sorted);
            if let Some(key) = signed.by(ring, mac(ring.first()), ring.others().iter().map(mac)) {
                return Ok(signed.verified(sorted, key, Some(order)));
            }
        }
        Err(Unverified)
    }
}

impl Signed {
    fn new(query: &SignedQuery<'_>) -> Self {
        let mut text = [0; LONGEST_NONCE + LONGEST_STAMP];
        let (nonce, stamp) = (query.nonce.as_bytes(), query.timestamp.as_str().as_bytes());
        let length = nonce.len() + stamp.len();
        // Both fit, or the query would not have been parsed; if they did not, nothing would verify.
        if let Some((head, tail)) =
            text.get_mut(..length).and_then(|text| text.split_at_mut_checked(nonce.len()))
        {
            head.copy_from_slice(nonce);
            tail.copy_from_slice(stamp);
        }
        Self { signature: query.signature, timestamp: query.timestamp.millis(), text, length }
    }

    fn verified(&self, body: Bytes, key: &AccessKey, sorted: Option<SortOrder>) -> Verified {
        Verified::new(body, key.clone(), self.signature, Some(self.timestamp), sorted, Content::Body)
    }

    /// The key that made this signature over these bodies, one for each key. All that serve the scheme are compared.
    fn by<'ring>(
        &self,
        ring: &'ring KeyRing,
        first: HmacSha256,
        others: impl ExactSizeIterator<Item = HmacSha256>,
    ) -> Option<&'ring AccessKey> {
        let text = self.text.get(..self.length).unwrap_or_default();
        let is_by = |key: &AccessKey, body| {
            let same = same(&self.signature, &signature(key, text, body));
            same & Choice::from(u8::from(key.serves_scheme(Scheme::V2)))
        };
        let mut found = u32::MAX;
        found.conditional_assign(&0, is_by(ring.first(), first));
        for (position, (key, body)) in (1..u32::MAX).zip(ring.others().iter().zip(others)) {
            found.conditional_assign(&position, is_by(key, body));
        }
        ring.at(found)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Whether a body whose bytes do not verify is tried again with sorted members, as the vendor's pages document it.
///
/// It is on by default, because the pages say so; a seller whose log never shows a sorted match may switch it off. With
/// it on, a stranger still cannot alter what is signed: the handler sees the sorted bytes, which are the signed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortStep {
    /// Try the sorted body after the raw one.
    #[default]
    On,
    /// Raw bytes only.
    Off,
}

/// No key of the ring signed this request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no key of the ring signed this request")]
pub struct Unverified;

/// In constant time. By words, not by bytes: the barrier against the optimiser costs the same for either.
fn same(provided: &[u8; 32], computed: &[u8; 32]) -> Choice {
    let words = provided.as_chunks::<8>().0.iter().zip(computed.as_chunks::<8>().0);
    words.fold(Choice::from(1), |same, (one, other)| {
        same & u64::from_ne_bytes(*one).ct_eq(&u64::from_ne_bytes(*other))
    })
}

/// `HMAC(key, key ‖ nonce ‖ timestamp ‖ hex(HMAC(key, body)))`.
pub(super) fn signature(key: &AccessKey, nonce_and_timestamp: &[u8], body: HmacSha256) -> [u8; 32] {
    let inner: [u8; 32] = body.finalize().into_bytes().into();
    let mut inner_hex = [0; 64];
    // 32 bytes always fill 64 digits; a failure would leave zeros, which no signature holds.
    let _digits = const_hex::encode_to_slice(inner, &mut inner_hex);
    let mut outer = key.mac();
    outer.update(key.bytes());
    outer.update(nonce_and_timestamp);
    outer.update(&inner_hex);
    outer.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SplitMix64`.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The comparison that every request meets, without the hashes before it. Noise alone would hardly notice a
    /// comparison that forgets a byte, so half of the tags differ from the valid one in a single byte.
    #[test]
    fn ten_million_wrong_tags_do_not_pass() {
        let key = AccessKey::new("test-access-key-0123456789abcdef").unwrap();
        let valid = signature(&key, b"RLLUammMSInlrNWb1680508066618", key.mac().chain_update(b"{}"));
        assert!(bool::from(same(&valid, &valid)));
        let passed_of_half = |seed: u64| {
            let mut state = seed;
            let mut passed = 0_u32;
            for turn in 0..5_000_000_u32 {
                let mut tag = valid;
                if turn % 2 == 0 {
                    let [at, change, ..] = random(&mut state).to_le_bytes();
                    tag[usize::from(at % 32)] ^= change.max(1);
                } else {
                    for eight in tag.chunks_exact_mut(8) {
                        eight.copy_from_slice(&random(&mut state).to_le_bytes());
                    }
                }
                passed += u32::from(bool::from(same(&tag, &valid)));
            }
            passed
        };
        let passed = std::thread::scope(|scope| {
            let other = scope.spawn(|| passed_of_half(0x7a65));
            passed_of_half(0x7a66) + other.join().unwrap()
        });
        println!("10000000 wrong tags, {passed} passed");
        assert_eq!(passed, 0);
    }
}
