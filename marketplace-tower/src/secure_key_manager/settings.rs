//! How a client is set up.

use std::time::Duration;

use super::credentials::Credentials;
use super::environment::Environment;
use super::identity::{ClientCertificate, MacAddress, UnusableCertificate};
use crate::http_client::{BaseAddress, ExtraRoots};

/// Which Secure Key Manager, who calls, and what the client shows of itself.
///
/// ```
/// use marketplace_tower::secure_key_manager::{AppKey, Client, Credentials, Environment, MacAddress, Settings, UserKey};
///
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let user = UserKey::new("User Access Key ID".replace(' ', "-"), "secret")?;
/// let credentials = Credentials::v1_2(AppKey::new("appkey")?, user);
/// let settings = Settings::new(Environment::Public, credentials)
///     .with_mac_address(MacAddress::new("aa:bb:cc:dd:ee:ff")?);
/// let client = Client::connect(settings)?;
/// # Ok(())
/// # }
/// # run().unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) environment: Environment,
    pub(super) credentials: Credentials,
    pub(super) mac: Option<MacAddress>,
    pub(super) certificate: Option<ClientCertificate>,
    pub(super) extra_roots: ExtraRoots,
    pub(super) token_address: Option<BaseAddress>,
    pub(super) connect_deadline: Duration,
    pub(super) call_deadline: Duration,
}

impl Settings {
    /// Asks this environment as this caller. The client shows neither a MAC address nor a certificate; connecting may take 5
    /// seconds, and a whole call 10.
    #[must_use]
    pub fn new(environment: Environment, credentials: Credentials) -> Self {
        Self {
            environment,
            credentials,
            mac: None,
            certificate: None,
            extra_roots: ExtraRoots::default(),
            token_address: None,
            connect_deadline: Duration::from_secs(5),
            call_deadline: Duration::from_secs(10),
        }
    }

    /// Sends this in `X-TOAST-CLIENT-MAC-ADDR`, for key stores that check MAC addresses.
    #[must_use]
    pub fn with_mac_address(mut self, mac: MacAddress) -> Self {
        self.mac = Some(mac);
        self
    }

    /// Offers this in TLS, for key stores that check certificates.
    #[must_use]
    pub fn with_certificate(mut self, certificate: ClientCertificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Trusts these authorities, too: those of a company's proxy, or of a stand-in. PEM.
    ///
    /// # Errors
    ///
    /// [`UnusableCertificate`] if there is no certificate in it that can be an authority's.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, UnusableCertificate> {
        self.extra_roots.add_pem(pem).map_err(|_| UnusableCertificate::NoCertificate)?;
        Ok(self)
    }

    /// Fetches tokens for version 1.3 there. Only for [`Environment::Public`] is the address known.
    #[must_use]
    pub fn with_token_address(mut self, address: BaseAddress) -> Self {
        self.token_address = Some(address);
        self
    }

    /// How long connecting may take: name, TCP and TLS together.
    #[must_use]
    pub fn with_connect_deadline(mut self, deadline: Duration) -> Self {
        self.connect_deadline = deadline;
        self
    }

    /// How long a call may take, from its beginning to the last byte of the answer; connecting and fetching a token included.
    #[must_use]
    pub fn with_call_deadline(mut self, deadline: Duration) -> Self {
        self.call_deadline = deadline;
        self
    }
}

/// Why there is no client with these settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableSettings {
    /// Version 1.3 outside [`Environment::Public`], and no address for tokens.
    #[error(
        "version 1.3 needs the address where tokens are fetched: it is documented for `Environment::Public` only, \
             so set `with_token_address`"
    )]
    NoTokenAddress,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up with these settings")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}
