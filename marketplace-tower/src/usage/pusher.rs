//! From the outbox to the market.

mod batch;
mod counts;
mod schedule;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use marketplace_core::open_api::MOST_RECORDS;
use tokio::time::sleep;

use self::batch::{Batch, Ended};
use self::counts::Counters;
pub use self::counts::PushCounts;
pub use self::schedule::PushSchedule;
use super::market::UsageMarket;
use super::outbox::UsageOutbox;
use super::store::{Asked, PushOutcome, Settlement};
use crate::{LedgerError, failpoint};

/// After a failure, so long until the next try, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5 * 60)];

/// No server is left alone for longer, whatever it says in `Retry-After`: an hour's use is wanted within two.
const LONGEST_WANTED: Duration = Duration::from_secs(15 * 60);

/// Pushes recorded usage to the market, in the hours when it wants it, each record billed once.
///
/// A record is handed out under a lease and sent with the serial number that it got when it was recorded. If this process dies
/// before the answer is written down, another one sends it again, and what the market says then, that it has this record, is
/// taken for what it is: success. Records that the market refuses are kept with its code, for
/// [`UsageOutbox::refused`]; if it refuses a whole push for one record in it, that one is found by halving. So is one that the market
/// stumbles over time and again: it waits, a quarter of an hour each time, and holds nothing up.
///
/// Several processes can push from one outbox. A clone is cheap, and shares counts and pace.
///
/// ```no_run
/// # fn start(outbox: marketplace_tower::usage::UsageOutbox, market: impl marketplace_tower::usage::UsageMarket) {
/// use marketplace_tower::usage::Pusher;
///
/// // `market` is an `open_api::Client`.
/// let pusher = Pusher::new(outbox, market);
/// tokio::spawn(pusher.clone().run());
/// # }
/// ```
#[derive(Clone)]
pub struct Pusher {
    outbox: UsageOutbox,
    market: Arc<dyn UsageMarket>,
    schedule: PushSchedule,
    lease: Duration,
    interval: Duration,
    most: Arc<AtomicUsize>,
    counters: Counters,
}

impl Pusher {
    /// For how long records are a pusher's, unless [`with_lease`](Self::with_lease) says otherwise: 60 seconds.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(60);

    /// How often the outbox is looked into, unless [`with_interval`](Self::with_interval) says otherwise: every 15 seconds.
    pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(15);

    /// Pushes from this outbox to this market.
    #[must_use]
    pub fn new(outbox: UsageOutbox, market: impl UsageMarket) -> Self {
        Self {
            outbox,
            market: Arc::new(market),
            schedule: PushSchedule::default(),
            lease: Self::DEFAULT_LEASE,
            interval: Self::DEFAULT_INTERVAL,
            most: Arc::new(AtomicUsize::new(MOST_RECORDS)),
            counters: Counters::default(),
        }
    }

    /// When usage is pushed; unless said, once its hour is over.
    #[must_use]
    pub fn with_schedule(self, schedule: PushSchedule) -> Self {
        Self { schedule, ..self }
    }

    /// Takes a pusher for dead that has had records for so long. It has to be longer than a call may take, or two pushers send the
    /// same records, which costs calls and nothing else.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How often the outbox is looked into.
    #[must_use]
    pub fn with_interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// Sends at most so many records in one call: at least 1, at most 1000, which it is unless said.
    #[must_use]
    pub fn with_batch_size(self, most: usize) -> Self {
        Self { most: Arc::new(AtomicUsize::new(most.clamp(1, MOST_RECORDS))), ..self }
    }

    /// What was pushed here so far, for metrics. What waits is told by [`UsageOutbox::progress`].
    #[must_use]
    pub fn counts(&self) -> PushCounts {
        self.counters.counts()
    }

    /// Pushes until it is dropped. It is to be spawned; what is in flight then is sent again by the next one.
    pub async fn run(self) {
        let [first, longest] = PAUSES;
        let mut pause = first;
        loop {
            let wait = match self.push_due().await {
                Ok(Round { failed: None, .. }) => {
                    pause = first;
                    self.interval
                }
                Ok(Round { failed: Some(wanted), .. }) => {
                    let wait = wanted.unwrap_or_default().min(LONGEST_WANTED).max(jittered(pause));
                    pause = (pause * 2).min(longest);
                    wait
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "usage waits: the outbox could not be asked"
                    );
                    let wait = jittered(pause);
                    pause = (pause * 2).min(longest);
                    wait
                }
            };
            sleep(wait).await;
        }
    }

    /// Pushes what is due now, until nothing is left or the market cannot be reached.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], if the outbox could not be asked. What was sent is then sent again, and billed once.
    pub async fn push_due(&self) -> Result<Round, LedgerError> {
        let mut round = Round::default();
        loop {
            let now = self.outbox.now();
            let limit = self.most.load(Ordering::Relaxed);
            let asked = Asked::new(limit, self.schedule.ended_by(now), self.lease);
            let taken = self.outbox.store().take(asked).await?;
            if taken.is_empty() {
                break;
            }
            failpoint::reach("usage-taken");
            let batch = Batch::new(&*self.market, &self.counters, now);
            let (settled, ended) = batch.push(taken).await;
            failpoint::reach("usage-pushed");
            self.outbox.store().settle(&settled).await?;
            failpoint::reach("usage-settled");
            round.count(&settled);
            match ended {
                Ended::All => {}
                Ended::TooMany => {
                    let _less = self.most.fetch_min((limit / 2).max(1), Ordering::Relaxed);
                }
                Ended::Failed(pause) => {
                    round.failed = Some(pause);
                    break;
                }
            }
        }
        if round.pushed + round.refused > 0 || round.failed.is_some() {
            self.tell(&round).await;
        }
        Ok(round)
    }

    async fn tell(&self, round: &Round) {
        let Ok(progress) = self.outbox.progress().await else { return };
        let (pushed, refused) = (round.pushed, round.refused);
        let (waiting, overdue) = (progress.waiting, progress.overdue);
        if overdue > 0 && round.failed.is_some() {
            tracing::error!(pushed, refused, waiting, overdue, "usage is overdue");
        } else {
            tracing::info!(pushed, refused, waiting, overdue, "usage pushed");
        }
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pusher")
            .field("outbox", &self.outbox)
            .field("schedule", &self.schedule)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// What [`Pusher::push_due`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Round {
    /// Records that the market has.
    pub pushed: u64,
    /// Records that it refused.
    pub refused: u64,
    /// The round ended with a failure, and what is left waits: for so long at least, if the market said so.
    pub failed: Option<Option<Duration>>,
}

impl Round {
    fn count(&mut self, settled: &[Settlement]) {
        for settlement in settled {
            match settlement.outcome {
                PushOutcome::Pushed => self.pushed += 1,
                PushOutcome::Refused { .. } => self.refused += 1,
                PushOutcome::Waiting { .. } => {}
            }
        }
    }
}

/// Between a half and the whole: pushers that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    let mut random = [0; 2];
    // Without randomness, it is the whole.
    let part = getrandom::fill(&mut random)
        .map_or(1.0, |()| f64::from(u16::from_le_bytes(random)) / f64::from(u16::MAX));
    pause.mul_f64(0.5 + part / 2.0)
}

#[cfg(test)]
mod tests;
