//! KooGallery and the admin, played against the shop itself, at the same time and on the same port: signed calls over
//! HTTP/1.1, byte by byte, and gRPC over h2c.
//!
//! A rehearsal has its own port, database, access key and token, so it can run beside a shop that sells.

mod crowd;
mod grpc;
mod guard;
mod life_cycle;
mod running;
mod same_port;

use rehearsal::{Billing, Console, Report, play_console};

use self::running::Running;
use crate::BoxError;

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn rehearse() -> Result<bool, BoxError> {
    let directory = tempfile::tempdir()?;
    let mut report = Report::default();

    let shop = Running::start(directory.path()).await?;
    let watcher = life_cycle::play(&shop, &mut report).await;
    guard::play(&shop, &mut report).await;
    same_port::play(&shop, &mut report).await;
    crowd::play(&shop, &mut report).await;
    for billing in Billing::ALL {
        let console = Console::new(shop.koogallery().key().clone()).with_billing(billing);
        play_console(billing.name(), console, shop.koogallery().line(), &mut report).await;
    }
    running::play_stop(shop, watcher, &mut report).await?;

    Ok(report.conclude())
}
