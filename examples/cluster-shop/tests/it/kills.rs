//! Machines that are killed at random while customers buy.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rehearsal::{KooGallery, Order};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::customers::{PATIENCE, buy_until_done, call_until_done, renewal, slow_order};
use crate::number;
use crate::random::{Random, seed};
use crate::stores;
use crate::world::{Ledger, World};

const CUSTOMERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_made_twice_when_machines_on_postgres_are_killed() {
    let world = World::new(Ledger::postgres(), Some(stores::redis()));
    kill(world, 3, "kills on PostgreSQL").await;
}

/// Each process has a replay store of its own. KooGallery signs each call anew.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_made_twice_when_processes_on_one_sqlite_file_are_killed() {
    let world = World::new(Ledger::Sqlite, None);
    kill(world, 2, "kills on SQLite").await;
}

/// What the customers have in common.
struct Rush {
    machines: Mutex<Vec<KooGallery>>,
    nobody: KooGallery,
    bought: Mutex<Vec<(Order, String)>>,
    acknowledged: AtomicUsize,
    over: AtomicBool,
}

async fn kill(world: World, machines: usize, name: &str) {
    let world = world.with("SHOP_LEASE_SECONDS", 2).with("SHOP_PROVISIONING_MS", "by-order");
    let seed = seed(name);
    let mut random = Random::new(seed, 0);
    let mut machines: Vec<_> = (0..machines).map(|_| world.machine()).collect();
    let rush = Arc::new(Rush {
        machines: Mutex::new(machines.iter().map(|machine| world.market(machine)).collect()),
        nobody: world.nobody(),
        bought: Mutex::default(),
        acknowledged: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    });
    let customers: JoinSet<_> =
        (1..=CUSTOMERS).map(|number| shop(Arc::clone(&rush), Random::new(seed, number))).collect();
    let kills: usize = number("CLUSTER_KILLS", 20);
    for _ in 0..kills {
        rush.reach(rush.count() + 1 + random.below(20)).await;
        sleep(random.millis_below(30)).await;
        let victim = random.below(machines.len());
        machines[victim].kill();
        sleep(random.millis_below(200)).await;
        machines[victim] = world.machine();
        rush.machines.lock().unwrap()[victim] = world.market(&machines[victim]);
    }
    rush.over.store(true, Ordering::SeqCst);
    customers.join_all().await;

    let bought = rush.bought.lock().unwrap().clone();
    println!("{name}: {kills} kills, {} orders, {} calls acknowledged", bought.len(), rush.count());
    all_again(&rush, &bought, seed).await;
    world.is_sound();
    one_tenant_each(&world, &bought);
}

/// One customer, who buys until the rush is over.
async fn shop(rush: Arc<Rush>, mut random: Random) {
    while !rush.over.load(Ordering::SeqCst) {
        // Some take so long that a machine often dies in the middle of them.
        let order = if random.one_in(8) { slow_order(&rush.nobody, 1) } else { rush.nobody.order() };
        let instance = if random.one_in(3) {
            let mut other = Random::new(random.below(1 << 30) as u64, 0);
            let (one, other) = tokio::join!(
                buy_until_done(rush.anyone(&mut random), &order, None),
                buy_until_done(rush.anyone(&mut other), &order, None)
            );
            assert_eq!(one, other, "order {}", order.id);
            one
        } else {
            buy_until_done(rush.anyone(&mut random), &order, None).await
        };
        rush.acknowledged();
        rush.bought.lock().unwrap().push((order.clone(), instance.clone()));
        call_until_done(rush.anyone(&mut random), &renewal(&order, &instance)).await;
        rush.acknowledged();
        let (order, instance) = {
            let bought = rush.bought.lock().unwrap();
            bought[random.below(bought.len())].clone()
        };
        buy_until_done(rush.anyone(&mut random), &order, Some(instance)).await;
        rush.acknowledged();
    }
}

async fn all_again(rush: &Arc<Rush>, bought: &[(Order, String)], seed: u64) {
    let mut lines: Vec<_> = (0..16).map(|_| Vec::new()).collect();
    for (number, sold) in bought.iter().enumerate() {
        lines[number % 16].push(sold.clone());
    }
    let again: JoinSet<_> = lines
        .into_iter()
        .map(|line| {
            let (rush, mut random) = (Arc::clone(rush), Random::new(seed, 0));
            async move {
                for (order, instance) in line {
                    buy_until_done(rush.anyone(&mut random), &order, Some(instance)).await;
                }
            }
        })
        .collect();
    again.join_all().await;
}

/// Every order was sent until it was made, so each has its tenant; and the renewals were acknowledged.
fn one_tenant_each(world: &World, bought: &[(Order, String)]) {
    let rows = world.rows("SELECT order_line_id, instance_id, state, renewed > 0 FROM tenants");
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for row in &rows {
        let (line, tenant) = row.split_once('|').unwrap();
        found.entry(line).or_default().push(tenant.replace("|t", "|1"));
    }
    for (order, instance) in bought {
        let tenants = found.remove(order.line.as_str()).unwrap_or_default();
        assert_eq!(tenants, [format!("{instance}|active|1")], "order {}", order.id);
    }
    assert!(found.is_empty(), "nobody has ordered {found:?}");
}

impl Rush {
    /// A machine for each call.
    fn anyone<'a>(&'a self, random: &'a mut Random) -> impl FnMut() -> KooGallery + 'a {
        move || {
            let machines = self.machines.lock().unwrap();
            machines[random.below(machines.len())].clone()
        }
    }

    fn acknowledged(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until so many calls are acknowledged.
    async fn reach(&self, count: usize) {
        let begin = Instant::now();
        while self.count() < count {
            assert!(begin.elapsed() < PATIENCE, "{} calls were acknowledged, and no more", self.count());
            sleep(Duration::from_millis(2)).await;
        }
    }
}
