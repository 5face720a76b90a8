//! A signed request is accepted once, by whichever machine comes first.

use rehearsal::Report;
use tokio::task::JoinSet;

use super::calls::status;
use super::cluster::{Cluster, MACHINES};

/// How many copies there are of a request.
const COPIES: usize = 60;

pub(super) async fn play(cluster: &Cluster, report: &mut Report) {
    let name = format!("{COPIES} copies of one signed request, to all machines at once: one is accepted");
    report.check(name, copies(cluster).await);
}

async fn copies(cluster: &Cluster) -> Result<(), String> {
    // Nobody has this instance: whoever is accepted is told so.
    let body = status("nobody", "FREEZE").to_string().into_bytes();
    let query = cluster.koogallery().sign(&body);
    let sending: JoinSet<_> = (0..COPIES)
        .map(|number| {
            let (machine, query, body) = (cluster.machine(number % MACHINES), query.clone(), body.clone());
            async move { machine.send("POST", 200, &query, &body).await }
        })
        .collect();
    let mut accepted = 0;
    for answer in sending.join_all().await {
        match answer?.code() {
            "000003" => accepted += 1,
            "000001" => {}
            other => return Err(format!("answered {other}")),
        }
    }
    if accepted == 1 { Ok(()) } else { Err(format!("{accepted} were accepted")) }
}
