//! A request, as a replay store sees it.

use std::fmt;

use marketplace_core::UnixMillis;

/// A verified request that asks to be let in.
///
/// A store that still knows everything needs the MAC and `until`. One that may have lost what it knew also looks at
/// `signed_at`: whatever was signed before the loss could have been accepted before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sighting {
    /// The MAC of the request, compared already: strangers cannot make one, so nothing that they send gets to a store.
    pub mac: [u8; 32],
    /// The stamp of the request, by KooGallery's clock: it can be in the future by as much as the window allows. A stamp
    /// in seconds is the beginning of its second.
    pub signed_at: UnixMillis,
    /// The last moment in which the request would be fresh: until then, inclusive, it has to be remembered.
    pub until: UnixMillis,
    /// When the request came, by the clock of the caller. It can step back, and differ from that of other machines.
    pub now: UnixMillis,
}

impl Sighting {
    /// A request with this MAC, signed at `signed_at` and fresh until `until`, that came at `now`.
    #[must_use]
    pub fn new(mac: [u8; 32], signed_at: UnixMillis, until: UnixMillis, now: UnixMillis) -> Self {
        Self { mac, signed_at, until, now }
    }
}

/// Without the MAC, which is what a right signature is made of.
impl fmt::Debug for Sighting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sighting")
            .field("signed_at", &self.signed_at)
            .field("until", &self.until)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
