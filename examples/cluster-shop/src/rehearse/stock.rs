//! What was sold so far, and whether it is all there.

use std::sync::{Mutex, PoisonError};

use rehearsal::{Order, Report};
use tokio::task::JoinSet;

use super::calls::buy;
use super::cluster::Cluster;

/// Orders that were acknowledged, and the ids of their instances.
#[derive(Default)]
pub(super) struct Stock(Mutex<Vec<(Order, String)>>);

impl Stock {
    pub(super) fn add(&self, order: Order, instance: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((order, instance));
    }

    fn all(&self) -> Vec<(Order, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends every order again, and counts the tenants.
    pub(super) async fn play(&self, cluster: &Cluster, report: &mut Report) {
        let all = self.all();
        let name = format!("all {} orders sent again, to any machine: the same ids", all.len());
        report.check(name, again(cluster, &all).await);
        report.check("one tenant for each order line, and no other", count(cluster, all.len()));
    }
}

async fn again(cluster: &Cluster, all: &[(Order, String)]) -> Result<(), String> {
    let mut buying = JoinSet::new();
    for (number, (order, instance)) in all.iter().cloned().enumerate() {
        let machine = cluster.machine(number);
        buying.spawn(async move {
            let again = buy(&machine, &order).await?;
            if again == instance { Ok(()) } else { Err(format!("`{again}`, not `{instance}`")) }
        });
        if buying.len() >= 32
            && let Some(bought) = buying.join_next().await
        {
            bought.map_err(|error| error.to_string())??;
        }
    }
    buying.join_all().await.into_iter().collect()
}

fn count(cluster: &Cluster, sold: usize) -> Result<(), String> {
    let found = cluster.sql("SELECT count(*), count(DISTINCT (order_id, order_line_id)) FROM tenants")?;
    let wanted = format!("{sold}|{sold}");
    if found == wanted { Ok(()) } else { Err(format!("tenants and order lines are {found}, not {wanted}")) }
}
