//! A body that arrives, and its verification against every key of a ring.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::SignedHeader;
use super::members::Members;
use crate::KeyRing;
use crate::call::{Content, Verified};
use crate::signature::kept::Kept;
use crate::signature::{Scheme, Unverified, token};

/// The stamps of the kit are of China's time.
const HOURS_AHEAD: i64 = 8;

/// The body of a call of the kit while it arrives. It does not limit the length; its owner does.
///
/// ```
/// use bytes::Bytes;
/// use marketplace_core::signature::kit_v1::{self, Incoming, SignedHeader};
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let body = r#"{"instanceId":"","tenantId":"68cb","flag":1,"testFlag":1,"timeStamp":"20220413093539534"}"#;
/// let token = kit_v1::sign(&key, body.as_bytes()).ok_or("no body of the kit")?;
///
/// let header = SignedHeader::parse(Some(token.as_bytes()))?;
/// let mut incoming = Incoming::new(&header, body.len());
/// incoming.push(Bytes::from(body));
/// let verified = incoming.verify(&KeyRing::from(key), "tenantSync".into())?;
/// assert_eq!(verified.path_name(), Some("tenantSync"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Incoming {
    token: [u8; 32],
    body: Kept,
}

impl Incoming {
    /// Nothing read yet. `expected` is the length the sender announced, or 0; the owner has checked it against its limit.
    #[must_use]
    pub fn new(header: &SignedHeader, expected: usize) -> Self {
        Self { token: header.token, body: Kept::new(expected) }
    }

    /// Reads the next frame of the body.
    pub fn push(&mut self, frame: Bytes) {
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

    /// Did a key of the ring sign this call, whose name is the end of its path? Every key is tried, in constant time.
    ///
    /// A body that could be read in two ways is not accepted, whoever signed it: a member that is there twice, a name with
    /// `=` or `&`, a text in which `&`, a name and `=` follow one another, unless it is an object or a list; nor one with a
    /// member `activity`, which would be a V1 call, or more than 128 members. The body is given away: a second time
    /// nothing verifies.
    ///
    /// # Errors
    ///
    /// [`Unverified::Signature`], which says no more than that.
    pub fn verify(&mut self, ring: &KeyRing, name: Arc<str>) -> Result<Verified, Unverified> {
        let body = self.body.take().ok_or(Unverified::Signature)?;
        let members = Members::read(&body).ok_or(Unverified::Signature)?;
        let time_stamp = members.time_stamp().ok_or(Unverified::Signature)?;
        let key = members
            .texts()
            .find_map(|text| token::signer_of(ring, Scheme::KitV1, &self.token, time_stamp, &text))
            .ok_or(Unverified::Signature)?
            .clone();
        let timestamp = token::moment(time_stamp, HOURS_AHEAD);
        Ok(Verified::new(body, key, self.token, timestamp, None, Content::KitV1(name)))
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("len", &self.len()).finish_non_exhaustive()
    }
}
