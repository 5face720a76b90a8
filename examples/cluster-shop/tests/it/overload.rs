//! Ten times more calls than a machine can do.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rehearsal::{KooGallery, Machine};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::number;
use crate::stores;
use crate::world::{Ledger, World};

/// So many callers that call one time after the other are enough to keep a machine busy.
const CALLERS: usize = 32;
/// How long its capacity is measured.
const MEASURED: Duration = Duration::from_secs(3);
const TIMES: usize = 10;
/// How many calls wait for an answer at the same time, at most: each takes a file descriptor here and there.
const WAITING: usize = 8000;
/// KooGallery gives up after so long.
const PATIENCE: Duration = Duration::from_secs(5);
/// By then a machine is itself again.
const RECOVERY: Duration = Duration::from_secs(1);
const MAX_GROWTH_KIB: usize = 64 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_much_does_not_fill_the_memory_and_is_soon_over() {
    let world = World::new(Ledger::postgres(), Some(stores::redis()));
    // A computer that is busy with other tests is slow enough without a deadline that it misses.
    let world = world.with("SHOP_PATIENCE_MS", number("CLUSTER_PATIENCE_MS", 3000));
    let machine = world.machine();
    let market = world.market(&machine);
    let capacity = measure(&market, MEASURED).await;
    let memory = resident_kib(&machine);

    let seconds = number("CLUSTER_OVERLOAD_SECONDS", 3);
    let offered = Arc::new(Offered::default());
    let peak = overload(&machine, &market, TIMES * capacity.per_second(), seconds, &offered).await;
    sleep(RECOVERY).await;
    let afterwards = measure(&market, MEASURED).await;

    println!(
        "overload: {} calls/s, of which the slowest took {:?}; then {} calls in {seconds} s: {:?}; \
         {memory} KiB, at most {peak} KiB; {RECOVERY:?} later {} calls/s, the slowest {:?}",
        capacity.per_second(),
        capacity.slowest,
        offered.calls.load(Ordering::Relaxed),
        offered.codes.lock().unwrap(),
        afterwards.per_second(),
        afterwards.slowest,
    );
    assert!(peak.saturating_sub(memory) < MAX_GROWTH_KIB, "{memory} KiB grew to {peak} KiB");
    // It goes on with what it can do, and is itself again afterwards. How fast it is, depends on what else the computer does.
    let served = offered.codes.lock().unwrap().get("000000").copied().unwrap_or_default();
    assert!(10 * served > capacity.per_second() * seconds as usize, "only {served} were served");
    assert_eq!(afterwards.failed, 0);
    assert!(4 * afterwards.per_second() > capacity.per_second(), "{} calls/s", afterwards.per_second());
}

/// What a machine has done.
struct Measured {
    done: usize,
    failed: usize,
    slowest: Duration,
}

impl Measured {
    fn per_second(&self) -> usize {
        self.done / MEASURED.as_secs() as usize
    }
}

/// Purchases by callers who call one time after the other.
async fn measure(market: &KooGallery, time: Duration) -> Measured {
    let over = Arc::new(AtomicBool::new(false));
    let callers: JoinSet<_> = (0..CALLERS).map(|_| call_on(market.clone(), Arc::clone(&over))).collect();
    sleep(time).await;
    over.store(true, Ordering::Relaxed);
    let all = callers.join_all().await;
    Measured {
        done: all.iter().map(|measured| measured.done).sum(),
        failed: all.iter().map(|measured| measured.failed).sum(),
        slowest: all.iter().map(|measured| measured.slowest).max().unwrap(),
    }
}

async fn call_on(market: KooGallery, over: Arc<AtomicBool>) -> Measured {
    let mut measured = Measured { done: 0, failed: 0, slowest: Duration::ZERO };
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        match market.call("000000", &market.new_instance(&market.order())).await {
            Ok(_) => measured.done += 1,
            Err(_) => measured.failed += 1,
        }
        measured.slowest = measured.slowest.max(begun.elapsed());
    }
    measured
}

/// What was called, and what was answered.
#[derive(Default)]
struct Offered {
    calls: AtomicUsize,
    codes: Mutex<BTreeMap<String, usize>>,
}

impl Offered {
    fn note(&self, what: &str) {
        *self.codes.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    }
}

/// Calls so many times a second, whatever is answered. When it is over, nobody waits any more. Says how much memory the machine
/// had at most.
async fn overload(
    machine: &Machine,
    market: &KooGallery,
    per_second: usize,
    seconds: u64,
    offered: &Arc<Offered>,
) -> usize {
    const TICKS: usize = 100;
    let (mut waiting, mut peak) = (JoinSet::new(), 0);
    let mut ticks = interval(Duration::from_secs(1) / TICKS as u32);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begin = Instant::now();
    let mut due = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        ticks.tick().await;
        due += per_second;
        while due >= TICKS {
            due -= TICKS;
            if waiting.len() >= WAITING {
                offered.note("not sent: too many wait");
                continue;
            }
            offered.calls.fetch_add(1, Ordering::Relaxed);
            waiting.spawn(call_once(market.clone(), Arc::clone(offered)));
        }
        while waiting.try_join_next().is_some() {}
        peak = peak.max(resident_kib(machine));
    }
    waiting.shutdown().await;
    peak.max(resident_kib(machine))
}

async fn call_once(market: KooGallery, offered: Arc<Offered>) {
    let call = market.new_instance(&market.order());
    match timeout(PATIENCE, market.ask(&call)).await {
        Ok(Ok(answer)) => offered.note(answer.code()),
        Ok(Err(_)) => offered.note("no answer"),
        Err(_) => offered.note("no answer in time"),
    }
}

/// How much memory a process has.
fn resident_kib(machine: &Machine) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", machine.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
