//! The rules of an outbox, in SQL. Each function runs in a transaction that nobody else writes in.

use std::error::Error;

use marketplace_core::open_api::{MeteredRecord, MeteringSn, UsageRecord, UsageValue};
use marketplace_core::{UnixMillis, UtcTime};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::super::LedgerError;
use super::work::{stored, unsigned, until};
use crate::usage::{Addition, Asked, PushOutcome, RefusedUsage, Settlement, Taken, UsageProgress};

/// Times of records are in seconds, values in ten-thousandths. `state` is 0 waiting, 1 pushed, 2 refused. `free_at` is the
/// millisecond from which on a record is nobody's: the end of a lease if it `is_leased`, else that of a pause, and 0 as long as
/// nobody has had it since it was added or put back. `was_sent_before` is what `was_sent` was before the last attempt.
///
/// Each record is in one of the first two indexes. The first has `free_at`, so that those that are somebody's are passed over
/// without being read, and the second has `state`, so that it can be counted.
pub(super) const SCHEMA: &str = "
    CREATE TABLE usage_record (
        id INTEGER PRIMARY KEY,
        metering_sn TEXT NOT NULL UNIQUE CHECK (length(metering_sn) BETWEEN 1 AND 64),
        instance_id TEXT NOT NULL CHECK (length(instance_id) BETWEEN 1 AND 64),
        begin_time INTEGER NOT NULL CHECK (begin_time >= 0),
        end_time INTEGER NOT NULL CHECK (end_time >= begin_time),
        record_time INTEGER NOT NULL CHECK (record_time BETWEEN end_time AND 253402300799),
        usage_value INTEGER NOT NULL CHECK (usage_value BETWEEN 1 AND 999999999999),
        relate_pkg_instance TEXT CHECK (length(relate_pkg_instance) BETWEEN 1 AND 64),
        state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
        attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND 4294967295),
        was_sent INTEGER NOT NULL DEFAULT 0 CHECK (was_sent IN (0, 1)),
        was_sent_before INTEGER NOT NULL DEFAULT 0 CHECK (was_sent_before IN (0, 1)),
        is_leased INTEGER NOT NULL DEFAULT 0 CHECK (is_leased IN (0, 1)),
        free_at INTEGER NOT NULL DEFAULT 0 CHECK (free_at >= 0),
        code TEXT,
        message TEXT,
        UNIQUE (instance_id, begin_time, end_time),
        CHECK ((state = 2) = (code IS NOT NULL)),
        CHECK ((code IS NULL) = (message IS NULL)),
        CHECK (free_at = 0 OR attempt > 0)
    ) STRICT;
    CREATE INDEX usage_waiting ON usage_record (end_time, free_at) WHERE state = 0;
    CREATE INDEX usage_done ON usage_record (begin_time, state) WHERE state <> 0;
    CREATE INDEX usage_refused ON usage_record (id) WHERE state = 2;";

const INSERT: &str = "INSERT INTO usage_record (metering_sn, instance_id, begin_time, end_time, record_time, usage_value, \
     relate_pkg_instance) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
const KNOWN: &str = "SELECT metering_sn, usage_value, relate_pkg_instance FROM usage_record \
     WHERE instance_id = ?1 AND begin_time = ?2 AND end_time = ?3";
const FREE: &str = "SELECT metering_sn, instance_id, begin_time, end_time, record_time, usage_value, relate_pkg_instance, \
     id, attempt, was_sent FROM usage_record WHERE state = 0 AND end_time <= ?1 AND free_at <= ?2 ORDER BY end_time LIMIT ?3";
const TAKE: &str = "UPDATE usage_record SET attempt = attempt + 1, was_sent_before = was_sent, was_sent = 1, is_leased = 1, \
     free_at = ?2 WHERE id = ?1";
const PUSHED: &str = "UPDATE usage_record SET state = 1 WHERE metering_sn = ?1 AND attempt = ?2 AND free_at > 0 \
     AND state IN (0, 1)";
const REFUSED: &str = "UPDATE usage_record SET state = 2, code = coalesce(code, ?3), message = coalesce(message, ?4) \
     WHERE metering_sn = ?1 AND attempt = ?2 AND free_at > 0 AND state IN (0, 2)";
const WAITING: &str = "UPDATE usage_record SET is_leased = 0, free_at = ?3, \
     was_sent = CASE WHEN ?4 THEN was_sent_before ELSE was_sent END \
     WHERE metering_sn = ?1 AND attempt = ?2 AND free_at > 0 AND state = 0";
const AGAIN: &str = "UPDATE usage_record SET state = 0, was_sent = was_sent_before, is_leased = 0, free_at = 0, \
     code = NULL, message = NULL WHERE metering_sn = ?1 AND state = 2";
const PROGRESS: &str = "SELECT (SELECT count(*) FROM usage_record WHERE state = 0), \
     (SELECT count(*) FROM usage_record WHERE state = 0 AND end_time < ?1), \
     (SELECT min(end_time) FROM usage_record WHERE state = 0), \
     (SELECT count(*) FROM usage_record WHERE state <> 0), \
     (SELECT count(*) FROM usage_record WHERE state = 2)";
const LIST: &str = "SELECT metering_sn, instance_id, begin_time, end_time, record_time, usage_value, relate_pkg_instance, \
     id, code, message FROM usage_record WHERE state = 2 AND id > ?1 ORDER BY id LIMIT ?2";
const PRUNE: &str = "DELETE FROM usage_record WHERE id IN \
     (SELECT id FROM usage_record WHERE state <> 0 AND begin_time < ?1 LIMIT 1000)";
const END_LEASES: &str =
    "UPDATE usage_record SET is_leased = 0, free_at = 1 WHERE state = 0 AND is_leased = 1";

pub(super) fn add(
    connection: &Connection,
    records: &[MeteredRecord],
) -> rusqlite::Result<Result<Vec<Addition>, LedgerError>> {
    let mut insert = connection.prepare_cached(INSERT)?;
    let mut known = connection.prepare_cached(KNOWN)?;
    let mut additions = Vec::with_capacity(records.len());
    for record in records {
        let usage = record.usage();
        let (begin, end, value) = (seconds(usage.begin()), seconds(usage.end()), value(usage));
        let rows = insert.execute(params![
            record.sn().as_str(),
            usage.instance_id(),
            begin,
            end,
            seconds(record.record_time()),
            value,
            usage.package(),
        ])?;
        additions.push(if rows > 0 {
            Addition::Added
        } else {
            let found = |row: &Row<'_>| {
                let is_same = row.get::<_, i64>(1)? == value
                    && row.get::<_, Option<String>>(2)?.as_deref() == usage.package();
                Ok((row.get::<_, String>(0)?, is_same))
            };
            match known.query_row(params![usage.instance_id(), begin, end], found).optional()? {
                None => Addition::SerialNumberTaken,
                Some((sn, is_same)) => match MeteringSn::new(sn) {
                    Ok(sn) if is_same => Addition::Known(sn),
                    Ok(sn) => Addition::OtherUsage(sn),
                    Err(error) => return Ok(Err(LedgerError::store(error))),
                },
            }
        });
    }
    Ok(Ok(additions))
}

pub(super) fn take(
    connection: &Connection,
    asked: Asked,
    now: UnixMillis,
) -> rusqlite::Result<Result<Vec<Taken>, LedgerError>> {
    let found = read_all(
        connection,
        FREE,
        params![seconds(asked.ended_by), stored(now.0), limit(asked.limit)],
        |row| {
            let attempt = u32::try_from(unsigned(row, 8)?)?.checked_add(1).ok_or("attempts have run out")?;
            Ok((row.get::<_, i64>(7)?, Taken::new(record(row)?, attempt, row.get(9)?)))
        },
    )?;
    let Ok(free) = found else { return Ok(found.map(|_| Vec::new())) };
    let until = until(now, asked.lease);
    let mut take = connection.prepare_cached(TAKE)?;
    for (id, _) in &free {
        take.execute(params![id, until])?;
    }
    Ok(Ok(free.into_iter().map(|(_, taken)| taken).collect()))
}

pub(super) fn settle(
    connection: &Connection,
    settled: &[Settlement],
    now: UnixMillis,
) -> rusqlite::Result<u64> {
    let mut written = 0;
    for Settlement { sn, attempt, outcome } in settled {
        let sn = sn.as_str();
        written += match outcome {
            PushOutcome::Pushed => connection.prepare_cached(PUSHED)?.execute(params![sn, attempt])?,
            PushOutcome::Refused { code, message } => {
                let (code, message) = PushOutcome::kept(code, message);
                connection.prepare_cached(REFUSED)?.execute(params![sn, attempt, code, message])?
            }
            PushOutcome::Waiting { pause, was_not_taken } => {
                let mut waiting = connection.prepare_cached(WAITING)?;
                waiting.execute(params![sn, attempt, until(now, *pause), was_not_taken])?
            }
        };
    }
    Ok(written as u64)
}

pub(super) fn push_again(connection: &Connection, sns: &[MeteringSn]) -> rusqlite::Result<u64> {
    let mut again = connection.prepare_cached(AGAIN)?;
    let mut rows = 0;
    for sn in sns {
        rows += again.execute([sn.as_str()])?;
    }
    Ok(rows as u64)
}

/// In one statement, so that all of it is about one moment.
pub(super) fn progress(
    connection: &Connection,
    overdue_before: UtcTime,
) -> rusqlite::Result<Result<UsageProgress, LedgerError>> {
    let found = read_all(connection, PROGRESS, params![seconds(overdue_before)], |row| {
        let is_waiting = row.get::<_, Option<i64>>(2)?.is_some();
        let (done, refused) = (unsigned(row, 3)?, unsigned(row, 4)?);
        Ok(UsageProgress {
            waiting: unsigned(row, 0)?,
            overdue: unsigned(row, 1)?,
            oldest_end: is_waiting.then(|| time(row, 2)).transpose()?,
            pushed: done.saturating_sub(refused),
            refused,
        })
    })?;
    Ok(found.map(|mut found| found.pop().unwrap_or_default()))
}

pub(super) fn refused(
    connection: &Connection,
    after: Option<u64>,
    most: usize,
) -> rusqlite::Result<Result<Vec<RefusedUsage>, LedgerError>> {
    read_all(connection, LIST, params![after.map_or(-1, stored), limit(most)], |row| {
        Ok(RefusedUsage::new(unsigned(row, 7)?, record(row)?, row.get(8)?, row.get(9)?))
    })
}

/// A part of them: whoever asks goes on until it is told 0.
pub(super) fn prune(connection: &Connection, began_before: UtcTime) -> rusqlite::Result<u64> {
    Ok(connection.prepare_cached(PRUNE)?.execute([seconds(began_before)])? as u64)
}

/// Whoever had records has died. Pauses are not over.
pub(super) fn end_leases(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute(END_LEASES, []).map(|_| ())
}

/// A row that cannot be read is the failure of this question alone, not of those that share its commit.
fn read_all<T>(
    connection: &Connection,
    query: &str,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, Unreadable>,
) -> rusqlite::Result<Result<Vec<T>, LedgerError>> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(one) => all.push(one),
            Err(error) => return Ok(Err(LedgerError::store(error))),
        }
    }
    Ok(Ok(all))
}

type Unreadable = Box<dyn Error + Send + Sync>;

/// The record of the first seven columns.
fn record(row: &Row<'_>) -> Result<MeteredRecord, Unreadable> {
    let value = UsageValue::from_ten_thousandths(unsigned(row, 5)?)?;
    let usage = UsageRecord::new(row.get::<_, String>(1)?, time(row, 2)?, time(row, 3)?, value)?;
    let usage = match row.get::<_, Option<String>>(6)? {
        Some(package) => usage.from_package(package)?,
        None => usage,
    };
    Ok(usage.metered(MeteringSn::new(row.get::<_, String>(0)?)?, time(row, 4)?)?)
}

fn time(row: &Row<'_>, column: usize) -> Result<UtcTime, Unreadable> {
    Ok(UtcTime::from_unix_seconds(unsigned(row, column)?)?)
}

fn seconds(time: UtcTime) -> i64 {
    stored(time.unix_seconds())
}

fn value(usage: &UsageRecord) -> i64 {
    stored(usage.value().ten_thousandths())
}

fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the database says it does, for each step of a statement.
    fn plan(connection: &Connection, query: &str) -> Vec<String> {
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
        let rows = explain.raw_query().mapped(|row| row.get(3));
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn reads_no_row_that_is_not_asked_for() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        let by_sn = "SEARCH usage_record USING INDEX sqlite_autoindex_usage_record_1 (metering_sn=?)";
        let by_span = "SEARCH usage_record USING INDEX sqlite_autoindex_usage_record_2 (instance_id=? AND begin_time=? AND end_time=?)";
        for (query, step) in [
            (KNOWN, by_span),
            (FREE, "SEARCH usage_record USING INDEX usage_waiting (end_time<?)"),
            (TAKE, "SEARCH usage_record USING INTEGER PRIMARY KEY (rowid=?)"),
            (PUSHED, by_sn),
            (REFUSED, by_sn),
            (WAITING, by_sn),
            (AGAIN, by_sn),
            (LIST, "SEARCH usage_record USING INDEX usage_refused (id>?)"),
            (END_LEASES, "SCAN usage_record USING INDEX usage_waiting"),
        ] {
            assert_eq!(plan(&connection, query), [step], "{query}");
        }
        assert_eq!(
            plan(&connection, PRUNE),
            [
                "SEARCH usage_record USING INTEGER PRIMARY KEY (rowid=?)",
                "LIST SUBQUERY 1",
                "SEARCH usage_record USING COVERING INDEX usage_done (begin_time<?)"
            ]
        );
        assert_eq!(
            plan(&connection, INSERT),
            [""; 0],
            "an insertion searches nothing but its unique indexes"
        );
        for step in plan(&connection, PROGRESS) {
            let is_indexed = step.contains("USING COVERING INDEX usage_");
            assert!(
                is_indexed || step.starts_with("SCALAR SUBQUERY") || step == "SCAN CONSTANT ROW",
                "{step}"
            );
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_fails_nothing_but_the_question() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        let row = |sn: &str, end: i64| {
            connection.execute(INSERT, params![sn, "instance", 0, end, end, 1, None::<String>]).unwrap();
        };
        row("good", 1);
        // Longer ago than the market takes, as nothing here writes it.
        row("bad", 100 * 24 * 60 * 60);
        let asked = Asked::new(10, UtcTime::MAX, std::time::Duration::ZERO);
        let error = take(&connection, asked, UnixMillis(1)).unwrap().unwrap_err();
        assert!(error.source().unwrap().to_string().contains("more than 21 days"), "{error:?}");
        let attempts: i64 =
            connection.query_row("SELECT sum(attempt) FROM usage_record", [], |row| row.get(0)).unwrap();
        assert_eq!(attempts, 0, "nothing was handed out");
        let good = Asked { limit: 1, ..asked };
        assert_eq!(take(&connection, good, UnixMillis(1)).unwrap().unwrap().len(), 1);
    }
}
