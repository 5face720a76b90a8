//! The ledger in one SQLite file.

mod file;
mod holders;
mod job;
mod outbox;
mod usage;
mod work;

use std::path::{self, Path};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use marketplace_core::InstanceId;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use self::job::{Ask, Job};
use self::outbox::SqliteUsage;
use super::{Claim, Interrupted, Lease, LedgerError, LedgerStore, Outcome, Reservation};
use crate::StoreFuture;
use crate::usage::UsageStore;

/// So many calls can wait for the thread; more wait for room.
const WAITING: usize = 1024;
/// So many calls share a commit at most, so that none waits for long.
const BATCH: usize = 256;

/// Sends each call to the thread that owns the connection. The thread ends when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct SqliteLedger {
    file: Arc<Path>,
    jobs: mpsc::Sender<Job>,
}

impl SqliteLedger {
    /// Opens the file on the new thread, because that can take a while.
    pub(super) fn open(path: &Path) -> impl Future<Output = Result<Self, LedgerError>> + use<> {
        // An absolute path has no special meaning for SQLite, as `:memory:` has.
        let file = path::absolute(path);
        let named = Arc::<Path>::from(path);
        async move {
            let file = Arc::<Path>::from(file.map_err(|source| file::cannot_open(&named, source))?);
            let (jobs, inbox) = mpsc::channel(WAITING);
            let (opened, opening) = oneshot::channel();
            let ledger = Self { file: Arc::clone(&file), jobs };
            let thread =
                move || match file::open(&file).and_then(|connection| holders::join(&file, connection)) {
                    Ok((connection, _holder)) => {
                        // If the opener is gone, so is the sender of jobs.
                        let _gone = opened.send(Ok(()));
                        serve(&file, connection, inbox);
                    }
                    Err(error) => {
                        let _gone = opened.send(Err(error));
                    }
                };
            thread::Builder::new()
                .name("marketplace-ledger".to_owned())
                .spawn(thread)
                .map_err(|source| file::cannot_open(&ledger.file, source))?;
            opening.await.unwrap_or_else(|_ended| Err(ledger.closed()))?;
            Ok(ledger)
        }
    }

    async fn ask<Q, A>(&self, question: Q, job: fn(Ask<Q, A>) -> Job) -> Result<A, LedgerError> {
        let (ask, answer) = Ask::new(question);
        self.jobs.send(job(ask)).await.map_err(|_ended| self.closed())?;
        answer.await.unwrap_or_else(|_ended| Err(self.closed()))
    }

    fn closed(&self) -> LedgerError {
        LedgerError::Closed { file: Arc::clone(&self.file) }
    }
}

impl LedgerStore for SqliteLedger {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
        StoreFuture::boxed(self.ask(claim.clone(), Job::Begin))
    }

    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(self.ask((lease.clone(), outcome), Job::Record))
    }

    fn extend<'a>(
        &'a self,
        lease: &'a Lease,
        duration: Duration,
    ) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(self.ask((lease.clone(), duration), Job::Extend))
    }

    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
        StoreFuture::boxed(self.ask(instances.to_vec(), Job::Unfinished))
    }

    fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>> {
        StoreFuture::boxed(self.ask((after, limit), Job::Interrupted))
    }

    fn prune(&self, ended_for: Duration) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(self.ask(ended_for, Job::Prune))
    }

    fn usage_store(&self) -> Option<Arc<dyn UsageStore>> {
        Some(Arc::new(SqliteUsage(self.clone())))
    }
}

/// Takes what is waiting, commits it together, and answers only then.
fn serve(file: &Arc<Path>, mut connection: Connection, mut inbox: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(BATCH);
    while inbox.blocking_recv_many(&mut jobs, BATCH) > 0 {
        let failed = job::run_all(&mut connection, &mut jobs)
            .err()
            .map(|source| LedgerError::Failed { file: Arc::clone(file), source: Arc::new(source) });
        if let Some(error) = &failed {
            tracing::error!(error = error as &dyn std::error::Error, jobs = jobs.len(), "the ledger failed");
        }
        for job in jobs.drain(..) {
            job.answer(failed.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use marketplace_core::{OrderKey, Work};

    use super::*;

    #[tokio::test]
    async fn a_dead_thread_is_an_error_and_not_a_hang() {
        let (jobs, mut inbox) = mpsc::channel(1);
        let ledger = SqliteLedger { file: Arc::from(Path::new("shop.db")), jobs };
        let claim =
            Claim::new(Work::purchase(OrderKey::new("order", None)), InstanceId::new("instance").unwrap());

        let waiting = async {
            let job = inbox.recv().await;
            drop((job, inbox));
        };
        let (while_waiting, ()) = tokio::join!(ledger.begin(&claim), waiting);
        assert_eq!(while_waiting.unwrap_err().to_string(), "the ledger `shop.db` is closed");

        let afterwards = ledger.unfinished(&[]).await;
        assert!(matches!(afterwards, Err(LedgerError::Closed { .. })), "{afterwards:?}");
    }
}
