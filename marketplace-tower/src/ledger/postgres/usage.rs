//! The outbox of usage, in the ledger's database and over its connections.

mod row;

use std::fmt;
use std::time::{Duration, SystemTime};

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, MeteringSn};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::PostgresLedger;
use super::question::Question;
use super::text::escaped;
use super::work::{Unreadable, milliseconds, stored};
use crate::usage::{
    Addition, Asked, PushOutcome, RefusedUsage, Settlement, Taken, UsageProgress, UsageStore,
};
use crate::{LedgerError, StoreFuture};

pub(super) struct PostgresUsage(pub(super) PostgresLedger);

impl PostgresUsage {
    async fn ask<T>(
        &self,
        question: Question,
        given: &[&(dyn ToSql + Sync)],
        read: impl FnOnce(&[Row]) -> Result<T, Unreadable>,
    ) -> Result<T, LedgerError> {
        let rows = self.0.ask(question, given).await?;
        Ok(read(&rows).map_err(|error| self.0.failed(error))?)
    }

    async fn count(&self, question: Question, given: &[&(dyn ToSql + Sync)]) -> Result<u64, LedgerError> {
        self.ask(question, given, row::count).await
    }
}

impl UsageStore for PostgresUsage {
    fn add<'a>(
        &'a self,
        records: &'a [MeteredRecord],
    ) -> StoreFuture<'a, Result<Vec<Addition>, LedgerError>> {
        if records.is_empty() {
            return StoreFuture::ready(Ok(Vec::new()));
        }
        StoreFuture::boxed(async move {
            let given: [&(dyn ToSql + Sync); 7] = [
                &each(records, |record| record.sn().as_str()),
                &each(records, |record| record.usage().instance_id()),
                &each(records, |record| moment(record.usage().begin())),
                &each(records, |record| moment(record.usage().end())),
                &each(records, |record| stored(record.usage().value().ten_thousandths())),
                &each(records, |record| record.usage().package()),
                &each(records, |record| moment(record.record_time())),
            ];
            self.ask(Question::AddUsage, &given, |rows| row::additions(rows, records.len())).await
        })
    }

    fn take(&self, asked: Asked) -> StoreFuture<'_, Result<Vec<Taken>, LedgerError>> {
        StoreFuture::boxed(async move {
            let given: [&(dyn ToSql + Sync); 3] =
                [&at_most(asked.limit), &moment(asked.ended_by), &milliseconds(asked.lease)];
            self.ask(Question::TakeUsage, &given, row::taken).await
        })
    }

    fn settle<'a>(&'a self, settled: &'a [Settlement]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        if settled.is_empty() {
            return StoreFuture::ready(Ok(0));
        }
        StoreFuture::boxed(async move {
            let (codes, messages): (Vec<_>, Vec<_>) = settled.iter().map(refusal).unzip();
            let given: [&(dyn ToSql + Sync); 7] = [
                &each(settled, |settlement| settlement.sn.as_str()),
                &each(settled, |settlement| i64::from(settlement.attempt)),
                &each(settled, |settlement| match settlement.outcome {
                    PushOutcome::Pushed => "pushed",
                    PushOutcome::Refused { .. } => "refused",
                    PushOutcome::Waiting { .. } => "waiting",
                }),
                &codes,
                &messages,
                &each(settled, |settlement| match settlement.outcome {
                    PushOutcome::Waiting { pause, .. } => milliseconds(pause),
                    _ => 0.0,
                }),
                &each(settled, |settlement| {
                    matches!(settlement.outcome, PushOutcome::Waiting { was_not_taken: true, .. })
                }),
            ];
            self.count(Question::SettleUsage, &given).await
        })
    }

    fn push_again<'a>(&'a self, sns: &'a [MeteringSn]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        if sns.is_empty() {
            return StoreFuture::ready(Ok(0));
        }
        StoreFuture::boxed(async move {
            self.count(Question::UsageAgain, &[&each(sns, MeteringSn::as_str)]).await
        })
    }

    fn progress(&self, overdue_before: UtcTime) -> StoreFuture<'_, Result<UsageProgress, LedgerError>> {
        StoreFuture::boxed(async move {
            self.ask(Question::UsageProgress, &[&moment(overdue_before)], row::progress).await
        })
    }

    fn refused(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RefusedUsage>, LedgerError>> {
        StoreFuture::boxed(async move {
            let given: [&(dyn ToSql + Sync); 2] = [&after.map_or(-1, stored), &at_most(limit)];
            self.ask(Question::RefusedUsage, &given, row::refused).await
        })
    }

    fn prune(&self, began_before: UtcTime) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            let mut forgotten = 0;
            loop {
                match self.count(Question::PruneUsage, &[&moment(began_before)]).await? {
                    0 => return Ok(forgotten),
                    some => forgotten += some,
                }
            }
        })
    }
}

/// As the ledger: without the role and its password.
impl fmt::Debug for PostgresUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresUsage").field(&self.0).finish()
    }
}

/// One column of them, as the database takes it.
fn each<'a, T, C>(items: &'a [T], column: impl Fn(&'a T) -> C) -> Vec<C> {
    items.iter().map(column).collect()
}

fn moment(time: UtcTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(time.unix_seconds())
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Code and message. They can hold any letter.
fn refusal(settlement: &Settlement) -> (Option<String>, Option<String>) {
    let PushOutcome::Refused { code, message } = &settlement.outcome else { return (None, None) };
    let (code, message) = PushOutcome::kept(code, message);
    (Some(escaped(&code).into_owned()), Some(escaped(&message).into_owned()))
}
