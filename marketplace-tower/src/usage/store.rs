//! What an outbox has to be able to do.

use std::fmt;
use std::time::Duration;

use marketplace_core::UtcTime;
use marketplace_core::catalogue::Entry;
use marketplace_core::open_api::{ApiCode, MeteredRecord, MeteringSn, RecordCode};

use crate::{LedgerError, StoreFuture};

/// Where usage waits to be pushed.
///
/// What it has answered is durable: it survives the loss of power. [`usage_contract!`](crate::usage_contract) holds an
/// implementation to all that is said here.
pub trait UsageStore: fmt::Debug + Send + Sync + 'static {
    /// Writes records down, to be pushed; one answer for each, in the same order. All that are added are added together, or, if
    /// this fails, none of them.
    ///
    /// The market takes one record for an instance and a span of time. A record whose instance, begin and end are known says
    /// the same again if it has the same value and package, whatever its serial number; the first one keeps its own.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]. Whether anything was written is then unknown, and it can be added again.
    fn add<'a>(&'a self, records: &'a [MeteredRecord])
    -> StoreFuture<'a, Result<Vec<Addition>, LedgerError>>;

    /// Hands out records that wait and are nobody's: those whose use ended first, first. They are this caller's until the lease is
    /// over, and [may have been sent](Taken::may_have_been_sent) from now on.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]. Whether anything was handed out is then unknown.
    fn take(&self, asked: Asked) -> StoreFuture<'_, Result<Vec<Taken>, LedgerError>>;

    /// Writes down what came of records that were taken, all together. What was handed out again since, or [put
    /// back](Self::push_again), is left as it is. So is what was pushed or refused: said a second time, it counts as written. Tells
    /// how many were.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]. Whether anything was written is then unknown, and it can be settled again.
    fn settle<'a>(&'a self, settled: &'a [Settlement]) -> StoreFuture<'a, Result<u64, LedgerError>>;

    /// Puts refused records back to be pushed again, under the same serial numbers: when their reason is gone. Whether they may have
    /// been sent is as it was before the attempt that was refused: the market may have one from before. Tells how many.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn push_again<'a>(&'a self, sns: &'a [MeteringSn]) -> StoreFuture<'a, Result<u64, LedgerError>>;

    /// How far everything is. `overdue_before` is the moment before which use has to have ended to be overdue.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn progress(&self, overdue_before: UtcTime) -> StoreFuture<'_, Result<UsageProgress, LedgerError>>;

    /// Up to `limit` refused records, ordered by position, from behind `after` on.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn refused(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RefusedUsage>, LedgerError>>;

    /// Forgets records that were pushed, and refused ones, whose use began before this moment. Tells how many.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn prune(&self, began_before: UtcTime) -> StoreFuture<'_, Result<u64, LedgerError>>;
}

/// What became of a record that was to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Addition {
    /// It waits to be pushed.
    Added,
    /// The same was recorded before, under this serial number.
    Known(MeteringSn),
    /// Something else was recorded before for the same instance and span, under this serial number. The market would take the
    /// first alone.
    OtherUsage(MeteringSn),
    /// Its serial number is that of another record.
    SerialNumberTaken,
}

/// How many records are asked for, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// At most so many.
    pub limit: usize,
    /// Those whose use ended at this moment or before.
    pub ended_by: UtcTime,
    /// For how long they are the caller's.
    pub lease: Duration,
}

impl Asked {
    /// Asks for so many.
    #[must_use]
    pub fn new(limit: usize, ended_by: UtcTime, lease: Duration) -> Self {
        Self { limit, ended_by, lease }
    }
}

/// A record that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// The record.
    pub record: MeteredRecord,
    /// Which time it is handed out, from 1 on: what is settled names it.
    pub attempt: u32,
    /// Whoever had it before may have sent it: the market may know it already.
    pub may_have_been_sent: bool,
}

impl Taken {
    /// A record that was handed out.
    #[must_use]
    pub fn new(record: MeteredRecord, attempt: u32, may_have_been_sent: bool) -> Self {
        Self { record, attempt, may_have_been_sent }
    }

    /// This came of it.
    #[must_use]
    pub fn settled(&self, outcome: PushOutcome) -> Settlement {
        Settlement { sn: self.record.sn().clone(), attempt: self.attempt, outcome }
    }
}

/// What came of a record that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settlement {
    /// The record.
    pub sn: MeteringSn,
    /// The [attempt](Taken::attempt) that this is about.
    pub attempt: u32,
    /// What came of it.
    pub outcome: PushOutcome,
}

/// How much of a code is kept.
const LONGEST_CODE: usize = 64;
/// How much of a message is kept.
const LONGEST_MESSAGE: usize = 255;

/// What came of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushOutcome {
    /// The market has it. It is never handed out again.
    Pushed,
    /// The market refused it, with a code and a message. It is kept, and handed out only if it is [put
    /// back](UsageStore::push_again).
    Refused {
        /// The code of the record, or of the whole push: at most 64 characters are kept.
        code: String,
        /// What was said: at most 255 characters are kept.
        message: String,
    },
    /// It waits again, for so long at least.
    Waiting {
        /// For how long.
        pause: Duration,
        /// The market has surely not taken it in this attempt: whether it may have been sent is as before.
        was_not_taken: bool,
    },
}

impl PushOutcome {
    /// A refusal, cut to what is kept of it.
    pub(crate) fn kept(code: &str, message: &str) -> (String, String) {
        let cut = |text: &str, most| text.chars().take(most).collect();
        (cut(code, LONGEST_CODE), cut(message, LONGEST_MESSAGE))
    }
}

/// How far everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct UsageProgress {
    /// Records that wait to be pushed, those included that are being pushed.
    pub waiting: u64,
    /// How many of them should have been pushed by now.
    pub overdue: u64,
    /// When the use ended that has waited longest.
    pub oldest_end: Option<UtcTime>,
    /// Records that the market has, as far as they were not [pruned](UsageStore::prune).
    pub pushed: u64,
    /// Records that the market refused.
    pub refused: u64,
}

/// A record that the market refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedUsage {
    /// Where it is, for asking on from behind it.
    pub position: u64,
    /// The record.
    pub record: MeteredRecord,
    /// The code that it was refused with.
    pub code: String,
    /// What the market said.
    pub message: String,
}

impl RefusedUsage {
    /// A record that was refused.
    #[must_use]
    pub fn new(position: u64, record: MeteredRecord, code: String, message: String) -> Self {
        Self { position, record, code, message }
    }

    /// Where it usually comes from and what to do about it. `None` for a code that is in no table.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        // Three digits are about the record, all others about the push that it was in.
        RecordCode::new(&self.code).entry().or_else(|| ApiCode::new(&self.code).entry())
    }
}
