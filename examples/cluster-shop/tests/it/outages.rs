//! PostgreSQL and Redis that are killed, or stand still, while customers buy.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rehearsal::{KooGallery, Machine, Order};
use serde_json::Value;
use servers::{Postgres, Redis};
use tokio::task::{JoinSet, block_in_place};
use tokio::time::{Instant, sleep};

use crate::customers::{buy_until_done, query};
use crate::random::{Random, seed};
use crate::stores;
use crate::world::{Ledger, World};

const MACHINES: usize = 3;
const CUSTOMERS: usize = 6;
/// For how long a server is away.
const OUTAGE: Duration = Duration::from_secs(2);
/// How long a server has to answer, unless a seller sets it.
const DEFAULT_PATIENCE_MS: u64 = 300;
/// Come what may, an answer is there by then.
const LIMIT: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_away_every_answer_is_in_time_and_afterwards_all_is_there() {
    let postgres = Arc::new(Mutex::new(Postgres::start().unwrap()));
    let world = World::new(Ledger::on(Arc::clone(&postgres)), Some(stores::redis()));
    let trade = Trade::begin(world, "outages of PostgreSQL");
    let server = || postgres.lock().unwrap();
    trade.without("stopped", || server().pause().unwrap(), || server().go_on().unwrap()).await;
    trade.without("killed", || server().kill(), || server().restart().unwrap()).await;
    trade.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_every_answer_is_in_time_and_afterwards_all_is_there() {
    let redis = Arc::new(Mutex::new(Redis::start(&[]).unwrap()));
    let world = World::new(Ledger::postgres(), Some(Arc::clone(&redis)));
    let trade = Trade::begin(world, "outages of Redis");
    let server = || redis.lock().unwrap();
    trade.without("stopped", || server().pause().unwrap(), || server().go_on().unwrap()).await;
    trade.without("killed", || server().kill(), || server().restart().unwrap()).await;
    trade.end().await;
}

/// Customers who buy from some machines.
struct Trade {
    name: &'static str,
    world: World,
    // They end with this.
    _machines: Vec<Machine>,
    state: Arc<State>,
    customers: JoinSet<()>,
}

struct State {
    machines: Vec<KooGallery>,
    /// By line, with the id that was acknowledged or promised.
    orders: Mutex<BTreeMap<String, (Order, Option<String>)>>,
    calls: Mutex<Vec<Call>>,
    over: AtomicBool,
}

/// What came of a call.
struct Call {
    begun: Instant,
    answered: Instant,
    code: Result<String, String>,
}

impl Trade {
    fn begin(world: World, name: &'static str) -> Self {
        let world = world.with("SHOP_LEASE_SECONDS", 2).with("SHOP_PATIENCE_MS", DEFAULT_PATIENCE_MS);
        let machines: Vec<_> = (0..MACHINES).map(|_| world.machine()).collect();
        let state = Arc::new(State {
            machines: machines.iter().map(|machine| world.market(machine)).collect(),
            orders: Mutex::default(),
            calls: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let seed = seed(name);
        let customers =
            (1..=CUSTOMERS).map(|number| shop(Arc::clone(&state), Random::new(seed, number))).collect();
        Self { name, world, _machines: machines, state, customers }
    }

    /// An outage. Sees what was answered while it lasted.
    async fn without(&self, how: &str, leave: impl FnOnce(), come_back: impl FnOnce()) {
        self.serves().await;
        block_in_place(leave);
        let gone = Instant::now();
        sleep(OUTAGE).await;
        let back = Instant::now();
        block_in_place(come_back);
        let there = Instant::now();
        self.serves().await;
        let recovered = there.elapsed();

        let calls = self.state.calls.lock().unwrap();
        let during: Vec<_> =
            calls.iter().filter(|call| call.begun >= gone && call.answered <= back).collect();
        assert!(during.len() > CUSTOMERS, "{}, {how}: only {} calls", self.name, during.len());
        for call in &during {
            assert_eq!(call.code.as_deref(), Ok("000005"), "{}, {how}", self.name);
        }
        // How fast a machine is that lacks nothing depends on how busy this computer is. Who lacks a server waits for it no longer.
        let without = calls.iter().filter(|call| call.begun >= gone && call.begun <= back);
        let slowest = without.map(Call::took).max().unwrap();
        assert!(slowest < LIMIT, "{}, {how}: {slowest:?}", self.name);
        println!(
            "{}, {how}: {} calls were answered 000005, the slowest after {slowest:?}; all served again after {recovered:?}",
            self.name,
            during.len(),
        );
    }

    /// Waits until every machine sells.
    async fn serves(&self) {
        for machine in &self.state.machines {
            let order = machine.order();
            let instance = buy_until_done(|| machine.clone(), &order, None).await;
            self.state.sold(order, Some(instance));
        }
    }

    /// All that was ordered is there, once, and every answer was in time.
    async fn end(mut self) {
        self.state.over.store(true, Ordering::SeqCst);
        while let Some(customer) = self.customers.join_next().await {
            customer.unwrap();
        }
        let orders = self.state.orders.lock().unwrap().clone();
        let mut random = Random::new(0, 0);
        for (order, instance) in orders.values() {
            let anyone = || self.state.machines[random.below(MACHINES)].clone();
            buy_until_done(anyone, order, instance.clone()).await;
        }
        let mut tenants = self.world.rows("SELECT order_line_id FROM tenants");
        tenants.sort();
        let lines: Vec<_> = orders.into_keys().collect();
        assert_eq!(tenants, lines);
        self.world.is_sound();

        let calls = self.state.calls.lock().unwrap();
        let slowest = calls.iter().map(Call::took).max().unwrap();
        println!("{}: {} calls, the slowest answered after {slowest:?}", self.name, calls.len());
        for call in &*calls {
            assert!(call.code.is_ok(), "{}: {:?}", self.name, call.code);
        }
    }
}

impl State {
    /// What is known of an order. What was acknowledged or promised once holds.
    fn sold(&self, order: Order, found: Option<String>) {
        let mut orders = self.orders.lock().unwrap();
        let (_, instance) = orders.entry(order.line.clone()).or_insert((order, None));
        if let (Some(found), Some(instance)) = (&found, &instance) {
            assert_eq!(found, instance);
        }
        *instance = found.or(instance.take());
    }

    /// Something that was ordered before.
    fn any(&self, random: &mut Random) -> Option<(Order, Option<String>)> {
        let orders = self.orders.lock().unwrap();
        let any = random.below(orders.len().max(1));
        orders.values().nth(any).cloned()
    }

    async fn call(&self, machine: &KooGallery, call: &Value) -> Option<String> {
        let begun = Instant::now();
        let answer = machine.ask(call).await;
        let answered = Instant::now();
        let code = answer.as_ref().map(|answer| answer.code().to_owned()).map_err(Clone::clone);
        self.calls.lock().unwrap().push(Call { begun, answered, code });
        answer.ok()?.instance_id().ok()
    }
}

impl Call {
    fn took(&self) -> Duration {
        self.answered - self.begun
    }
}

/// One customer: buys, sends orders again, and looks at instances.
async fn shop(state: Arc<State>, mut random: Random) {
    while !state.over.load(Ordering::SeqCst) {
        let machine = &state.machines[random.below(MACHINES)];
        match state.any(&mut random) {
            Some((_, Some(instance))) if random.one_in(4) => {
                state.call(machine, &query(&instance)).await;
            }
            known => {
                let again = known.filter(|_| random.one_in(4));
                let order = again.map_or_else(|| machine.order(), |(order, _)| order);
                state.sold(order.clone(), None);
                let found = state.call(machine, &machine.new_instance(&order)).await;
                state.sold(order, found);
            }
        }
        sleep(Duration::from_millis(10)).await;
    }
}
