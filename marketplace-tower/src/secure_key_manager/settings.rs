//! How a client is set up.

use std::fmt;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use super::credentials::Credentials;
use super::environment::{BaseAddress, Environment};
use super::identity::{ClientCertificate, MacAddress, UnusableCertificate, certificates};

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
    pub(super) extra_roots: RootsOfTheirOwn,
    pub(super) token_address: Option<BaseAddress>,
    pub(super) connect_deadline: Duration,
    pub(super) call_deadline: Duration,
}

/// Authorities beside Mozilla's.
#[derive(Clone, Default)]
pub(super) struct RootsOfTheirOwn(Vec<CertificateDer<'static>>);

impl fmt::Debug for RootsOfTheirOwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootsOfTheirOwn({})", self.0.len())
    }
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
            extra_roots: RootsOfTheirOwn::default(),
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
        for certificate in certificates(pem)? {
            let mut roots = RootCertStore::empty();
            roots.add(certificate.clone()).map_err(|_| UnusableCertificate::NoCertificate)?;
            self.extra_roots.0.push(certificate);
        }
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

    pub(super) fn roots(&self) -> RootCertStore {
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        roots.add_parsable_certificates(self.extra_roots.0.iter().cloned());
        roots
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
