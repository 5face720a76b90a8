//! The ledger that forgets on restart.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use marketplace_core::{InstanceId, OrderKey};

use super::{LedgerError, Outcome, Progress, Reservation};

#[derive(Default)]
pub(super) struct MemoryLedger(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    /// Never `Progress::New`.
    by_order: HashMap<OrderKey, Reservation>,
    /// Is the instance unfinished?
    by_instance: HashMap<InstanceId, bool>,
    /// How many are unfinished.
    unfinished: usize,
}

impl MemoryLedger {
    pub(super) fn reserve(
        &self,
        order: &OrderKey,
        candidate: InstanceId,
    ) -> Result<Reservation, LedgerError> {
        let lines = &mut *self.lock();
        if let Some(reserved) = lines.by_order.get(order) {
            return Ok(reserved.clone());
        }
        let instance = match lines.by_instance.entry(candidate) {
            Entry::Vacant(free) => free.insert_entry(true).key().clone(),
            Entry::Occupied(_) => match lines.by_instance.entry(InstanceId::derived("", order)) {
                Entry::Vacant(free) => free.insert_entry(true).key().clone(),
                Entry::Occupied(_) => return Err(LedgerError::NoFreeId { order: order.clone() }),
            },
        };
        lines.unfinished += 1;
        let reserved = Reservation { instance: instance.clone(), progress: Progress::Reserved };
        lines.by_order.insert(order.clone(), reserved);
        Ok(Reservation { instance, progress: Progress::New })
    }

    pub(super) fn answered(&self, order: &OrderKey) -> Option<Bytes> {
        match &self.lock().by_order.get(order)?.progress {
            Progress::Done(answer) => Some(answer.clone()),
            _ => None,
        }
    }

    pub(super) fn record(&self, order: &OrderKey, outcome: Outcome) -> Result<(), LedgerError> {
        let lines = &mut *self.lock();
        let Some(line) = lines.by_order.get_mut(order) else {
            return Err(LedgerError::NotReserved { order: order.clone() });
        };
        if matches!(line.progress, Progress::Done(_)) {
            return Ok(());
        }
        line.progress = match outcome {
            Outcome::Accepted => Progress::Accepted,
            Outcome::Done(answer) => Progress::Done(answer),
        };
        if let Some(unfinished @ true) = lines.by_instance.get_mut(&line.instance) {
            *unfinished = false;
            lines.unfinished = lines.unfinished.saturating_sub(1);
        }
        Ok(())
    }

    pub(super) fn unfinished(&self, instances: &[InstanceId]) -> bool {
        let lines = self.lock();
        lines.unfinished > 0
            && instances.iter().any(|instance| lines.by_instance.get(instance).is_some_and(|open| *open))
    }

    /// Poisoned only by a failing allocation; then an id may be taken that no order has, which harms nobody.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("lines", &self.lock().by_order.len()).finish_non_exhaustive()
    }
}
