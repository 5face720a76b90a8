//! A body that arrives, and its verification against every key of a ring.

use std::fmt;

use bytes::Bytes;
use hmac::Mac as _;

use super::SignedQuery;
use super::query::LONGEST_NONCE;
use super::stamp::LONGEST_STAMP;
use crate::UnixMillis;
use crate::call::{Content, Verified};
use crate::key::{AccessKey, HmacSha256, KeyRing};
use crate::signature::canonical::{Limits, sorted};
use crate::signature::kept::Kept;
use crate::signature::signer::Search;
use crate::signature::{Scheme, SortOrder, SortStep, Unverified};

/// What is sorted has at most 64 KiB and 16 levels.
const LIMITS: Limits = Limits { bytes: 64 * 1024, levels: 16 };

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
}

/// What the query says, without borrowing it.
struct Signed {
    signature: [u8; 32],
    timestamp: UnixMillis,
    /// The nonce and the timestamp as they were signed, one after the other.
    text: [u8; LONGEST_NONCE + LONGEST_STAMP],
    length: usize,
}

impl Incoming {
    /// Nothing read yet. `expected` is the length the sender announced, or 0; the owner has checked it against its limit.
    #[must_use]
    pub fn new(ring: &KeyRing, query: &SignedQuery<'_>, expected: usize) -> Self {
        Self {
            first: ring.first().mac(),
            others: ring.others().iter().map(AccessKey::mac).collect(),
            signed: Signed::new(query),
            body: Kept::new(expected),
        }
    }

    /// Reads the next frame of the body.
    pub fn push(&mut self, frame: Bytes) {
        self.first.update(&frame);
        for mac in &mut self.others {
            mac.update(&frame);
        }
        self.body.push(frame);
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.body.len()
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
    /// second time nothing verifies.
    ///
    /// # Errors
    ///
    /// [`Unverified::Signature`], which says no more than that.
    pub fn verify(&mut self, ring: &KeyRing, sort_step: SortStep) -> Result<Verified, Unverified> {
        let body = self.body.take().ok_or(Unverified::Signature)?;
        let signed = &self.signed;
        if let Some(key) = signed.by(ring, self.first.clone(), self.others.iter().cloned()) {
            return Ok(signed.verified(body, key, None));
        }
        if sort_step == SortStep::Off {
            return Err(Unverified::Signature);
        }
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let Some(sorted) = sorted(&body, order, LIMITS) else { continue };
            let mac = |key: &AccessKey| key.mac().chain_update(&sorted);
            if let Some(key) = signed.by(ring, mac(ring.first()), ring.others().iter().map(mac)) {
                return Ok(signed.verified(sorted, key, Some(order)));
            }
        }
        Err(Unverified::Signature)
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

    /// The key that made this signature over these bodies, one for each key.
    fn by<'ring>(
        &self,
        ring: &'ring KeyRing,
        first: HmacSha256,
        others: impl Iterator<Item = HmacSha256>,
    ) -> Option<&'ring AccessKey> {
        let text = self.text.get(..self.length).unwrap_or_default();
        // The first key by itself: an iterator would move its state about, which is large.
        let mut search = Search::new(Scheme::V2);
        search.compare(ring.first(), &self.signature, &signature(ring.first(), text, first));
        for (key, body) in ring.others().iter().zip(others) {
            search.compare(key, &self.signature, &signature(key, text, body));
        }
        search.found(ring)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("len", &self.len()).finish_non_exhaustive()
    }
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
