//! A call whose signature was verified.

use std::fmt;

use bytes::Bytes;

use crate::signature::v2::SortOrder;
use crate::{AccessKey, KeyRing, UnixMillis};

/// A call whose signature was verified, with the bytes that were signed.
///
/// Nothing outside the verification can make one: whoever holds it knows that KooGallery sent this body.
///
/// ```compile_fail
/// let forged = marketplace_core::Verified { body: bytes::Bytes::new() };
/// ```
#[derive(Clone)]
pub struct Verified {
    body: Bytes,
    key: u32,
    mac: [u8; 32],
    timestamp: UnixMillis,
    sorted: Option<SortOrder>,
}

impl Verified {
    pub(crate) fn new(
        body: Bytes,
        key: u32,
        mac: [u8; 32],
        timestamp: UnixMillis,
        sorted: Option<SortOrder>,
    ) -> Self {
        Self { body, key, mac, timestamp, sorted }
    }

    /// The bytes that were signed. They are those that travelled, unless [`Verified::sorted`] says otherwise.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The key that signed the request, out of the ring that verified it. It signs the answer too.
    #[must_use]
    pub fn key<'ring>(&self, ring: &'ring KeyRing) -> &'ring AccessKey {
        ring.at(self.key)
    }

    /// The position of that key in its ring.
    #[must_use]
    pub fn key_position(&self) -> u32 {
        self.key
    }

    /// The MAC of the request, by which a replay is known.
    ///
    /// Not the nonce: the signed text has no separators, so that different nonces and timestamps can share a signature.
    #[must_use]
    pub fn mac(&self) -> &[u8; 32] {
        &self.mac
    }

    /// When the request was signed.
    #[must_use]
    pub fn timestamp(&self) -> UnixMillis {
        self.timestamp
    }

    /// If the bytes that travelled were not the signed ones, the order into which their members were sorted.
    #[must_use]
    pub fn sorted(&self) -> Option<SortOrder> {
        self.sorted
    }
}

/// Shows neither the MAC nor the body.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("key", &self.key)
            .field("timestamp", &self.timestamp)
            .field("length", &self.body.len())
            .field("sorted", &self.sorted)
            .finish_non_exhaustive()
    }
}
