//! A connection, with TLS or without.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Address;
use crate::transport::Silence;

/// The authorities whose certificates are accepted: Mozilla's, unless others are given.
#[derive(Clone)]
pub struct TrustedRoots(pub(crate) Arc<RootCertStore>);

impl TrustedRoots {
    /// The authorities of a PEM file, and no others.
    ///
    /// # Errors
    ///
    /// [`UnusableRoots`] if there is no certificate in it, or one that cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, UnusableRoots> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| UnusableRoots::Unreadable(error.to_string()))?;
            roots.add(certificate).map_err(|error| UnusableRoots::Unreadable(error.to_string()))?;
        }
        if roots.is_empty() { Err(UnusableRoots::Empty) } else { Ok(Self(Arc::new(roots))) }
    }
}

impl Default for TrustedRoots {
    fn default() -> Self {
        Self(Arc::new(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()))
    }
}

impl fmt::Debug for TrustedRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustedRoots({})", self.0.len())
    }
}

/// Why a PEM file does not say whom to trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableRoots {
    /// No certificate is in it.
    #[error(
        "there is no certificate in it: is it a PEM file that begins with `-----BEGIN CERTIFICATE-----`?"
    )]
    Empty,
    /// A certificate in it cannot be read.
    #[error("a certificate in it cannot be read: {0}")]
    Unreadable(String),
}

/// A connection to a seller.
pub(super) enum Connection {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(super) async fn connect(address: &Address, roots: &TrustedRoots) -> Result<Connection, Silence> {
    let unreachable = |what: &str, error: io::Error| Silence::Unreachable(format!("{what}: {error}"));
    let stream = TcpStream::connect((address.host(), address.port()))
        .await
        .map_err(|error| unreachable("no connection", error))?;
    if !address.is_https() {
        return Ok(Connection::Plain(stream));
    }
    let name = ServerName::try_from(address.host().to_owned())
        .map_err(|_| Silence::Unreachable("the host cannot be the name in a certificate".to_owned()))?;
    let config = config(roots).map_err(|error| Silence::Unreachable(format!("no TLS: {error}")))?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| unreachable("no TLS connection", error))?;
    Ok(Connection::Tls(Box::new(stream)))
}

fn config(roots: &TrustedRoots) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(Arc::clone(&roots.0))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

impl Connection {
    /// What TLS agreed to speak.
    pub(super) fn alpn(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(stream) => str::from_utf8(stream.get_ref().1.alpn_protocol()?).ok(),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
