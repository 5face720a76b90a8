//! Promises 8, 9 and 21: each signed request is accepted once.

mod contract;
#[cfg(all(unix, feature = "redis"))]
mod machines;
#[cfg(all(unix, feature = "redis"))]
mod redis;

use std::sync::Barrier;
use std::thread;

use marketplace_core::UnixMillis;
use marketplace_core::signature::v2::{Freshness, SignedQuery};
use marketplace_tower::{Admission, Replay, ReplayError, ReplayStore, Sighting, StoreFuture};

const THREADS: usize = 8;
const START: UnixMillis = UnixMillis(1_700_000_000_000);

/// Pseudo-random words: splitmix64.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn mac(&mut self) -> [u8; 32] {
        let mut mac = [0; 32];
        mac.chunks_mut(8).for_each(|bytes| bytes.copy_from_slice(&self.next().to_le_bytes()));
        mac
    }
}

fn after(seconds: u64) -> UnixMillis {
    UnixMillis(START.0 + seconds * 1000)
}

/// Polls once: the store in memory never makes anybody wait.
fn admit(replay: &Replay, mac: &[u8; 32], until: UnixMillis, now: UnixMillis) -> Admission {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    match pin!(replay.admit(&Sighting::new(*mac, now, until, now)))
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(admission) => admission.expect("memory can always be asked"),
        Poll::Pending => panic!("the store in memory makes nobody wait"),
    }
}

/// Runs it in eight threads at once, and adds up.
fn in_threads(run: impl Fn(usize) -> usize + Sync) -> usize {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (run, barrier) = (&run, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    run(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

#[test]
fn accepts_exactly_one_of_a_thousand_simultaneous_copies() {
    let replay = Replay::memory();
    let mut words = Words(8);
    for _ in 0..50 {
        let mac = words.mac();
        let accepted = in_threads(|_| {
            (0..1000 / THREADS)
                .filter(|_| admit(&replay, &mac, after(121), after(0)) == Admission::First)
                .count()
        });
        assert_eq!(accepted, 1);
    }
}

#[test]
fn accepts_no_replay_through_the_whole_window() {
    let mut words = Words(9);
    for phase in [0, 1, 500, 999] {
        let replay = Replay::memory();
        let start = START.0 + phase;
        let mut requests = Vec::new();
        for offset in -60_i64..=60 {
            let stamp = start.checked_add_signed(offset * 1000).unwrap();
            requests.push((stamp.to_string(), words.mac(), 0));
            requests.push(((stamp / 1000).to_string(), words.mac(), 0));
        }
        for second in 0..=180 {
            let now = UnixMillis(start + second * 1000);
            for (stamp, mac, accepted) in &mut requests {
                let query = format!("signature={:064}&timestamp={stamp}&nonce=nonce", 0);
                let stamp = SignedQuery::parse(&query).unwrap().timestamp();
                if Freshness::VENDOR.check(&stamp, now).is_err() {
                    continue;
                }
                match admit(&replay, mac, Freshness::VENDOR.remember_until(stamp.millis()), now) {
                    Admission::First => *accepted += 1,
                    admission => assert_eq!(admission, Admission::Repeated, "{stamp:?} at {now:?}"),
                }
            }
        }
        for (stamp, _, accepted) in requests {
            assert_eq!(accepted, 1, "{stamp}");
        }
    }
}

#[test]
fn a_full_store_refuses_until_something_expires() {
    let mut words = Words(21);
    let replay = Replay::memory_with_capacity(1000);
    let remembered: Vec<_> = (0..1000).map(|_| words.mac()).collect();
    for mac in &remembered {
        assert_eq!(admit(&replay, mac, after(61), after(0)), Admission::First);
    }
    for second in 0..=61 {
        for _ in 0..100 {
            assert_eq!(admit(&replay, &words.mac(), after(second + 61), after(second)), Admission::Full);
        }
        for mac in &remembered {
            assert_eq!(admit(&replay, mac, after(61), after(second)), Admission::Repeated);
        }
    }
    for _ in 0..1000 {
        assert_eq!(admit(&replay, &words.mac(), after(123), after(62)), Admission::First);
    }
    assert_eq!(admit(&replay, &words.mac(), after(123), after(62)), Admission::Full);
    for mac in &remembered {
        assert_eq!(admit(&replay, mac, after(61), after(62)), Admission::TooOld);
    }
}

#[test]
fn a_store_without_room_refuses_everything() {
    let replay = Replay::memory_with_capacity(0);
    for second in 0..3 {
        assert_eq!(admit(&replay, &[7; 32], after(61), after(second)), Admission::Full);
    }
}

#[test]
fn the_capacity_is_exact_in_eight_threads() {
    for round in 0..20 {
        let replay = Replay::memory_with_capacity(1000);
        let accepted = in_threads(|thread| {
            let mut words = Words(1000 * round + thread as u64);
            (0..500).filter(|_| admit(&replay, &words.mac(), after(61), after(0)) == Admission::First).count()
        });
        assert_eq!(accepted, 1000);
        let accepted = in_threads(|thread| {
            let mut words = Words(1_000_000 + 1000 * round + thread as u64);
            // The first thread to come at second 62 sweeps for all; while it does, others are refused.
            (0..500)
                .filter(|_| admit(&replay, &words.mac(), after(123), after(62)) == Admission::First)
                .count()
        });
        assert!(accepted <= 1000, "{accepted}");
    }
}

#[test]
fn a_clock_that_steps_back_opens_no_hole() {
    let mut words = Words(1);
    let replay = Replay::memory();
    let old: Vec<_> = (0..1000).map(|_| words.mac()).collect();
    for mac in &old {
        assert_eq!(admit(&replay, mac, after(61), after(0)), Admission::First);
    }
    // An hour later, the old ones are forgotten …
    for _ in 0..10_000 {
        assert_eq!(admit(&replay, &words.mac(), after(3661), after(3600)), Admission::First);
    }
    // … and look new again.
    for mac in &old {
        assert_eq!(admit(&replay, mac, after(61), after(0)), Admission::TooOld);
    }
    // What expires later than anything forgotten cannot have been there: it need not wait for the hour to come again.
    for _ in 0..1000 {
        assert_eq!(admit(&replay, &words.mac(), after(62), after(1)), Admission::First);
    }
}

#[test]
fn nothing_is_accepted_twice_whatever_the_clock_does() {
    for seed in 0..20 {
        let mut words = Words(seed);
        let replay = Replay::memory_with_capacity(300);
        let mut requests: Vec<([u8; 32], UnixMillis, u32)> = Vec::new();
        let mut now = START.0;
        for _ in 0..20_000 {
            now = match words.next() % 100 {
                0 => now - words.next() % 200_000,
                1 => now + words.next() % 200_000,
                2..10 => now + words.next() % 2_000,
                _ => now,
            };
            let known = usize::try_from(words.next()).unwrap() % (requests.len() + 20);
            if known >= requests.len() {
                let until = UnixMillis(now + words.next() % 121_000);
                requests.push((words.mac(), until, 0));
            }
            let known = known.min(requests.len() - 1);
            let (mac, until, accepted) = &mut requests[known];
            if admit(&replay, mac, *until, UnixMillis(now)) == Admission::First {
                *accepted += 1;
            }
        }
        assert!(requests.iter().all(|(_, _, accepted)| *accepted <= 1), "seed {seed}");
        assert!(requests.iter().any(|(_, _, accepted)| *accepted == 1), "seed {seed}");
    }
}

#[test]
fn extremes_of_the_clock_do_not_overflow() {
    let replay = Replay::memory();
    let extremes = [0, 1, 999, START.0, u64::from(u32::MAX) * 1000, u64::MAX - 1, u64::MAX].map(UnixMillis);
    let mut words = Words(2);
    for until in extremes {
        for now in extremes {
            let mac = words.mac();
            let first = admit(&replay, &mac, until, now);
            assert_eq!(first == Admission::TooOld, first != Admission::First, "{until:?} {now:?}");
            assert_ne!(admit(&replay, &mac, until, now), Admission::First, "{until:?} {now:?}");
        }
    }
}

#[tokio::test]
async fn a_store_of_the_sellers_own_is_asked() {
    #[derive(Debug)]
    struct Broken;

    impl ReplayStore for Broken {
        fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
            let known = sighting.mac[0] == 0;
            StoreFuture::boxed(async move {
                tokio::task::yield_now().await;
                if known { Ok(Admission::First) } else { Err(ReplayError::new("no route to host")) }
            })
        }
    }

    let replay = Replay::custom(Broken).clone();
    assert_eq!(replay.admit(&Sighting::new([0; 32], START, START, START)).await.unwrap(), Admission::First);
    let error = replay.admit(&Sighting::new([1; 32], START, START, START)).await.unwrap_err();
    assert_eq!(error.to_string(), "the replay store could not be asked");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no route to host");
}
