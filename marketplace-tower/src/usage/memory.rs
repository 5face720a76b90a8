//! The outbox that forgets on restart.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, MeteringSn};

use super::store::{
    Addition, Asked, PushOutcome, RefusedUsage, Settlement, Taken, UsageProgress, UsageStore,
};
use crate::{LedgerError, StoreFuture};

/// Longer than any process lives. Where a pause is longer, an `Instant` may have no place for its end.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[derive(Default)]
pub(crate) struct MemoryUsage(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    next: u64,
    records: BTreeMap<u64, Entry>,
    by_sn: HashMap<MeteringSn, u64>,
    by_span: HashMap<Span, u64>,
}

/// What the market takes one record for.
type Span = (String, UtcTime, UtcTime);

struct Entry {
    record: MeteredRecord,
    state: State,
    attempt: u32,
    sent: bool,
    sent_before: bool,
    /// Nothing, as long as nobody has had it since it was added or put back.
    free_at: Option<Instant>,
}

enum State {
    Waiting,
    Pushed,
    Refused(String, String),
}

impl MemoryUsage {
    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Each change is made whole before the next begins.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn span(record: &MeteredRecord) -> Span {
    let usage = record.usage();
    (usage.instance_id().to_owned(), usage.begin(), usage.end())
}

impl Entries {
    fn add(&mut self, record: &MeteredRecord) -> Addition {
        let known = self.by_span.get(&span(record)).and_then(|at| self.records.get(at));
        if let Some(known) = known {
            let sn = known.record.sn().clone();
            let is_same = known.record.usage() == record.usage();
            return if is_same { Addition::Known(sn) } else { Addition::OtherUsage(sn) };
        }
        if self.by_sn.contains_key(record.sn()) {
            return Addition::SerialNumberTaken;
        }
        let at = self.next;
        self.next += 1;
        self.by_sn.insert(record.sn().clone(), at);
        self.by_span.insert(span(record), at);
        self.records.insert(
            at,
            Entry {
                record: record.clone(),
                state: State::Waiting,
                attempt: 0,
                sent: false,
                sent_before: false,
                free_at: None,
            },
        );
        Addition::Added
    }

    fn take(&mut self, asked: Asked) -> Vec<Taken> {
        let now = Instant::now();
        let mut free: Vec<_> = self
            .records
            .values_mut()
            .filter(|entry| matches!(entry.state, State::Waiting) && entry.free_at <= Some(now))
            .filter(|entry| entry.record.usage().end() <= asked.ended_by)
            .collect();
        free.sort_by_key(|entry| entry.record.usage().end());
        let take = |entry: &mut Entry| {
            entry.attempt += 1;
            entry.sent_before = entry.sent;
            entry.sent = true;
            entry.free_at = Some(now + asked.lease.min(CENTURY));
            Taken::new(entry.record.clone(), entry.attempt, entry.sent_before)
        };
        free.into_iter().take(asked.limit).map(take).collect()
    }

    fn settle(&mut self, settlement: &Settlement) -> bool {
        let entry = self.by_sn.get(&settlement.sn).and_then(|at| self.records.get_mut(at));
        let is_of_this_attempt =
            |entry: &&mut Entry| entry.attempt == settlement.attempt && entry.free_at.is_some();
        let Some(entry) = entry.filter(is_of_this_attempt) else { return false };
        match (&entry.state, &settlement.outcome) {
            (State::Waiting, PushOutcome::Pushed) => entry.state = State::Pushed,
            (State::Waiting, PushOutcome::Refused { code, message }) => {
                let (code, message) = PushOutcome::kept(code, message);
                entry.state = State::Refused(code, message);
            }
            (State::Waiting, PushOutcome::Waiting { pause, was_not_taken }) => {
                entry.free_at = Some(Instant::now() + (*pause).min(CENTURY));
                if *was_not_taken {
                    entry.sent = entry.sent_before;
                }
            }
            // Said a second time, or something else once it was said.
            (State::Pushed, PushOutcome::Pushed) | (State::Refused(..), PushOutcome::Refused { .. }) => {}
            _ => return false,
        }
        true
    }

    fn push_again(&mut self, sn: &MeteringSn) -> bool {
        let entry = self.by_sn.get(sn).and_then(|at| self.records.get_mut(at));
        let Some(entry) = entry.filter(|entry| matches!(entry.state, State::Refused(..))) else {
            return false;
        };
        entry.state = State::Waiting;
        entry.free_at = None;
        // The market has told that it has not taken it in that attempt.
        entry.sent = entry.sent_before;
        true
    }

    fn progress(&self, overdue_before: UtcTime) -> UsageProgress {
        let mut progress = UsageProgress::default();
        for entry in self.records.values() {
            let end = entry.record.usage().end();
            match entry.state {
                State::Pushed => progress.pushed += 1,
                State::Refused(..) => progress.refused += 1,
                State::Waiting => {
                    progress.waiting += 1;
                    progress.overdue += u64::from(end < overdue_before);
                    progress.oldest_end = Some(progress.oldest_end.map_or(end, |oldest| oldest.min(end)));
                }
            }
        }
        progress
    }

    fn refused(&self, after: Option<u64>, limit: usize) -> Vec<RefusedUsage> {
        let from = after.map_or(0, |after| after.saturating_add(1));
        let refused = self.records.range(from..).filter_map(|(at, entry)| match &entry.state {
            State::Refused(code, message) => {
                Some(RefusedUsage::new(*at, entry.record.clone(), code.clone(), message.clone()))
            }
            _ => None,
        });
        refused.take(limit).collect()
    }

    fn prune(&mut self, began_before: UtcTime) -> u64 {
        let before = self.records.len();
        self.records.retain(|_, entry| {
            matches!(entry.state, State::Waiting) || entry.record.usage().begin() >= began_before
        });
        let records = &self.records;
        self.by_sn.retain(|_, at| records.contains_key(at));
        self.by_span.retain(|_, at| records.contains_key(at));
        (before - self.records.len()) as u64
    }
}

impl UsageStore for MemoryUsage {
    fn add<'a>(
        &'a self,
        records: &'a [MeteredRecord],
    ) -> StoreFuture<'a, Result<Vec<Addition>, LedgerError>> {
        let mut entries = self.lock();
        StoreFuture::ready(Ok(records.iter().map(|record| entries.add(record)).collect()))
    }

    fn take(&self, asked: Asked) -> StoreFuture<'_, Result<Vec<Taken>, LedgerError>> {
        StoreFuture::ready(Ok(self.lock().take(asked)))
    }

    fn settle<'a>(&'a self, settled: &'a [Settlement]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        let mut entries = self.lock();
        StoreFuture::ready(Ok(settled.iter().map(|settlement| u64::from(entries.settle(settlement))).sum()))
    }

    fn push_again<'a>(&'a self, sns: &'a [MeteringSn]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        let mut entries = self.lock();
        StoreFuture::ready(Ok(sns.iter().map(|sn| u64::from(entries.push_again(sn))).sum()))
    }

    fn progress(&self, overdue_before: UtcTime) -> StoreFuture<'_, Result<UsageProgress, LedgerError>> {
        StoreFuture::ready(Ok(self.lock().progress(overdue_before)))
    }

    fn refused(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RefusedUsage>, LedgerError>> {
        StoreFuture::ready(Ok(self.lock().refused(after, limit)))
    }

    fn prune(&self, began_before: UtcTime) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::ready(Ok(self.lock().prune(began_before)))
    }
}

impl fmt::Debug for MemoryUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryUsage").field("records", &self.lock().records.len()).finish()
    }
}
