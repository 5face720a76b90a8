//! A connection to a server that has been looked at.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, ConnectionAddr, ErrorKind, RedisError};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::server::Server;
use super::{Settings, UnusableRedis};

/// A server that may hold the replay store, and the way to it.
pub(super) struct Opened {
    pub(super) connection: MultiplexedConnection,
    /// Carries what is asked; ends when the connection does.
    pub(super) driver: Pin<Box<dyn Future<Output = ()> + Send>>,
    pub(super) server: Server,
}

/// The authorities whose certificates are trusted.
#[derive(Clone)]
pub(super) struct Roots(Arc<RootCertStore>);

impl Opened {
    /// Connects, logs in, and looks. Takes as long as it takes.
    pub(super) async fn new(settings: &Settings) -> Result<Self, UnusableRedis> {
        let stream = settings.reach().await?;
        // The time-outs are ours.
        let config = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
        let (mut connection, driver) =
            MultiplexedConnection::new_with_config(&settings.address.login, stream, config)
                .await
                .map_err(|error| settings.problem(error))?;
        let mut driver: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(driver);
        let server = tokio::select! {
            server = settings.look(&mut connection) => server?,
            () = &mut driver => return Err(UnusableRedis::Lost { address: settings.name(), source: None }),
        };
        Ok(Self { connection, driver, server })
    }
}

impl Settings {
    /// Where the server is, for an error.
    pub(super) fn name(&self) -> Box<str> {
        self.address.to_string().into()
    }

    /// Asks the server about itself. Something else has to drive the connection.
    pub(super) async fn look(&self, connection: &mut MultiplexedConnection) -> Result<Server, UnusableRedis> {
        let info: Result<String, _> = ::redis::cmd("INFO").query_async(connection).await;
        let server = Server::parse(&info.map_err(|error| self.problem(error))?, self)?;
        server.check(self)?;
        Ok(server)
    }

    /// What an error of the driver means.
    pub(super) fn problem(&self, error: RedisError) -> UnusableRedis {
        let address = self.name();
        let code = error.code().unwrap_or_default();
        let answer = [code, error.detail().unwrap_or_default()].join(" ").trim().into();
        match error.kind() {
            ErrorKind::AuthenticationFailed => UnusableRedis::Denied { address, answer },
            _ if matches!(code, "NOAUTH" | "WRONGPASS" | "NOPERM") => {
                UnusableRedis::Denied { address, answer }
            }
            ErrorKind::Server(_) | ErrorKind::Extension => UnusableRedis::Failed { address, answer },
            _ => UnusableRedis::Lost { address, source: Some(error.into()) },
        }
    }

    async fn reach(&self) -> Result<Box<dyn Stream>, UnusableRedis> {
        let (host, port) = match &self.address.place {
            ConnectionAddr::Tcp(host, port) => (host, *port),
            #[cfg(unix)]
            ConnectionAddr::Unix(path) => {
                let stream = tokio::net::UnixStream::connect(path).await;
                return Ok(Box::new(stream.map_err(|error| self.unreachable(error))?));
            }
            _ => return Err(UnusableRedis::Url),
        };
        let stream =
            TcpStream::connect((host.as_str(), port)).await.map_err(|error| self.unreachable(error))?;
        stream.set_nodelay(true).map_err(|error| self.unreachable(error))?;
        if !self.address.is_tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.clone()).map_err(|error| self.unreachable(error))?;
        let config = self.roots.config().map_err(|error| self.unreachable(error))?;
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .map_err(|error| self.unreachable(error))?;
        Ok(Box::new(stream))
    }

    fn unreachable(&self, source: impl std::error::Error + Send + Sync + 'static) -> UnusableRedis {
        UnusableRedis::Unreachable { address: self.name(), source: source.into() }
    }
}

impl Roots {
    /// Those that browsers trust.
    pub(super) fn mozilla() -> Self {
        Self(Arc::new(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()))
    }

    /// Those of a PEM file.
    pub(super) fn from_pem(pem: &[u8]) -> Result<Self, UnusableRedis> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let unreadable = |error: &dyn fmt::Display| UnusableRedis::Certificate(error.to_string().into());
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error))?;
        }
        if roots.is_empty() {
            return Err(UnusableRedis::Certificate("there is no certificate in the file; is it PEM?".into()));
        }
        Ok(Self(Arc::new(roots)))
    }

    /// With the cryptography of `ring`, whatever else the program is built with.
    fn config(&self) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::clone(&self.0))
            .with_no_client_auth())
    }
}

/// Bytes to and from a server.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
