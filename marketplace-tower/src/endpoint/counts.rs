//! What an endpoint has seen, for metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use marketplace_core::Work;

/// How often what has happened at an endpoint since it was made. Clones of an endpoint count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that were repeats, and got the stored answer.
    pub repeated: u64,
    /// Repeats whose content is not that of the first call. They got the stored answer all the same.
    pub conflicts: u64,
    /// Methods that took longer than the deadline.
    pub late: u64,
    /// Works that were begun before, by a call that failed or was interrupted, and were begun again.
    pub taken_up: u64,
    /// Works that another machine had taken over when this one had done them.
    pub superseded: u64,
    /// Orders that were asked for, for methods that take one. See [`Endpoint::with_orders`](crate::Endpoint::with_orders).
    pub orders_asked: u64,
    /// Those of them that did not come, came too late, or were not what was asked for. Each failed a call.
    pub orders_failed: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Counters(Arc<[AtomicU64; 7]>);

impl Counters {
    pub(super) fn counts(&self) -> Counts {
        let [repeated, conflicts, late, taken_up, superseded, asked, failed] = &*self.0;
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        Counts {
            repeated: read(repeated),
            conflicts: read(conflicts),
            late: read(late),
            taken_up: read(taken_up),
            superseded: read(superseded),
            orders_asked: read(asked),
            orders_failed: read(failed),
        }
    }

    pub(super) fn repeated(&self) {
        let [counter, ..] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }

    pub(super) fn conflict(&self, work: &Work) {
        let [_, counter, ..] = &*self.0;
        counter.fetch_add(1, Relaxed);
        tracing::warn!(%work, "a repeat says something else than the first call: what was answered then counts");
    }

    pub(super) fn late(&self) {
        let [_, _, counter, ..] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }

    pub(super) fn taken_up(&self) {
        let [_, _, _, counter, ..] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }

    pub(super) fn superseded(&self) {
        let [_, _, _, _, counter, ..] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }

    pub(super) fn order_asked(&self) {
        let [.., counter, _] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }

    pub(super) fn order_failed(&self) {
        let [.., counter] = &*self.0;
        counter.fetch_add(1, Relaxed);
    }
}
