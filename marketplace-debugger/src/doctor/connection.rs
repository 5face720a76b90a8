//! A connection, with TLS or without.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Address, TrustedRoots, Unreachable};

/// A protocol that can be agreed upon while TLS is being set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Http1,
    Http2,
}

impl Speaks {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Http1 => "http/1.1",
            Self::Http2 => "h2",
        }
    }
}

/// Bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Connection {
    pub(super) stream: Box<dyn Stream>,
    pub(super) peer: Option<SocketAddr>,
    /// The version of TLS, and what was agreed upon.
    pub(super) tls: Option<(&'static str, Option<Speaks>)>,
    /// How long it took.
    pub(super) took: Duration,
}

impl Connection {
    /// What TLS has agreed upon; nothing, without TLS or an agreement.
    pub(super) fn speaks(&self) -> Option<Speaks> {
        self.tls.and_then(|(_, speaks)| speaks)
    }
}

/// Offers these protocols, if it is TLS.
pub(super) async fn connect(
    address: &Address,
    offered: &[Speaks],
    roots: &TrustedRoots,
) -> Result<Connection, Unreachable> {
    let began = Instant::now();
    let stream = tcp(address).await?;
    let peer = stream.peer_addr().ok();
    if !address.is_https() {
        return Ok(Connection { stream: Box::new(stream), peer, tls: None, took: began.elapsed() });
    }
    let stream =
        tls(address, stream, offered, roots).await.map_err(|error| Unreachable::NoTls(error.to_string()))?;
    let (_, session) = stream.get_ref();
    let speaks = match session.alpn_protocol() {
        Some(b"h2") => Some(Speaks::Http2),
        Some(b"http/1.1") => Some(Speaks::Http1),
        _ => None,
    };
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "1.2",
        Some(ProtocolVersion::TLSv1_3) => "1.3",
        _ => "of another version",
    };
    Ok(Connection { stream: Box::new(stream), peer, tls: Some((version, speaks)), took: began.elapsed() })
}

async fn tcp(address: &Address) -> Result<TcpStream, Unreachable> {
    let found = tokio::net::lookup_host((address.host(), address.port())).await;
    let found = found.map_err(|error| Unreachable::NoAddress(error.to_string()))?;
    let mut last = Unreachable::NoAddress("the name has no address".to_owned());
    for at in found {
        match TcpStream::connect(at).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Unreachable::NoConnection(format!("{at}: {error}")),
        }
    }
    Err(last)
}

async fn tls(
    address: &Address,
    stream: TcpStream,
    offered: &[Speaks],
    roots: &TrustedRoots,
) -> io::Result<TlsStream<TcpStream>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(Arc::clone(&roots.0))
        .with_no_client_auth();
    config.alpn_protocols = offered.iter().map(|speaks| speaks.name().into()).collect();
    let name = ServerName::try_from(address.host().to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}
