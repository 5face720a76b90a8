use tokio::task::spawn_blocking;

use crate::customers::slow_order;
use crate::world::{Ledger, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_told_to_end_finishes_what_it_was_asked_and_what_it_has_promised() {
    let world = World::new(Ledger::Sqlite, None).with("SHOP_PROVISIONING_MS", "by-order");
    let machine = world.machine();
    let market = world.market(&machine);
    let long = slow_order(&market, 6);
    market.call("000004", &market.new_instance(&long)).await.unwrap();
    let short = slow_order(&market, 1);
    let asked = tokio::spawn({
        let (market, call) = (market.clone(), market.new_instance(&short));
        async move { market.call("000000", &call).await }
    });
    // Its tenant is there from the beginning.
    while world.rows("SELECT count(*) FROM tenants") != ["2"] {
        assert!(!asked.is_finished());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    spawn_blocking(|| machine.stop()).await.unwrap().unwrap();
    asked.await.unwrap().unwrap();
    assert_eq!(world.rows("SELECT state, opened FROM tenants"), ["active|1", "active|1"]);
}
