//! A machine that dies at each place on the way of a work.

use marketplace_tower::FAILPOINTS;
use rehearsal::Order;
use serde_json::Value;

use crate::customers::{business_id, buy, buy_until_done, call_until_done, renewal};
use crate::world::{Ledger, World};

/// How often a method has run in the end: twice only if the machine has died between its start and the moment at which its
/// outcome was recorded.
fn runs(place: &str) -> usize {
    if place == "worked" { 2 } else { 1 }
}

/// Was the work begun, so that the id of the first call is kept?
fn was_begun(place: &str) -> bool {
    !matches!(place, "admitted" | "beginning")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_died_anywhere_goes_on_after_its_restart_on_sqlite() {
    for place in FAILPOINTS {
        // Nobody else has the file, so nobody waits for a lease to end.
        let world = World::new(Ledger::Sqlite, None);
        let order = world.nobody().order();
        let first = die_buying(&world, place, &order).await;
        let restarted = world.machine();
        let market = world.market(&restarted);
        let instance = buy_until_done(|| market.clone(), &order, None).await;
        assert_eq!(instance == first, was_begun(place), "{place}");
        restarted.stop().unwrap();

        let renewal = renewal(&order, &instance);
        die(&world, place, &renewal).await;
        let restarted = world.machine();
        let market = world.market(&restarted);
        call_until_done(|| market.clone(), &renewal).await;
        call_until_done(|| market.clone(), &renewal).await;
        assert_eq!(buy(&market, &order).await, instance, "{place}");
        restarted.stop().unwrap();
        check(&world, place, &order, &instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_goes_on_where_one_died_on_postgres() {
    for place in FAILPOINTS {
        let world = World::new(Ledger::postgres(), None).with("SHOP_LEASE_SECONDS", 1);
        let other = world.machine();
        let market = world.market(&other);
        let order = market.order();
        let first = die_buying(&world, place, &order).await;
        let instance = buy_until_done(|| market.clone(), &order, None).await;
        assert_eq!(instance == first, was_begun(place), "{place}");

        let renewal = renewal(&order, &instance);
        die(&world, place, &renewal).await;
        call_until_done(|| market.clone(), &renewal).await;
        call_until_done(|| market.clone(), &renewal).await;
        assert_eq!(buy(&market, &order).await, instance, "{place}");
        check(&world, place, &order, &instance);
    }
}

/// A machine that dies while it makes what was ordered. The id that its call has suggested is handed on.
async fn die_buying(world: &World, place: &str, order: &Order) -> String {
    let call = world.nobody().new_instance(order);
    die(world, place, &call).await;
    business_id(&call).to_owned()
}

/// A machine that dies at this place, when this call comes there.
async fn die(world: &World, place: &str, call: &Value) {
    let mut machine = world.machine_with(&[("SHOP_FAILPOINT", &format!("{place}:1"))]);
    let answer = world.market(&machine).ask(call).await;
    assert!(answer.is_err(), "{place}: {answer:?}");
    machine.killed_itself().unwrap_or_else(|why| panic!("{place}: {why}"));
}

fn check(world: &World, place: &str, order: &Order, instance: &str) {
    world.is_sound();
    let tenants = world.rows("SELECT instance_id, order_line_id, state, opened, renewed FROM tenants");
    let (line, runs) = (&order.line, runs(place));
    assert_eq!(tenants, [format!("{instance}|{line}|active|{runs}|{runs}")], "{place}");
}
