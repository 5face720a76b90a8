//! What only the ledger in a file can get wrong.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;

mod errors;
mod holders;
mod many;
mod refusal;
mod versions;

fn shop() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    (folder, file)
}

/// Begins a work that is free.
async fn begin(ledger: &Ledger, claim: &Claim) -> Lease {
    let begun = ledger.begin(claim).await.unwrap();
    let fence = begun.progress.fence();
    Lease { work: claim.work.clone(), fence: fence.unwrap_or_else(|| panic!("{} is {begun:?}", claim.work)) }
}

/// Waits until the last thread of this process that has the file has ended, as if the process had.
fn wait_until_closed(file: &Path) {
    let holders = fs::File::open(file.with_file_name("shop.db-holders")).unwrap();
    let begun = Instant::now();
    while holders.try_lock().is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the thread has not ended");
        thread::yield_now();
    }
}

#[tokio::test]
async fn remembers_across_restarts() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let answer = Bytes::from_static(b"answer");
    let done = || Outcome::Done(answer.clone());
    let outcomes = [None, Some(Outcome::Failed), Some(Outcome::Accepted), Some(done())];
    for (line, outcome) in outcomes.into_iter().enumerate() {
        let claim = purchase(line, line).with_digest(line as u64).with_call(Bytes::from_static(b"call"));
        let lease = begin(&ledger, &claim).await;
        if let Some(outcome) = outcome {
            ledger.record(&lease, outcome).await.unwrap();
        }
    }
    let others = [
        Work::ordered("refreshInstance", "RENEWAL", order("renewal"), id(3)),
        Work::state(id(3), "FREEZE"),
        Work::end("releaseInstance", id(4)),
    ];
    for work in &others {
        let lease = begin(&ledger, &Claim::new(work.clone(), work.instance().unwrap().clone())).await;
        ledger.record(&lease, done()).await.unwrap();
    }
    drop(ledger);
    wait_until_closed(&file);

    // Line 0 was interrupted while its method ran. Nobody else has the file, so that nobody is at work on it.
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let calls = ledger.interrupted(None, 10).await.unwrap();
    assert_eq!(calls.iter().map(|listed| &*listed.call).collect::<Vec<_>>(), [b"call"]);
    let second = Fence::new(2);
    let progress = [
        Progress::Interrupted(second),
        Progress::Interrupted(second),
        Progress::Accepted(second),
        Progress::Done(answer.clone()),
    ];
    for (line, progress) in progress.into_iter().enumerate() {
        let said = ledger.begin(&purchase(line, "other").with_digest(7)).await.unwrap();
        assert_eq!(said, Reservation::new(id(line), progress, Some(line as u64)));
    }
    assert!(ledger.unfinished(&[id(0)]).await.unwrap());
    assert!(!ledger.unfinished(&[id(2), id(3)]).await.unwrap());
    for work in others {
        let said = ledger.begin(&Claim::new(work.clone(), work.instance().unwrap().clone())).await.unwrap();
        assert_eq!(said.progress, Progress::Done(answer.clone()), "{work}");
    }
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
                let claim = purchase(line, format!("{line}-{number}"));
                (line, ledger.begin(&claim).await.unwrap())
            });
        }
    }
    let answers = calls.join_all().await;
    let new = answers.iter().filter(|(_, said)| said.progress == Progress::New(Fence::new(1))).count();
    let held = answers.iter().filter(|(_, said)| said.progress == Progress::Held).count();
    let ids: HashSet<_> = answers.iter().map(|(line, said)| (*line, said.instance.clone())).collect();
    assert_eq!((answers.len(), new, held, ids.len()), (400, 200, 200, 200));
}

#[tokio::test]
async fn a_state_is_known_for_a_day() {
    const MINUTE: i64 = 60 * 1000;

    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let freeze = Claim::new(Work::state(id(1), "FREEZE"), id(1));
    let renewal = Claim::new(Work::ordered("refreshInstance", "", order(1), id(2)), id(2));
    for claim in [&freeze, &renewal] {
        let lease = begin(&ledger, claim).await;
        ledger.record(&lease, Outcome::Done(Bytes::new())).await.unwrap();
    }
    let other = Connection::open(&file).unwrap();
    let age = |by: i64| other.execute("UPDATE work SET changed_at = changed_at - ?1", [by]).unwrap();
    assert_eq!(age(24 * 60 * MINUTE - MINUTE), 2);
    assert_eq!(ledger.begin(&freeze).await.unwrap().progress, Progress::Done(Bytes::new()));
    age(MINUTE);
    assert_eq!(ledger.begin(&freeze).await.unwrap().progress, Progress::New(Fence::new(2)));
    assert_eq!(ledger.begin(&renewal).await.unwrap().progress, Progress::Done(Bytes::new()));
}

/// A call says who bought what.
#[tokio::test]
async fn keeps_a_call_no_longer_than_its_work_lasts() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let other = Connection::open(&file).unwrap();
    let kept = || {
        let kept = "SELECT count(*) FROM work WHERE call IS NOT NULL";
        other.query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let outcomes = [Outcome::Failed, Outcome::Accepted, Outcome::Done(Bytes::new())];
    for (line, outcome) in outcomes.into_iter().enumerate() {
        let claim = purchase(line, line).with_call(Bytes::from_static(b"call"));
        let lease = begin(&ledger, &claim).await;
        assert_eq!(kept(), 1, "{outcome:?}");
        ledger.record(&lease, outcome.clone()).await.unwrap();
        assert_eq!(kept(), 0, "{outcome:?}");
    }
}

#[tokio::test]
async fn forgets_instances_that_ended_long_ago() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    for (number, days) in [29, 31].into_iter().enumerate() {
        let claim = Claim::new(Work::end("releaseInstance", id(number)), id(number));
        ledger.record(&begin(&ledger, &claim).await, Outcome::Done(Bytes::new())).await.unwrap();
        let age = "UPDATE work SET changed_at = changed_at - ?1 * 86400000 WHERE instance_id = ?2";
        let other = Connection::open(&file).unwrap();
        assert_eq!(other.execute(age, (days, number.to_string())).unwrap(), 1);
    }
    let month = Duration::from_secs(30 * 24 * 60 * 60);
    assert_eq!(ledger.prune(month).await.unwrap(), 1);
    assert_eq!(ledger.prune(month).await.unwrap(), 0);
}

#[tokio::test]
async fn closes_the_file_when_the_last_clone_is_dropped() {
    let (_folder, file) = shop();
    let log = file.with_file_name("shop.db-wal");
    let ledger = Ledger::sqlite(&file).await.unwrap();
    begin(&ledger, &purchase(1, 1)).await;
    let clone = ledger.clone();
    drop(ledger);
    assert!(clone.unfinished(&[id(1)]).await.unwrap());
    assert!(log.exists());
    drop(clone);
    wait_until_closed(&file);
    // The last connection to close the file takes the log away.
    assert!(!log.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let (folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    begin(&ledger, &purchase(1, 1)).await;
    let mut files = HashSet::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
        files.insert(entry.file_name().into_string().unwrap());
    }
    let expected = ["shop.db", "shop.db-wal", "shop.db-shm", "shop.db-holders"];
    assert_eq!(files, HashSet::from(expected.map(str::to_owned)));
}
