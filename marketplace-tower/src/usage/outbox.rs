//! The seller's side of the outbox.

use std::sync::Arc;

use marketplace_core::UtcTime;
use marketplace_core::catalogue::Entry;
use marketplace_core::open_api::{LONGEST_AGE_SECONDS, MeteringSn, UnusableUsage, UsageRecord};

use super::store::{Addition, RefusedUsage, UsageProgress, UsageStore};
use crate::clock::Clock;
use crate::entry::entry;
use crate::{Ledger, LedgerError};

/// An hour's use is collected at minute 15 of the next one ("Pay-per-use products", 2024-11-22).
const COLLECTED_AFTER_SECONDS: u64 = 15 * 60;
const HOUR: u64 = 60 * 60;

/// Where a seller records usage, and looks what became of it.
///
/// It is kept where the [`Ledger`] is, over the same connection. A clone is cheap, and shares the store.
///
/// ```
/// # async fn record() -> Result<(), Box<dyn std::error::Error>> {
/// use marketplace_tower::Ledger;
/// use marketplace_tower::usage::{UsageOutbox, UsageRecord};
///
/// let ledger = Ledger::memory(); // in your program, `Ledger::sqlite("shop.db")`
/// let outbox = UsageOutbox::of(&ledger).ok_or("a ledger that keeps no usage")?;
/// # let (begin, end) = (marketplace_tower::UtcTime::from_unix_seconds(0)?, marketplace_tower::UtcTime::from_unix_seconds(3600)?);
/// let usage = UsageRecord::new("7f141bf1-aec8-4859-8323-fb3a8ad50721", begin, end, "12.5".parse()?)?;
/// let recorded = outbox.record(usage).await;
/// # assert!(recorded.is_err());
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(record()).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct UsageOutbox {
    store: Arc<dyn UsageStore>,
    clock: Clock,
}

impl UsageOutbox {
    /// The outbox beside this ledger. Nothing, if it is a store of the seller's own that keeps no usage. That of
    /// [`Ledger::memory`] **forgets on restart**, and what was used is never billed.
    #[must_use]
    pub fn of(ledger: &Ledger) -> Option<Self> {
        ledger.usage_store().map(|store| Self { store, clock: Clock::default() })
    }

    /// An outbox of the seller's own.
    #[must_use]
    pub fn custom(store: impl UsageStore) -> Self {
        Self { store: Arc::new(store), clock: Clock::default() }
    }

    /// With a clock that a test sets.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn with_clock(self, now: impl Fn() -> marketplace_core::UnixMillis + Send + Sync + 'static) -> Self {
        Self { clock: Clock::from_fn(now), ..self }
    }

    /// Records usage, to be pushed: it is durable when this returns, with a serial number of its own.
    ///
    /// Recorded again, with the same instance, times, value and package, it is the same record: so a seller that is not sure
    /// whether it was recorded records it again.
    ///
    /// # Errors
    ///
    /// [`CannotRecord`], with the rule that the market would refuse it for.
    pub async fn record(&self, usage: UsageRecord) -> Result<Recorded, CannotRecord> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| LedgerError::store(error.to_string()))?;
        self.record_as(MeteringSn::random(random), usage).await
    }

    /// The same, under a serial number of the seller's, which no other record may have.
    ///
    /// # Errors
    ///
    /// [`CannotRecord`], with the rule that the market would refuse it for.
    pub async fn record_as(&self, sn: MeteringSn, usage: UsageRecord) -> Result<Recorded, CannotRecord> {
        let record = usage.metered(sn.clone(), self.now())?;
        match self.store.add(std::slice::from_ref(&record)).await?.pop() {
            Some(Addition::Added) => Ok(Recorded { sn, is_new: true }),
            Some(Addition::Known(sn)) => Ok(Recorded { sn, is_new: false }),
            Some(Addition::OtherUsage(sn)) => Err(CannotRecord::OtherUsage { sn }),
            Some(Addition::SerialNumberTaken) => Err(CannotRecord::SerialNumberTaken { sn }),
            None => {
                Err(CannotRecord::Store(LedgerError::store("the outbox did not say what became of a record")))
            }
        }
    }

    /// How far everything is, for metrics: how much waits, how much is overdue, and since when.
    ///
    /// Overdue is what the market wanted by now: use is collected at minute 15 of the hour after the one in which it ended.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]
    pub async fn progress(&self) -> Result<UsageProgress, LedgerError> {
        let collected = self.now().unix_seconds().saturating_sub(COLLECTED_AFTER_SECONDS) / HOUR * HOUR;
        self.store.progress(UtcTime::from_unix_seconds(collected).unwrap_or(UtcTime::MAX)).await
    }

    /// Up to `limit` records that the market refused, from behind a [position](RefusedUsage::position) on.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]
    pub async fn refused(&self, after: Option<u64>, limit: usize) -> Result<Vec<RefusedUsage>, LedgerError> {
        self.store.refused(after, limit).await
    }

    /// Pushes refused records again, under the same serial numbers: when their reason is gone. Tells how many there were.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]
    pub async fn push_again(&self, sns: &[MeteringSn]) -> Result<u64, LedgerError> {
        self.store.push_again(sns).await
    }

    /// Forgets records that are done with, pushed or refused, whose use began more than 22 days ago: the market takes none that
    /// old, so none of them can be recorded a second time. Tells how many there were.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]
    pub async fn prune(&self) -> Result<u64, LedgerError> {
        let began = self.now().unix_seconds().saturating_sub(LONGEST_AGE_SECONDS + 24 * HOUR);
        self.store.prune(UtcTime::from_unix_seconds(began).unwrap_or(UtcTime::MAX)).await
    }

    pub(crate) fn store(&self) -> &dyn UsageStore {
        &*self.store
    }

    pub(crate) fn now(&self) -> UtcTime {
        UtcTime::at(self.clock.now()).unwrap_or(UtcTime::MAX)
    }
}

/// Usage that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Its serial number at the market.
    pub sn: MeteringSn,
    /// Whether it was recorded now, and not before.
    pub is_new: bool,
}

/// Usage that was not recorded, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CannotRecord {
    /// The market would not take it.
    #[error(transparent)]
    Unusable(#[from] UnusableUsage),
    /// Something else was recorded for the same instance, `begin_time` and `end_time`: the market takes the first alone, record code
    /// 010. What was forgotten has to have a span of its own.
    #[error(
        "the same `instance_id`, `begin_time` and `end_time` were recorded with another value or package, as `{sn}`"
    )]
    OtherUsage {
        /// The serial number of the other.
        sn: MeteringSn,
    },
    /// The serial number is that of another record: record code 005.
    #[error("`metering_sn` `{sn}` is that of another record")]
    SerialNumberTaken {
        /// The serial number.
        sn: MeteringSn,
    },
    /// The outbox could not be asked. Whether it was recorded is unknown: record it again.
    #[error("the outbox could not be asked")]
    Store(#[from] LedgerError),
}

impl CannotRecord {
    /// A stable word for metrics and alarms.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.entry().slug
    }

    /// What happened, where it usually comes from and what to do about it: where the market has a code for it, that of the code.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::Unusable(unusable) => unusable.entry(),
            Self::OtherUsage { .. } => entry!("record-010"),
            Self::SerialNumberTaken { .. } => entry!("record-005"),
            Self::Store(_) => entry!("usage-not-kept"),
        }
    }
}
