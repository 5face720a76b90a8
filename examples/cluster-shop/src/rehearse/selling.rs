//! Purchases, renewals, freezes and releases, each sent to several machines at the same time.

use rehearsal::{KooGallery, Order, Report};
use serde_json::Value;
use tokio::task::JoinSet;

use super::calls::{buy, query, release, renewal, status};
use super::cluster::{Cluster, MACHINES};
use super::stock::Stock;

/// How many order lines are sold.
const ORDERS: usize = 24;

pub(super) async fn play(cluster: &Cluster, stock: &Stock, report: &mut Report) {
    let market = cluster.koogallery();
    let sold = report.check(
        format!("{ORDERS} orders, each by the proxy and to every machine at once: one id each"),
        sell(cluster, stock).await,
    );
    let Some((order, instance)) = sold else { return };
    report.check("queryInstance shows the instance", market.call("000000", &query(&instance)).await);
    let renewed = Order { id: format!("{}-renewed", order.id), line: order.line };
    let outcome = everywhere(cluster, &renewal(&renewed, &instance)).await;
    report.check("refreshInstance to every machine at once", outcome);
    let outcome = only(cluster, &instance, "renewed", "1");
    report.check("the tenant was renewed once", outcome);
    for state in ["FREEZE", "UNFREEZE", "FREEZE"] {
        let outcome = everywhere(cluster, &status(&instance, state)).await;
        report.check(format!("updateInstanceStatus, {state}, to every machine at once"), outcome);
    }
    report.check("the tenant is frozen", only(cluster, &instance, "state", "frozen"));
    let outcome = everywhere(cluster, &release(&instance)).await;
    report.check("releaseInstance to every machine at once", outcome);
    let outcome = market.call("000003", &query(&instance)).await;
    report.check("queryInstance about the released instance is 000003", outcome);
}

/// One of the orders is handed on.
async fn sell(cluster: &Cluster, stock: &Stock) -> Result<(Order, String), String> {
    let mut selling = JoinSet::new();
    for _ in 0..ORDERS {
        let market = cluster.koogallery().clone();
        let machines: Vec<_> = (0..MACHINES).map(|number| cluster.machine(number)).collect();
        selling.spawn(async move {
            let order = market.order();
            let ids = crowd(machines.into_iter().chain([market]), &order).await?;
            match ids.split_first() {
                Some((first, rest)) if rest.iter().all(|id| id == first) => Ok((order, first.clone())),
                _ => Err(format!("the ids are {ids:?}")),
            }
        });
    }
    let mut handed_on = Err("nothing was sold".to_owned());
    for sold in selling.join_all().await {
        let (order, instance) = sold?;
        stock.add(order.clone(), instance.clone());
        handed_on = Ok((order, instance));
    }
    handed_on
}

async fn crowd(ways: impl Iterator<Item = KooGallery>, order: &Order) -> Result<Vec<String>, String> {
    let buying: JoinSet<_> = ways
        .map(|way| {
            let order = order.clone();
            async move { buy(&way, &order).await }
        })
        .collect();
    buying.join_all().await.into_iter().collect()
}

/// The same content, signed anew for every machine.
async fn everywhere(cluster: &Cluster, call: &Value) -> Result<(), String> {
    let calling: JoinSet<_> = (0..MACHINES)
        .map(|number| {
            let (machine, call) = (cluster.machine(number), call.clone());
            async move { machine.call("000000", &call).await.map(drop) }
        })
        .collect();
    calling.join_all().await.into_iter().collect()
}

fn only(cluster: &Cluster, instance: &str, column: &str, wanted: &str) -> Result<(), String> {
    let found = cluster.sql(&format!("SELECT {column} FROM tenants WHERE instance_id = '{instance}'"))?;
    if found == wanted { Ok(()) } else { Err(format!("{column} is {found}, not {wanted}")) }
}
