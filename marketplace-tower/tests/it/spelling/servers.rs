//! The servers that sellers use, each with the same stack.

use std::convert::Infallible;
use std::future::Ready;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use marketplace_tower::v2::{
    InstanceInfo, NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance,
};
use marketplace_tower::{
    AccessKey, Endpoint, Fault, InstanceId, Layer, Ledger, MarketplaceLayer, Replay, UnixMillis,
    marketplace_handler,
};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tower::service_fn;

use crate::support::{KEY, NOW};

/// The longest body, in bytes.
pub(super) const LIMIT: usize = 10_000;

#[derive(Clone, Copy, Debug)]
pub(super) enum Host {
    Axum,
    Ours,
    HyperUtil,
    AxumServer,
    Tonic,
}

pub(super) const HOSTS: [Host; 5] = [Host::Axum, Host::Ours, Host::HyperUtil, Host::AxumServer, Host::Tonic];

impl Host {
    /// Serves in a task of its own.
    pub(super) async fn start(self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback_service(layer().layer(routes()));
        match self {
            Self::Axum => {
                tokio::spawn(async move { axum::serve(listener, app).await });
            }
            Self::Ours => {
                let server = marketplace_tower::server::Server::new().with_shutdown(std::future::pending());
                tokio::spawn(server.serve(listener, app));
            }
            Self::HyperUtil => {
                tokio::spawn(async move {
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let service = TowerToHyperService::new(app.clone());
                        tokio::spawn(async move {
                            let auto = auto::Builder::new(TokioExecutor::new());
                            auto.serve_connection(TokioIo::new(stream), service).await
                        });
                    }
                });
            }
            Self::AxumServer => {
                let server = axum_server::from_tcp(listener.into_std().unwrap()).unwrap();
                tokio::spawn(server.serve(app.into_make_service()));
            }
            Self::Tonic => serve_tonic(listener, Routes::from(routes())),
        }
        address
    }
}

/// Tonic as it comes, with one layer over the whole stack.
pub(super) fn serve_tonic(listener: TcpListener, routes: Routes) {
    let server = tonic::transport::Server::builder().accept_http1(true).layer(layer()).add_routes(routes);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
}

pub(super) fn layer() -> MarketplaceLayer {
    MarketplaceLayer::new(AccessKey::new(KEY).unwrap(), Replay::memory())
        .with_test_clock(|| UnixMillis(NOW))
        .with_body_limit(LIMIT)
        .with_routes(["/saasproduce", "/saasproduce/nothing", "/saasproduce/panic"])
}

pub(super) fn routes() -> Router {
    let panics = service_fn(|_: Request<Body>| -> Ready<Result<Response<Body>, Infallible>> {
        panic!("as the test wants it");
    });
    Router::new()
        .route_service("/saasproduce", Endpoint::new(Shop, Ledger::memory()))
        .route_service("/saasproduce/panic", panics)
}

struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, _: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, Fault> {
        Ok(NewInstanceReply::new(instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        let infos: Result<Vec<_>, _> =
            query.instance_ids().iter().filter(|id| *id == "known").map(InstanceInfo::new).collect();
        Ok(QueryInstanceReply::new(infos?)?)
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}
