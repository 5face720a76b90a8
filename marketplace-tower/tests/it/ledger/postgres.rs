//! The ledger on PostgreSQL: what only several machines, a server and its outages can show.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use marketplace_tower::usage::PushOutcome;
use marketplace_tower::{PostgresError, PostgresLedger, UtcTime};
use servers::Postgres;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::*;

mod machines;
mod many;
mod outage;
mod plans;
mod refusal;
mod schema;
mod sellers;
mod sessions;
mod tls;
mod usage;
mod versions;

/// One server for all tests that run at the same time. It is gone after the last of them.
static SERVER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
static DATABASES: AtomicU32 = AtomicU32::new(0);
/// A server has a hundred connections. So many tests use it at a time, however many processors there are.
static ROOM: Semaphore = Semaphore::const_new(6);
/// Nothing here takes that long, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database of a test's own.
pub(crate) struct Database {
    server: Arc<Postgres>,
    url: String,
    _room: SemaphorePermit<'static>,
}

impl Database {
    /// Without a ledger.
    async fn empty() -> Self {
        let room = ROOM.acquire().await.unwrap();
        let server = {
            let mut running = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
            running.upgrade().unwrap_or_else(|| {
                let server = Arc::new(Postgres::start().unwrap());
                *running = Arc::downgrade(&server);
                server
            })
        };
        let name = format!("shop_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let url = server.create_database(&name).unwrap();
        Self { server, url, _room: room }
    }

    pub(crate) async fn new() -> Self {
        let database = Self::empty().await;
        database.machine().migrate().await.unwrap();
        database
    }

    /// A ledger with connections of its own, as another machine has it.
    pub(crate) fn machine(&self) -> PostgresLedger {
        machine(&self.url)
    }

    /// What `psql` prints.
    fn sql(&self, text: &str) -> String {
        self.server.sql(&self.url, text).unwrap()
    }

    /// A connection of the seller's own.
    async fn seller(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// The URL for another role.
    fn url_of(&self, role: &str, password: &str) -> String {
        let (_, host) = self.url.split_once('@').unwrap();
        format!("postgres://{role}:{password}@{host}")
    }

    fn password(&self) -> &str {
        password(&self.url)
    }
}

fn machine(url: &str) -> PostgresLedger {
    PostgresLedger::new(url).unwrap().with_pool_size(6)
}

fn password(url: &str) -> &str {
    url.split([':', '@']).nth(2).unwrap()
}

fn lease(claim: &Claim, reservation: &Reservation) -> Lease {
    Lease { work: claim.work.clone(), fence: reservation.progress.fence().unwrap() }
}

fn done(answer: &'static str) -> Outcome {
    Outcome::Done(Bytes::from_static(answer.as_bytes()))
}

/// Asks until nobody else has the work.
async fn begin_when_free(ledger: &PostgresLedger, claim: &Claim) -> Reservation {
    let asked = Instant::now();
    loop {
        let reservation = ledger.begin(claim).await.unwrap();
        if reservation.progress != Progress::Held {
            return reservation;
        }
        assert!(asked.elapsed() < PATIENCE, "{claim:?} stays held");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What an error and all its causes say, in every way.
fn everything(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error);
    while let Some(error) = cause {
        text += &format!("\n{error}");
        cause = error.source();
    }
    text
}
