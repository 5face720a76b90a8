//! A Secure Key Manager that stands in for the vendor's: for tests, and for work without a network.
//!
//! **It is built from the vendor's documents, and from nothing else.** Nobody has compared it with the service. What the
//! documents leave open, it decides, and the service may decide otherwise:
//!
//! - Failures have HTTP status 200 unless [`StandIn::answer_failures_with`] says otherwise, and the numbers in `resultCode` are
//!   made up.
//! - Checked in this order: path, appkey, user's key or token, role, key id, second layer, state of the key, version, data. In
//!   AND mode, address, MAC and certificate in this order; the first that fails is named.
//! - A key that waits for its deletion is `Invalid Key Status` for decrypting and verifying, as the guide has it, and
//!   `Invalid Key ID` otherwise.
//! - The second layer applies to using keys, `publicKey` excepted; not to `confirm`, the inventory and managing.
//! - A wrong user's key or token is answered with 401 and a page, a missing role with 403, by what stands for the gateway.
//! - A rotated key decrypts what older versions encrypted, unless [`StandIn::refuse_older_versions`] says otherwise: the
//!   documents say both.
//! - MAC addresses are compared letter by letter. Limits are counted in bytes.
//! - Ciphertexts, and signatures of the vendor's own form, begin with the version; the rest is AES-256-GCM and RSASSA-PKCS1-v1_5.
//!   Asymmetric keys are three that everybody knows, in turn: **nothing that it encrypts or signs is safe**, and its memory is
//!   not wiped.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use marketplace_tower::secure_key_manager::stand_in::StandIn;
//! use marketplace_tower::secure_key_manager::{AuthMode, Client, Methods};
//!
//! let stand_in = StandIn::start().await?;
//! let project = stand_in.add_project();
//! let store = project.add_key_store("shop", Methods::IPV4, AuthMode::And);
//! project.register_ipv4(store, "127.0.0.1".parse()?);
//! let key = project.add_secret(store, "database", "correct horse");
//!
//! let client = Client::connect(stand_in.settings(project.v1_0()))?;
//! assert_eq!(client.secret(&key).await?.expose(), "correct horse");
//! # Ok(())
//! # }
//! ```

mod authority;
mod body;
mod clock;
mod crypto;
mod data;
mod gate;
mod inventory;
mod management;
mod project;
mod refusal;
mod registrations;
mod route;
mod server;
mod state;

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::authority::Authority;
use self::clock::Clock;
use self::state::State;
use super::credentials::{AppKey, Credentials};
use super::environment::Environment;
use super::settings::Settings;
use crate::http_client::BaseAddress;

pub use self::project::{Project, Role};

/// The longest life of a token.
const DAY: Duration = Duration::from_secs(86_400);

/// A Secure Key Manager on a free port of this machine, over TLS with an authority of its own. It stops when it is dropped.
///
/// [The module](self) says what it decides where the documents leave something open.
pub struct StandIn {
    inner: Arc<Inner>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// What server and handles share.
struct Inner {
    authority: Authority,
    clock: Clock,
    state: Mutex<State>,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StandIn {
    /// Starts one, empty. Needs a runtime of tokio with I/O.
    ///
    /// # Errors
    ///
    /// [`CannotStart`]: there is no free port, or no certificate could be made.
    pub async fn start() -> Result<Self, CannotStart> {
        let clock = Clock::default();
        let authority = Authority::new().map_err(CannotStart::new)?;
        let tls = authority.server(clock.clone()).map_err(CannotStart)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(CannotStart::new)?;
        let address = listener.local_addr().map_err(CannotStart::new)?;
        let state = Mutex::new(State::new());
        let inner = Arc::new(Inner { authority, clock, state });
        let server = tokio::spawn(server::serve(listener, tls, Arc::clone(&inner)));
        Ok(Self { inner, address, server })
    }

    /// Makes an appkey, with nothing in it.
    #[must_use]
    pub fn add_project(&self) -> Project {
        Project::new(Arc::clone(&self.inner))
    }

    /// Makes this appkey, with nothing in it: for a program under test that is told its appkey as a text. If it is there
    /// already, it is emptied.
    #[must_use]
    pub fn add_project_of(&self, app_key: AppKey) -> Project {
        Project::of(Arc::clone(&self.inner), app_key)
    }

    /// Where it is.
    #[must_use]
    pub fn base_address(&self) -> BaseAddress {
        self.address_of("")
    }

    /// Settings with which a client reaches it: its address, that of its tokens, and its authority.
    #[must_use]
    pub fn settings(&self, credentials: Credentials) -> Settings {
        let settings = Settings::new(Environment::Custom(self.base_address()), credentials)
            .with_token_address(self.address_of("/oauth2/token/create"));
        // Its own certificate can be read.
        let trusting = settings.clone().with_root_certificates(self.authority_pem().as_bytes());
        trusting.unwrap_or(settings)
    }

    /// The certificate of its authority, PEM.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        self.inner.authority.pem()
    }

    /// Takes all clients for ones that come from this address. `None`: from where they do come.
    pub fn see_clients_as(&self, address: impl Into<Option<IpAddr>>) {
        self.inner.state().seen_as = address.into();
    }

    /// Sets its clock ahead.
    pub fn pass_time(&self, time: Duration) {
        self.inner.clock.pass(time);
    }

    /// Answers failures with this HTTP status, in the same envelope.
    pub fn answer_failures_with(&self, status: StatusCode) {
        self.inner.state().failure_status = status;
    }

    /// Writes the messages of failures in lower case, as a user has reported of the service.
    pub fn write_messages_in_lower_case(&self, lower: bool) {
        self.inner.state().lower_case = lower;
    }

    /// Decrypts with the newest version of a key only, as one of the vendor's pages warns.
    pub fn refuse_older_versions(&self, refuse: bool) {
        self.inner.state().refuse_older_versions = refuse;
    }

    /// How long new tokens live. A day at first.
    pub fn give_out_tokens_for(&self, life: Duration) {
        self.inner.state().token_life = life;
    }

    /// Accepts none of the tokens that it has given out.
    pub fn revoke_tokens(&self) {
        self.inner.state().tokens.clear();
    }

    /// How many tokens were asked for.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.inner.state().token_requests
    }

    /// How many calls came, those for tokens not counted.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.inner.state().calls
    }

    fn address_of(&self, path: &str) -> BaseAddress {
        // `localhost` and a port can be an address.
        let address = BaseAddress::new(&format!("https://localhost:{}{path}", self.address.port()));
        address.unwrap_or_else(|_| Environment::Public.base())
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StandIn({})", self.address)
    }
}

/// Why a stand-in cannot start.
#[derive(Debug, thiserror::Error)]
#[error("the stand-in for the Secure Key Manager cannot start")]
pub struct CannotStart(#[source] Box<dyn Error + Send + Sync>);

impl CannotStart {
    fn new(source: impl Error + Send + Sync + 'static) -> Self {
        Self(source.into())
    }
}
