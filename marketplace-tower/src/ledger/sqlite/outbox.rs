//! The outbox beside the ledger, in the same file, on the same thread.

use marketplace_core::open_api::{MeteredRecord, MeteringSn};
use marketplace_core::{UnixMillis, UtcTime};
use rusqlite::Connection;

use super::super::LedgerError;
use super::job::{Ask, Job};
use super::{SqliteLedger, usage};
use crate::StoreFuture;
use crate::usage::{Addition, Asked, RefusedUsage, Settlement, Taken, UsageProgress, UsageStore};

/// A clone of the ledger, so that the thread lives as long as this does.
#[derive(Debug)]
pub(super) struct SqliteUsage(pub(super) SqliteLedger);

/// What the thread is asked about usage.
pub(super) enum UsageJob {
    Add(Ask<Vec<MeteredRecord>, Vec<Addition>>),
    Take(Ask<Asked, Vec<Taken>>),
    Settle(Ask<Vec<Settlement>, u64>),
    PushAgain(Ask<Vec<MeteringSn>, u64>),
    Progress(Ask<UtcTime, UsageProgress>),
    Refused(Ask<(Option<u64>, usize), Vec<RefusedUsage>>),
    Prune(Ask<UtcTime, u64>),
}

impl UsageJob {
    pub(super) fn run(&mut self, connection: &Connection, now: UnixMillis) -> rusqlite::Result<()> {
        match self {
            Self::Add(ask) => ask.run(|records| usage::add(connection, records)),
            Self::Take(ask) => ask.run(|asked| usage::take(connection, *asked, now)),
            Self::Settle(ask) => ask.run(|settled| usage::settle(connection, settled, now).map(Ok)),
            Self::PushAgain(ask) => ask.run(|sns| usage::push_again(connection, sns).map(Ok)),
            Self::Progress(ask) => ask.run(|overdue_before| usage::progress(connection, *overdue_before)),
            Self::Refused(ask) => ask.run(|(after, limit)| usage::refused(connection, *after, *limit)),
            Self::Prune(ask) => ask.run(|began_before| usage::prune(connection, *began_before).map(Ok)),
        }
    }

    pub(super) fn only_reads(&self) -> bool {
        matches!(self, Self::Progress(_) | Self::Refused(_))
    }

    pub(super) fn answer(self, failed: Option<&LedgerError>) {
        match self {
            Self::Add(ask) => ask.answer(failed),
            Self::Take(ask) => ask.answer(failed),
            Self::Settle(ask) => ask.answer(failed),
            Self::PushAgain(ask) => ask.answer(failed),
            Self::Progress(ask) => ask.answer(failed),
            Self::Refused(ask) => ask.answer(failed),
            Self::Prune(ask) => ask.answer(failed),
        }
    }
}

impl UsageStore for SqliteUsage {
    fn add<'a>(
        &'a self,
        records: &'a [MeteredRecord],
    ) -> StoreFuture<'a, Result<Vec<Addition>, LedgerError>> {
        StoreFuture::boxed(self.0.ask(records.to_vec(), |ask| Job::Usage(UsageJob::Add(ask))))
    }

    fn take(&self, asked: Asked) -> StoreFuture<'_, Result<Vec<Taken>, LedgerError>> {
        StoreFuture::boxed(self.0.ask(asked, |ask| Job::Usage(UsageJob::Take(ask))))
    }

    fn settle<'a>(&'a self, settled: &'a [Settlement]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        StoreFuture::boxed(self.0.ask(settled.to_vec(), |ask| Job::Usage(UsageJob::Settle(ask))))
    }

    fn push_again<'a>(&'a self, sns: &'a [MeteringSn]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        StoreFuture::boxed(self.0.ask(sns.to_vec(), |ask| Job::Usage(UsageJob::PushAgain(ask))))
    }

    fn progress(&self, overdue_before: UtcTime) -> StoreFuture<'_, Result<UsageProgress, LedgerError>> {
        StoreFuture::boxed(self.0.ask(overdue_before, |ask| Job::Usage(UsageJob::Progress(ask))))
    }

    fn refused(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RefusedUsage>, LedgerError>> {
        StoreFuture::boxed(self.0.ask((after, limit), |ask| Job::Usage(UsageJob::Refused(ask))))
    }

    fn prune(&self, began_before: UtcTime) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            let mut forgotten = 0;
            // Whoever asks something else meanwhile has its turn between two parts.
            loop {
                match self.0.ask(began_before, |ask| Job::Usage(UsageJob::Prune(ask))).await? {
                    0 => return Ok(forgotten),
                    some => forgotten += some,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs::File;
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::{Duration, Instant};

    use marketplace_core::open_api::UsageRecord;
    use tempfile::TempDir;

    use super::*;
    use crate::usage::PushOutcome;

    const LONG: Duration = Duration::from_secs(60 * 60);

    fn shop() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.db");
        (folder, file)
    }

    async fn open(file: &Path) -> SqliteUsage {
        SqliteUsage(SqliteLedger::open(file).await.unwrap())
    }

    /// Waits until the last thread that has the file has ended, as if the process had.
    fn wait_until_closed(file: &Path) {
        let holders = File::open(file.with_file_name("shop.db-holders")).unwrap();
        let begun = Instant::now();
        while holders.try_lock().is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the thread has not ended");
            thread::yield_now();
        }
    }

    fn record(hour: u64) -> MeteredRecord {
        let at = |hour| UtcTime::from_unix_seconds(1_660_032_000 + hour * 3600).unwrap();
        let usage =
            UsageRecord::new("instance", at(hour), at(hour + 1), "99999999.9999".parse().unwrap()).unwrap();
        usage.metered(MeteringSn::new(hour.to_string()).unwrap(), at(hour + 2)).unwrap()
    }

    fn records(hours: std::ops::Range<u64>) -> Vec<MeteredRecord> {
        hours.map(record).collect()
    }

    fn all(lease: Duration) -> Asked {
        Asked::new(10_000, UtcTime::MAX, lease)
    }

    #[tokio::test]
    async fn keeps_all_across_a_restart_and_ends_the_leases_of_the_dead() {
        let (_folder, file) = shop();
        let store = open(&file).await;
        store.add(&records(0..4)).await.unwrap();
        let refusal = PushOutcome::Refused { code: "001".to_owned(), message: "none such".to_owned() };
        let pause = PushOutcome::Waiting { pause: LONG, was_not_taken: true };
        let taken = store.take(all(LONG)).await.unwrap();
        let settled: Vec<_> = taken
            .iter()
            .zip([PushOutcome::Pushed, refusal, pause])
            .map(|(taken, outcome)| taken.settled(outcome))
            .collect();
        assert_eq!(store.settle(&settled).await.unwrap(), 3);
        store.add(&records(4..5)).await.unwrap();
        drop(store);
        wait_until_closed(&file);

        let store = open(&file).await;
        let progress = store.progress(UtcTime::MAX).await.unwrap();
        assert_eq!((progress.waiting, progress.pushed, progress.refused), (3, 1, 1));
        let [refused] = <[_; 1]>::try_from(store.refused(None, 10).await.unwrap()).unwrap();
        assert_eq!((refused.record, &*refused.code, &*refused.message), (record(1), "001", "none such"));
        let known: Vec<_> = records(0..5).iter().map(|record| Addition::Known(record.sn().clone())).collect();
        assert_eq!(store.add(&records(0..5)).await.unwrap(), known);
        // The pause of hour 2 is not over.
        let taken = store.take(all(LONG)).await.unwrap();
        assert_eq!(taken, [Taken::new(record(3), 2, true), Taken::new(record(4), 1, false)]);
    }

    #[tokio::test]
    async fn leases_last_while_any_other_has_the_file() {
        let (_folder, file) = shop();
        let one = open(&file).await;
        one.add(&records(0..2)).await.unwrap();
        assert_eq!(one.take(Asked::new(1, UtcTime::MAX, LONG)).await.unwrap().len(), 1);
        let two = open(&file).await;
        let taken = two.take(all(LONG)).await.unwrap();
        assert_eq!(taken, [Taken::new(record(1), 1, false)], "the other one is somebody's");
        // Whoever took it need not be who settles it.
        assert_eq!(one.settle(&[taken[0].settled(PushOutcome::Pushed)]).await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn two_that_share_a_file_add_and_take_each_record_once() {
        let (_folder, file) = shop();
        let (one, two) = tokio::join!(open(&file), open(&file));
        let stores = [std::sync::Arc::new(one), std::sync::Arc::new(two)];
        let mut working = tokio::task::JoinSet::new();
        for number in 0..16 {
            let store = std::sync::Arc::clone(&stores[number % 2]);
            working.spawn(async move {
                let mut added = 0;
                let mut taken = Vec::new();
                for begin in (0..200).step_by(20) {
                    let additions = store.add(&records(begin..begin + 20)).await.unwrap();
                    added += additions.iter().filter(|addition| **addition == Addition::Added).count();
                    taken.extend(store.take(Asked::new(7, UtcTime::MAX, LONG)).await.unwrap());
                }
                loop {
                    let more = store.take(Asked::new(7, UtcTime::MAX, LONG)).await.unwrap();
                    if more.is_empty() {
                        return (added, taken);
                    }
                    taken.extend(more);
                }
            });
        }
        let (added, taken): (Vec<_>, Vec<_>) = working.join_all().await.into_iter().unzip();
        let taken: Vec<_> = taken.into_iter().flatten().collect();
        let serials: HashSet<_> = taken.iter().map(|taken| taken.record.sn()).collect();
        assert_eq!((added.iter().sum::<usize>(), taken.len(), serials.len()), (200, 200, 200));
    }

    #[tokio::test]
    async fn records_that_are_added_together_are_kept_whole_or_not_at_all() {
        let (_folder, file) = shop();
        let store = open(&file).await;
        let other = Connection::open(&file).unwrap();
        let poison = "CREATE TRIGGER poison BEFORE INSERT ON usage_record WHEN NEW.metering_sn = '5' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
        other.execute_batch(poison).unwrap();
        let error = store.add(&records(0..10)).await.unwrap_err();
        assert!(matches!(error, LedgerError::Failed { .. }), "{error:?}");
        assert_eq!(store.progress(UtcTime::MAX).await.unwrap(), UsageProgress::default());
        other.execute_batch("DROP TRIGGER poison").unwrap();
        assert_eq!(store.add(&records(0..10)).await.unwrap(), vec![Addition::Added; 10]);
    }

    /// So that no call waits until all of it is done.
    #[tokio::test]
    async fn forgets_a_part_at_a_time() {
        let (_folder, file) = shop();
        let store = open(&file).await;
        store.add(&records(0..2500)).await.unwrap();
        let taken = store.take(all(LONG)).await.unwrap();
        let pushed: Vec<_> = taken.iter().map(|taken| taken.settled(PushOutcome::Pushed)).collect();
        assert_eq!(store.settle(&pushed).await.unwrap(), 2500);
        let other = Connection::open(&file).unwrap();
        let poison = "CREATE TRIGGER poison BEFORE DELETE ON usage_record WHEN OLD.metering_sn = '2499' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
        other.execute_batch(poison).unwrap();
        let error = store.prune(UtcTime::MAX).await.unwrap_err();
        assert!(matches!(error, LedgerError::Failed { .. }), "{error:?}");
        let left = store.progress(UtcTime::MAX).await.unwrap().pushed;
        assert!((1..2500).contains(&left), "what was forgotten before stays so, and {left} are left");
        other.execute_batch("DROP TRIGGER poison").unwrap();
        assert_eq!(store.prune(UtcTime::MAX).await.unwrap(), left);
    }

    #[tokio::test]
    async fn works_when_the_ledger_is_dropped_and_closes_the_file_when_it_is_itself() {
        let (_folder, file) = shop();
        let ledger = SqliteLedger::open(&file).await.unwrap();
        let store = crate::LedgerStore::usage_store(&ledger).unwrap();
        drop(ledger);
        store.add(&records(0..1)).await.unwrap();
        let log = file.with_file_name("shop.db-wal");
        assert!(log.exists());
        drop(store);
        wait_until_closed(&file);
        assert!(!log.exists(), "the last connection takes the log away");
    }
}
