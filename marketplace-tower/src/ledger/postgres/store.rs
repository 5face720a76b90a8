//! What the ledger is asked, put to the database.

use std::sync::Arc;
use std::time::Duration;

use marketplace_core::InstanceId;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

use super::super::{Claim, Interrupted, Lease, LedgerError, LedgerStore, Outcome, Reservation};
use super::PostgresLedger;
use super::question::Question;
use super::text::escaped;
use super::usage::PostgresUsage;
use super::work::{self, Hidden, Key, milliseconds, stored};
use crate::StoreFuture;
use crate::usage::UsageStore;

impl LedgerStore for PostgresLedger {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
        StoreFuture::boxed(async move {
            let work = &claim.work;
            let known_by = work.key();
            let key = Key::new(&known_by);
            let candidate = escaped(claim.candidate.as_str());
            let call = (!claim.call.is_empty()).then_some(Hidden(&claim.call));
            let given: [&(dyn ToSql + Sync); 11] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &work::kind(work.kind()),
                &work.thing().name(),
                &work.new_state(),
                &&*candidate,
                &claim.digest.cast_signed(),
                &milliseconds(claim.lease),
                &call,
            ];
            let rows = self.ask(Question::Begin, &given).await?;
            let reservation = work::reservation(&rows).map_err(|error| self.failed(error))?;
            reservation.ok_or_else(|| LedgerError::NoFreeId { order: work.order().clone() })
        })
    }

    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(async move {
            let known_by = lease.work.key();
            let key = Key::new(&known_by);
            let (outcome, answer) = work::outcome(&outcome);
            let given: [&(dyn ToSql + Sync); 7] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &stored(lease.fence.number()),
                &outcome,
                &answer,
            ];
            self.written(lease, &self.ask(Question::Record, &given).await?)
        })
    }

    fn extend<'a>(
        &'a self,
        lease: &'a Lease,
        duration: Duration,
    ) -> StoreFuture<'a, Result<(), LedgerError>> {
        StoreFuture::boxed(async move {
            let known_by = lease.work.key();
            let key = Key::new(&known_by);
            let given: [&(dyn ToSql + Sync); 6] = [
                &key.activity,
                &key.scene,
                &&*key.order,
                &&*key.line,
                &stored(lease.fence.number()),
                &milliseconds(duration),
            ];
            self.written(lease, &self.ask(Question::Extend, &given).await?)
        })
    }

    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
        if instances.is_empty() {
            return StoreFuture::ready(Ok(false));
        }
        StoreFuture::boxed(async move {
            let instances: Vec<_> = instances.iter().map(|id| escaped(id.as_str()).into_owned()).collect();
            self.value(&self.ask(Question::Unfinished, &[&instances]).await?)
        })
    }

    fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>> {
        StoreFuture::boxed(async move {
            let (after, limit) = (after.map_or(-1, stored), i64::try_from(limit).unwrap_or(i64::MAX));
            let rows = self.ask(Question::Interrupted, &[&after, &limit]).await?;
            Ok(work::interrupted(&rows).map_err(|error| self.failed(error))?)
        })
    }

    fn prune(&self, ended_for: Duration) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            let mut forgotten = 0;
            loop {
                let rows = self.ask(Question::Prune, &[&milliseconds(ended_for)]).await?;
                match self.value::<i64>(&rows)? {
                    ..=0 => return Ok(forgotten),
                    some => forgotten += some.cast_unsigned(),
                }
            }
        })
    }

    fn usage_store(&self) -> Option<Arc<dyn UsageStore>> {
        Some(Arc::new(PostgresUsage(self.clone())))
    }
}

impl PostgresLedger {
    fn written(&self, lease: &Lease, rows: &[Row]) -> Result<(), LedgerError> {
        match self.value(rows)? {
            true => Ok(()),
            false => Err(LedgerError::Superseded { work: lease.work.clone() }),
        }
    }

    pub(super) fn value<'a, T: FromSql<'a>>(&self, rows: &'a [Row]) -> Result<T, LedgerError> {
        Ok(work::value(rows).map_err(|error| self.failed(error))?)
    }
}
