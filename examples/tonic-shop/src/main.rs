//! A small seller on tonic: a gRPC admin API and KooGallery's V2 interface at `/saasproduce`, on one port.
//!
//! ```text
//! tonic-shop                          serves
//! tonic-shop list  [--url URL]        prints what was sold, from a shop that serves at http://127.0.0.1:8080 or there
//! tonic-shop watch [--url URL]        prints each change as it happens
//! tonic-shop --rehearse               plays KooGallery and the admin against a shop of its own; see [`rehearse`]
//! ```
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `KOOGALLERY_ACCESS_KEY` | the access key of the Seller Console | none: it has to be set |
//! | `SHOP_ADMIN_TOKEN` | what every admin call has to show, `list` and `watch` among them; at least 16 characters | none: it has to be set |
//! | `SHOP_LISTEN` | address and port | `127.0.0.1:8080` |
//! | `SHOP_DATABASE` | the file of the tenants; the ledger is beside it, with `.ledger` added | `shop.db` |
//!
//! KooGallery speaks HTTP/1.1, gRPC speaks HTTP/2 without TLS (h2c). A proxy in front ends the TLS and forwards
//! `/saasproduce` as HTTP/1.1, and nothing else: the token travels as it is, so the admin API stays inside.

mod admin;
mod client;
mod feed;
mod rehearse;
mod settings;
mod shop;
mod stack;
mod stop;
mod tenants;

use std::process::ExitCode;

use tokio::net::TcpListener;

use crate::settings::Settings;
use crate::stack::ENDPOINT;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|argument| argument.into_string()).collect();
    let arguments: Vec<_> =
        arguments.iter().map(|argument| argument.as_deref().unwrap_or_default()).collect();
    let done = match arguments[..] {
        [] => run().await.map(|()| true),
        ["--rehearse"] => rehearse::rehearse().await,
        [command, ref options @ ..] => client::run(command, options).await.map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("tonic-shop: {error}");
            ExitCode::from(2)
        }
    }
}

/// Serves until SIGTERM or ctrl-c.
async fn run() -> Result<(), BoxError> {
    let settings = Settings::from_environment()?;
    settings::log();
    let listener = TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| format!("SHOP_LISTEN: cannot listen on `{}`: {error}", settings.listen))?;
    let address = listener.local_addr()?;
    let stop = stop::signals()?;
    let (tenants, ledger) = settings.open().await?;
    println!("listening on http://{address}{ENDPOINT}");
    stack::serve(listener, &settings, tenants, ledger, stop).await
}
