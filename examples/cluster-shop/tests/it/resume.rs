//! What a machine had promised when it died.

use rehearsal::KooGallery;
use tokio::time::{Instant, sleep};

use crate::customers::{PATIENCE, PAUSE, buy, query, slow_order};
use crate::stores;
use crate::world::{Ledger, World};

/// Longer than a method may take before it is answered for.
const SECONDS: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_machine_makes_what_it_had_promised_on_sqlite() {
    // The lease is over as soon as the process is gone, however long it is.
    makes_what_was_promised(World::new(Ledger::Sqlite, None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_machine_makes_what_it_had_promised_on_postgres() {
    let world = World::new(Ledger::postgres(), Some(stores::redis()));
    makes_what_was_promised(world.with("SHOP_LEASE_SECONDS", 2)).await;
}

async fn makes_what_was_promised(world: World) {
    let world = world.with("SHOP_PROVISIONING_MS", "by-order");
    let mut machine = world.machine();
    let market = world.market(&machine);
    let order = slow_order(&market, SECONDS);
    let promise = market.call("000004", &market.new_instance(&order)).await.unwrap();
    let instance = promise.instance_id().unwrap();
    machine.kill();

    let restarted = world.machine();
    let market = world.market(&restarted);
    market.call("000004", &query(&instance)).await.unwrap();
    made(&market, &instance).await;
    assert_eq!(buy(&market, &order).await, instance);
    assert_eq!(world.rows("SELECT instance_id, opened FROM tenants"), [format!("{instance}|2")]);
    world.is_sound();
}

/// Nobody sends the order again.
async fn made(market: &KooGallery, instance: &str) {
    let begin = Instant::now();
    loop {
        let answer = market.ask(&query(instance)).await.unwrap();
        match answer.code() {
            "000000" => return,
            code => assert_eq!(code, "000004"),
        }
        assert!(begin.elapsed() < PATIENCE);
        sleep(PAUSE).await;
    }
}
