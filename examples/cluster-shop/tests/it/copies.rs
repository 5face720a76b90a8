use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::stores;
use crate::world::{Ledger, World};

const MACHINES: usize = 3;
const COPIES: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_copies_to_three_machines_one_is_accepted() {
    let world = World::new(Ledger::Sqlite, Some(stores::redis()));
    let machines: Vec<_> = (0..MACHINES).map(|_| world.machine()).collect();
    let markets: Vec<_> = machines.iter().map(|machine| world.market(machine)).collect();
    let order = markets[0].order();
    let body: Arc<[u8]> = markets[0].new_instance(&order).to_string().into_bytes().into();
    let query: Arc<str> = markets[0].sign(&body).into();
    let barrier = Arc::new(Barrier::new(COPIES));
    let sending: JoinSet<_> = (0..COPIES)
        .map(|number| {
            let market = markets[number % MACHINES].clone();
            let (body, query, barrier) = (Arc::clone(&body), Arc::clone(&query), Arc::clone(&barrier));
            async move {
                barrier.wait().await;
                market.send("POST", 200, &query, &body).await.unwrap().code().to_owned()
            }
        })
        .collect();
    let codes = sending.join_all().await;
    let count = |code: &str| codes.iter().filter(|found| *found == code).count();
    assert_eq!((count("000000"), count("000001")), (1, COPIES - 1));
    assert_eq!(world.rows("SELECT opened FROM tenants"), ["1"]);
}
