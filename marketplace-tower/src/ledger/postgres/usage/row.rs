//! What the answers about usage say.

use std::time::SystemTime;

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, MeteringSn, UsageRecord, UsageValue};
use tokio_postgres::Row;

use super::super::text::unescaped;
use super::super::work::{Unreadable, value};
use crate::usage::{Addition, RefusedUsage, Taken, UsageProgress};

pub(super) fn count(rows: &[Row]) -> Result<u64, Unreadable> {
    number(value(rows)?)
}

/// One for each record that was given.
pub(super) fn additions(rows: &[Row], given: usize) -> Result<Vec<Addition>, Unreadable> {
    let row = rows.first().ok_or_else(unreadable)?;
    let (outcomes, sns): (Vec<&str>, Vec<Option<&str>>) = (row.try_get(0)?, row.try_get(1)?);
    if outcomes.len() != given || sns.len() != given {
        return Err(unreadable());
    }
    let addition = |(outcome, sn): (&str, Option<&str>)| match (outcome, sn) {
        ("added", None) => Ok(Addition::Added),
        ("known", Some(sn)) => Ok(Addition::Known(stored_sn(sn)?)),
        ("other usage", Some(sn)) => Ok(Addition::OtherUsage(stored_sn(sn)?)),
        ("serial number taken", None) => Ok(Addition::SerialNumberTaken),
        _ => Err(unreadable()),
    };
    outcomes.into_iter().zip(sns).map(addition).collect()
}

pub(super) fn taken(rows: &[Row]) -> Result<Vec<Taken>, Unreadable> {
    let one = |row: &Row| {
        let attempt = u32::try_from(row.try_get::<_, i64>(7)?).map_err(|_too_many| unreadable())?;
        Ok(Taken::new(record(row)?, attempt, row.try_get(8)?))
    };
    rows.iter().map(one).collect()
}

pub(super) fn refused(rows: &[Row]) -> Result<Vec<RefusedUsage>, Unreadable> {
    let one = |row: &Row| {
        let text = |column| Ok::<_, Unreadable>(unescaped(row.try_get(column)?).into_owned());
        Ok(RefusedUsage::new(number(row.try_get(7)?)?, record(row)?, text(8)?, text(9)?))
    };
    rows.iter().map(one).collect()
}

pub(super) fn progress(rows: &[Row]) -> Result<UsageProgress, Unreadable> {
    let row = rows.first().ok_or_else(unreadable)?;
    let count = |column| number(row.try_get(column)?);
    Ok(UsageProgress {
        waiting: count(0)?,
        overdue: count(1)?,
        oldest_end: row.try_get::<_, Option<_>>(2)?.map(second).transpose()?,
        pushed: count(3)?,
        refused: count(4)?,
    })
}

/// The first seven columns.
fn record(row: &Row) -> Result<MeteredRecord, Unreadable> {
    let time = |column| second(row.try_get(column)?);
    let used = UsageValue::from_ten_thousandths(number(row.try_get(4)?)?).map_err(|_rule| unreadable())?;
    let usage = UsageRecord::new(row.try_get::<_, String>(1)?, time(2)?, time(3)?, used);
    let usage = match row.try_get::<_, Option<String>>(5)? {
        Some(package) => usage.and_then(|usage| usage.from_package(package)),
        None => usage,
    };
    let (sn, recorded) = (stored_sn(row.try_get(0)?)?, time(6)?);
    usage.and_then(|usage| usage.metered(sn, recorded)).map_err(|_rule| unreadable())
}

fn stored_sn(sn: &str) -> Result<MeteringSn, Unreadable> {
    MeteringSn::new(sn).map_err(|_rule| unreadable())
}

fn number(number: i64) -> Result<u64, Unreadable> {
    u64::try_from(number).map_err(|_negative| unreadable())
}

fn second(time: SystemTime) -> Result<UtcTime, Unreadable> {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_before| unreadable())?;
    UtcTime::from_unix_seconds(since_1970.as_secs()).map_err(|_after| unreadable())
}

fn unreadable() -> Unreadable {
    Unreadable::default()
}
