//! The client.

mod call;
mod licence;
mod market;
mod order;
mod usage;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use marketplace_core::signature::sdk_hmac::Credentials;

use super::guard::Guard;
use super::settings::{Settings, UnusableSettings};
use super::transport::Transport;
use crate::Keys;
use crate::clock::Clock;
use crate::http_client::BaseAddress;

pub use self::usage::{PushInterrupted, Pushed};

/// Asks KooGallery. Cheap to clone; clones share connections, and the guard that keeps a wrong SK from locking the AK.
///
/// Each method is one call. It is repeated within its deadline where a repeat does no harm: `docs/open-api.md` has the table.
/// A call whose future is dropped may or may not have reached the market.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use marketplace_tower::open_api::{Client, Settings, Site};
/// use marketplace_tower::signature::sdk_hmac::Credentials;
///
/// let client = Client::connect(Settings::new(Site::International, Credentials::new("AK", "SK")?))?;
/// let order = client.query_order("CS2207261447AUY4H", Some("CS2207261447AUY4H-000001")).await?;
/// println!("{:?}", order.line().charging_mode());
/// # Ok(())
/// # }
/// ```
pub struct Client<S = Transport> {
    service: S,
    shared: Arc<Shared>,
}

struct Shared {
    base: BaseAddress,
    fallback: Option<BaseAddress>,
    credentials: Credentials,
    access_keys: Option<Keys>,
    gateway_signature_on_usage: bool,
    call_deadline: Duration,
    guard: Guard,
    /// Held by the only call that is sent while the credentials are not known to be right.
    trial: tokio::sync::Mutex<()>,
    clock: Clock,
}

impl Client {
    /// A client with the default [`Transport`]. Nothing is sent before the first call.
    ///
    /// # Errors
    ///
    /// [`UnusableSettings`] if TLS cannot be set up.
    pub fn connect(settings: Settings) -> Result<Self, UnusableSettings> {
        Ok(Self::over(Transport::new(&settings)?, settings))
    }
}

impl<S> Client<S> {
    /// A client that sends its calls through this service; [`HttpService`](super::HttpService) says which can be used.
    ///
    /// Authorities and the deadline for connecting are up to the service then. It must not change what is signed: path, query,
    /// body, `Host`, `Content-Type` and the dates.
    #[must_use]
    pub fn over(service: S, settings: Settings) -> Self {
        let shared = Shared {
            base: settings.base,
            fallback: settings.fallback,
            credentials: settings.credentials,
            access_keys: settings.access_keys,
            gateway_signature_on_usage: settings.gateway_signature_on_usage,
            call_deadline: settings.call_deadline,
            guard: Guard::default(),
            trial: tokio::sync::Mutex::default(),
            clock: settings.clock,
        };
        Self { service, shared: Arc::new(shared) }
    }
}

impl<S: Clone> Clone for Client<S> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &format_args!("{}", self.shared.base))
            .field("credentials", &self.shared.credentials)
            .finish_non_exhaustive()
    }
}
