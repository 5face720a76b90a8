//! A tenant that takes longer to set up than a call may take.

use std::time::Duration;

use rehearsal::{KooGallery, Order, Report};
use tokio::time::{Instant, sleep};

use super::life_cycle::query;

/// As long as it may take before something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often KooGallery asks.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn play(market: &KooGallery, report: &mut Report) {
    let order = market.order();
    let promised = promise(market, &order).await;
    let name = "newInstance that takes long is answered 000004, with the instance id";
    let Some(instance) = report.check(name, promised) else { return };
    let outcome = market.call("000004", &query(&instance)).await;
    report.check("queryInstance meanwhile is 000004", outcome);
    let name = "newInstance sent again meanwhile is 000004, with the same instance id";
    report.check(name, promise(market, &order).await.and_then(|again| same(&instance, &again)));
    report.check("queryInstance ends at 000000", finish(market, &instance).await);
    let outcome = match market.call("000000", &market.new_instance(&order)).await {
        Ok(answer) => answer.instance_id().and_then(|again| same(&instance, &again)),
        Err(why) => Err(why),
    };
    report.check("newInstance sent again afterwards is 000000, with the same instance id", outcome);
}

async fn promise(market: &KooGallery, order: &Order) -> Result<String, String> {
    market.call("000004", &market.new_instance(order)).await?.instance_id()
}

/// Asks as KooGallery does: again and again, until the instance is there.
async fn finish(market: &KooGallery, instance: &str) -> Result<(), String> {
    let begin = Instant::now();
    let query = query(instance);
    loop {
        let body = query.to_string().into_bytes();
        let answer = market.send("POST", 200, &market.sign(&body), &body).await?;
        if answer.code() != "000004" {
            answer.expect("000000")?.text("/info/0/appInfo/frontEndUrl")?;
            return Ok(());
        }
        if begin.elapsed() > PATIENCE {
            return Err(format!("still 000004 after {} seconds", PATIENCE.as_secs()));
        }
        sleep(PAUSE).await;
    }
}

fn same(instance: &str, again: &str) -> Result<(), String> {
    if instance == again { Ok(()) } else { Err(format!("`{again}`, not `{instance}`")) }
}
