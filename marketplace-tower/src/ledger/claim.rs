//! What a ledger is asked, and what it says.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use marketplace_core::{InstanceId, Work};

/// A call that asks to do its work.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Claim {
    /// What is to be done.
    pub work: Work,
    /// For a purchase, the id that its instance gets if it has none yet; for other works the instance itself.
    pub candidate: InstanceId,
    /// Tells whether a repeat says the same as the first call; see [`Verified::digest`](marketplace_core::Verified::digest).
    pub digest: u64,
    /// For how long the work is this caller's, unless it [extends](crate::LedgerStore::extend) that.
    pub lease: Duration,
    /// The call, [set aside](marketplace_core::Verified::set_aside) until its work is done; empty if it is not kept.
    pub call: Bytes,
}

impl Claim {
    /// Asks to do this work, for 15 seconds and without a call that could be taken up again.
    #[must_use]
    pub fn new(work: Work, candidate: InstanceId) -> Self {
        Self { work, candidate, digest: 0, lease: Duration::from_secs(15), call: Bytes::new() }
    }

    /// With the digest of the call.
    #[must_use]
    pub fn with_digest(self, digest: u64) -> Self {
        Self { digest, ..self }
    }

    /// For another time.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// With the call.
    #[must_use]
    pub fn with_call(self, call: Bytes) -> Self {
        Self { call, ..self }
    }
}

/// How far a work has come, and on which instance it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reservation {
    /// The instance: for a purchase its id, the same in every call about this order line.
    pub instance: InstanceId,
    /// How far the work has come, and whether it is this caller's now.
    pub progress: Progress,
    /// The digest of the call that came first, if the ledger knows it.
    pub digest: Option<u64>,
}

impl Reservation {
    /// What a store says.
    #[must_use]
    pub fn new(instance: InstanceId, progress: Progress, digest: Option<u64>) -> Self {
        Self { instance, progress, digest }
    }
}

/// How far a work has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nobody has begun it: it is this caller's.
    New(Fence),
    /// It was begun, nothing was answered, and nobody is at work any more: it is this caller's.
    Interrupted(Fence),
    /// The seller has answered "later": it is this caller's.
    Accepted(Fence),
    /// Somebody else is at work on it, or on what has to be over before it.
    Held,
    /// The answer that was given, to be given again.
    Done(Bytes),
}

impl Progress {
    /// The fence, if the work is this caller's now.
    #[must_use]
    pub fn fence(&self) -> Option<Fence> {
        match self {
            Self::New(fence) | Self::Interrupted(fence) | Self::Accepted(fence) => Some(*fence),
            Self::Held | Self::Done(_) => None,
        }
    }
}

/// Grows each time that a work changes hands: whoever had it before can write no more about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    /// The `number`-th time that the work is handed out, from 1 on.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The next one.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Says that a work is this caller's, for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The work.
    pub work: Work,
    /// Since when.
    pub fence: Fence,
}

/// What came of a work.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It failed: the next call that asks for it may begin at once.
    Failed,
    /// The seller has taken it on, and answers "later".
    Accepted,
    /// The final answer.
    Done(Bytes),
}

/// Does not show the answer: it may hold a first password.
impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "Failed",
            Self::Accepted => "Accepted",
            Self::Done(_) => "Done",
        })
    }
}

/// A final answer, and the digest of the call that it was given to, if the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// The answer.
    pub answer: Bytes,
    /// The digest of the call that came first.
    pub digest: Option<u64>,
}

impl Answered {
    /// What a store says.
    #[must_use]
    pub fn new(answer: Bytes, digest: Option<u64>) -> Self {
        Self { answer, digest }
    }
}

/// A call whose work was begun, and is nobody's any more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interrupted {
    /// Where it stands among others.
    pub position: u64,
    /// The call, as it was set aside.
    pub call: Bytes,
}

impl Interrupted {
    /// What a store says.
    #[must_use]
    pub fn new(position: u64, call: Bytes) -> Self {
        Self { position, call }
    }
}
