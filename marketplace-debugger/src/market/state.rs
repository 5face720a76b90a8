//! What a market knows and remembers.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use marketplace_core::{UnixMillis, UtcTime};
use serde_json::Value;
use tokio::sync::watch;

use super::fault::{Api, Faults};
use super::gateway::Lock;
use super::instance::MarketInstance;
use super::licence::{self, LicenceState};
use super::settings::MarketSettings;
use super::taken::Taken;

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) orders: HashMap<String, Value>,
    pub(super) instances: HashMap<String, MarketInstance>,
    pub(super) licences: HashMap<String, LicenceState>,
    pub(super) nonces: HashSet<String>,
    pub(super) taken: Taken,
    pub(super) faults: Faults,
    pub(super) lock: Lock,
    pub(super) calls: HashMap<Api, u64>,
}

/// What the market and its connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: MarketSettings,
    pub(super) address: SocketAddr,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(settings: MarketSettings, address: SocketAddr) -> Self {
        let state = State {
            orders: HashMap::new(),
            instances: HashMap::new(),
            licences: licence::MOCKS.map(|(code, state)| (code.to_owned(), state)).into(),
            nonces: HashSet::new(),
            taken: Taken::default(),
            faults: Faults::default(),
            lock: Lock::default(),
            calls: HashMap::new(),
        };
        Self { settings, address, state: Mutex::new(state), changes: watch::Sender::new(0) }
    }

    /// Nothing under the lock can leave it half done: a panic elsewhere is no reason to stop.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> UnixMillis {
        (self.settings.clock)()
    }

    pub(super) fn second(&self) -> UtcTime {
        UtcTime::at(self.now()).unwrap_or(UtcTime::MAX)
    }

    /// Something may have changed that somebody waits for. Also counts requests.
    pub(super) fn changed(&self) -> u64 {
        self.changes.send_modify(|count| *count += 1);
        *self.changes.borrow()
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
