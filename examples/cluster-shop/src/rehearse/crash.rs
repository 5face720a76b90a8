//! A machine that is killed while customers buy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rehearsal::{KooGallery, Order, Report};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::calls::{Repeats, buy_until_done, slow_order};
use super::cluster::Cluster;
use super::stock::Stock;

/// How many customers buy at the same time, one order after the other.
const CUSTOMERS: usize = 24;
/// So many orders are sold before the machine is killed, while it is dead, and after its restart.
const ORDERS: usize = 60;
/// As long as these may take before something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// The machine that is killed.
const VICTIM: usize = 1;

/// What the customers have in common.
#[derive(Default)]
struct Rush {
    sold: AtomicUsize,
    over: AtomicBool,
}

pub(super) async fn play(cluster: &mut Cluster, stock: &Stock, report: &mut Report) {
    let rush = Arc::new(Rush::default());
    let mut customers: JoinSet<_> =
        (0..CUSTOMERS).map(|number| shop(cluster.koogallery().clone(), number, Arc::clone(&rush))).collect();
    let sold = rush.reach(ORDERS).await;
    cluster.kill(VICTIM);
    report.check("customers buy by the proxy, until a machine is killed", sold);
    report.check("the others go on selling", rush.reach(rush.sold() + ORDERS).await);
    let restarted = cluster.restart(VICTIM);
    report.check("the machine starts again, and they sell together", restarted);
    report.check("they go on", rush.reach(rush.sold() + ORDERS).await);
    rush.over.store(true, Ordering::SeqCst);

    let (mut failures, mut repeats) = (Vec::new(), Repeats::default());
    while let Some(customer) = customers.join_next().await {
        let Ok((bought, seen, outcome)) = customer else { continue };
        bought.into_iter().for_each(|(order, instance)| stock.add(order, instance));
        repeats.undelivered += seen.undelivered;
        repeats.replayed += seen.replayed;
        failures.extend(outcome.err());
    }
    let outcome = if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) };
    let name = format!("all {} orders were made at last, and every promised id was kept", rush.sold());
    report.check(name, outcome);
    let name = format!("{} calls died with the machine: the proxy sent none again", repeats.undelivered);
    let outcome = match repeats {
        Repeats { undelivered: 0, .. } => Err("the machine was killed at rest".to_owned()),
        Repeats { replayed: 0, .. } => Ok(()),
        Repeats { replayed, .. } => Err(format!("{replayed} came twice")),
    };
    report.check(name, outcome);
}

type Bought = Vec<(Order, String)>;

/// One customer, who buys until the rush is over. Every fourth one buys what takes a second to set up, so that there is always
/// something in the middle of being made.
async fn shop(market: KooGallery, number: usize, rush: Arc<Rush>) -> (Bought, Repeats, Result<(), String>) {
    let (mut bought, mut repeats) = (Vec::new(), Repeats::default());
    while !rush.over.load(Ordering::SeqCst) {
        let order = if number.is_multiple_of(4) { slow_order(&market, 1) } else { market.order() };
        match buy_until_done(&market, &order, &mut repeats).await {
            Ok(instance) => bought.push((order, instance)),
            Err(why) => return (bought, repeats, Err(format!("order {}: {why}", order.id))),
        }
        rush.sold.fetch_add(1, Ordering::SeqCst);
    }
    (bought, repeats, Ok(()))
}

impl Rush {
    fn sold(&self) -> usize {
        self.sold.load(Ordering::SeqCst)
    }

    /// Waits until so many orders are sold.
    async fn reach(&self, count: usize) -> Result<(), String> {
        let begin = Instant::now();
        while self.sold() < count {
            if begin.elapsed() > PATIENCE {
                return Err(format!("{} orders after {} s", self.sold(), PATIENCE.as_secs()));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}
