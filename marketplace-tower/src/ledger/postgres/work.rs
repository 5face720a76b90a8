//! What is asked about a work, and what the answers say.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use marketplace_core::{InstanceId, WorkKey, WorkKind};
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::{Fence, Interrupted, Outcome, Progress, Reservation};
use super::text::{escaped, line, unescaped};

/// A hundred years: the database's calendar does not reach as far as a [`Duration`].
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// By what a work is known, as it is stored.
pub(super) struct Key<'a> {
    pub(super) activity: &'static str,
    pub(super) scene: &'static str,
    pub(super) order: Cow<'a, str>,
    pub(super) line: Cow<'a, str>,
}

impl<'a> Key<'a> {
    pub(super) fn new(key: &'a WorkKey) -> Self {
        let order = key.order();
        Self {
            activity: key.activity(),
            scene: key.scene(),
            order: escaped(order.order_id()),
            line: line(order),
        }
    }
}

/// Bytes that the driver's log does not show: an answer may hold a first password, a call says who bought.
pub(super) struct Hidden<'a>(pub(super) &'a [u8]);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl ToSql for Hidden<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <&[u8]>::accepts(kind)
    }

    to_sql_checked!();
}

pub(super) fn kind(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Purchase => "purchase",
        WorkKind::Ordered => "ordered",
        WorkKind::State => "state",
        WorkKind::End => "end",
    }
}

pub(super) fn outcome(outcome: &Outcome) -> (&'static str, Option<Hidden<'_>>) {
    match outcome {
        Outcome::Failed => ("failed", None),
        Outcome::Accepted => ("accepted", None),
        Outcome::Done(answer) => ("done", Some(Hidden(answer))),
    }
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.min(LONGEST).as_secs_f64() * 1000.0
}

pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An answer that no release of this crate has written.
#[derive(Debug, Default, thiserror::Error)]
#[error("the functions in the schema `marketplace` are not those of this release")]
pub(super) struct Unreadable(#[source] Option<tokio_postgres::Error>);

impl From<tokio_postgres::Error> for Unreadable {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(Some(error))
    }
}

/// None if no instance id is free.
pub(super) fn reservation(rows: &[Row]) -> Result<Option<Reservation>, Unreadable> {
    let row = rows.first().ok_or(Unreadable(None))?;
    let fence = || {
        let number: i64 = row.try_get(2)?;
        u64::try_from(number).map(Fence::new).map_err(|_negative| Unreadable(None))
    };
    let progress = match row.try_get(0)? {
        "new" => Progress::New(fence()?),
        "interrupted" => Progress::Interrupted(fence()?),
        "accepted" => Progress::Accepted(fence()?),
        "held" => Progress::Held,
        "done" => Progress::Done(Bytes::from(row.try_get::<_, Vec<u8>>(3)?)),
        "no free id" => return Ok(None),
        _ => return Err(Unreadable(None)),
    };
    let instance = InstanceId::stored(&*unescaped(row.try_get(1)?));
    let digest = row.try_get::<_, Option<i64>>(4)?.map(i64::cast_unsigned);
    Ok(Some(Reservation::new(instance, progress, digest)))
}

pub(super) fn interrupted(rows: &[Row]) -> Result<Vec<Interrupted>, Unreadable> {
    rows.iter()
        .map(|row| {
            let position = u64::try_from(row.try_get::<_, i64>(0)?).map_err(|_negative| Unreadable(None))?;
            Ok(Interrupted::new(position, Bytes::from(row.try_get::<_, Vec<u8>>(1)?)))
        })
        .collect()
}

/// The only value of the only row.
pub(super) fn value<'a, T: tokio_postgres::types::FromSql<'a>>(rows: &'a [Row]) -> Result<T, Unreadable> {
    Ok(rows.first().ok_or(Unreadable(None))?.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_calls_are_not_shown() {
        let done = Outcome::Done(Bytes::from_static(b"first password"));
        assert_eq!(format!("{:?}", outcome(&done)), r#"("done", Some(14 bytes))"#);
    }

    #[test]
    fn the_longest_time_is_one_that_the_database_can_count() {
        assert_eq!(milliseconds(Duration::from_millis(1500)), 1500.0);
        assert_eq!(milliseconds(Duration::MAX), 3_153_600_000_000.0);
    }
}
