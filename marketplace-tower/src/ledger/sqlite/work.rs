//! The rules of a ledger, in SQL. Each function runs in a transaction that nobody else writes in.

use std::time::Duration;

use bytes::Bytes;
use marketplace_core::{InstanceId, Thing, UnixMillis, Work, WorkKey, WorkKind};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};

use super::super::{
    Claim, Fence, Interrupted, Lease, LedgerError, Outcome, Progress, Reservation, STATE_IS_KNOWN_FOR,
};

/// What is known of a work.
struct Known {
    id: i64,
    instance: InstanceId,
    state: String,
    progress: i64,
    answer: Option<Vec<u8>>,
    digest: Option<u64>,
    fence: Fence,
    leased_until: u64,
    changed_at: u64,
}

const KNOWN: &str = "SELECT id, instance_id, state, progress, answer, digest, fence, leased_until, changed_at FROM work \
     WHERE activity = ?1 AND scene = ?2 AND order_id = ?3 AND order_line_id = ?4";
const INSERT: &str = "INSERT INTO work (activity, scene, order_id, order_line_id, kind, thing, instance_id, state, digest, \
     leased_until, changed_at, call) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
const AGAIN: &str = "UPDATE work SET fence = ?2, leased_until = ?3, changed_at = ?4, call = ?5 WHERE id = ?1";
const ANEW: &str = "UPDATE work SET fence = ?2, leased_until = ?3, changed_at = ?4, call = ?5, progress = 0, answer = NULL, \
     state = ?6, digest = ?7 WHERE id = ?1";
const RECORD: &str = "UPDATE work SET progress = ?2, answer = ?3, leased_until = 0, changed_at = ?4, call = NULL WHERE id = ?1";
const FAILED: &str = "UPDATE work SET leased_until = 0, changed_at = ?2, call = NULL WHERE id = ?1";
const EXTEND: &str = "UPDATE work SET leased_until = ?6 WHERE activity = ?1 AND scene = ?2 AND order_id = ?3 \
     AND order_line_id = ?4 AND fence = ?5 AND leased_until > 0";
const END_STATE: &str = "UPDATE work SET state = '', call = NULL WHERE activity = ?1 AND scene = ?2 AND order_id = ?3 \
     AND order_line_id = ?4";
const FORGET_CALLS: &str =
    "UPDATE work SET call = NULL WHERE instance_id = ?1 AND thing = ?2 AND call IS NOT NULL";
const FINISH: &str = "UPDATE work SET progress = 1 WHERE instance_id = ?1 AND kind = 0 AND progress = 0";
const UNFINISHED: &str =
    "SELECT EXISTS (SELECT 1 FROM work WHERE instance_id = ?1 AND kind = 0 AND progress = 0)";
const INTERRUPTED: &str = "SELECT id, call FROM work WHERE id > ?1 AND call IS NOT NULL AND progress = 0 \
     AND leased_until <= ?2 ORDER BY id LIMIT ?3";
const PRUNE_ENDED: &str = "DELETE FROM work WHERE (instance_id, thing) IN \
     (SELECT instance_id, thing FROM work WHERE kind = 3 AND progress = 2 AND changed_at <= ?1)";
const PRUNE_FAILED: &str =
    "DELETE FROM work WHERE kind <> 0 AND progress = 0 AND leased_until = 0 AND changed_at <= ?1";

pub(super) fn begin(
    connection: &Connection,
    claim: &Claim,
    now: UnixMillis,
) -> rusqlite::Result<Result<Reservation, LedgerError>> {
    let known = find(connection, &claim.work.key())?;
    let Some(known) = known else { return first(connection, claim, now) };
    let is_still = known.is_still(&claim.work, now);
    let digest = if is_still { known.digest } else { Some(claim.digest) };
    let progress = match known.answer {
        Some(answer) if is_still => Progress::Done(Bytes::from(answer)),
        _ if known.leased_until > now.0 => Progress::Held,
        _ => {
            let fence = known.fence.next();
            let (number, until) = (stored(fence.number()), until(now, claim.lease));
            let (changed, call) = (stored(now.0), call(claim));
            if is_still {
                let mut again = connection.prepare_cached(AGAIN)?;
                again.execute(params![known.id, number, until, changed, call])?;
            } else {
                let (state, digest) = (claim.work.new_state(), claim.digest.cast_signed());
                let mut anew = connection.prepare_cached(ANEW)?;
                anew.execute(params![known.id, number, until, changed, call, state, digest])?;
            }
            end_state(connection, &claim.work)?;
            match known.progress {
                _ if !is_still => Progress::New(fence),
                1 => Progress::Accepted(fence),
                _ => Progress::Interrupted(fence),
            }
        }
    };
    Ok(Ok(Reservation::new(known.instance, progress, digest)))
}

/// Nobody has asked for this work before.
fn first(
    connection: &Connection,
    claim: &Claim,
    now: UnixMillis,
) -> rusqlite::Result<Result<Reservation, LedgerError>> {
    let (work, key) = (&claim.work, &claim.work.key());
    let mut insert = connection.prepare_cached(INSERT)?;
    let mut free = |instance: &InstanceId| {
        let kind = match work.kind() {
            WorkKind::Purchase => 0,
            WorkKind::Ordered => 1,
            WorkKind::State => 2,
            WorkKind::End => 3,
        };
        let rows = insert.execute(params![
            key.activity(),
            key.scene(),
            key.order().order_id(),
            Line(key),
            kind,
            work.thing().name(),
            instance.as_str(),
            work.new_state(),
            claim.digest.cast_signed(),
            until(now, claim.lease),
            stored(now.0),
            call(claim),
        ])?;
        Ok::<_, rusqlite::Error>(rows > 0)
    };
    let mut instance = claim.candidate.clone();
    if !free(&instance)? {
        instance = InstanceId::derived("", key.order());
        if !free(&instance)? {
            return Ok(Err(LedgerError::NoFreeId { order: key.order().clone() }));
        }
    }
    end_state(connection, work)?;
    Ok(Ok(Reservation::new(instance, Progress::New(Fence::new(1)), Some(claim.digest))))
}

pub(super) fn record(
    connection: &Connection,
    lease: &Lease,
    outcome: &Outcome,
    now: UnixMillis,
) -> rusqlite::Result<Result<(), LedgerError>> {
    let known = find(connection, &lease.work.key())?;
    let Some(known) = known.filter(|known| known.fence == lease.fence) else {
        return Ok(Err(LedgerError::Superseded { work: lease.work.clone() }));
    };
    if known.answer.is_some() {
        return Ok(Ok(()));
    }
    let changed = stored(now.0);
    let (progress, answer) = match outcome {
        Outcome::Failed => {
            connection.prepare_cached(FAILED)?.execute(params![known.id, changed])?;
            return Ok(Ok(()));
        }
        Outcome::Accepted => (1, None),
        Outcome::Done(answer) => (2, Some(&**answer)),
    };
    connection.prepare_cached(RECORD)?.execute(params![known.id, progress, answer, changed])?;
    if progress == 2 {
        end_state(connection, &lease.work)?;
        if lease.work.kind() == WorkKind::End {
            let thing = lease.work.thing().name();
            connection.prepare_cached(FORGET_CALLS)?.execute(params![known.instance.as_str(), thing])?;
            if lease.work.thing() == Thing::Instance {
                connection.prepare_cached(FINISH)?.execute([known.instance.as_str()])?;
            }
        }
    }
    Ok(Ok(()))
}

pub(super) fn extend(
    connection: &Connection,
    lease: &Lease,
    duration: Duration,
    now: UnixMillis,
) -> rusqlite::Result<Result<(), LedgerError>> {
    let key = &lease.work.key();
    let fence = stored(lease.fence.number());
    let rows = connection.prepare_cached(EXTEND)?.execute(params![
        key.activity(),
        key.scene(),
        key.order().order_id(),
        Line(key),
        fence,
        until(now, duration)
    ])?;
    Ok(if rows > 0 { Ok(()) } else { Err(LedgerError::Superseded { work: lease.work.clone() }) })
}

pub(super) fn unfinished(connection: &Connection, instances: &[InstanceId]) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(UNFINISHED)?;
    for instance in instances {
        if statement.query_one([instance.as_str()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn interrupted(
    connection: &Connection,
    after: Option<u64>,
    limit: usize,
    now: UnixMillis,
) -> rusqlite::Result<Vec<Interrupted>> {
    let after = after.map_or(-1, stored);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(INTERRUPTED)?;
    let rows = statement.query_map(params![after, stored(now.0), limit], |row| {
        Ok(Interrupted::new(unsigned(row, 0)?, Bytes::from(row.get::<_, Vec<u8>>(1)?)))
    })?;
    rows.collect()
}

pub(super) fn prune(connection: &Connection, ended_for: Duration, now: UnixMillis) -> rusqlite::Result<u64> {
    let before = stored(now.0).saturating_sub(millis(ended_for));
    let ended = connection.execute(PRUNE_ENDED, [before])?;
    let failed = connection.execute(PRUNE_FAILED, [before])?;
    Ok((ended + failed) as u64)
}

/// After this work, what state the instance was put into last says nothing any more.
fn end_state(connection: &Connection, work: &Work) -> rusqlite::Result<()> {
    if let Some(state) = work.ended_state() {
        connection.prepare_cached(END_STATE)?.execute(params![
            state.activity(),
            state.scene(),
            state.order().order_id(),
            Line(&state)
        ])?;
    }
    Ok(())
}

fn find(connection: &Connection, key: &WorkKey) -> rusqlite::Result<Option<Known>> {
    connection
        .prepare_cached(KNOWN)?
        .query_row(params![key.activity(), key.scene(), key.order().order_id(), Line(key)], Known::read)
        .optional()
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let instance = InstanceId::stored(row.get::<_, String>(1)?);
        Ok(Self {
            id: row.get(0)?,
            instance,
            state: row.get(2)?,
            progress: row.get(3)?,
            answer: row.get(4)?,
            digest: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
            fence: Fence::new(unsigned(row, 6)?),
            leased_until: unsigned(row, 7)?,
            changed_at: unsigned(row, 8)?,
        })
    }

    /// Is what was done still done? Everything but a state is for ever.
    fn is_still(&self, work: &Work, now: UnixMillis) -> bool {
        let known_for = Duration::from_millis(now.0.saturating_sub(self.changed_at));
        work.kind() != WorkKind::State || (self.state == work.new_state() && known_for < STATE_IS_KNOWN_FOR)
    }
}

fn call(claim: &Claim) -> Option<&[u8]> {
    (!claim.call.is_empty()).then_some(&*claim.call)
}

pub(super) fn until(now: UnixMillis, lease: Duration) -> i64 {
    stored(now.0).saturating_add(millis(lease)).max(1)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// The line of an order, as it is stored: a text, or the number 0 if the call named none.
struct Line<'a>(&'a WorkKey);

impl ToSql for Line<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0.order().order_line_id() {
            Some(line) => ToSqlOutput::Borrowed(ValueRef::Text(line.as_bytes())),
            None => ToSqlOutput::Owned(Value::Integer(0)),
        })
    }
}
