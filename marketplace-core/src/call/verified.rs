//! A call whose signature was verified.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;
use twox_hash::XxHash3_64;

use crate::call::Parameters;
use crate::signature::Scheme;
use crate::signature::v2::SortOrder;
use crate::{AccessKey, UnixMillis};

/// A call whose signature was verified, with the bytes that were signed.
///
/// Nothing outside the verification can make one: whoever holds it knows that KooGallery sent this call.
///
/// ```compile_fail
/// let forged = marketplace_core::Verified { body: bytes::Bytes::new() };
/// ```
#[derive(Clone)]
pub struct Verified {
    body: Bytes,
    key: AccessKey,
    mac: [u8; 32],
    timestamp: Option<UnixMillis>,
    sorted: Option<SortOrder>,
    content: Content,
}

/// Where the members of a call are.
#[derive(Clone)]
pub(crate) enum Content {
    /// In the JSON body, its activity among them: V2.
    Body,
    /// In the query, of which the body is the signed text: V1.
    Query(Parameters),
    /// In the JSON body; the activity is the end of the path.
    KitV1(Arc<str>),
    /// The same.
    KitV2(Arc<str>),
}

impl Verified {
    pub(crate) fn new(
        body: Bytes,
        key: AccessKey,
        mac: [u8; 32],
        timestamp: Option<UnixMillis>,
        sorted: Option<SortOrder>,
        content: Content,
    ) -> Self {
        Self { body, key, mac, timestamp, sorted, content }
    }

    /// How the call was signed.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self.content {
            Content::Body => Scheme::V2,
            Content::Query(_) => Scheme::V1,
            Content::KitV1(_) => Scheme::KitV1,
            Content::KitV2(_) => Scheme::KitV2,
        }
    }

    /// The bytes that were signed.
    ///
    /// V2 and kit V2: the body that travelled, unless [`Verified::sorted`] says otherwise. V1: the text `name=value&…` that
    /// was signed, whose parts are [`Verified::parameters`]. Kit V1: the body that travelled, whose members were signed.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The parameters of a V1 call, decoded, without its `authToken`, sorted by name; none for the other schemes.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = match &self.content {
            Content::Query(parameters) => Some(parameters.iter(self.text())),
            _ => None,
        };
        parameters.into_iter().flatten()
    }

    /// The name of the call, if it is the end of the path, as in the kits.
    #[must_use]
    pub fn path_name(&self) -> Option<&str> {
        match &self.content {
            Content::KitV1(name) | Content::KitV2(name) => Some(name),
            Content::Body | Content::Query(_) => None,
        }
    }

    /// The key that signed the request. It signs the answer too.
    #[must_use]
    pub fn key(&self) -> &AccessKey {
        &self.key
    }

    /// The MAC of the request, by which a replay is known.
    ///
    /// Not the nonce: the signed text has no separators, so that different nonces and timestamps can share a signature.
    #[must_use]
    pub fn mac(&self) -> &[u8; 32] {
        &self.mac
    }

    /// When the request was signed; nothing, if a V1 stamp is no time (one page prints one of 15 digits).
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixMillis> {
        self.timestamp
    }

    /// If the bytes that travelled were not the signed ones, the order into which their members were sorted.
    #[must_use]
    pub fn sorted(&self) -> Option<SortOrder> {
        self.sorted
    }

    /// Tells calls about the same work apart, in a ledger: the same content has the same digest. What differs in each call, the
    /// stamp, this business id, and what V1 seals anew each time, is left out.
    ///
    /// Not a MAC: collisions can be made, but only by who can sign.
    #[must_use]
    pub fn digest(&self, business_id: Option<&str>) -> u64 {
        let more = XxHash3_64::oneshot_with_seed;
        match &self.content {
            Content::Query(parameters) => parameters
                .iter(self.text())
                .filter(|(name, _)| !matches!(*name, "timeStamp" | "businessId" | "email" | "mobilePhone"))
                .fold(0, |digest, (name, value)| more(more(digest, name.as_bytes()), value.as_bytes())),
            _ => {
                let (before, after) = self.around(business_id.unwrap_or_default());
                more(more(0, before), after)
            }
        }
    }

    /// What of the body is before and after a text that was read out of it.
    fn around(&self, text: &str) -> (&[u8], &[u8]) {
        if text.is_empty() {
            return (&self.body, &[]);
        }
        // Mostly the text is a part of this very body. What had to be unescaped is a copy, and is looked for.
        let at = text.as_ptr().addr().wrapping_sub(self.body.as_ptr().addr());
        let is_at = |at: &usize| self.body.get(*at..).is_some_and(|rest| rest.starts_with(text.as_bytes()));
        match Some(at).filter(is_at).or_else(|| memmem::find(&self.body, text.as_bytes())) {
            None => (&self.body, &[]),
            Some(at) => (
                self.body.get(..at).unwrap_or_default(),
                self.body.get(at + text.len()..).unwrap_or_default(),
            ),
        }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap_or_default()
    }
}

/// Shows neither the MAC nor the body.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("scheme", &self.scheme())
            .field("key", &self.key)
            .field("timestamp", &self.timestamp)
            .field("length", &self.body.len())
            .field("sorted", &self.sorted)
            .finish_non_exhaustive()
    }
}
