//! A call that arrives, however it is signed.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::{Scheme, SortStep, Unverified, kit_v1, kit_v2, v1, v2};
use crate::{KeyRing, Verified};

/// A call while it arrives, of any scheme: for a server that has one address for all of them.
///
/// ```
/// use bytes::Bytes;
/// use marketplace_core::signature::{Incoming, Scheme, SortStep, v1};
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let query = v1::sign(&key, &[("activity", "queryInstance"), ("timeStamp", "20230327065233980")]);
///
/// let mut call = Incoming::v1(v1::SignedQuery::parse(&query)?);
/// let verified = call.verify(&KeyRing::from(key), SortStep::On)?;
/// assert_eq!(verified.scheme(), Scheme::V1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Incoming(Kind);

/// Only the schemes that are left of the past are in a box.
#[allow(
    clippy::large_enum_variant,
    reason = "V2 is what nearly every call is, and is not to pay for the others"
)]
enum Kind {
    V2(v2::Incoming),
    V1(Box<Query>),
    KitV1(Box<kit_v1::Incoming>, Arc<str>),
    KitV2(Box<kit_v2::Incoming>, Arc<str>),
}

/// A call that is all in its query.
struct Query {
    signed: v1::SignedQuery<'static>,
    dropped: usize,
}

impl Incoming {
    /// A call of V2.
    #[must_use]
    pub fn v2(body: v2::Incoming) -> Self {
        Self(Kind::V2(body))
    }

    /// A call of V1. A body that comes with it is not signed; it is counted and dropped.
    #[must_use]
    pub fn v1(query: v1::SignedQuery<'_>) -> Self {
        Self(Kind::V1(Box::new(Query { signed: query.into_owned(), dropped: 0 })))
    }

    /// A call of the kit V1, and its name: the end of the path.
    #[must_use]
    pub fn kit_v1(body: kit_v1::Incoming, name: Arc<str>) -> Self {
        Self(Kind::KitV1(Box::new(body), name))
    }

    /// A call of the kit V2, and its name: the end of the path.
    #[must_use]
    pub fn kit_v2(body: kit_v2::Incoming, name: Arc<str>) -> Self {
        Self(Kind::KitV2(Box::new(body), name))
    }

    /// How the call is signed.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match &self.0 {
            Kind::V2(_) => Scheme::V2,
            Kind::V1(_) => Scheme::V1,
            Kind::KitV1(..) => Scheme::KitV1,
            Kind::KitV2(..) => Scheme::KitV2,
        }
    }

    /// Reads the next frame of the body.
    #[inline]
    pub fn push(&mut self, frame: Bytes) {
        match &mut self.0 {
            Kind::V2(body) => body.push(frame),
            Kind::V1(query) => query.dropped = query.dropped.saturating_add(frame.len()),
            Kind::KitV1(body, _) => body.push(frame),
            Kind::KitV2(body, _) => body.push(frame),
        }
    }

    /// How many bytes of the body have been read.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::V2(body) => body.len(),
            Kind::V1(query) => query.dropped,
            Kind::KitV1(body, _) => body.len(),
            Kind::KitV2(body, _) => body.len(),
        }
    }

    /// Has nothing of a body been read?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Did a key of the ring sign this call? `sort_step` is for V2 and the kit V2, the others have none.
    ///
    /// `ring` is the one that the call was begun with. To be asked once: the body is given away.
    ///
    /// # Errors
    ///
    /// [`Unverified`]. To who has no key it says no more than that.
    pub fn verify(&mut self, ring: &KeyRing, sort_step: SortStep) -> Result<Verified, Unverified> {
        match &mut self.0 {
            Kind::V2(body) => body.verify(ring, sort_step),
            Kind::V1(query) => query.signed.verify(ring),
            Kind::KitV1(body, name) => body.verify(ring, Arc::clone(name)),
            Kind::KitV2(body, name) => body.verify(ring, sort_step, Arc::clone(name)),
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("scheme", &self.scheme())
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
