//! The promises of a [`ReplayStore`](crate::ReplayStore): [`replay_contract!`](crate::replay_contract) runs them all.
//!
//! Each function is given how to make an empty store, and the moment at which its time begins. Time is made up from there
//! on, up to an hour ahead, and passes within a second or two. So a store whose entries expire by a clock of its own
//! keeps them for longer than it has to, which no promise forbids.
//!
//! # Panics
//!
//! Every function does, if the promise is broken or the store cannot be asked.

#![allow(clippy::missing_panics_doc, reason = "it is what they are for, and said once")]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use marketplace_core::UnixMillis;
use tokio::task::JoinSet;

use crate::{Admission, Replay, ReplayError, Sighting};

/// How far a stamp may be from the clock, to either side.
const WIDTH: u64 = 60_000;
const COPIES: usize = 1000;

/// Runs the promises of a replay store on it: each becomes a `#[tokio::test]` in a module of the given name.
///
/// The second argument makes an empty store, as a closure that returns a future of a [`Replay`](crate::Replay). It runs
/// several times, in tests that run at the same time. The third can be left out: the
/// [`UnixMillis`](crate::UnixMillis) at which the time of the tests begins,
/// [in two minutes](crate::contract::replay::soon) by the machine's clock.
///
/// Needs the feature `test-util`, and tokio with `macros` and `rt-multi-thread` among the seller's own dependencies.
///
/// ```
/// use marketplace_tower::{Replay, replay_contract};
///
/// replay_contract!(memory, || async { Replay::memory() });
/// ```
#[macro_export]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
macro_rules! replay_contract {
    ($name:ident, $make:expr) => {
        $crate::replay_contract!($name, $make, $crate::contract::replay::soon());
    };
    ($name:ident, $make:expr, $start:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $crate::replay_contract! {
                @tests $make, $start;
                accepts_exactly_one_of_a_thousand_simultaneous_copies
                accepts_no_replay_through_the_whole_window
                tells_requests_apart
                remembers_until_the_last_moment
                refuses_what_has_expired
                accepts_nothing_twice_after_the_clock_stepped_back
                accepts_nothing_twice_whatever_the_clock_does
                accepts_nothing_twice_when_callers_hang_up
            }
        }
    };
    (@tests $make:expr, $start:expr; $($promise:ident)*) => {
        $(
            #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                $crate::contract::replay::$promise($make, $start).await;
            }
        )*
    };
}

/// Two minutes from now, by the machine's clock: the oldest stamps of the contract are younger than a store that was made
/// now, and refuses what was signed before.
#[must_use]
pub fn soon() -> UnixMillis {
    UnixMillis::from(SystemTime::now() + Duration::from_secs(120))
}

/// Of 1,000 copies of a request that are asked about at once, one is the first; ten times.
pub async fn accepts_exactly_one_of_a_thousand_simultaneous_copies<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    let replay = make().await;
    for round in 0..10 {
        let sighting = fresh(start, start);
        let admissions = all(&replay, std::iter::repeat_n(sighting, COPIES)).await;
        let first = admissions.iter().filter(|admission| **admission == Admission::First).count();
        assert!(first == 1, "{first} of {COPIES} copies were accepted in round {round}");
        let others = admissions.iter().filter(|admission| **admission == Admission::Repeated).count();
        assert!(others == COPIES - 1, "of {COPIES} copies, {others} were told that they are repeated");
    }
}

/// Requests with stamps from 60 seconds before to 60 after, each sent in every second in which it is fresh, at four
/// phases of the second: accepted the first time, and never again.
pub async fn accepts_no_replay_through_the_whole_window<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    for phase in [0, 1, 500, 999] {
        let replay = make().await;
        let begin = start.0 + phase;
        let requests: Vec<_> =
            (0..=2 * WIDTH / 1000).map(|second| fresh(at(begin - WIDTH, second), start)).collect();
        let mut accepted = vec![false; requests.len()];
        for second in 0..=3 * WIDTH / 1000 {
            let now = at(begin, second);
            let is_fresh = |request: &Sighting| request.signed_at.0.abs_diff(now.0) <= WIDTH;
            let seen = requests.iter().filter(|request| is_fresh(request));
            let admissions = all(&replay, seen.map(|request| Sighting { now, ..*request })).await;
            let known = requests.iter().zip(&mut accepted).filter(|(request, _)| is_fresh(request));
            for ((request, accepted), admission) in known.zip(admissions) {
                let expected = if *accepted { Admission::Repeated } else { Admission::First };
                assert!(admission == expected, "{admission:?} for {request:?} at {now:?}, not {expected:?}");
                *accepted = true;
            }
        }
    }
}

/// A request does not stand in the way of another.
pub async fn tells_requests_apart<F: Future<Output = Replay>>(make: impl Fn() -> F, start: UnixMillis) {
    let replay = make().await;
    let requests: Vec<_> = (0..COPIES).map(|_| fresh(start, start)).collect();
    for expected in [Admission::First, Admission::Repeated] {
        for admission in all(&replay, requests.iter().copied()).await {
            assert!(admission == expected, "{admission:?} for one of many requests, not {expected:?}");
        }
    }
}

/// A request is known in the last millisecond of its `until`, however many came since.
pub async fn remembers_until_the_last_moment<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    let replay = make().await;
    let request = fresh(start, start);
    expect(&replay, request, Admission::First).await;
    for second in 1..=(request.until.0 - start.0) / 1000 {
        let now = at(start.0, second);
        for admission in all(&replay, (0..20).map(|_| fresh(now, now))).await {
            assert!(admission == Admission::First, "{admission:?} for a new request");
        }
    }
    for now in [UnixMillis(request.until.0 - 1), request.until] {
        expect(&replay, Sighting { now, ..request }, Admission::Repeated).await;
    }
}

/// What has been over for two seconds is not accepted, whether it was there before or not. (Two, because a store may count
/// in whole seconds.)
pub async fn refuses_what_has_expired<F: Future<Output = Replay>>(make: impl Fn() -> F, start: UnixMillis) {
    let replay = make().await;
    let request = fresh(start, start);
    expect(&replay, request, Admission::First).await;
    for late in [2000, 3000, WIDTH, 30 * WIDTH] {
        let now = UnixMillis(request.until.0 + late);
        for request in [request, fresh(start, start)] {
            let admission = ask(&replay, Sighting { now, ..request }).await;
            assert!(admission != Admission::First, "accepted {late} ms after its end");
        }
    }
}

/// Half an hour later the request may be forgotten; when the clock is set back, it is not new.
pub async fn accepts_nothing_twice_after_the_clock_stepped_back<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    let replay = make().await;
    let requests: Vec<_> = (0..100).map(|_| fresh(start, start)).collect();
    for admission in all(&replay, requests.iter().copied()).await {
        assert!(admission == Admission::First, "{admission:?} for a new request");
    }
    let later = at(start.0, 1800);
    for admission in all(&replay, (0..COPIES).map(|_| fresh(later, later))).await {
        assert!(admission == Admission::First, "{admission:?} for a new request");
    }
    for admission in all(&replay, requests.iter().copied()).await {
        assert!(admission != Admission::First, "accepted again after the clock stepped back");
    }
}

/// A random walk of the clock among requests that come again at random.
pub async fn accepts_nothing_twice_whatever_the_clock_does<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    let replay = make().await;
    let mut now = start;
    let mut requests: Vec<(Sighting, u32)> = Vec::new();
    for _ in 0..3000 {
        let [dice, far, which, ..] = random();
        // By tens of seconds at times, to either side, and by less than a second mostly.
        now = match dice % 64 {
            0 => UnixMillis(now.0.saturating_sub(u64::from(far) * 200).max(start.0)),
            1 => UnixMillis((now.0 + u64::from(far) * 200).min(start.0 + 3_600_000)),
            _ => UnixMillis((now.0 + u64::from(far)).min(start.0 + 3_600_000)),
        };
        if requests.is_empty() || dice & 128 != 0 {
            requests.push((fresh(now, now), 0));
        }
        let newest = requests.len().saturating_sub(1);
        if let Some((request, accepted)) = requests.get_mut(newest.saturating_sub(usize::from(which))) {
            let admission = ask(&replay, Sighting { now, ..*request }).await;
            *accepted += u32::from(admission == Admission::First);
            assert!(*accepted <= 1, "accepted twice: {request:?}");
        }
    }
    assert!(requests.iter().any(|(_, accepted)| *accepted == 1), "nothing was accepted at all");
}

/// Callers that go away before the answer take no request with them, and leave none that can come twice.
pub async fn accepts_nothing_twice_when_callers_hang_up<F: Future<Output = Replay>>(
    make: impl Fn() -> F,
    start: UnixMillis,
) {
    let replay = make().await;
    for _ in 0..100 {
        let request = fresh(start, start);
        let mut accepted = {
            let mut asked = pin!(replay.admit(&request));
            let answer = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            usize::from(matches!(answer, std::task::Poll::Ready(Ok(Admission::First))))
        };
        for admission in all(&replay, [request; 3]).await {
            accepted += usize::from(admission == Admission::First);
        }
        assert!(accepted <= 1, "accepted {accepted} times");
    }
    expect(&replay, fresh(start, start), Admission::First).await;
}

/// A request that nobody has seen.
fn fresh(signed_at: UnixMillis, now: UnixMillis) -> Sighting {
    Sighting::new(random(), signed_at, UnixMillis(signed_at.0 + WIDTH + 1000), now)
}

fn at(begin: u64, second: u64) -> UnixMillis {
    UnixMillis(begin + second * 1000)
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    assert!(getrandom::fill(&mut bytes).is_ok(), "the system has no random bytes");
    bytes
}

async fn expect(replay: &Replay, sighting: Sighting, expected: Admission) {
    let admission = ask(replay, sighting).await;
    assert!(admission == expected, "{admission:?} for {sighting:?}, not {expected:?}");
}

async fn ask(replay: &Replay, sighting: Sighting) -> Admission {
    answer(replay.admit(&sighting).await)
}

/// Asks about all of them at once; the answers are in their order.
async fn all(replay: &Replay, sightings: impl IntoIterator<Item = Sighting>) -> Vec<Admission> {
    let mut asked = JoinSet::new();
    for (number, sighting) in sightings.into_iter().enumerate() {
        let admission = replay.admit(&sighting);
        asked.spawn(async move { (number, answer(admission.await)) });
    }
    let mut admissions = asked.join_all().await;
    admissions.sort_unstable_by_key(|(number, _)| *number);
    admissions.into_iter().map(|(_, admission)| admission).collect()
}

fn answer(answer: Result<Admission, ReplayError>) -> Admission {
    match answer {
        Ok(admission) => admission,
        Err(error) => panic!("{error}: {}", error.causes()),
    }
}
