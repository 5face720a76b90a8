//! Tenants that take longer to set up than KooGallery waits.

use std::time::Duration;

use rehearsal::{Answer, KooGallery};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::customers::{PATIENCE, query, slow_order};
use crate::number;
use crate::stores;
use crate::world::{Ledger, World};

/// KooGallery gives up after so long.
const LIMIT: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_in_time_however_long_a_tenant_takes() {
    let world =
        World::new(Ledger::postgres(), Some(stores::redis())).with("SHOP_PROVISIONING_MS", "by-order");
    let machines = [world.machine(), world.machine()];
    let [one, other] = machines.each_ref().map(|machine| world.market(machine));
    let times: Vec<u64> = match number("CLUSTER_LONGEST_SLEEP", 0) {
        0 => vec![0, 3, 5, 6, 9],
        longest => (0..=longest).collect(),
    };
    let buying: JoinSet<_> = times.iter().map(|seconds| buy(one.clone(), other.clone(), *seconds)).collect();
    let slowest = buying.join_all().await.into_iter().max().unwrap();
    println!("{} tenants of up to {:?} s: the slowest answer after {slowest:?}", times.len(), times.last());
    assert!(slowest < LIMIT, "{slowest:?}");
    let tenants = world.rows("SELECT count(*), count(DISTINCT order_line_id), max(opened) FROM tenants");
    assert_eq!(tenants, [format!("{0}|{0}|1", times.len())]);
}

/// Buys, sends it again to both machines, asks until it is there, and sends it once more. Says how long the slowest answer took.
async fn buy(one: KooGallery, other: KooGallery, seconds: u64) -> Duration {
    let mut slowest = Duration::ZERO;
    let order = slow_order(&one, seconds);
    let answer = timed(&one, &one.new_instance(&order), &mut slowest).await;
    match (answer.code(), seconds) {
        ("000000", ..=4) | ("000004", 4..) => {}
        (code, _) => panic!("{code} for {seconds} s"),
    }
    let instance = answer.instance_id().unwrap();
    for market in [&one, &other] {
        let answer = timed(market, &market.new_instance(&order), &mut slowest).await;
        assert!(matches!(answer.code(), "000000" | "000004"), "{} for {seconds} s", answer.code());
        assert_eq!(answer.instance_id().unwrap(), instance, "{seconds} s");
    }
    let begin = Instant::now();
    let mut ways = [&one, &other].into_iter().cycle();
    loop {
        match timed(ways.next().unwrap(), &query(&instance), &mut slowest).await.code() {
            "000000" => break,
            "000004" => {}
            code => panic!("{code} about {seconds} s"),
        }
        assert!(begin.elapsed() < PATIENCE + Duration::from_secs(seconds), "{seconds} s");
        sleep(Duration::from_millis(100)).await;
    }
    let answer = timed(&other, &other.new_instance(&order), &mut slowest).await;
    assert_eq!((answer.code(), answer.instance_id().unwrap()), ("000000", instance));
    slowest
}

async fn timed(market: &KooGallery, call: &Value, slowest: &mut Duration) -> Answer {
    let begun = Instant::now();
    let answer = market.ask(call).await.unwrap();
    *slowest = (*slowest).max(begun.elapsed());
    answer
}
