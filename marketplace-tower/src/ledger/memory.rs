//! The ledger that forgets on restart.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use marketplace_core::{InstanceId, OrderKey, Thing, Work, WorkKey, WorkKind};

use super::{Answered, Claim, Fence, Lease, LedgerError, Outcome, Progress, Reservation, STATE_IS_KNOWN_FOR};
use crate::usage::MemoryUsage;

/// Longer than any process lives. Where a lease is longer, an `Instant` may have no place for its end.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[derive(Default)]
pub(super) struct MemoryLedger(Mutex<Entries>, Arc<MemoryUsage>);

#[derive(Default)]
struct Entries {
    purchases: HashMap<OrderKey, Line>,
    changes: HashMap<WorkKey, Line>,
    /// Of purchases: is the instance unfinished?
    by_instance: HashMap<InstanceId, bool>,
    /// How many are unfinished.
    unfinished: usize,
}

/// What is known of a work.
struct Line {
    instance: InstanceId,
    thing: Thing,
    kind: WorkKind,
    stage: Stage,
    /// The state that the instance was put into; empty once something else happened to it.
    state: &'static str,
    digest: u64,
    fence: Fence,
    /// Until when somebody is at work.
    leased: Option<Instant>,
    changed: Instant,
}

enum Stage {
    Begun,
    Accepted,
    Done(Bytes),
}

impl MemoryLedger {
    pub(super) fn usage(&self) -> Arc<MemoryUsage> {
        Arc::clone(&self.1)
    }

    pub(super) fn begin(&self, claim: &Claim) -> Result<Reservation, LedgerError> {
        let now = Instant::now();
        let entries = &mut *self.lock();
        let work = &claim.work;
        if let Some(entry) = entries.find(work) {
            let reservation = entry.begin(claim, now);
            if reservation.progress.fence().is_some() {
                entries.end_state(work);
            }
            return Ok(reservation);
        }
        let instance = match work.kind() {
            WorkKind::Purchase => entries.reserve(claim)?,
            _ => claim.candidate.clone(),
        };
        entries.end_state(work);
        let entry = Line {
            instance: instance.clone(),
            thing: work.thing(),
            kind: work.kind(),
            stage: Stage::Begun,
            state: work.new_state(),
            digest: claim.digest,
            fence: Fence::new(1),
            leased: Some(until(now, claim.lease)),
            changed: now,
        };
        let progress = Progress::New(entry.fence);
        match work.kind() {
            WorkKind::Purchase => entries.purchases.insert(work.order().clone(), entry),
            _ => entries.changes.insert(work.key(), entry),
        };
        Ok(Reservation::new(instance, progress, Some(claim.digest)))
    }

    pub(super) fn answered(&self, work: &Work) -> Option<Answered> {
        let mut entries = self.lock();
        let entry = entries.find(work)?;
        match &entry.stage {
            Stage::Done(answer) if entry.is_still(work, None) => {
                Some(Answered::new(answer.clone(), Some(entry.digest)))
            }
            _ => None,
        }
    }

    pub(super) fn record(&self, lease: &Lease, outcome: Outcome) -> Result<(), LedgerError> {
        let entries = &mut *self.lock();
        let entry = entries.held(lease)?;
        if let Stage::Done(_) = entry.stage {
            return Ok(());
        }
        let stage = match outcome {
            Outcome::Failed => None,
            Outcome::Accepted => Some(Stage::Accepted),
            Outcome::Done(answer) => Some(Stage::Done(answer)),
        };
        let (failed, done) = (stage.is_none(), matches!(stage, Some(Stage::Done(_))));
        entry.leased = None;
        if entry.kind != WorkKind::Purchase {
            entry.changed = Instant::now();
        }
        if let Some(stage) = stage {
            entry.stage = stage;
        }
        // A purchase that has an answer, or whose instance has ended, is not waited for any more.
        let finishes = match entry.kind {
            WorkKind::Purchase => !failed,
            WorkKind::End => done && entry.thing == Thing::Instance,
            WorkKind::Ordered | WorkKind::State => false,
        };
        let instance = finishes.then(|| entry.instance.clone());
        if let Some(unfinished @ true) = instance.and_then(|instance| entries.by_instance.get_mut(&instance))
        {
            *unfinished = false;
            entries.unfinished = entries.unfinished.saturating_sub(1);
        }
        if done {
            entries.end_state(&lease.work);
        }
        Ok(())
    }

    pub(super) fn extend(&self, lease: &Lease, duration: Duration) -> Result<(), LedgerError> {
        let entries = &mut *self.lock();
        match entries.held(lease)? {
            Line { leased: Some(over), .. } => *over = until(Instant::now(), duration),
            _ => return Err(LedgerError::Superseded { work: lease.work.clone() }),
        }
        Ok(())
    }

    pub(super) fn unfinished(&self, instances: &[InstanceId]) -> bool {
        let entries = self.lock();
        entries.unfinished > 0
            && instances.iter().any(|instance| entries.by_instance.get(instance).is_some_and(|open| *open))
    }

    pub(super) fn prune(&self, ended_for: Duration) -> u64 {
        let Entries { purchases, changes, by_instance, unfinished } = &mut *self.lock();
        let old = |entry: &Line| entry.changed.elapsed() >= ended_for;
        let ended: HashSet<_> = changes
            .values()
            .filter(|entry| {
                entry.kind == WorkKind::End && matches!(entry.stage, Stage::Done(_)) && old(entry)
            })
            .map(|entry| (entry.thing, entry.instance.clone()))
            .collect();
        let is_over = |entry: &Line| ended.contains(&(entry.thing, entry.instance.clone()));
        let before = purchases.len() + changes.len();
        changes.retain(|_, entry| {
            let failed = matches!(entry.stage, Stage::Begun) && entry.leased.is_none() && old(entry);
            !is_over(entry) && !failed
        });
        purchases.retain(|_, entry| {
            let is_over = is_over(entry);
            if is_over {
                *unfinished -= usize::from(by_instance.remove(&entry.instance) == Some(true));
            }
            !is_over
        });
        (before - purchases.len() - changes.len()) as u64
    }

    /// Poisoned only by a failing allocation; then an id may be taken that no order has, which harms nobody.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn find(&mut self, work: &Work) -> Option<&mut Line> {
        match work.kind() {
            WorkKind::Purchase => self.purchases.get_mut(work.order()),
            _ => self.changes.get_mut(&work.key()),
        }
    }

    /// Takes an id for a purchase.
    fn reserve(&mut self, claim: &Claim) -> Result<InstanceId, LedgerError> {
        let order = claim.work.order();
        let instance = match self.by_instance.entry(claim.candidate.clone()) {
            Entry::Vacant(free) => free.insert_entry(true).key().clone(),
            Entry::Occupied(_) => match self.by_instance.entry(InstanceId::derived("", order)) {
                Entry::Vacant(free) => free.insert_entry(true).key().clone(),
                Entry::Occupied(_) => return Err(LedgerError::NoFreeId { order: order.clone() }),
            },
        };
        self.unfinished += 1;
        Ok(instance)
    }

    fn end_state(&mut self, work: &Work) {
        if let Some(state) = work.ended_state()
            && let Some(entry) = self.changes.get_mut(&state)
        {
            entry.state = "";
        }
    }

    fn held(&mut self, lease: &Lease) -> Result<&mut Line, LedgerError> {
        match self.find(&lease.work) {
            Some(entry) if entry.fence == lease.fence => Ok(entry),
            _ => Err(LedgerError::Superseded { work: lease.work.clone() }),
        }
    }
}

impl Line {
    /// Is what was done still done?
    fn is_still(&self, work: &Work, now: Option<Instant>) -> bool {
        self.kind != WorkKind::State
            || (self.state == work.new_state()
                && now.unwrap_or_else(Instant::now).duration_since(self.changed) < STATE_IS_KNOWN_FOR)
    }

    fn begin(&mut self, claim: &Claim, now: Instant) -> Reservation {
        let work = &claim.work;
        let digest = Some(self.digest);
        let is_still = self.is_still(work, Some(now));
        let progress = match &self.stage {
            Stage::Done(answer) if is_still => Progress::Done(answer.clone()),
            _ if self.leased.is_some_and(|until| until > now) => Progress::Held,
            stage => {
                let fence = self.fence.next();
                let progress = match stage {
                    _ if !is_still => Progress::New(fence),
                    Stage::Accepted => Progress::Accepted(fence),
                    _ => Progress::Interrupted(fence),
                };
                if !is_still {
                    (self.stage, self.state, self.digest) = (Stage::Begun, work.new_state(), claim.digest);
                }
                (self.fence, self.leased, self.changed) = (fence, Some(until(now, claim.lease)), now);
                progress
            }
        };
        Reservation::new(self.instance.clone(), progress, if is_still { digest } else { Some(claim.digest) })
    }
}

fn until(now: Instant, lease: Duration) -> Instant {
    now + lease.min(CENTURY)
}

impl fmt::Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("purchases", &self.lock().purchases.len()).finish_non_exhaustive()
    }
}
