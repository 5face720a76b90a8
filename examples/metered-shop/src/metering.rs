//! From counts to recorded usage.

use std::time::Duration;

use marketplace_tower::UtcTime;
use marketplace_tower::usage::{CannotRecord, UnusableUsage, UsageOutbox, UsageRecord, UsageValue};
use tokio::time::sleep;

use crate::BoxError;
use crate::meter::{Counted, Meter};

/// How often spans are looked for that are over.
const EVERY: Duration = Duration::from_secs(1);

/// Records what was counted, when its span is over.
#[derive(Clone)]
pub(crate) struct Metering {
    meter: Meter,
    outbox: UsageOutbox,
}

impl Metering {
    pub(crate) fn new(meter: Meter, outbox: UsageOutbox) -> Self {
        Self { meter, outbox }
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Records until it is dropped.
    pub(crate) async fn run(self) {
        loop {
            if let Err(error) = self.record_what_is_over().await {
                tracing::error!(%error, "usage was not recorded; it is tried again");
            }
            sleep(EVERY).await;
        }
    }

    /// Ends the span of a tenant that is given up, and records it: once the market has closed the instance, it takes no use that
    /// ended later.
    pub(crate) async fn close(&self, instance: &str) -> Result<(), BoxError> {
        self.meter.end_span(instance.to_owned()).await?;
        self.record_what_is_over().await
    }

    /// First the outbox, then the mark that it was done: after a crash between them it is recorded again, which changes nothing.
    async fn record_what_is_over(&self) -> Result<(), BoxError> {
        for counted in self.meter.over().await? {
            let recorded = match usage(&counted) {
                Ok(usage) => self.outbox.record(usage).await.map_err(BoxError::from),
                Err(error) => Err(error),
            };
            match recorded {
                Ok(recorded) => tracing::debug!(sn = %recorded.sn, ?counted, "recorded"),
                Err(error) => match error.downcast_ref() {
                    Some(CannotRecord::Store(_)) => return Err(error),
                    // The clock was set back since it was over: it will be over again.
                    Some(CannotRecord::Unusable(UnusableUsage::NotOver { .. })) => continue,
                    // It will never be taken. Somebody has to look into it; the others must not wait for that.
                    _ => tracing::error!(%error, ?counted, "usage that cannot be billed"),
                },
            }
            self.meter.recorded(counted).await?;
        }
        Ok(())
    }
}

fn usage(counted: &Counted) -> Result<UsageRecord, BoxError> {
    let time = |seconds: i64| Ok::<_, BoxError>(UtcTime::from_unix_seconds(seconds.try_into()?)?);
    let value: UsageValue = counted.count.to_string().parse()?;
    let (begin, end) = (time(counted.begin)?, time(counted.end)?);
    Ok(UsageRecord::new(counted.instance.clone(), begin, end, value)?)
}

#[cfg(test)]
mod tests {
    use marketplace_tower::Ledger;
    use rusqlite::Connection;

    use super::*;

    /// More than the market takes for one record.
    const TOO_MUCH: i64 = 100_000_000;

    #[tokio::test]
    async fn what_can_never_be_billed_holds_nothing_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("meter.db");
        let meter = Meter::open(&file, Duration::from_secs(3600)).unwrap();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = i64::try_from(now.as_secs()).unwrap();
        let counted = Connection::open(&file).unwrap();
        for (instance, ago, work) in [("a", 300, TOO_MUCH), ("b", 200, 7), ("c", 100, 8)] {
            let row = (instance, now - ago - 60, now - ago, work);
            counted
                .execute(
                    "INSERT INTO counted (instance_id, span_begin, span_end, work) VALUES (?1, ?2, ?3, ?4)",
                    row,
                )
                .unwrap();
        }
        let outbox = UsageOutbox::of(&Ledger::memory()).unwrap();
        let metering = Metering::new(meter.clone(), outbox.clone());
        metering.record_what_is_over().await.unwrap();
        assert_eq!(outbox.progress().await.unwrap().waiting, 2);
        assert_eq!(meter.over().await.unwrap(), []);
    }
}
