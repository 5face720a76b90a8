//! A seller that bills by use: it counts what its tenants do, records that when an hour is over, and pushes it to KooGallery.
//!
//! Its product is a service that does a piece of work for each `POST /jobs/INSTANCE`. KooGallery's V2 interface is at `/saasproduce`.
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `KOOGALLERY_ACCESS_KEY` | the access key of the Seller Console, which signs calls and usage | none: it has to be set |
//! | `KOOGALLERY_AK`, `KOOGALLERY_SK` | the access key id and secret key of the seller's Huawei Cloud account | none: they have to be set |
//! | `KOOGALLERY_SITE` | the site that is called: `cn`, `intl`, `eu` | `intl` |
//! | `KOOGALLERY_URL` | the address that is called instead, such as a mock market's | that of the site |
//! | `SHOP_LISTEN` | address and port | `127.0.0.1:8080` |
//! | `SHOP_DATABASE` | the file of the tenants and of what they do | `shop.db` |
//! | `SHOP_LEDGER` | ledger and recorded usage: `sqlite:PATH` or `postgres://…` | `sqlite:` and the file of the tenants, with `.ledger` added |
//! | `SHOP_SPAN_SECONDS` | for how long is counted before it is recorded; usage is then pushed when the hour is over | `3600` |
//! | `SHOP_PUSH_SECONDS` | how often the outbox is looked into; with this set, usage does not wait for its hour | every 15, once the hour is over |
//! | `SHOP_PUSH_BATCH` | how many records are pushed in one call | `1000` |
//! | `SHOP_PUSH_LEASE_MS` | after how long a pusher is taken for dead | `60000` |
//!
//! `GET /usage` on the same port says how far everything is.
//!
//! With `--push` it does nothing but push what others recorded; with `--migrate` it makes the tables in PostgreSQL. With
//! `--rehearse` it plays KooGallery, and the market that is billed, against itself.

#[cfg(feature = "failpoints")]
mod failpoint;
mod meter;
mod metering;
mod rehearse;
mod settings;
mod shop;
mod stores;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use marketplace_tower::usage::UsageOutbox;
use marketplace_tower::{AccessKey, Endpoint, KeyRing, Layer as _, Ledger, MarketplaceLayer, Replay, server};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::meter::Meter;
use crate::metering::Metering;
use crate::settings::Settings;
use crate::shop::Shop;

/// The path that KooGallery calls.
const ENDPOINT: &str = "/saasproduce";

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
        (Some("--push"), None) => {
            log("info");
            push().await.map(|()| true)
        }
        (Some("--migrate"), None) => {
            log("info");
            migrate().await.map(|()| true)
        }
        (Some("--rehearse"), None) => {
            // A rehearsal says itself what came of it.
            log("off");
            rehearse::rehearse().await
        }
        _ => Err("usage: metered-shop [--push | --migrate | --rehearse]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("metered-shop: {error}");
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

/// Makes the tables in PostgreSQL, unless they are there.
async fn migrate() -> Result<(), BoxError> {
    stores::migrate(&Settings::from_environment()?.ledger).await
}

/// Pushes until SIGTERM or ctrl-c.
async fn push() -> Result<(), BoxError> {
    #[cfg(feature = "failpoints")]
    failpoint::arm()?;
    let settings = Settings::from_environment()?;
    let outbox = outbox(&stores::ledger(&settings.ledger).await?)?;
    let pusher = settings.pusher(outbox)?;
    println!("pushing to {}", settings.market_address());
    tokio::select! {
        () = pusher.run() => Ok(()),
        () = settings::told_to_stop() => Ok(()),
    }
}

/// Serves, counts and pushes until SIGTERM or ctrl-c.
async fn run() -> Result<(), BoxError> {
    #[cfg(feature = "failpoints")]
    failpoint::arm()?;
    let settings = Settings::from_environment()?;
    let listener = TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| format!("SHOP_LISTEN: cannot listen on `{}`: {error}", settings.listen))?;
    let key = AccessKey::new(settings.access_key.as_str());
    let keys = KeyRing::from(key.map_err(|error| format!("KOOGALLERY_ACCESS_KEY: {error}"))?);
    let ledger = stores::ledger(&settings.ledger).await?;
    let outbox = outbox(&ledger)?;
    let meter = Meter::open(&settings.database, settings.span)
        .map_err(|error| format!("SHOP_DATABASE: `{}`: {error}", settings.database.display()))?;
    let metering = Metering::new(meter.clone(), outbox.clone());
    let shop = Endpoint::new(Shop::new(metering.clone()), ledger).with_orders(settings.client()?);
    let pusher = settings.pusher(outbox.clone())?;

    let marketplace = MarketplaceLayer::new(keys.clone(), Replay::memory()).layer(shop.clone());
    let counted = outbox.clone();
    let app = Router::new()
        .route_service(ENDPOINT, marketplace)
        .route("/jobs/{instance}", post(work))
        .with_state(Arc::new(meter))
        .route("/usage", get(async move || usage(&counted).await));
    let address = listener.local_addr()?;
    let serving = server::serve(listener, app);
    println!("listening on http://{address}{ENDPOINT}");
    let taking_up = shop.clone();
    let background = [
        tokio::spawn(async move {
            if let Err(error) = taking_up.resume(&keys).await {
                tracing::error!(%error, "what was interrupted waits for KooGallery to send it again");
            }
        }),
        tokio::spawn(metering.run()),
        tokio::spawn(pusher.run()),
    ];
    serving.await?;
    // What is in flight is sent again by the next pusher, under the same serial numbers.
    background.iter().for_each(tokio::task::JoinHandle::abort);
    if timeout(LONGEST_DRAIN, shop.drained()).await.is_err() {
        tracing::warn!("stopped before every tenant was set up: KooGallery has to send those orders again");
    }
    Ok(())
}

fn outbox(ledger: &Ledger) -> Result<UsageOutbox, BoxError> {
    UsageOutbox::of(ledger).ok_or_else(|| "this ledger keeps no usage".into())
}

/// The product: a piece of work, which is counted.
async fn work(State(meter): State<Arc<Meter>>, Path(instance): Path<String>) -> (StatusCode, String) {
    match meter.count(instance).await {
        Ok(Some(count)) => (StatusCode::OK, format!("{count}\n")),
        Ok(None) => (StatusCode::FORBIDDEN, "no such tenant, or a frozen one\n".to_owned()),
        Err(error) => {
            tracing::error!(%error, "work was not counted, and not done");
            (StatusCode::SERVICE_UNAVAILABLE, "try again\n".to_owned())
        }
    }
}

/// A line for each.
async fn usage(outbox: &UsageOutbox) -> (StatusCode, String) {
    match outbox.progress().await {
        Ok(progress) => (
            StatusCode::OK,
            format!(
                "waiting {}\noverdue {}\npushed {}\nrefused {}\n",
                progress.waiting, progress.overdue, progress.pushed, progress.refused
            ),
        ),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}
