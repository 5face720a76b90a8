//! The ledger on PostgreSQL: what only several machines, a server and its outages can show.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use marketplace_tower::{Claim, InstanceId, Lease, LedgerStore, OrderKey, PostgresLedger, Reservation, Work};
use servers::Postgres;

mod load;

/// One server for all tests that run at the same time. It is gone after the last of them.
static SERVER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database of a test's own.
struct Database {
    server: Arc<Postgres>,
    url: String,
}

impl Database {
    /// Without a ledger.
    fn empty() -> Self {
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
        Self { server, url }
    }

    async fn new() -> Self {
        let database = Self::empty();
        database.machine().migrate().await.unwrap();
        database
    }

    /// A ledger with connections of its own, as another machine has it.
    fn machine(&self) -> PostgresLedger {
        PostgresLedger::new(&self.url).unwrap()
    }

    fn sql(&self, text: &str) -> String {
        self.server.sql(&self.url, text).unwrap()
    }
}

fn purchase(line: impl ToString) -> Work {
    Work::purchase(OrderKey::new("CS2211181819A7LXX", Some(&line.to_string())))
}

fn id(id: impl ToString) -> InstanceId {
    InstanceId::new(id.to_string()).unwrap()
}

fn claim(line: impl ToString, candidate: impl ToString) -> Claim {
    Claim::new(purchase(line), id(candidate))
}

fn lease(claim: &Claim, reservation: &Reservation) -> Lease {
    Lease { work: claim.work.clone(), fence: reservation.progress.fence().unwrap() }
}
