//! PostgreSQL and Redis for all tests that do not stop them: they end with the last test that uses them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use servers::{Postgres, Redis};

/// A server that several machines use, and perhaps several tests.
pub(crate) type Shared<T> = Arc<Mutex<T>>;

/// The server that somebody uses, or a new one.
fn shared<T>(place: &Mutex<Weak<Mutex<T>>>, start: impl FnOnce() -> T) -> Shared<T> {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    place.upgrade().unwrap_or_else(|| {
        let server = Arc::new(Mutex::new(start()));
        *place = Arc::downgrade(&server);
        server
    })
}

pub(crate) fn postgres() -> Shared<Postgres> {
    static SHARED: Mutex<Weak<Mutex<Postgres>>> = Mutex::new(Weak::new());
    shared(&SHARED, || Postgres::start().unwrap())
}

pub(crate) fn redis() -> Shared<Redis> {
    static SHARED: Mutex<Weak<Mutex<Redis>>> = Mutex::new(Weak::new());
    shared(&SHARED, || Redis::start(&[]).unwrap())
}

/// The URL of a database that is nobody else's.
pub(crate) fn database(postgres: &Postgres) -> String {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    postgres.create_database(&format!("shop_{}", MADE.fetch_add(1, Ordering::Relaxed))).unwrap()
}
