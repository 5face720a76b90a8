//! From counts to recorded usage.

use std::time::Duration;

use marketplace_tower::UtcTime;
use marketplace_tower::usage::{CannotRecord, UsageOutbox, UsageRecord, UsageValue};
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
            match self.outbox.record(usage(&counted)?).await {
                Ok(recorded) => tracing::debug!(sn = %recorded.sn, ?counted, "recorded"),
                Err(CannotRecord::Store(error)) => return Err(error.into()),
                // It will never be taken. Somebody has to look into it; the others must not wait for that.
                Err(error) => tracing::error!(%error, ?counted, "usage that cannot be billed"),
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
