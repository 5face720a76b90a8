//! HTTP/1.1 over rustls, as a client: for every service that a seller calls.

mod address;
mod body;
mod connector;
mod service;
mod tls;

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
use tower_service::Service;

use self::connector::Connector;
use crate::BoxError;

pub use self::address::{BaseAddress, UnusableAddress};
pub use self::body::{RequestBody, ResponseBody};
pub(crate) use self::connector::ConnectTimedOut;
pub use self::service::HttpService;
pub(crate) use self::service::{Answer, Failure};
pub(crate) use self::tls::{ExtraRoots, client_config};

/// Idle connections are closed before a load balancer is likely to do so.
const IDLE: Duration = Duration::from_secs(15);

/// Connections that are kept for the next call. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool(legacy::Client<Connector, RequestBody>);

impl Pool {
    /// `connect_deadline` is for name, TCP and TLS together.
    pub(crate) fn new(tls: ClientConfig, connect_deadline: Duration) -> Self {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(Connector::new(Arc::new(tls), connect_deadline));
        Self(client)
    }
}

impl Service<Request<RequestBody>> for Pool {
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

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}
