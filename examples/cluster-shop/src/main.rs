//! A seller on several machines: each runs this program, with the ledger and the tenants in one PostgreSQL, the replay store
//! in one Redis, and a proxy in front. KooGallery's V2 interface is at `/saasproduce`.
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `KOOGALLERY_ACCESS_KEY` | the access key of the Seller Console | none: it has to be set |
//! | `SHOP_LISTEN` | address and port | `127.0.0.1:8080` |
//! | `SHOP_LEDGER` | `postgres://…` for ledger and tenants; or `sqlite:PATH` for the tenants, and the ledger beside it, with `.ledger` added | `sqlite:shop.db` |
//! | `SHOP_REPLAY` | `redis://…`, or `memory` for a single machine | `memory` |
//! | `SHOP_LEASE_SECONDS` | after how long a machine is taken for dead | `15` |
//! | `SHOP_PATIENCE_MS` | how long PostgreSQL and Redis have to answer a question, in milliseconds | `300` |
//! | `SHOP_PROVISIONING_MS` | how long a tenant takes to set up, in milliseconds; or `by-order`: seven seconds for the order `slow-7-…` | `0` |
//!
//! `GET /counts` on the same port says what happened on this machine. The proxy does not pass it on.
//!
//! With `--migrate` it makes the tables and ends; with `--print-schema` it shows them, for databases where a program may not.
//! With `--rehearse` it starts what it needs and plays KooGallery against three machines of its own; see [`rehearse`].

mod database;
#[cfg(feature = "failpoints")]
mod failpoint;
mod rehearse;
mod settings;
mod shop;
mod stores;
mod tenants;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use marketplace_tower::server::Server;
use marketplace_tower::{AccessKey, Endpoint, KeyRing, Layer as _, MarketplaceLayer};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::settings::Settings;
use crate::shop::Shop;
use crate::tenants::Tenants;

/// The path that KooGallery calls.
const ENDPOINT: &str = "/saasproduce";

/// How many calls a machine takes at a time. The others wait outside, where they cost nothing: inside, a call that waits for
/// PostgreSQL behind too many others fails when its time is over, and the work that was done for it is lost.
const CONNECTIONS: usize = 128;

/// How long tenants may take to be set up after the server has stopped.
const LONGEST_DRAIN: Duration = Duration::from_secs(30);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => {
            log("info");
            run().await.map(|()| true)
        }
        (Some("--migrate"), None) => {
            log("info");
            migrate().await.map(|()| true)
        }
        (Some("--print-schema"), None) => {
            println!("{}", stores::schema());
            Ok(true)
        }
        (Some("--rehearse"), None) => {
            // A rehearsal says itself what came of it.
            log("off");
            rehearse::rehearse().await
        }
        _ => Err("usage: cluster-shop [--migrate | --print-schema | --rehearse]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cluster-shop: {error}");
            ExitCode::from(2)
        }
    }
}

/// Logs to stderr what `RUST_LOG` says, or else this.
fn log(otherwise: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| otherwise.into());
    let stderr = std::io::stderr;
    // A file that is searched for a reason should not hold colours.
    let colours = stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(stderr).with_ansi(colours).with_env_filter(filter).init();
}

/// Makes the tables of the ledger and of the tenants, unless they are there.
async fn migrate() -> Result<(), BoxError> {
    stores::migrate(&Settings::from_environment()?).await
}

/// Serves until SIGTERM or ctrl-c.
async fn run() -> Result<(), BoxError> {
    #[cfg(feature = "failpoints")]
    failpoint::arm()?;
    let settings = Settings::from_environment()?;
    let listener = TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| format!("SHOP_LISTEN: cannot listen on `{}`: {error}", settings.listen))?;
    let key = AccessKey::new(settings.access_key.as_str());
    let keys = KeyRing::from(key.map_err(|error| format!("KOOGALLERY_ACCESS_KEY: {error}"))?);
    let replay = stores::replay(&settings).await?;
    let (ledger, tenants) = stores::ledger(&settings).await?;
    let shop = Endpoint::new(Shop::new(tenants, settings.provisioning), ledger).with_lease(settings.lease);

    let marketplace = MarketplaceLayer::new(keys.clone(), replay).layer(shop.clone());
    let counted = shop.clone();
    let app = Router::new()
        .route_service(ENDPOINT, marketplace)
        .route("/counts", get(async move || counts(&counted)));
    let address = listener.local_addr()?;
    let serving = Server::new().with_max_connections(CONNECTIONS).serve(listener, app);
    println!("listening on http://{address}{ENDPOINT}");
    let taking_up = tokio::spawn(take_up(shop.clone(), keys, settings.lease));
    serving.await?;
    taking_up.abort();
    // Tenants that were promised are set up before the process ends. What is not, another machine takes up.
    if timeout(LONGEST_DRAIN, shop.drained()).await.is_err() {
        tracing::warn!("stopped before every tenant was set up: another machine takes up what is left");
    }
    Ok(())
}

/// Takes up what a machine had begun that has died, at start and whenever the lease of such a work can have ended: what was
/// promised to KooGallery is made also if it does not send the order again.
async fn take_up(shop: Endpoint<Shop>, keys: KeyRing, every: Duration) {
    loop {
        if let Err(error) = shop.resume(&keys).await {
            tracing::warn!(%error, "could not look for interrupted works; it is tried again");
        }
        sleep(every).await;
    }
}

/// A line for each.
fn counts(shop: &Endpoint<Shop>) -> String {
    let counts = shop.counts();
    format!(
        "repeated {}\nconflicts {}\nlate {}\ntaken_up {}\nsuperseded {}\n",
        counts.repeated, counts.conflicts, counts.late, counts.taken_up, counts.superseded
    )
}
