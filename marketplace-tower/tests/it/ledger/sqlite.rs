//! What only the ledger in a file can get wrong.

use std::error::Error;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use std::{fs, thread};

use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use super::*;

fn shop() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    (folder, file)
}

#[tokio::test]
async fn remembers_across_restarts() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    for line in 0..3 {
        let _new = ledger.reserve(&order(line), id(line)).await.unwrap();
    }
    ledger.record(&order(1), Outcome::Accepted).await.unwrap();
    ledger.record(&order(2), Outcome::Done(Bytes::from_static(b"answer"))).await.unwrap();
    drop(ledger);

    // Interrupted while the handler of line 0 ran.
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let progress = [Progress::Reserved, Progress::Accepted, Progress::Done(Bytes::from_static(b"answer"))];
    for (line, progress) in progress.into_iter().enumerate() {
        let reserved = ledger.reserve(&order(line), id("other")).await.unwrap();
        assert_eq!(reserved, Reservation { instance: id(line), progress });
    }
    assert!(ledger.unfinished(&[id(0)]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_ledgers_share_a_file() {
    let (_folder, file) = shop();
    let (one, two) = tokio::join!(Ledger::sqlite(&file), Ledger::sqlite(&file));
    let ledgers = [one.unwrap(), two.unwrap()];
    let mut calls = JoinSet::new();
    for line in 0..200 {
        for (number, ledger) in ledgers.iter().enumerate() {
            let ledger = ledger.clone();
            calls.spawn(async move {
                (line, ledger.reserve(&order(line), id(format!("{line}-{number}"))).await.unwrap())
            });
        }
    }
    let answers = calls.join_all().await;
    let new = answers.iter().filter(|(_, answer)| answer.progress == Progress::New).count();
    let ids: HashSet<_> = answers.iter().map(|(line, answer)| (*line, answer.instance.clone())).collect();
    assert_eq!((answers.len(), new, ids.len()), (400, 200, 200));
}

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
            "CREATE TRIGGER poison BEFORE INSERT ON order_line WHEN NEW.instance_id = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();

    // While somebody else has the lock, the first calls wait for it, and those that come then share a commit.
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let calls: Vec<_> = (0..200)
        .map(|line| {
            let candidate = if line == 199 { id("poison") } else { id(line) };
            sent(ledger.reserve(&order(line), candidate))
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
        let again = ledger.reserve(&order(line), id(format!("again-{line}"))).await.unwrap();
        match answer {
            Ok(reserved) => {
                assert_eq!((again.instance, again.progress), (reserved.instance, Progress::Reserved))
            }
            Err(_) => {
                assert_eq!((again.instance, again.progress), (id(format!("again-{line}")), Progress::New))
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_was_given_up_is_done_all_the_same() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut other = Connection::open(&file).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    drop(sent(ledger.reserve(&order(1), id("given-up"))));
    lock.commit().unwrap();
    let reserved = ledger.reserve(&order(1), id("again")).await.unwrap();
    assert_eq!(reserved, Reservation { instance: id("given-up"), progress: Progress::Reserved });
}

#[tokio::test]
async fn fails_and_recovers_when_another_process_keeps_the_lock() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut other = Connection::open(&file).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let error = ledger.reserve(&order(1), id(1)).await.unwrap_err();
    assert!(matches!(error, LedgerError::Failed { .. }), "{error:?}");
    // Readers do not need the lock.
    assert!(!ledger.unfinished(&[id(1)]).await.unwrap());
    lock.commit().unwrap();
    assert_eq!(ledger.reserve(&order(1), id(1)).await.unwrap().progress, Progress::New);
}

#[tokio::test]
async fn closes_the_file_when_the_last_clone_is_dropped() {
    let (_folder, file) = shop();
    let log = file.with_file_name("shop.db-wal");
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let _new = ledger.reserve(&order(1), id(1)).await.unwrap();
    let clone = ledger.clone();
    drop(ledger);
    assert!(clone.unfinished(&[id(1)]).await.unwrap());
    assert!(log.exists());
    drop(clone);
    // The last connection to close the file takes the log away.
    let begun = Instant::now();
    while log.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the thread has not ended");
        thread::yield_now();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let (folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let _new = ledger.reserve(&order(1), id(1)).await.unwrap();
    let mut files = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
        files += 1;
    }
    assert_eq!(files, 3);
}

async fn refusal(file: &Path) -> (LedgerError, String) {
    let error = Ledger::sqlite(file).await.unwrap_err();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
    (error, cause)
}

#[tokio::test]
async fn refuses_what_is_no_file() {
    let (folder, file) = shop();
    let (error, cause) = refusal(folder.path()).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert_eq!(cause, "is a directory");

    let (error, cause) = refusal(&file.join("no/such/folder.db")).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert!(cause.contains("No such file"), "{cause}");

    let error = Ledger::sqlite("").await.unwrap_err();
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn refuses_a_file_that_it_cannot_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_folder, file) = shop();
    drop(Ledger::sqlite(&file).await.unwrap());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&file).is_ok() {
        // Permissions do not hold back root.
        return;
    }
    let (error, cause) = refusal(&file).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert!(cause.contains("unable to open"), "{cause}");
}

#[tokio::test]
async fn refuses_a_file_that_is_no_database() {
    let (_folder, file) = shop();
    let text = "order,instance\n".repeat(1000);
    fs::write(&file, &text).unwrap();
    let (error, cause) = refusal(&file).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert_eq!(cause, "file is not a database");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test]
async fn refuses_the_database_of_another_application() {
    for script in [
        "CREATE TABLE customer (name TEXT)",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 7",
        "PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE order_line (name TEXT)",
    ] {
        let (_folder, file) = shop();
        Connection::open(&file).unwrap().execute_batch(script).unwrap();
        let before = fs::read(&file).unwrap();
        let (error, _) = refusal(&file).await;
        assert!(matches!(error, LedgerError::NotALedger { .. }), "{script}: {error:?}");
        assert_eq!(fs::read(&file).unwrap(), before, "{script}");
    }
}

#[tokio::test]
async fn refuses_a_file_of_a_newer_release() {
    let (_folder, file) = shop();
    drop(Ledger::sqlite(&file).await.unwrap());
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let (error, _) = refusal(&file).await;
    assert_eq!(
        error.to_string(),
        format!("the ledger `{}` has version 2; this release knows versions up to 1", file.display())
    );
}
