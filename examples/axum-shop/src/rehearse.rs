//! The whole life of a purchase, played against the shop itself as KooGallery would: over TCP, with signed calls.
//!
//! A rehearsal has its own port, database and access key, so it can run beside a shop that sells.

mod debugging;
mod life_cycle;
mod market;
mod refusals;
mod running;
mod slow;
mod unknown;

use rehearsal::{Billing, Console, KooGallery, Report, play_console};

pub(crate) use self::market::sell;
use self::running::Running;
use crate::BoxError;

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn rehearse() -> Result<bool, BoxError> {
    let directory = tempfile::tempdir()?;
    let mut report = Report::default();

    let shop = Running::start(running::quick(directory.path())?).await?;
    let bought = life_cycle::play(shop.koogallery(), &mut report).await;
    debugging::play(shop.koogallery(), &mut report).await;
    unknown::play(shop.koogallery(), &mut report).await;
    refusals::play(shop.koogallery(), &mut report).await;
    console(shop.koogallery(), &mut report).await;
    let shop = shop.restart().await?;
    life_cycle::play_after_restart(shop.koogallery(), bought.as_ref(), &mut report).await;
    shop.stop().await?;

    let shop = Running::start(running::slow(directory.path())?).await?;
    slow::play(shop.koogallery(), &mut report).await;
    shop.stop().await?;

    Ok(report.conclude())
}

/// The console that a seller has on the desk, which plays KooGallery too: for each way to bill.
async fn console(koogallery: &KooGallery, report: &mut Report) {
    for billing in Billing::ALL {
        let console = Console::new(koogallery.key().clone()).with_billing(billing);
        play_console(billing.name(), console, koogallery.line(), report).await;
    }
}
