//! The promises of a replay store, on each store, and on stores that break them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::ready;
use std::sync::Mutex;

use marketplace_tower::contract::replay as promises;
use marketplace_tower::{
    Admission, Replay, ReplayError, ReplayStore, Sighting, StoreFuture, replay_contract,
};

replay_contract!(memory, || async { Replay::memory() });
// Full to the last request of the longest promise: nothing is forgotten to make room.
replay_contract!(small_memory, || async { Replay::memory_with_capacity(3000) });
replay_contract!(memory_at_other_times, || async { Replay::memory() }, crate::replay::START);
replay_contract!(custom, || async { Replay::custom(Table::default()) });

#[cfg(all(unix, feature = "redis"))]
replay_contract!(redis, crate::replay::redis::of_its_own);

/// A store such as a seller's database would be: with a lock, and an answer that takes a turn.
#[derive(Debug, Default)]
struct Table(Mutex<HashMap<[u8; 32], u64>>);

impl ReplayStore for Table {
    fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        let sighting = *sighting;
        StoreFuture::boxed(async move {
            tokio::task::yield_now().await;
            if sighting.until < sighting.now {
                return Ok(Admission::TooOld);
            }
            let known = self.0.lock().unwrap().insert(sighting.mac, sighting.until.0).is_some();
            Ok(if known { Admission::Repeated } else { Admission::First })
        })
    }
}

/// A store that decides at once, by a function that breaks some promise.
struct Broken<F>(F);

impl<F: Fn(&Sighting) -> Admission + Send + Sync + 'static> ReplayStore for Broken<F> {
    fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        StoreFuture::ready(Ok((self.0)(sighting)))
    }
}

impl<F> fmt::Debug for Broken<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broken")
    }
}

fn broken(admit: impl Fn(&Sighting) -> Admission + Send + Sync + 'static) -> Replay {
    Replay::custom(Broken(admit))
}

fn first_if(is_first: bool) -> Admission {
    if is_first { Admission::First } else { Admission::Repeated }
}

/// Whether this promise is seen to be broken, and not for another reason.
macro_rules! notices {
    ($promise:ident, $make:expr) => {{
        let make = $make;
        let run = tokio::spawn(promises::$promise(move || ready(make()), promises::soon()));
        let panic = run.await.expect_err(concat!(stringify!($promise), " is not noticed")).into_panic();
        panic
            .downcast::<String>()
            .map_or_else(|text| text.downcast::<&str>().unwrap().to_string(), |text| *text)
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_lets_everything_in_keeps_no_promise_that_can_be_broken_so() {
    let make = || broken(|_| Admission::First);
    for said in [
        notices!(accepts_exactly_one_of_a_thousand_simultaneous_copies, make),
        notices!(accepts_no_replay_through_the_whole_window, make),
        notices!(tells_requests_apart, make),
        notices!(remembers_until_the_last_moment, make),
        notices!(refuses_what_has_expired, make),
        notices!(accepts_nothing_twice_after_the_clock_stepped_back, make),
        notices!(accepts_nothing_twice_whatever_the_clock_does, make),
        notices!(accepts_nothing_twice_when_callers_hang_up, make),
    ] {
        assert!(said.contains("accepted") || said.contains("First"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_everything_is_noticed() {
    let make = || broken(|_| Admission::Repeated);
    let said = notices!(accepts_exactly_one_of_a_thousand_simultaneous_copies, make);
    assert!(said.starts_with("0 of 1000 copies"), "{said}");
    let said = notices!(accepts_nothing_twice_whatever_the_clock_does, make);
    assert_eq!(said, "nothing was accepted at all");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_looks_and_then_writes_is_noticed() {
    #[derive(Debug, Default)]
    struct Gap(Mutex<HashMap<[u8; 32], ()>>);

    impl ReplayStore for Gap {
        fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
            let mac = sighting.mac;
            StoreFuture::boxed(async move {
                let known = self.0.lock().unwrap().contains_key(&mac);
                tokio::task::yield_now().await;
                self.0.lock().unwrap().insert(mac, ());
                Ok(first_if(!known))
            })
        }
    }

    let said =
        notices!(accepts_exactly_one_of_a_thousand_simultaneous_copies, || Replay::custom(Gap::default()));
    assert!(said.contains("copies were accepted"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_forgets_to_make_room_is_noticed() {
    let evicting = || {
        let seen = Mutex::new(VecDeque::new());
        broken(move |sighting| {
            let mut seen = seen.lock().unwrap();
            let is_first = !seen.contains(&sighting.mac);
            if is_first {
                seen.push_back(sighting.mac);
            }
            if seen.len() > 500 {
                seen.pop_front();
            }
            first_if(is_first)
        })
    };
    notices!(tells_requests_apart, evicting);
    notices!(remembers_until_the_last_moment, evicting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_forgets_too_early_is_noticed() {
    let early = || {
        let seen = Mutex::new(HashMap::new());
        broken(move |sighting| {
            let mut seen = seen.lock().unwrap();
            // The last second is missing.
            seen.retain(|_, until: &mut u64| sighting.now.0 + 1000 < *until);
            first_if(seen.insert(sighting.mac, sighting.until.0).is_none())
        })
    };
    notices!(remembers_until_the_last_moment, early);
    notices!(accepts_no_replay_through_the_whole_window, early);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_believes_the_clock_is_noticed() {
    let trusting = || {
        let seen = Mutex::new(HashMap::new());
        broken(move |sighting| {
            if sighting.until < sighting.now {
                return Admission::TooOld;
            }
            let mut seen = seen.lock().unwrap();
            seen.retain(|_, until: &mut u64| sighting.now.0 <= *until);
            first_if(seen.insert(sighting.mac, sighting.until.0).is_none())
        })
    };
    // It keeps every other promise.
    promises::accepts_no_replay_through_the_whole_window(|| ready(trusting()), promises::soon()).await;
    promises::remembers_until_the_last_moment(|| ready(trusting()), promises::soon()).await;
    promises::refuses_what_has_expired(|| ready(trusting()), promises::soon()).await;
    notices!(accepts_nothing_twice_after_the_clock_stepped_back, trusting);
}
