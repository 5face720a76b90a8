//! A machine that is killed while it sets up a tenant that was promised.

use rehearsal::{KooGallery, Order, Report};

use super::calls::{buy, finish, query, slow_order};
use super::cluster::Cluster;
use super::stock::Stock;

/// Longer than a method may take before it is answered for.
const SECONDS: u64 = 6;
/// The machine that is killed.
const VICTIM: usize = 2;

pub(super) async fn play(cluster: &mut Cluster, stock: &Stock, report: &mut Report) {
    let (market, victim) = (cluster.koogallery().clone(), cluster.machine(VICTIM));
    let order = slow_order(&market, SECONDS);
    let promised = promise(&victim, &order).await;
    let name = "newInstance that takes long is answered 000004, with the instance id";
    let Some(instance) = report.check(name, promised) else { return };
    stock.add(order.clone(), instance.clone());
    cluster.kill(VICTIM);
    let other = cluster.machine(VICTIM + 1);
    let outcome = other.call("000004", &query(&instance)).await;
    report.check("its machine is killed: queryInstance on another one is 000004", outcome);
    let name = "nobody sends it again: another machine makes it, and queryInstance ends at 000000";
    report.check(name, finish(&other, &instance).await);
    report.check("the killed machine starts again", cluster.restart(VICTIM));
    let outcome = buy(&cluster.machine(VICTIM), &order).await.and_then(|again| same(&instance, &again));
    report.check("newInstance sent to it again names the same instance", outcome);
    let found = cluster.sql(&format!("SELECT opened FROM tenants WHERE instance_id = '{instance}'"));
    report.check("its method has run twice, for one tenant", found.and_then(|found| same("2", &found)));
}

async fn promise(market: &KooGallery, order: &Order) -> Result<String, String> {
    market.call("000004", &market.new_instance(order)).await?.instance_id()
}

fn same(wanted: &str, found: &str) -> Result<(), String> {
    if wanted == found { Ok(()) } else { Err(format!("`{found}`, not `{wanted}`")) }
}
