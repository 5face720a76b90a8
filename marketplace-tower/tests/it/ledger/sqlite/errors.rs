//! What an error means, and what it does not.

use std::error::Error as _;
use std::pin::Pin;
use std::task::{Context, Waker};

use rusqlite::TransactionBehavior;

use super::*;

/// Sends the question; the answer is far, because another connection has the lock.
fn sent<F: Future + Unpin>(mut question: F) -> F {
    let poll = Pin::new(&mut question).poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll.is_pending());
    question
}

#[tokio::test]
async fn an_error_means_that_nothing_was_kept() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut other = Connection::open(&file).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER poison BEFORE INSERT ON work WHEN NEW.instance_id = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();

    // While somebody else has the lock, the first calls wait for it, and those that come then share a commit.
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let calls: Vec<_> = (0..200)
        .map(|line| {
            let candidate = if line == 199 { "poison".to_owned() } else { line.to_string() };
            sent(ledger.begin(&purchase(line, candidate)))
        })
        .collect();
    lock.commit().unwrap();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await);
    }
    other.execute_batch("DROP TRIGGER poison").unwrap();

    let error = answers[199].as_ref().unwrap_err();
    assert_eq!(error.to_string(), format!("the ledger `{}` could not be read or written", file.display()));
    assert_eq!(error.source().unwrap().to_string(), "the disk is full");
    for (line, answer) in answers.into_iter().enumerate() {
        let again = ledger.begin(&purchase(line, format!("again-{line}"))).await.unwrap();
        match answer {
            Ok(said) => assert_eq!((again.instance, again.progress), (said.instance, Progress::Held)),
            Err(_) => assert_eq!(
                (again.instance, again.progress),
                (id(format!("again-{line}")), Progress::New(Fence::new(1)))
            ),
        }
    }
}

#[tokio::test]
async fn an_outcome_that_was_not_written_can_be_written_again() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let lease = begin(&ledger, &purchase(1, 1)).await;
    let other = Connection::open(&file).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER poison BEFORE UPDATE ON work BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();
    let done = Outcome::Done(Bytes::from_static(b"answer"));
    let error = ledger.record(&lease, done.clone()).await.unwrap_err();
    assert!(matches!(error, LedgerError::Failed { .. }), "{error:?}");
    assert_eq!(ledger.begin(&purchase(1, 1)).await.unwrap().progress, Progress::Held);
    other.execute_batch("DROP TRIGGER poison").unwrap();
    ledger.record(&lease, done).await.unwrap();
    let done = Progress::Done(Bytes::from_static(b"answer"));
    assert_eq!(ledger.begin(&purchase(1, 1)).await.unwrap().progress, done);
}

#[tokio::test]
async fn a_call_that_was_given_up_is_done_all_the_same() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut other = Connection::open(&file).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    drop(sent(ledger.begin(&purchase(1, "given-up").with_digest(1))));
    lock.commit().unwrap();
    let said = ledger.begin(&purchase(1, "again").with_digest(2)).await.unwrap();
    assert_eq!(said, Reservation::new(id("given-up"), Progress::Held, Some(1)));
}

#[tokio::test]
async fn fails_and_recovers_when_another_process_keeps_the_lock() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut other = Connection::open(&file).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let error = ledger.begin(&purchase(1, 1)).await.unwrap_err();
    assert!(matches!(error, LedgerError::Failed { .. }), "{error:?}");
    // Readers do not need the lock.
    assert!(!ledger.unfinished(&[id(1)]).await.unwrap());
    assert_eq!(ledger.interrupted(None, 1).await.unwrap(), []);
    lock.commit().unwrap();
    begin(&ledger, &purchase(1, 1)).await;
}
