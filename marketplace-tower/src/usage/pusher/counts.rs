//! What a pusher has done so far.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a pusher and its clones have done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PushCounts {
    /// Calls of the market.
    pub calls: u64,
    /// Calls that failed: the market was not reached, too busy, or refused the whole.
    pub failed_calls: u64,
    /// Records that the market took.
    pub pushed: u64,
    /// How many of them it had already: their answer was lost before.
    pub known: u64,
    /// Records that it refused.
    pub refused: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Counters(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    calls: AtomicU64,
    failed_calls: AtomicU64,
    pushed: AtomicU64,
    known: AtomicU64,
    refused: AtomicU64,
}

impl Counters {
    pub(super) fn counts(&self) -> PushCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PushCounts {
            calls: read(&self.0.calls),
            failed_calls: read(&self.0.failed_calls),
            pushed: read(&self.0.pushed),
            known: read(&self.0.known),
            refused: read(&self.0.refused),
        }
    }

    pub(super) fn call(&self, failed: bool) {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        self.0.failed_calls.fetch_add(u64::from(failed), Ordering::Relaxed);
    }

    pub(super) fn pushed(&self, was_known: bool) {
        self.0.pushed.fetch_add(1, Ordering::Relaxed);
        self.0.known.fetch_add(u64::from(was_known), Ordering::Relaxed);
    }

    pub(super) fn refused(&self) {
        self.0.refused.fetch_add(1, Ordering::Relaxed);
    }
}
