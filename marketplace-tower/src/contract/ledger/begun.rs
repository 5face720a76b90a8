//! What a ledger says to a claim, and what it should say.

use bytes::Bytes;
use marketplace_core::{InstanceId, Work};

use crate::{Lease, Progress, Reservation};

/// What the ledger said to a claim.
pub(super) struct Begun {
    pub(super) work: Work,
    pub(super) said: Reservation,
}

impl Begun {
    #[track_caller]
    pub(super) fn must_be_new(&self, why: &str) -> Lease {
        match self.said.progress {
            Progress::New(fence) => Lease { work: self.work.clone(), fence },
            _ => self.must_not_be("New", why),
        }
    }

    /// The work is the caller's, after whoever had this lease.
    #[track_caller]
    pub(super) fn must_be_interrupted(&self, before: &Lease, why: &str) -> Lease {
        match self.said.progress {
            Progress::Interrupted(fence) => self.after(before, Lease { work: self.work.clone(), fence }),
            _ => self.must_not_be("Interrupted", why),
        }
    }

    #[track_caller]
    pub(super) fn must_be_accepted(&self, before: &Lease, why: &str) -> Lease {
        match self.said.progress {
            Progress::Accepted(fence) => self.after(before, Lease { work: self.work.clone(), fence }),
            _ => self.must_not_be("Accepted", why),
        }
    }

    #[track_caller]
    pub(super) fn must_be_held(&self, why: &str) {
        if self.said.progress != Progress::Held {
            self.must_not_be("Held", why)
        }
    }

    #[track_caller]
    pub(super) fn must_be_done(&self, answer: impl ToString, why: &str) {
        let answer = Bytes::from(answer.to_string());
        if self.said.progress != Progress::Done(answer.clone()) {
            self.must_not_be(&format!("Done({answer:?})"), why)
        }
    }

    #[track_caller]
    pub(super) fn must_be_about(&self, instance: &InstanceId) {
        assert_eq!(self.said.instance, *instance, "the instance of `{}`", self.work);
    }

    #[track_caller]
    fn must_not_be(&self, wanted: &str, why: &str) -> ! {
        panic!("`{}` should be {wanted} ({why}), and is {:?}", self.work, self.said.progress)
    }

    #[track_caller]
    fn after(&self, before: &Lease, now: Lease) -> Lease {
        let (old, new) = (before.fence, now.fence);
        assert!(new > old, "the fence of `{}` has to grow: {new:?} after {old:?}", self.work);
        now
    }
}

/// Of many who asked at the same time one has the work, the others wait.
#[track_caller]
pub(super) fn one_of_many(begun: &[Begun]) -> Lease {
    let mut has = begun.iter().filter_map(|begun| {
        let fence = begun.said.progress.fence()?;
        Some(Lease { work: begun.work.clone(), fence })
    });
    let held = begun.iter().filter(|begun| begun.said.progress == Progress::Held).count();
    let (Some(lease), None) = (has.next(), has.next()) else {
        let work = begun.iter().map(|begun| begun.work.to_string()).next().unwrap_or_default();
        let number = begun.iter().filter(|begun| begun.said.progress.fence().is_some()).count();
        panic!("one of {} callers should have `{work}`; {number} have it, {held} were held", begun.len());
    };
    assert_eq!(held, begun.len() - 1, "the other callers should be held: `{}`", lease.work);
    lease
}
