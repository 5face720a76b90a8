//! A body that arrives, and its verification against every key of a ring.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use hmac::Mac as _;

use super::SignedHeaders;
use crate::call::{Content, Verified};
use crate::key::HmacSha256;
use crate::signature::canonical::{Limits, sorted};
use crate::signature::kept::Kept;
use crate::signature::signer::signer;
use crate::signature::{Scheme, SortOrder, SortStep, Unverified};
use crate::{AccessKey, KeyRing, UnixMillis};

/// What is sorted has at most 512 KiB, which hold 500 users, and 8 levels.
const LIMITS: Limits = Limits { bytes: 512 * 1024, levels: 8 };

/// The body of a call of the kit while it arrives: kept and hashed frame by frame. It does not limit the length; its owner
/// does.
///
/// ```
/// use bytes::Bytes;
/// use marketplace_core::signature::SortStep;
/// use marketplace_core::signature::kit_v2::{Incoming, SignedHeaders};
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let ring = KeyRing::from(AccessKey::new("test-access-key-0123456789abcdef")?);
/// let headers = SignedHeaders::parse(
///     Some("72c6211b81e60df0134864481a36c30f07661b9822bebaac55633c9f7201a58e"),
///     Some("1680508066618"),
///     Some("RLLUammMSInlrNWb"),
/// )?;
///
/// let mut body = Incoming::new(&ring, &headers, 0);
/// body.push(Bytes::from(r#"{"clientId":"c1","flag":1,"instanceId":"i1","testFlag":1}"#));
/// let verified = body.verify(&ring, SortStep::Off, "applicationSync".into())?;
/// assert_eq!(verified.path_name(), Some("applicationSync"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Incoming {
    /// One for each key, in the order of the ring.
    macs: Vec<HmacSha256>,
    sign: [u8; 32],
    timestamp: UnixMillis,
    /// The nonce and the timestamp as they were signed, one after the other.
    text: String,
    body: Kept,
}

impl Incoming {
    /// Nothing read yet. `expected` is the length the sender announced, or 0; the owner has checked it against its limit.
    #[must_use]
    pub fn new(ring: &KeyRing, headers: &SignedHeaders<'_>, expected: usize) -> Self {
        let text = [headers.nonce, headers.timestamp.as_str()].concat();
        Self {
            macs: ring.iter().map(|key| begun(key, &text)).collect(),
            sign: headers.sign,
            timestamp: headers.timestamp.millis(),
            text,
            body: Kept::new(expected),
        }
    }

    /// Reads the next frame of the body.
    pub fn push(&mut self, frame: Bytes) {
        for mac in &mut self.macs {
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

    /// Did a key of the ring sign this call, whose name is the end of its path? Every key is tried, in constant time: first
    /// over the bytes that travelled, and only if those fail and `sort_step` allows it, over the body with its members in
    /// ascending order.
    ///
    /// A body that is no object is not accepted, whoever signed it: with digits in front, it could have taken them from the
    /// timestamp. `ring` is the one that [`Incoming::new`] was given; under another one nothing verifies. The body is given
    /// away: a second time nothing verifies.
    ///
    /// # Errors
    ///
    /// [`Unverified`]. To who has no key it says no more than that.
    pub fn verify(
        &mut self,
        ring: &KeyRing,
        sort_step: SortStep,
        name: Arc<str>,
    ) -> Result<Verified, Unverified> {
        let body = self.body.take().ok_or(Unverified::Signature)?;
        let verified = |body, key: &AccessKey, sorted| {
            let content = Content::KitV2(Arc::clone(&name));
            Verified::new(body, key.clone(), self.sign, Some(self.timestamp), sorted, content)
        };
        if let Some(key) = self.by(ring, self.macs.iter().cloned()) {
            return if body.trim_ascii_start().starts_with(b"{") {
                Ok(verified(body, key, None))
            } else {
                Err(Unverified::no_call("the body is no JSON object"))
            };
        }
        if sort_step == SortStep::Off {
            return Err(Unverified::Signature);
        }
        let order = SortOrder::Ascending;
        let sorted = sorted(&body, order, LIMITS).ok_or(Unverified::Signature)?;
        let macs = ring.iter().map(|key| begun(key, &self.text).chain_update(&sorted));
        let key = self.by(ring, macs).ok_or(Unverified::Signature)?;
        Ok(verified(sorted, key, Some(order)))
    }

    /// The key that made the signature that these MACs, one for each key, would be.
    fn by<'ring>(
        &self,
        ring: &'ring KeyRing,
        macs: impl Iterator<Item = HmacSha256>,
    ) -> Option<&'ring AccessKey> {
        signer(ring, Scheme::KitV2, &self.sign, macs.map(|mac| mac.finalize().into_bytes().into()))
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// What stands before the body: `key ‖ nonce ‖ timestamp`.
pub(super) fn begun(key: &AccessKey, nonce_and_timestamp: &str) -> HmacSha256 {
    key.mac().chain_update(key.bytes()).chain_update(nonce_and_timestamp)
}
