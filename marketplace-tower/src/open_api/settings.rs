//! How a client is set up.

use std::time::Duration;

use marketplace_core::open_api::Site;
use marketplace_core::signature::sdk_hmac::Credentials;

use crate::Keys;
use crate::clock::Clock;
use crate::http_client::{BaseAddress, ExtraRoots};

/// Which site of KooGallery, and who calls.
///
/// ```
/// use marketplace_tower::AccessKey;
/// use marketplace_tower::open_api::{Client, Settings, Site};
/// use marketplace_tower::signature::sdk_hmac::Credentials;
///
/// let settings = Settings::new(Site::International, Credentials::new("AK", "SK")?)
///     .with_access_key(AccessKey::new("the key of the basic interfaces")?);
/// let client = Client::connect(settings)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) credentials: Credentials,
    pub(super) access_keys: Option<Keys>,
    pub(super) base: BaseAddress,
    pub(super) fallback: Option<BaseAddress>,
    pub(super) extra_roots: ExtraRoots,
    pub(super) connect_deadline: Duration,
    pub(super) call_deadline: Duration,
    pub(super) gateway_signature_on_usage: bool,
    pub(super) clock: Clock,
}

impl Settings {
    /// Asks this site, with AK and SK of the seller's account. Connecting may take 3 seconds, and a whole call 10.
    #[must_use]
    pub fn new(site: Site, credentials: Credentials) -> Self {
        Self {
            credentials,
            access_keys: None,
            base: BaseAddress::https(site.host(), ""),
            fallback: site.fallback_host().map(|host| BaseAddress::https(host, "")),
            extra_roots: ExtraRoots::default(),
            connect_deadline: Duration::from_secs(3),
            call_deadline: Duration::from_secs(10),
            gateway_signature_on_usage: true,
            clock: Clock::default(),
        }
    }

    /// Signs pushes of usage with this key of KooGallery: the one that is bound to the basic interfaces. It is not the AK. Of several,
    /// the first that serves V2 signs, as it is at the time: give it the same [`Keys`] as the layer, and it is replaced when they are.
    #[must_use]
    pub fn with_access_key(mut self, keys: impl Into<Keys>) -> Self {
        self.access_keys = Some(keys.into());
        self
    }

    /// Asks there instead of the site, and nowhere else: of a proxy, or of a stand-in.
    #[must_use]
    pub fn with_base_address(mut self, address: BaseAddress) -> Self {
        self.base = address;
        self.fallback = None;
        self
    }

    /// Asks there if there is no connection to the other. By default the host that the vendor names for the site, if it names
    /// one and no [`with_base_address`](Self::with_base_address) stands in for it.
    #[must_use]
    pub fn with_fallback_address(mut self, address: BaseAddress) -> Self {
        self.fallback = Some(address);
        self
    }

    /// Trusts these authorities beside Mozilla's: those of a company's proxy, or of a stand-in. PEM. Certificates are verified
    /// in any case.
    ///
    /// # Errors
    ///
    /// [`UnusableRoots`] if there is no certificate in it that can be an authority's.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, UnusableRoots> {
        self.extra_roots.add_pem(pem).map_err(|_| UnusableRoots)?;
        Ok(self)
    }

    /// How long connecting may take: name, TCP and TLS together.
    #[must_use]
    pub fn with_connect_deadline(mut self, deadline: Duration) -> Self {
        self.connect_deadline = deadline;
        self
    }

    /// How long a call may take: all tries and the pauses between them, up to the last byte of the answer.
    #[must_use]
    pub fn with_call_deadline(mut self, deadline: Duration) -> Self {
        self.call_deadline = deadline;
        self
    }

    /// Whether a push of usage has the gateway's `Authorization` beside the signature of its body. The pages for V1 say so, those
    /// for V2 show only the latter; without this setting both are sent.
    #[must_use]
    pub fn with_gateway_signature_on_usage(mut self, is_sent: bool) -> Self {
        self.gateway_signature_on_usage = is_sent;
        self
    }

    /// Reads the time from here instead of the machine's clock.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn with_test_clock(
        mut self,
        now: impl Fn() -> marketplace_core::UnixMillis + Send + Sync + 'static,
    ) -> Self {
        self.clock = Clock::from_fn(now);
        self
    }
}

/// There is no certificate in the PEM text that can be an authority's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no certificate in this PEM text that can be an authority's")]
pub struct UnusableRoots;

/// TLS cannot be set up with these settings.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up with these settings")]
pub struct UnusableSettings(#[source] pub(super) Box<dyn std::error::Error + Send + Sync>);
