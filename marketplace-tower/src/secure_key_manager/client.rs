//! The client.

mod call;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::credentials::Credentials;
use super::error::{SkmError, Unit};
use super::settings::{Settings, UnusableSettings};
use super::token::TokenKeeper;
use super::transport::Transport;
use super::version::ApiVersion;
use crate::http_client::BaseAddress;

pub(super) use self::call::Call;

/// Asks a Secure Key Manager. Cheap to clone; clones share connections and token.
///
/// Each method is one call. Nothing is tried a second time, but for this: a connection that was closed before anything was
/// sent over it is replaced, and when version 1.3 answers 401 the token is renewed and the call sent once more. Whether to try
/// again is the caller's to decide, for a call that changes something may have done so although no answer came.
///
/// A call whose future is dropped may or may not have reached the server. Every call has a deadline (`with_call_deadline`).
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use marketplace_tower::secure_key_manager::{AppKey, Client, Credentials, Environment, KeyId, Settings};
///
/// let credentials = Credentials::v1_0(AppKey::new("appkey")?);
/// let client = Client::connect(Settings::new(Environment::Public, credentials))?;
/// let password = client.secret(&KeyId::new("0123456789abcdef0123456789abcdef")?).await?;
/// log_in(password.expose());
/// # Ok(())
/// # }
/// # fn log_in(_: &str) {}
/// ```
pub struct Client<S = Transport> {
    service: S,
    shared: Arc<Shared>,
}

struct Shared {
    base: BaseAddress,
    credentials: Credentials,
    /// `X-TOAST-CLIENT-MAC-ADDR`
    mac: Option<HeaderValue>,
    /// `None` if only the service knows.
    offers_certificate: Option<bool>,
    token_address: Option<BaseAddress>,
    tokens: TokenKeeper,
    call_deadline: Duration,
}

impl Client {
    /// A client with the default [`Transport`]. Nothing is sent before the first call.
    ///
    /// # Errors
    ///
    /// [`UnusableSettings`] says what is missing.
    pub fn connect(settings: Settings) -> Result<Self, UnusableSettings> {
        let service = Transport::new(&settings)?;
        let offers_certificate = Some(settings.certificate.is_some());
        Self::with(service, settings, offers_certificate)
    }
}

impl<S> Client<S> {
    /// A client that sends its calls through this service; [`HttpService`](super::HttpService) says which can be used.
    ///
    /// Certificate, authorities and the deadline for connecting are up to the service then. A certificate in the settings tells
    /// [`diagnose`](Self::diagnose) that the service offers one.
    ///
    /// # Errors
    ///
    /// [`UnusableSettings`] says what is missing.
    pub fn over(service: S, settings: Settings) -> Result<Self, UnusableSettings> {
        let offers_certificate = settings.certificate.is_some().then_some(true);
        Self::with(service, settings, offers_certificate)
    }

    fn with(
        service: S,
        settings: Settings,
        offers_certificate: Option<bool>,
    ) -> Result<Self, UnusableSettings> {
        let token_address = settings.token_address.or_else(|| settings.environment.token_address());
        if settings.credentials.for_token().is_some() && token_address.is_none() {
            return Err(UnusableSettings::NoTokenAddress);
        }
        let shared = Shared {
            base: settings.environment.base(),
            mac: settings.mac.as_ref().and_then(|mac| mac.header()),
            credentials: settings.credentials,
            offers_certificate,
            token_address,
            tokens: TokenKeeper::default(),
            call_deadline: settings.call_deadline,
        };
        Ok(Self { service, shared: Arc::new(shared) })
    }

    /// The version of the API, which follows from the credentials.
    #[must_use]
    pub fn version(&self) -> ApiVersion {
        self.shared.credentials.version()
    }

    /// Is a MAC address sent?
    pub(super) fn sends_mac(&self) -> bool {
        self.shared.mac.is_some()
    }

    /// Is a certificate offered? `None` if only the service knows.
    pub(super) fn offers_certificate(&self) -> Option<bool> {
        self.shared.offers_certificate
    }

    /// The same, with the appkey as its only credential.
    pub(super) fn as_v1_0(&self) -> Self
    where
        S: Clone,
    {
        let shared = Shared {
            base: self.shared.base.clone(),
            credentials: Credentials::v1_0(self.shared.credentials.app_key().clone()),
            mac: self.shared.mac.clone(),
            offers_certificate: self.shared.offers_certificate,
            token_address: None,
            tokens: TokenKeeper::default(),
            call_deadline: self.shared.call_deadline,
        };
        Self { service: self.service.clone(), shared: Arc::new(shared) }
    }

    /// Has the version of the credentials this call?
    pub(super) fn needs(&self, since: ApiVersion, operation: &'static str) -> Result<(), SkmError> {
        let version = self.version();
        if version >= since { Ok(()) } else { Err(SkmError::NotInVersion { operation, version, since }) }
    }
}

/// Checks a documented limit before anything is sent. The unit is not documented; bytes of what travels are counted.
pub(super) fn at_most(what: &'static str, length: usize, limit: usize) -> Result<(), SkmError> {
    within(what, Unit::Bytes, length, limit)
}

pub(super) fn within(what: &'static str, unit: Unit, length: usize, limit: usize) -> Result<(), SkmError> {
    if length <= limit { Ok(()) } else { Err(SkmError::TooLong { what, unit, limit, length }) }
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
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
