//! What the ledger's thread is asked.

use bytes::Bytes;
use marketplace_core::{InstanceId, OrderKey};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::super::{LedgerError, Outcome, Progress, Reservation};

pub(super) enum Job {
    Reserve(Ask<(OrderKey, InstanceId), Reservation>),
    Record(Ask<(OrderKey, Outcome), ()>),
    Unfinished(Ask<Vec<InstanceId>, bool>),
}

/// A question, and where its answer goes once it is committed.
pub(super) struct Ask<Q, A> {
    question: Q,
    answer: Option<Result<A, LedgerError>>,
    to: oneshot::Sender<Result<A, LedgerError>>,
}

impl<Q, A> Ask<Q, A> {
    pub(super) fn new(question: Q) -> (Self, oneshot::Receiver<Result<A, LedgerError>>) {
        let (to, answer) = oneshot::channel();
        (Self { question, answer: None, to }, answer)
    }

    fn run(
        &mut self,
        run: impl FnOnce(&Q) -> rusqlite::Result<Result<A, LedgerError>>,
    ) -> rusqlite::Result<()> {
        self.answer = Some(run(&self.question)?);
        Ok(())
    }

    fn answer(self, failed: Option<&LedgerError>) {
        let answer = failed.map(|error| Err(error.clone())).or(self.answer);
        if let Some(answer) = answer {
            // Whoever asked may have given up; what was asked is done all the same.
            let _gone = self.to.send(answer);
        }
    }
}

impl Job {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Reserve(ask) => ask.run(|(order, candidate)| reserve(connection, order, candidate)),
            Self::Record(ask) => ask.run(|(order, outcome)| record(connection, order, outcome)),
            Self::Unfinished(ask) => ask.run(|instances| unfinished(connection, instances).map(Ok)),
        }
    }

    /// Sends the answer, or the failure of the commit that the job was part of.
    pub(super) fn answer(self, failed: Option<&LedgerError>) {
        match self {
            Self::Reserve(ask) => ask.answer(failed),
            Self::Record(ask) => ask.answer(failed),
            Self::Unfinished(ask) => ask.answer(failed),
        }
    }
}

/// Runs all of them in one transaction, or none. After an error, no answer of theirs is true.
pub(super) fn run_all(connection: &mut Connection, jobs: &mut [Job]) -> rusqlite::Result<()> {
    if jobs.iter().all(|job| matches!(job, Job::Unfinished(_))) {
        // Readers need neither the lock nor the disk.
        return jobs.iter_mut().try_for_each(|job| job.run(connection));
    }
    // Immediate: with the lock from the beginning, what is read stays true until the commit, also for other processes.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    jobs.iter_mut().try_for_each(|job| job.run(&transaction))?;
    transaction.commit()
}

const SELECT: &str =
    "SELECT instance_id, progress, answer FROM order_line WHERE order_id = ?1 AND order_line_id = ?2";
const INSERT: &str = "INSERT INTO order_line (order_id, order_line_id, instance_id) VALUES (?1, ?2, ?3) \
     ON CONFLICT (instance_id) DO NOTHING";
const UPDATE: &str = "UPDATE order_line SET progress = ?3, answer = ?4 \
     WHERE order_id = ?1 AND order_line_id = ?2 AND progress <> 2";
const UNFINISHED: &str = "SELECT EXISTS (SELECT 1 FROM order_line WHERE instance_id = ?1 AND progress = 0)";

fn reserve(
    connection: &Connection,
    order: &OrderKey,
    candidate: &InstanceId,
) -> rusqlite::Result<Result<Reservation, LedgerError>> {
    if let Some(reserved) = find(connection, order)? {
        return Ok(Ok(reserved));
    }
    let mut insert = connection.prepare_cached(INSERT)?;
    let mut free = |instance: &InstanceId| {
        insert.execute(params![order.order_id(), Line(order), instance.as_str()]).map(|rows| rows > 0)
    };
    let instance = if free(candidate)? {
        candidate.clone()
    } else {
        let derived = InstanceId::derived("", order);
        if !free(&derived)? {
            return Ok(Err(LedgerError::NoFreeId { order: order.clone() }));
        }
        derived
    };
    Ok(Ok(Reservation { instance, progress: Progress::New }))
}

fn record(
    connection: &Connection,
    order: &OrderKey,
    outcome: &Outcome,
) -> rusqlite::Result<Result<(), LedgerError>> {
    let (progress, answer) = match outcome {
        Outcome::Accepted => (1, None),
        Outcome::Done(answer) => (2, Some(&**answer)),
    };
    let rows = connection.prepare_cached(UPDATE)?.execute(params![
        order.order_id(),
        Line(order),
        progress,
        answer
    ])?;
    if rows == 0 && find(connection, order)?.is_none() {
        return Ok(Err(LedgerError::NotReserved { order: order.clone() }));
    }
    Ok(Ok(()))
}

fn unfinished(connection: &Connection, instances: &[InstanceId]) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(UNFINISHED)?;
    for instance in instances {
        if statement.query_one([instance.as_str()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn find(connection: &Connection, order: &OrderKey) -> rusqlite::Result<Option<Reservation>> {
    connection
        .prepare_cached(SELECT)?
        .query_row(params![order.order_id(), Line(order)], read_reservation)
        .optional()
}

fn read_reservation(row: &Row<'_>) -> rusqlite::Result<Reservation> {
    let instance = InstanceId::new(row.get::<_, String>(0)?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    })?;
    let progress = match row.get(1)? {
        0 => Progress::Reserved,
        1 => Progress::Accepted,
        2 => Progress::Done(Bytes::from(row.get::<_, Vec<u8>>(2)?)),
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(1, other)),
    };
    Ok(Reservation { instance, progress })
}

/// The line of an order, as it is stored: a text, or the number 0 if the call named none.
struct Line<'a>(&'a OrderKey);

impl ToSql for Line<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0.order_line_id() {
            Some(line) => ToSqlOutput::Borrowed(ValueRef::Text(line.as_bytes())),
            None => ToSqlOutput::Owned(Value::Integer(0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: i32) -> OrderKey {
        OrderKey::new(&id.to_string(), None)
    }

    fn id(id: i32) -> InstanceId {
        InstanceId::new(id.to_string()).unwrap()
    }

    #[test]
    fn a_batch_is_kept_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = std::sync::Arc::<std::path::Path>::from(folder.path().join("shop.db"));
        let mut connection = super::super::file::open(&file).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER poison BEFORE UPDATE ON order_line WHEN NEW.order_id = '5' \
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
            )
            .unwrap();

        let mut run = |poisoned: bool| {
            let mut jobs = Vec::new();
            let mut answers = Vec::new();
            for number in 0..10 {
                let (ask, answer) = Ask::new((order(number), id(number)));
                jobs.push(Job::Reserve(ask));
                answers.push(answer);
            }
            let outcome = Outcome::Done(Bytes::from_static(b"answer"));
            let (ask, recorded) = Ask::new((order(if poisoned { 5 } else { 6 }), outcome));
            jobs.push(Job::Record(ask));
            let failed = run_all(&mut connection, &mut jobs).err().map(LedgerError::store);
            assert!(
                answers.iter_mut().all(|answer| answer.try_recv().is_err()),
                "answered before the commit"
            );
            jobs.into_iter().for_each(|job| job.answer(failed.as_ref()));
            let reserved: Vec<_> = answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect();
            (reserved, { recorded }.try_recv().unwrap())
        };

        let (reserved, recorded) = run(true);
        assert!(reserved.iter().all(Result::is_err) && recorded.is_err());
        let (reserved, recorded) = run(false);
        assert!(reserved.into_iter().all(|reserved| reserved.unwrap().progress == Progress::New));
        recorded.unwrap();
        let (reserved, _) = run(false);
        for (number, reserved) in reserved.into_iter().enumerate() {
            let done = matches!(reserved.unwrap().progress, Progress::Done(_));
            assert_eq!(done, number == 6, "{number}");
        }
    }
}
