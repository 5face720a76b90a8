//! How calls travel, unless the seller says otherwise.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::settings::{Settings, UnusableSettings};
use crate::BoxError;
use crate::http_client::{Pool, RequestBody, ResponseBody, client_config};

/// HTTP/1.1 over rustls, with connections that are kept for the next call. What [`Client::connect`](super::Client::connect) uses.
///
/// It knows of no proxy: where one has to be used, give [`Client::over`](super::Client::over) a service that does.
/// Cheap to clone.
#[derive(Clone)]
pub struct Transport(Pool);

impl Transport {
    /// The one that [`Client::connect`](super::Client::connect) makes of these settings, to put layers around it and give it to
    /// [`Client::over`](super::Client::over).
    ///
    /// # Errors
    ///
    /// [`UnusableSettings::Tls`]
    pub fn new(settings: &Settings) -> Result<Self, UnusableSettings> {
        let shown = settings.certificate.as_ref().map(|certificate| certificate.certified_key());
        let tls = client_config(&settings.extra_roots, shown);
        let tls = tls.map_err(|error| UnusableSettings::Tls(error.into()))?;
        Ok(Self(Pool::new(tls, settings.connect_deadline)))
    }
}

impl Service<Request<RequestBody>> for Transport {
    type Response = Response<ResponseBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        self.0.call(request)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
