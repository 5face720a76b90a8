//! How calls travel: the default, and what any other has to be.

mod body;
mod connector;
mod service;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::sign::SingleCertAndKey;
use tower_service::Service;

use self::connector::Connector;
use super::settings::{Settings, UnusableSettings};
use crate::BoxError;

pub use self::body::{RequestBody, ResponseBody};
pub use self::service::HttpService;
pub(super) use self::service::{Answer, Failure};

/// Idle connections are closed before a load balancer is likely to do so.
const IDLE: Duration = Duration::from_secs(15);

/// HTTP/1.1 over rustls, with connections that are kept for the next call. What [`Client::connect`](super::Client::connect) uses.
///
/// It knows of no proxy: where one has to be used, give [`Client::over`](super::Client::over) a service that does.
/// Cheap to clone.
#[derive(Clone)]
pub struct Transport(legacy::Client<Connector, RequestBody>);

impl Transport {
    /// The one that [`Client::connect`](super::Client::connect) makes of these settings, to put layers around it and give it to
    /// [`Client::over`](super::Client::over).
    ///
    /// # Errors
    ///
    /// [`UnusableSettings::Tls`]
    pub fn new(settings: &Settings) -> Result<Self, UnusableSettings> {
        let tls = tls(settings).map_err(|error| UnusableSettings::Tls(error.into()))?;
        let connector = Connector::new(Arc::new(tls), settings.connect_deadline);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self(client))
    }
}

impl Service<Request<RequestBody>> for Transport {
    type Response = Response<ResponseBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let exchange = self.0.request(request);
        Box::pin(async move { Ok(exchange.await?.map(ResponseBody::new)) })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

fn tls(settings: &Settings) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(settings.roots());
    let mut config = match &settings.certificate {
        None => config.with_no_client_auth(),
        Some(certificate) => {
            config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certificate.certified_key())))
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
