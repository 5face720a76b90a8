//! Methods that go on after their callers were answered.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts the methods of an endpoint that run in the background.
#[derive(Debug, Clone, Default)]
pub(super) struct Background(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    running: AtomicUsize,
    ended: Notify,
}

/// One method in the background.
#[derive(Debug)]
pub(super) struct Running(Background);

impl Background {
    /// A method goes on in the background until what this returns is dropped.
    pub(super) fn begin(&self) -> Running {
        self.0.running.fetch_add(1, Ordering::AcqRel);
        Running(self.clone())
    }

    /// Waits until none is left.
    pub(super) async fn ended(&self) {
        loop {
            // Listen first, look then: what happens in between is not missed.
            let mut ended = pin!(self.0.ended.notified());
            ended.as_mut().enable();
            if self.0.running.load(Ordering::Acquire) == 0 {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.running.fetch_sub(1, Ordering::AcqRel);
        self.0.0.ended.notify_waiters();
    }
}
