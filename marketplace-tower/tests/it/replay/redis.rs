//! The replay store in a real Redis: what it is refused for, and what happens when it goes away.

mod layer;
mod outage;
mod start;

use std::time::{Duration, Instant, SystemTime};

use marketplace_tower::{Admission, Replay, ReplayError, ReplayStore, Sighting, StoreFuture, UnixMillis};

/// A replay store in a Redis that ends with it.
pub(super) async fn of_its_own() -> Replay {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    Replay::custom(OfItsOwn { replay, _server: server })
}

#[derive(Debug)]
struct OfItsOwn {
    replay: Replay,
    _server: servers::Redis,
}

impl ReplayStore for OfItsOwn {
    fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        self.replay.admit(sighting)
    }
}

/// A connection of the test's own.
fn direct(server: &servers::Redis) -> ::redis::Connection {
    ::redis::Client::open(server.url()).unwrap().get_connection().unwrap()
}

fn command(server: &servers::Redis, words: &[&str]) {
    let mut command = ::redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query::<::redis::Value>(&mut direct(server)).unwrap();
}

fn now() -> UnixMillis {
    UnixMillis::from(SystemTime::now())
}

/// A new request, signed now. A store that has just begun only takes what is signed after that millisecond.
fn fresh() -> Sighting {
    let begin = now();
    while now() == begin {
        std::thread::yield_now();
    }
    signed_at(now())
}

fn signed_at(stamp: UnixMillis) -> Sighting {
    let mut mac = [0; 32];
    getrandom::fill(&mut mac).unwrap();
    Sighting::new(mac, stamp, UnixMillis(stamp.0 + 61_000), now())
}

async fn admit(replay: &Replay, sighting: &Sighting) -> Admission {
    replay.admit(sighting).await.unwrap_or_else(|error| panic!("{}", words(&error)))
}

/// An error with all that is behind it.
fn words(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", words(source)),
        None => error.to_string(),
    }
}

/// Asks about new requests until one is answered so. Every answer has to come within a second.
async fn until_answered(
    replay: &Replay,
    expected: impl Fn(&Result<Admission, ReplayError>) -> bool,
) -> Result<Admission, ReplayError> {
    let begin = Instant::now();
    loop {
        let asked = Instant::now();
        let answer = replay.admit(&signed_at(now())).await;
        assert!(asked.elapsed() < Duration::from_secs(1), "{answer:?} after {:?}", asked.elapsed());
        if expected(&answer) {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "still {answer:?}");
    }
}

async fn until_accepted(replay: &Replay) {
    let _first = until_answered(replay, |answer| matches!(answer, Ok(Admission::First))).await.unwrap();
}

async fn until_refused(replay: &Replay) -> String {
    until_refused_for(replay, "").await
}

/// Until the reason has these words.
async fn until_refused_for(replay: &Replay, reason: &str) -> String {
    let refused =
        until_answered(replay, |answer| answer.as_ref().is_err_and(|error| words(error).contains(reason)));
    words(&refused.await.unwrap_err())
}
