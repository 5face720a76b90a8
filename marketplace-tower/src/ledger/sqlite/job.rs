//! What the ledger's thread is asked.

use std::time::{Duration, SystemTime};

use marketplace_core::{InstanceId, UnixMillis};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::super::{Claim, Interrupted, Lease, LedgerError, Outcome, Reservation};
use super::outbox::UsageJob;
use super::work;

pub(super) enum Job {
    Begin(Ask<Claim, Reservation>),
    Record(Ask<(Lease, Outcome), ()>),
    Extend(Ask<(Lease, Duration), ()>),
    Unfinished(Ask<Vec<InstanceId>, bool>),
    Interrupted(Ask<(Option<u64>, usize), Vec<Interrupted>>),
    Prune(Ask<Duration, u64>),
    Usage(UsageJob),
}

/// A question, and where its answer goes once it is committed.
pub(super) struct Ask<Q, A> {
    question: Q,
    answer: Option<Result<A, LedgerError>>,
    to: oneshot::Sender<Result<A, LedgerError>>,
}

impl<Q, A> Ask<Q, A> {
    pub(super) fn new(question: Q) -> (Self, oneshot::Receiver<Result<A, LedgerError>>) {
        let (to, answer) = oneshot::channel();
        (Self { question, answer: None, to }, answer)
    }

    pub(super) fn run(
        &mut self,
        run: impl FnOnce(&Q) -> rusqlite::Result<Result<A, LedgerError>>,
    ) -> rusqlite::Result<()> {
        self.answer = Some(run(&self.question)?);
        Ok(())
    }

    pub(super) fn answer(self, failed: Option<&LedgerError>) {
        let answer = failed.map(|error| Err(error.clone())).or(self.answer);
        if let Some(answer) = answer {
            // Whoever asked may have given up; what was asked is done all the same.
            let _gone = self.to.send(answer);
        }
    }
}

impl Job {
    fn run(&mut self, connection: &Connection, now: UnixMillis) -> rusqlite::Result<()> {
        match self {
            Self::Begin(ask) => ask.run(|claim| work::begin(connection, claim, now)),
            Self::Record(ask) => ask.run(|(lease, outcome)| work::record(connection, lease, outcome, now)),
            Self::Extend(ask) => ask.run(|(lease, duration)| work::extend(connection, lease, *duration, now)),
            Self::Unfinished(ask) => ask.run(|instances| work::unfinished(connection, instances).map(Ok)),
            Self::Interrupted(ask) => {
                ask.run(|(after, limit)| work::interrupted(connection, *after, *limit, now).map(Ok))
            }
            Self::Prune(ask) => ask.run(|ended_for| work::prune(connection, *ended_for, now).map(Ok)),
            Self::Usage(job) => job.run(connection, now),
        }
    }

    fn only_reads(&self) -> bool {
        match self {
            Self::Usage(job) => job.only_reads(),
            _ => matches!(self, Self::Unfinished(_) | Self::Interrupted(_)),
        }
    }

    /// Sends the answer, or the failure of the commit that the job was part of.
    pub(super) fn answer(self, failed: Option<&LedgerError>) {
        match self {
            Self::Begin(ask) => ask.answer(failed),
            Self::Record(ask) => ask.answer(failed),
            Self::Extend(ask) => ask.answer(failed),
            Self::Unfinished(ask) => ask.answer(failed),
            Self::Interrupted(ask) => ask.answer(failed),
            Self::Prune(ask) => ask.answer(failed),
            Self::Usage(job) => job.answer(failed),
        }
    }
}

/// Runs all of them in one transaction, or none. After an error, no answer of theirs is true.
pub(super) fn run_all(connection: &mut Connection, jobs: &mut [Job]) -> rusqlite::Result<()> {
    let now = UnixMillis::from(SystemTime::now());
    if jobs.iter().all(Job::only_reads) {
        // Readers need neither the lock nor the disk.
        return jobs.iter_mut().try_for_each(|job| job.run(connection, now));
    }
    // Immediate: with the lock from the beginning, what is read stays true until the commit, also for other processes.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    jobs.iter_mut().try_for_each(|job| job.run(&transaction, now))?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use marketplace_core::{OrderKey, Work};

    use super::super::super::{Fence, Progress};
    use super::*;

    fn work(id: i32) -> Work {
        Work::purchase(OrderKey::new(&id.to_string(), None))
    }

    fn id(id: i32) -> InstanceId {
        InstanceId::new(id.to_string()).unwrap()
    }

    #[test]
    fn a_batch_is_kept_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = std::sync::Arc::<std::path::Path>::from(folder.path().join("shop.db"));
        let mut connection = super::super::file::open(&file).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER poison BEFORE UPDATE ON work WHEN NEW.order_id = '5' \
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
            )
            .unwrap();

        let mut run = |poisoned: bool| {
            let mut jobs = Vec::new();
            let mut answers = Vec::new();
            for number in 0..10 {
                let (ask, answer) = Ask::new(Claim::new(work(number), id(number)));
                jobs.push(Job::Begin(ask));
                answers.push(answer);
            }
            let outcome = Outcome::Done(Bytes::from_static(b"answer"));
            let lease = Lease { work: work(if poisoned { 5 } else { 6 }), fence: Fence::new(1) };
            let (ask, recorded) = Ask::new((lease, outcome));
            jobs.push(Job::Record(ask));
            let failed = run_all(&mut connection, &mut jobs).err().map(LedgerError::store);
            assert!(
                answers.iter_mut().all(|answer| answer.try_recv().is_err()),
                "answered before the commit"
            );
            jobs.into_iter().for_each(|job| job.answer(failed.as_ref()));
            let reserved: Vec<_> = answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect();
            (reserved, { recorded }.try_recv().unwrap())
        };

        let (reserved, recorded) = run(true);
        assert!(reserved.iter().all(Result::is_err) && recorded.is_err());
        let (reserved, recorded) = run(false);
        assert!(
            reserved.into_iter().all(|reserved| reserved.unwrap().progress == Progress::New(Fence::new(1)))
        );
        recorded.unwrap();
        let (reserved, _) = run(false);
        for (number, reserved) in reserved.into_iter().enumerate() {
            let done = matches!(reserved.unwrap().progress, Progress::Done(_));
            assert_eq!(done, number == 6, "{number}");
        }
    }
}
