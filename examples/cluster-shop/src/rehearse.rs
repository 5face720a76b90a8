//! Three machines on loopback behind nginx, with PostgreSQL and Redis, and KooGallery played against them while one is killed.
//!
//! All that is started has its own ports and folders, and ends with the rehearsal. It needs Debian's packages `nginx`,
//! `postgresql` and `redis-server`.

mod calls;
mod cluster;
mod crash;
mod proxy;
mod replays;
mod selling;
mod slow;
mod stock;

use rehearsal::Report;

use self::cluster::Cluster;
use self::stock::Stock;
use crate::BoxError;

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn rehearse() -> Result<bool, BoxError> {
    let mut report = Report::default();
    let mut cluster = Cluster::start()?;
    let stock = Stock::default();

    selling::play(&cluster, &stock, &mut report).await;
    replays::play(&cluster, &mut report).await;
    crash::play(&mut cluster, &stock, &mut report).await;
    slow::play(&mut cluster, &stock, &mut report).await;
    stock.play(&cluster, &mut report).await;

    for (name, counts) in cluster.counts().await {
        println!("     {name}: {counts}");
    }
    report.check("every machine ends cleanly on SIGTERM", cluster.stop());
    Ok(report.conclude())
}
