//! What KooGallery does to a shop, played against the shop itself: over TCP, with signed calls of every guide.
//!
//! A rehearsal has its own port, database and keys, so it can run beside a shop that sells. The key of the kit is another
//! one than the access key, as it is for those who have both.

mod client_secret;
mod debugging;
mod interfaces;
mod kit;
mod kit_refusals;
mod licences;
mod market;
mod online;
mod running;
mod slow;
mod spelling;
mod stored;
mod v1;
mod v1_refusals;
mod v2;

use marketplace_tower::Guide;
use rehearsal::{Console, Report, play_console};

use self::market::Market;
use self::running::Running;
use crate::BoxError;

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn rehearse() -> Result<bool, BoxError> {
    let directory = tempfile::tempdir()?;
    let mut report = Report::default();

    let shop = Running::start(running::quick(directory.path())?).await?;
    let market = shop.market();
    let bought = v1::play(market, &mut report).await;
    spelling::play(market, &mut report).await;
    v1_refusals::play(market, &mut report).await;
    v2::play(market, &mut report).await;
    licences::play(market, &mut report).await;
    online::play(market, &mut report).await;
    kit::play(market, &mut report).await;
    client_secret::play(market, &mut report).await;
    kit_refusals::play(market, &mut report).await;
    debugging::play(market, &mut report).await;
    interfaces::play(market, &mut report).await;
    console(market, &mut report).await;
    let shop = shop.restart().await?;
    v1::play_after_restart(shop.market(), bought.as_ref(), &mut report).await;
    shop.stop().await?;

    let shop = Running::start(running::slow(directory.path())?).await?;
    slow::play(shop.market(), &mut report).await;
    shop.stop().await?;

    Ok(report.conclude())
}

/// The console that a seller has on the desk, which plays KooGallery too: for each guide.
async fn console(market: &Market, report: &mut Report) {
    for guide in [Guide::V2, Guide::V1, Guide::KitV1, Guide::KitV2] {
        let console = match guide {
            // The seller itself applies for credentials: no instance, and a secret that it can open.
            Guide::KitV1 | Guide::KitV2 => Console::new(market.kit_key().clone())
                .with_field("instanceId", "")
                .with_field("clientSecret", client_secret::sealed(0)),
            _ => Console::new(market.access_key().clone()),
        };
        let console = console.with_guide(guide);
        play_console(&guide.to_string(), console, market.line(), report).await;
    }
}
