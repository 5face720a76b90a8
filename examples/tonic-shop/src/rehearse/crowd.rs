//! Both at once, and many of each.

use std::collections::BTreeSet;

use rehearsal::{KooGallery, Report};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::Code;

use super::life_cycle::buy;
use super::running::{PATIENCE, Running};
use crate::admin::proto::change::Kind;
use crate::admin::proto::{DescribeRequest, ListRequest, WatchRequest};
use crate::client::AdminClient;

/// How many purchases, and how many gRPC calls, come at once.
const CROWD: usize = 100;
/// Not a divisor of anything here.
const PAGE: u32 = 7;

pub(super) async fn play(shop: &Running, report: &mut Report) {
    let watch = shop.admin().watch(WatchRequest {}).await.map_err(|status| status.to_string());
    let Some(watch) = report.check("somebody watches", watch) else { return };
    let outcome = both(shop).await;
    let name = "100 purchases and 100 gRPC calls at once, and each has its answer";
    let Some(bought) = report.check(name, outcome) else { return };

    let mut changes = watch.into_inner();
    let told = async {
        let mut told = BTreeSet::new();
        while told.len() < CROWD {
            let change = changes.message().await.map_err(|status| status.to_string())?;
            let change = change.ok_or("the stream has ended")?;
            if change.kind() == Kind::Purchased && !told.insert(change.instance.unwrap_or_default().id) {
                return Err("one purchase was told twice".to_owned());
            }
        }
        Ok(told)
    };
    let outcome = match timeout(PATIENCE, told).await {
        Ok(Ok(told)) if told == bought => Ok(()),
        Ok(Ok(_)) => Err("other purchases were told".to_owned()),
        Ok(Err(why)) => Err(why),
        Err(_) => Err("not all purchases were told".to_owned()),
    };
    report.check("Watch told each of the 100 purchases once", outcome);
    report.check("List shows them all, in pages of 7", pages(shop.admin(), &bought).await);
}

/// The ids that were bought.
async fn both(shop: &Running) -> Result<BTreeSet<String>, String> {
    let (mut purchases, mut reads) = (JoinSet::new(), JoinSet::new());
    for number in 0..CROWD {
        let market: KooGallery = shop.koogallery().clone();
        purchases.spawn(async move { buy(&market, &market.order()).await });
        let admin = shop.admin();
        reads.spawn(async move { read(admin, number % 2 == 0).await });
    }
    reads.join_all().await.into_iter().collect::<Result<(), _>>()?;
    let bought: BTreeSet<_> = purchases.join_all().await.into_iter().collect::<Result<_, _>>()?;
    if bought.len() == CROWD { Ok(bought) } else { Err(format!("{} different instances", bought.len())) }
}

async fn read(mut admin: AdminClient, list: bool) -> Result<(), String> {
    if list {
        let list = admin.list(ListRequest::default()).await.map_err(|status| status.to_string())?;
        return if list.get_ref().instances.is_empty() {
            Err("nothing is listed".to_owned())
        } else {
            Ok(())
        };
    }
    match admin.describe(DescribeRequest { id: "nobody-issued-this".to_owned() }).await {
        Err(status) if status.code() == Code::NotFound => Ok(()),
        other => Err(format!("Describe of an unknown instance is {other:?}")),
    }
}

/// Each of these instances is on one page.
async fn pages(mut admin: AdminClient, bought: &BTreeSet<String>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let mut page_token = String::new();
    loop {
        let page = admin.list(ListRequest { page_size: PAGE, page_token }).await;
        let page = page.map_err(|status| status.to_string())?.into_inner();
        let full = page.instances.len() == PAGE as usize;
        for instance in page.instances {
            if !seen.insert(instance.id) {
                return Err("one instance is on two pages".to_owned());
            }
        }
        match (page.next_page_token.is_empty(), full) {
            (true, _) if bought.is_subset(&seen) => return Ok(()),
            (true, _) => return Err(format!("only {} are listed", seen.len())),
            (false, false) => return Err("a page is short, and not the last".to_owned()),
            (false, true) => page_token = page.next_page_token,
        }
    }
}
