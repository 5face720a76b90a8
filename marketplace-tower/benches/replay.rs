//! One replay check at a million live entries, and the memory that an entry takes.
//!
//! `cargo bench -p marketplace-tower --bench replay`; with `--features redis` also one check in a Redis on this machine.

#![allow(missing_docs, clippy::indexing_slicing, clippy::expect_used)]

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use marketplace_core::UnixMillis;
use marketplace_tower::{Admission, Replay, Sighting};

const LIVE: u64 = 1_000_000;
/// A request lives for 121 seconds, so that a million are live at this many in each second.
const PER_SECOND: u64 = LIVE / 121;

fn mac(number: u64) -> [u8; 32] {
    let mut mac = [0; 32];
    for (lane, bytes) in (1..).zip(mac.chunks_mut(8)) {
        let word = (4 * number + lane).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.copy_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    mac
}

/// The request with this number, at its moment.
fn check(replay: &Replay, number: u64) -> Admission {
    let now = UnixMillis(1_700_000_000_000 + number * 1000 / PER_SECOND);
    let mut answer = replay.admit(&Sighting::new(mac(number), now, UnixMillis(now.0 + 121_000), now));
    match Pin::new(&mut answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(admission)) => admission,
        other => panic!("the store in memory answers at once: {other:?}"),
    }
}

/// Where the system tells: the resident memory of this process.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn replay(criterion: &mut Criterion) {
    let before = resident_bytes();
    // A little room for what has expired and is not swept yet.
    let replay = Replay::memory_with_capacity(1_200_000);
    for number in 0..LIVE {
        assert_eq!(check(&replay, number), Admission::First);
    }
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        let bytes = after.saturating_sub(before);
        println!("{LIVE} live entries: {bytes} bytes resident, {:.1} for each", bytes as f64 / LIVE as f64);
    }

    let mut next = LIVE;
    criterion.bench_function("replay/first of 1 M live", |bencher| {
        bencher.iter(|| {
            next += 1;
            assert_eq!(check(&replay, black_box(next)), Admission::First);
        });
    });
    let mut again = 0;
    criterion.bench_function("replay/repeated of 1 M live", |bencher| {
        bencher.iter(|| {
            again = (again + 7919) % (LIVE / 2);
            let known = next - again;
            let now = UnixMillis(1_700_000_000_000 + next * 1000 / PER_SECOND);
            let until = UnixMillis(1_700_000_000_000 + known * 1000 / PER_SECOND + 121_000);
            black_box(replay.admit(&Sighting::new(mac(black_box(known)), now, until, now)));
        });
    });
    // What the machine asks for one look at memory of that size, whatever is there.
    let mut memory = vec![1_u8; 44 << 20];
    criterion.bench_function("replay/one random access to 44 MiB", |bencher| {
        bencher.iter(|| {
            next += 1;
            let place = usize::from_le_bytes(std::array::from_fn(|byte| mac(next)[byte])) % memory.len();
            memory[place] ^= 1;
            next += u64::from(memory[place]);
        });
    });
}

/// One check after the other, and a hundred at once: what a call waits for, and what a machine can ask.
#[cfg(all(unix, feature = "redis"))]
fn redis(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = servers::Redis::start(&[]).expect("redis-server can be started");
    let replay = runtime.block_on(Replay::redis(&server.url())).expect("it can be reached");
    let mut number = 0;
    let mut next = || {
        number += 1;
        // Signed after the server was started.
        let now = UnixMillis(UnixMillis::from(std::time::SystemTime::now()).0 + 1000);
        replay.admit(&Sighting::new(mac(number), now, UnixMillis(now.0 + 61_000), now))
    };
    criterion.bench_function("replay/first in Redis", |bencher| {
        bencher.iter(|| runtime.block_on(next()).expect("an answer"));
    });
    criterion.bench_function("replay/a hundred at once in Redis", |bencher| {
        bencher.iter(|| {
            let mut asked = tokio::task::JoinSet::new();
            (0..100).for_each(|_| drop(asked.spawn_on(next(), runtime.handle())));
            for answer in runtime.block_on(asked.join_all()) {
                assert_eq!(answer.expect("an answer"), Admission::First);
            }
        });
    });
}

#[cfg(all(unix, feature = "redis"))]
criterion_group!(benches, replay, redis);
#[cfg(not(all(unix, feature = "redis")))]
criterion_group!(benches, replay);
criterion_main!(benches);
