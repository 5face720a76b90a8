//! A tenant that takes longer to set up than a call may take.

use std::time::Duration;

use rehearsal::Report;
use tokio::time::{Instant, sleep};

use super::market::{Market, SUCCESS};
use super::v1::{buy, query};

/// As long as it may take before something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often KooGallery asks.
const PAUSE: Duration = Duration::from_millis(100);
const PROCESSING: &str = "000004";

pub(super) async fn play(market: &Market, report: &mut Report) {
    let order = market.number();
    let name = "V1 newInstance that takes long is answered 000004, with the instance id";
    let Some(instance) = report.check(name, promise(market, &order).await) else { return };
    let outcome = market.ask(PROCESSING, &query(&instance)).await;
    report.check("V1 queryInstance meanwhile is 000004", outcome);
    let outcome = promise(market, &order).await.and_then(|again| same(&instance, &again));
    report.check("V1 newInstance sent again meanwhile is 000004, with the same instance id", outcome);
    report.check("V1 queryInstance ends at 000000", finish(market, &instance).await);
    let outcome =
        buy(market, &market.purchase(&order)).await.and_then(|again| same(&instance, &again.instance));
    report.check("V1 newInstance sent again afterwards is 000000, with the same instance id", outcome);
}

async fn promise(market: &Market, order: &str) -> Result<String, String> {
    market.ask(PROCESSING, &market.purchase(order)).await?.instance_id()
}

/// Asks as KooGallery does: again and again, until the instance is there.
async fn finish(market: &Market, instance: &str) -> Result<(), String> {
    let begin = Instant::now();
    loop {
        match market.ask(SUCCESS, &query(instance)).await {
            Ok(answer) => return answer.text("/info/0/appInfo/frontEndUrl").map(drop),
            Err(why) if begin.elapsed() > PATIENCE => return Err(why),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

fn same(instance: &str, again: &str) -> Result<(), String> {
    if instance == again { Ok(()) } else { Err(format!("`{again}`, not `{instance}`")) }
}
