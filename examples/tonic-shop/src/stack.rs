//! One port for both: the whole stack under one layer, on tonic's own server.

use std::time::Duration;

use marketplace_tower::{Endpoint, Ledger, MarketplaceLayer, Replay};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::BoxError;
use crate::admin::Admin;
use crate::admin::proto::instances_server::InstancesServer;
use crate::settings::Settings;
use crate::shop::Shop;
use crate::tenants::Tenants;

/// The path that KooGallery calls.
pub(crate) const ENDPOINT: &str = "/saasproduce";

/// How long calls in flight, and then tenants that are being set up, may take after the signal to stop.
pub(crate) const LONGEST_DRAIN: Duration = Duration::from_secs(30);

/// How often a connection without traffic is asked whether it is still there: a watcher's, mostly.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// The whole stack, and one layer over it: what is at [`ENDPOINT`] is verified and signed, gRPC passes as it is.
pub(crate) async fn serve(
    listener: TcpListener,
    settings: &Settings,
    tenants: Tenants,
    ledger: Ledger,
    stop: impl Future<Output = ()>,
) -> Result<(), BoxError> {
    let shop = Endpoint::new(Shop::new(tenants.clone()), ledger);
    let admin = InstancesServer::with_interceptor(Admin::new(tenants.clone()), settings.admin_token.guard());
    let routes = Routes::new(admin).into_axum_router().route_service(ENDPOINT, shop.clone());
    let marketplace =
        MarketplaceLayer::new(settings.access_key.clone(), Replay::memory()).with_routes([ENDPOINT]);

    let stopping = Notify::new();
    let stopped = async {
        stop.await;
        // Watchers would stay for ever, and tonic waits for them.
        tenants.feed().close();
        stopping.notify_one();
    };
    let serving = Server::builder()
        .accept_http1(true)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .layer(marketplace)
        .add_routes(Routes::from(routes))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stopped);
    tokio::select! {
        served = serving => served?,
        () = async { stopping.notified().await; sleep(LONGEST_DRAIN).await } => {
            tracing::warn!("stopped although calls were in flight");
        }
    }
    // Tenants that were promised are set up before the process ends.
    if timeout(LONGEST_DRAIN, shop.drained()).await.is_err() {
        tracing::warn!("stopped before every tenant was set up: KooGallery has to send those orders again");
    }
    Ok(())
}
