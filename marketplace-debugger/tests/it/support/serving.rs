//! Servers on the loopback interface.

use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use marketplace_tower::server::Server;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tower_service::Service;

/// A server that runs until it is dropped.
pub(crate) struct Serving {
    address: SocketAddr,
    task: AbortHandle,
}

impl Serving {
    /// Serves with `marketplace_tower::server`, which writes header names in title case.
    pub(crate) async fn start<S, B>(service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::new().with_shutdown(std::future::pending()).serve(listener, service);
        Self { address, task: tokio::spawn(server).abort_handle() }
    }

    /// Serves a router with axum's own server.
    pub(crate) async fn axum(router: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = async { axum::serve(listener, router).await };
        Self { address, task: tokio::spawn(server).abort_handle() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/saasproduce", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}
