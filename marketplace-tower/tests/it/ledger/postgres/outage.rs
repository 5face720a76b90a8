//! Promises 23 and 24: the server is killed, or stands still, while it is asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use tokio::task::JoinSet;

use super::*;

/// Whoever asks has an answer or an error after this, whatever happens to the server.
const BOUND: Duration = Duration::from_secs(1);
const CALLERS: usize = 16;
/// So many things have to happen before the next outage.
const ENOUGH: usize = 50;

/// What is seen while orders come in.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    done: AtomicUsize,
    errors: AtomicUsize,
}

impl Seen {
    async fn more(&self, counter: impl Fn(&Self) -> &AtomicUsize) {
        let (before, asked) = (counter(self).load(Ordering::Relaxed), Instant::now());
        while counter(self).load(Ordering::Relaxed) < before + ENOUGH {
            assert!(asked.elapsed() < PATIENCE, "nothing happens any more");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The answer, if it is one; in either case in time.
    async fn ask<T>(&self, question: impl Future<Output = Result<T, LedgerError>>) -> Result<T, LedgerError> {
        let asked = Instant::now();
        let answer = question.await;
        assert!(asked.elapsed() < BOUND, "waited {:?}", asked.elapsed());
        match &answer {
            Err(LedgerError::Postgres(_)) => {
                self.errors.fetch_add(1, Ordering::Relaxed);
                // KooGallery does not come again at once either.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(LedgerError::Superseded { .. }) | Ok(_) => {}
            Err(other) => panic!("{other:?}"),
        }
        answer
    }
}

/// What a caller was told about an order: its ids, and the answer that was acknowledged.
type Told = HashMap<String, (Vec<InstanceId>, Option<Bytes>)>;

/// Buys one thing after the other, and repeats each call until it is done.
async fn buy(machine: PostgresLedger, caller: usize, seen: Arc<Seen>) -> Told {
    let mut told = Told::new();
    for number in 0.. {
        let line = format!("{caller}-{number}");
        let (ids, acknowledged) = told.entry(line.clone()).or_default();
        for call in 0.. {
            if seen.stop.load(Ordering::Relaxed) {
                return told;
            }
            let claim = purchase(&line, format!("{line}-{call}")).with_lease(Duration::from_millis(300));
            let Ok(reservation) = seen.ask(machine.begin(&claim)).await else { continue };
            ids.push(reservation.instance.clone());
            if let Progress::Done(answer) = reservation.progress {
                *acknowledged = Some(answer);
                break;
            }
            let Some(fence) = reservation.progress.fence() else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let (lease, answer) = (Lease { work: claim.work, fence }, Bytes::from(format!("{line}-{call}")));
            if seen.ask(machine.record(&lease, Outcome::Done(answer.clone()))).await.is_ok() {
                *acknowledged = Some(answer);
                break;
            }
        }
        seen.done.fetch_add(1, Ordering::Relaxed);
    }
    told
}

/// Two machines buy while that happens to their server. Afterwards nothing is there twice, and nothing is lost.
async fn endures(outage: impl AsyncFn(&mut Postgres, &Seen)) {
    let mut server = Postgres::start().unwrap();
    let url = server.url();
    machine(&url).migrate().await.unwrap();
    let machines = [machine(&url), machine(&url)];
    let seen = Arc::new(Seen::default());
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        callers.spawn(buy(machines[caller % 2].clone(), caller, Arc::clone(&seen)));
    }
    for _ in 0..3 {
        seen.more(|seen| &seen.done).await;
        outage(&mut server, &seen).await;
    }
    seen.more(|seen| &seen.done).await;
    seen.stop.store(true, Ordering::Relaxed);
    let told: Vec<_> = callers.join_all().await.into_iter().flatten().collect();

    let mut ids = HashMap::new();
    for (line, (told, acknowledged)) in &told {
        let again = begin_when_free(&machines[0], &purchase(line, format!("{line}-again"))).await;
        let known = told.iter().all(|id| *id == again.instance);
        assert!(known, "{line} was told {told:?} and has {:?}", again.instance);
        let before = ids.insert(again.instance.clone(), line);
        assert_eq!(before, None, "{:?} belongs to two orders", again.instance);
        if let Some(answer) = acknowledged {
            assert_eq!(again.progress, Progress::Done(answer.clone()), "{line}");
        }
    }
    assert!(told.len() > ENOUGH, "{}", told.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_under_load_loses_nothing_and_delays_nobody() {
    endures(async |server, seen| {
        server.kill();
        seen.more(|seen| &seen.errors).await;
        server.restart().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_stands_still_under_load_loses_nothing_and_delays_nobody() {
    endures(async |server, seen| {
        server.pause().unwrap();
        seen.more(|seen| &seen.errors).await;
        server.go_on().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restarted_server_is_asked_again_at_once() {
    let mut server = Postgres::start().unwrap();
    let machine = machine(&server.url()).with_timeout(PATIENCE);
    machine.migrate().await.unwrap();
    for round in 0..3 {
        let mut asking = JoinSet::new();
        for line in 0..20 {
            let (machine, line) = (machine.clone(), format!("{round}-{line}"));
            asking.spawn(async move { machine.begin(&purchase(&line, &line)).await });
        }
        // Those that were connected before are of no use, and no call notices.
        for answer in asking.join_all().await {
            answer.unwrap();
        }
        server.restart().unwrap();
    }
}
