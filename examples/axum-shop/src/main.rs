//! A complete small seller: axum, SQLite, and KooGallery's V2 interface at `/saasproduce`.
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `SHOP_KEYS` | where the access keys are: `env`, in the next variable; `file:PATH`, a file that is watched; `skm:KEYID`, a secret of the Secure Key Manager that `SKM_APPKEY`, `SKM_USER_KEY_ID` with `SKM_USER_KEY_SECRET`, `SKM_MAC`, `SKM_URL` and `SKM_CA` describe | `env` |
//! | `KOOGALLERY_ACCESS_KEY` | the access key of the Seller Console, or a document of several | none: it has to be set |
//! | `KOOGALLERY_AK`, `KOOGALLERY_SK` | the access key id and secret key of the seller's Huawei Cloud account, with which the shop asks what was bought | none: nobody is asked, and tenants have no plan |
//! | `KOOGALLERY_SITE` | the site that is asked: `cn`, `intl`, `eu` | `intl` |
//! | `KOOGALLERY_URL` | the address that is asked instead, such as a mock market's | that of the site |
//! | `SHOP_LISTEN` | address and port | `127.0.0.1:8080` |
//! | `SHOP_DATABASE` | the file of the tenants; the ledger is beside it, with `.ledger` added | `shop.db` |
//! | `SHOP_PROVISIONING_MS` | how long a tenant takes to set up, in milliseconds | `0` |
//!
//! With `--rehearse` it plays KooGallery against itself instead; with `--market` it sells to a customer of a mock market, which it asks what was
//! bought. See [`rehearse`].

mod keys;
mod orders;
mod rehearse;
mod settings;
mod shop;
mod tenants;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use marketplace_tower::{Endpoint, Keys, Layer as _, Ledger, MarketplaceLayer, Replay, server};
use tokio::net::TcpListener;

use crate::settings::Settings;
use crate::shop::Shop;
use crate::tenants::Tenants;

/// The path that KooGallery calls.
const ENDPOINT: &str = "/saasproduce";

/// How long tenants may take to be set up after the server has stopped.
const LONGEST_DRAIN: Duration = Duration::from_secs(30);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let done = match (arguments.next(), arguments.next()) {
        (None, _) => {
            log("info");
            run().await.map(|()| true)
        }
        (Some(argument), None) if argument == "--rehearse" => {
            // A rehearsal provokes refusals by the dozen, and says itself what came of them.
            log("off");
            rehearse::rehearse().await
        }
        (Some(argument), None) if argument == "--market" => {
            log("off");
            rehearse::sell().await
        }
        _ => Err("usage: axum-shop [--rehearse | --market]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("axum-shop: {error}");
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

/// Serves until SIGTERM or ctrl-c.
async fn run() -> Result<(), BoxError> {
    let settings = Settings::from_environment()?;
    let listener = TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| format!("SHOP_LISTEN: cannot listen on `{}`: {error}", settings.listen))?;
    let shop = shop(&settings).await?;
    let keys = settings.keys.load().await?;
    let address = listener.local_addr()?;
    let serving = server::serve(listener, app(&keys, shop.clone()));
    println!("listening on http://{address}{ENDPOINT}");
    take_up(shop.clone(), keys);
    serving.await?;
    // Tenants that were promised are set up before the process ends.
    if tokio::time::timeout(LONGEST_DRAIN, shop.drained()).await.is_err() {
        tracing::warn!("stopped before every tenant was set up: KooGallery has to send those orders again");
    }
    Ok(())
}

/// The seller behind its layer, mounted as one route.
fn app(keys: &Keys, shop: Endpoint<Shop>) -> Router {
    let marketplace = MarketplaceLayer::new(keys.clone(), Replay::memory()).layer(shop);
    Router::new().route_service(ENDPOINT, marketplace)
}

/// What a crash interrupted goes on, without waiting for KooGallery.
fn take_up(shop: Endpoint<Shop>, keys: Keys) {
    tokio::spawn(async move {
        if let Err(error) = shop.resume(&keys.ring()).await {
            tracing::error!(%error, "what was interrupted waits for KooGallery to send it again");
        }
    });
}

/// The seller on its files.
async fn shop(settings: &Settings) -> Result<Endpoint<Shop>, BoxError> {
    let unusable = |error: BoxError| format!("SHOP_DATABASE: `{}`: {error}", settings.database.display());
    let tenants = Tenants::open(&settings.database).map_err(|error| unusable(error.into()))?;
    let mut ledger = settings.database.clone().into_os_string();
    ledger.push(".ledger");
    let ledger = Ledger::sqlite(ledger).await.map_err(|error| unusable(error.into()))?;
    let shop =
        Endpoint::new(Shop::new(tenants, settings.provisioning), ledger).with_deadline(settings.deadline);
    Ok(match &settings.orders {
        Some(market) => shop.with_orders(market.clone()),
        None => shop,
    })
}
