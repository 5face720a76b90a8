//! A seller of everything, on axum and SQLite: V2, V1, both generations of the joint-operations kit, and licences, all at
//! `/saasproduce`.
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `KOOGALLERY_ACCESS_KEY` | the access key of the Seller Console | none: it has to be set |
//! | `KOOGALLERY_KIT_KEY` | the key of the type "joint SaaS sync", which signs the calls of the kit and no others | the access key, which then signs everything |
//! | `KOOGALLERY_KIT_PRIVATE_KEY` | the file of the RSA private key that opens a `clientSecret`: PEM, at least 3072 bits | none: client secrets are then kept as they came |
//! | `SHOP_LISTEN` | address and port | `127.0.0.1:8080` |
//! | `SHOP_DATABASE` | the file of the shop; the ledger is beside it, with `.ledger` added | `shop.db` |
//! | `SHOP_PROVISIONING_MS` | how long a tenant takes to set up, in milliseconds | `0` |
//!
//! KooGallery knows one address. What it sends there is told apart by how it is signed:
//!
//! | what arrives | guide | here |
//! | --- | --- | --- |
//! | POST `/saasproduce`, signed in the query | V2 | `shop/v2.rs` |
//! | the same, about licence codes and online licences | licence | `shop/licence.rs` |
//! | GET `/saasproduce`, signed in the query | V1, licences 1.0 among it | `shop/v1.rs` |
//! | POST `/saasproduce/produceAPI/…`, signed in a header | kit V1 | `shop/kit_v1.rs` |
//! | POST `/saasproduce/produceAPI/v2/…`, signed in three headers | kit V2 | `shop/kit_v2.rs` |
//!
//! Each guide is an impl block of its own. What they do is in `shop.rs`, `shop/kit.rs` and `shop/sales.rs`, once for all of
//! them: an instance is an instance, whoever asks for it.
//!
//! With `--rehearse` it plays KooGallery against itself instead; see [`rehearse`].

mod database;
mod keys;
mod rehearse;
mod settings;
mod shop;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use marketplace_tower::{Endpoint, Layer as _, Ledger, MarketplaceLayer, Replay, guide, server};
use tokio::net::TcpListener;

use crate::database::Database;
use crate::settings::Settings;
use crate::shop::Shop;

/// The path that is registered with KooGallery.
const ENDPOINT: &str = "/saasproduce";

/// What it calls: that path, and the kit's paths, which it adds to whatever is registered. A wrong path under the address is
/// the layer's, too, so that its refusal is signed.
const PATHS: [&str; 3] = [ENDPOINT, "/saasproduce/", "/saasproduce/{*path}"];

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
        _ => Err("usage: joint-shop [--rehearse]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("joint-shop: {error}");
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
    let address = listener.local_addr()?;
    let serving = server::serve(listener, app(&settings, shop.clone())?);
    println!("listening on http://{address}{ENDPOINT}");
    serving.await?;
    // Tenants that were promised are set up before the process ends.
    if tokio::time::timeout(LONGEST_DRAIN, shop.drained()).await.is_err() {
        tracing::warn!("stopped before every tenant was set up: KooGallery has to send those orders again");
    }
    Ok(())
}

/// The seller behind its layer. The same service stands at each path; the layer tells by the path, the method and the
/// signature what a call is.
fn app(settings: &Settings, shop: Endpoint<Shop>) -> Result<Router, BoxError> {
    let marketplace = MarketplaceLayer::new(keys::ring(settings)?, Replay::memory()).layer(shop);
    Ok(PATHS.into_iter().fold(Router::new(), |app, path| app.route_service(path, marketplace.clone())))
}

/// The seller on its files.
async fn shop(settings: &Settings) -> Result<Endpoint<Shop>, BoxError> {
    let unusable = |error: BoxError| format!("SHOP_DATABASE: `{}`: {error}", settings.database.display());
    let client_secrets = keys::client_secrets(settings)?;
    let database = Database::open(&settings.database).map_err(|error| unusable(error.into()))?;
    let mut ledger = settings.database.clone().into_os_string();
    ledger.push(".ledger");
    let ledger = Ledger::sqlite(ledger).await.map_err(|error| unusable(error.into()))?;
    let shop = Shop::new(database, settings.provisioning, client_secrets);
    Ok(Endpoint::new::<guide::V2>(shop, ledger)
        .with_guide::<guide::V1>()
        .with_guide::<guide::KitV1>()
        .with_guide::<guide::KitV2>()
        .with_guide::<guide::Licence>()
        .with_deadline(settings.deadline))
}
