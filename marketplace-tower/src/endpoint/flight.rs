//! Works that are being done in this process: a repeat waits for the first call instead of doing it again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use marketplace_core::{Answer, Fault, InstanceId, ResultCode, Work, WorkKind};
use tokio::sync::Notify;

/// The flights of an endpoint, by work.
#[derive(Debug, Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<Work, Arc<State>>>>);

/// The first call for a work takes off; others fly with it.
pub(super) enum Boarding {
    First(Flight),
    Passenger(Passenger),
}

/// The call that does the work. When it is dropped, by landing or otherwise, its passengers are let go.
#[derive(Debug)]
pub(super) struct Flight {
    flights: Flights,
    state: Arc<State>,
    on_board: bool,
}

/// A call that waits for another one's answer.
#[derive(Debug, Clone)]
pub(super) struct Passenger(Arc<State>);

#[derive(Debug)]
struct State {
    work: Work,
    /// Of the call that does the work.
    digest: u64,
    /// The instance, once the work is on the disk.
    begun: OnceLock<InstanceId>,
    landed: OnceLock<Landing>,
    notify: Notify,
    /// Did anybody board? Only changed while the board is locked.
    has_passengers: AtomicBool,
}

#[derive(Debug, Clone)]
enum Landing {
    /// A success or a `000004`, word for word.
    Answered(ResultCode, Bytes),
    /// A failure: its code and message.
    Failed(ResultCode, String),
    /// The work was dropped before it had an answer.
    Lost,
}

impl Flights {
    /// Boards the flight of a work.
    pub(super) fn board(&self, work: &Work, digest: u64) -> Boarding {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match flights.entry(work.clone()) {
            Entry::Occupied(flight) => {
                flight.get().has_passengers.store(true, Ordering::Relaxed);
                Boarding::Passenger(Passenger(Arc::clone(flight.get())))
            }
            Entry::Vacant(free) => {
                let state = State {
                    work: free.key().clone(),
                    digest,
                    begun: OnceLock::new(),
                    landed: OnceLock::new(),
                    notify: Notify::new(),
                    has_passengers: AtomicBool::new(false),
                };
                let state = Arc::new(state);
                free.insert(Arc::clone(&state));
                Boarding::First(Flight { flights: self.clone(), state, on_board: true })
            }
        }
    }
}

impl Flight {
    /// The work is on the disk from now on, and is about this instance.
    pub(super) fn begin(&self, instance: InstanceId) {
        // The ledger never gives an order line a second id, so a second call would change nothing.
        let _first = self.state.begun.set(instance);
    }

    /// Tells the passengers the answer, if there are any.
    pub(super) fn land(mut self, answer: &Answer) {
        if self.close() {
            self.tell(match answer.fault() {
                None => Landing::Answered(answer.code(), answer.body().clone()),
                Some(fault) => Landing::Failed(fault.code(), fault.message().as_str().to_owned()),
            });
        }
    }

    /// Takes the flight off the board: whoever comes from here on finds what the ledger has recorded. Are there passengers?
    fn close(&mut self) -> bool {
        self.on_board = false;
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.remove(&self.state.work);
        self.state.has_passengers.load(Ordering::Relaxed)
    }

    fn tell(&self, landing: Landing) {
        let _first = self.state.landed.set(landing);
        self.state.notify.notify_waiters();
    }

    /// For the one who answers the call that does the work, should that take too long.
    pub(super) fn passenger(&self) -> Passenger {
        Passenger(Arc::clone(&self.state))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.on_board && self.close() {
            self.tell(Landing::Lost);
        }
    }
}

impl Passenger {
    /// Does the call that does the work say the same?
    pub(super) fn says(&self, digest: u64) -> bool {
        self.0.digest == digest
    }

    /// `000004`, once the work is on the disk: for a purchase with its id.
    pub(super) fn processing(&self) -> Option<Answer> {
        let instance = self.0.begun.get()?;
        Some(Answer::processing((self.0.work.kind() == WorkKind::Purchase).then_some(instance)))
    }

    /// The answer of the call that does the work.
    pub(super) async fn landing(self) -> Answer {
        let state = &self.0;
        loop {
            // Listen first, look then: what happens in between is not missed.
            let mut landed = std::pin::pin!(state.notify.notified());
            landed.as_mut().enable();
            match state.landed.get() {
                Some(Landing::Answered(ResultCode::SUCCESS, body)) => return Answer::repeated(body.clone()),
                Some(Landing::Answered(..)) => {
                    return self.processing().unwrap_or_else(|| Answer::processing(None));
                }
                Some(Landing::Failed(code, message)) => return Fault::new(*code, message.clone()).into(),
                Some(Landing::Lost) => {
                    return Fault::internal("the call that this one waited for was dropped").into();
                }
                None => landed.await,
            }
        }
    }
}
