//! What a market is like.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use marketplace_core::open_api::Site;
use marketplace_core::signature::sdk_hmac::Credentials;
use marketplace_core::{AccessKey, UnixMillis};

use super::handled::Handled;
use crate::console::{self, Clock};

pub(super) type Observer = Arc<dyn Fn(&Handled) + Send + Sync>;

/// What a [`Market`](super::Market) is like.
///
/// Unless said otherwise it is the international site, on a free port, with the machine's clock; it knows the mock orders of the
/// pages, and orders and instances that it is told of.
#[derive(Clone)]
pub struct MarketSettings {
    pub(super) credentials: Credentials,
    pub(super) key: AccessKey,
    pub(super) site: Site,
    pub(super) listen: SocketAddr,
    pub(super) has_any_order: bool,
    pub(super) has_any_instance: bool,
    pub(super) has_old_envelope: bool,
    pub(super) wants_authorization: bool,
    pub(super) refuses_repeated_nonces: bool,
    pub(super) clock: Clock,
    pub(super) observer: Option<Observer>,
}

impl MarketSettings {
    /// A market for the seller with this AK/SK and this access key: those that the seller's client is given.
    #[must_use]
    pub fn new(credentials: Credentials, key: AccessKey) -> Self {
        Self {
            credentials,
            key,
            site: Site::International,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            has_any_order: false,
            has_any_instance: false,
            has_old_envelope: false,
            wants_authorization: false,
            refuses_repeated_nonces: false,
            clock: Arc::new(console::now),
            observer: None,
        }
    }

    /// Which site it is. Europe has no mock orders of pay-per-use.
    #[must_use]
    pub fn with_site(mut self, site: Site) -> Self {
        self.site = site;
        self
    }

    /// Where it listens: an address of the loopback interface, port 0 for a free one.
    #[must_use]
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Answers the query of an order that it does not know with one that it makes up, new and by the year: for rehearsals with
    /// order ids of their own.
    #[must_use]
    pub fn with_any_order(mut self, has_any_order: bool) -> Self {
        self.has_any_order = has_any_order;
        self
    }

    /// Takes usage of instances that it was not told of, as if they were pay-per-use.
    #[must_use]
    pub fn with_any_instance(mut self, has_any_instance: bool) -> Self {
        self.has_any_instance = has_any_instance;
        self
    }

    /// Answers as older pages have it: `error_code` and `error_msg`, with codes that begin with `CBC.`.
    #[must_use]
    pub fn with_old_envelope(mut self) -> Self {
        self.has_old_envelope = true;
        self
    }

    /// Demands the gateway's `Authorization` of pushes by the new API, too. The pages do not say; unless set, it is checked if it
    /// is there.
    #[must_use]
    pub fn with_authorization_of_pushes(mut self) -> Self {
        self.wants_authorization = true;
        self
    }

    /// Refuses a push with the nonce of an earlier one. The pages do not say.
    #[must_use]
    pub fn with_repeated_nonces_refused(mut self) -> Self {
        self.refuses_repeated_nonces = true;
        self
    }

    /// Reads the time from here instead of the machine's clock.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Tells somebody of each request that was handled, for example to print it.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Handled) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl fmt::Debug for MarketSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarketSettings")
            .field("credentials", &self.credentials)
            .field("site", &self.site)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}
