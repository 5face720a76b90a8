//! Who is alive, and who is not.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use super::*;

#[tokio::test]
async fn leases_last_while_any_ledger_has_the_file() {
    let (_folder, file) = shop();
    let one = Ledger::sqlite(&file).await.unwrap();
    let lease = begin(&one, &purchase(1, 1)).await;
    let two = Ledger::sqlite(&file).await.unwrap();
    assert_eq!(two.begin(&purchase(1, 1)).await.unwrap().progress, Progress::Held);
    drop(one);
    // Nobody knows whose lease it is: as long as somebody is there, time decides.
    let three = Ledger::sqlite(&file).await.unwrap();
    assert_eq!(three.begin(&purchase(1, 1)).await.unwrap().progress, Progress::Held);
    two.extend(&lease, Duration::from_secs(3600)).await.unwrap();
    drop((two, three));
    wait_until_closed(&file);

    let alone = Ledger::sqlite(&file).await.unwrap();
    let progress = alone.begin(&purchase(1, 1)).await.unwrap().progress;
    assert_eq!(progress, Progress::Interrupted(Fence::new(2)));
}

#[tokio::test]
async fn a_restart_is_no_failure() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let renewal = Work::ordered("refreshInstance", "RENEWAL", order(1), id(1));
    let renewal = Claim::new(renewal, id(1)).with_call(Bytes::from_static(b"call"));
    begin(&ledger, &renewal).await;
    drop(ledger);
    wait_until_closed(&file);

    let ledger = Ledger::sqlite(&file).await.unwrap();
    assert_eq!(ledger.prune(Duration::ZERO).await.unwrap(), 0, "what was interrupted is not forgotten");
    assert_eq!(ledger.interrupted(None, 10).await.unwrap().len(), 1);
    let progress = ledger.begin(&renewal).await.unwrap().progress;
    assert_eq!(progress, Progress::Interrupted(Fence::new(2)));
}

/// Tells the second process of the test below what it is, and which file it shares.
const SHARED: &str = "MARKETPLACE_TEST_SHARED_LEDGER";

#[tokio::test]
async fn the_leases_of_a_process_end_when_it_is_killed() {
    if let Some(file) = env::var_os(SHARED) {
        let ledger = Ledger::sqlite(Path::new(&file)).await.unwrap();
        begin(&ledger, &purchase(1, "of-the-other")).await;
        println!("begun");
        // Until it is killed, or the first process is.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        return;
    }

    let (_folder, file) = shop();
    let name = concat!(module_path!(), "::the_leases_of_a_process_end_when_it_is_killed");
    let mut other = Command::new(env::current_exe().unwrap())
        .args(["--exact", name.split_once("::").unwrap().1, "--nocapture"])
        .env(SHARED, &file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(other.stdout.take().unwrap());
    let begun = output.lines().any(|line| line.unwrap().contains("begun"));
    assert!(begun, "the other process has ended");

    let ledger = Ledger::sqlite(&file).await.unwrap();
    let said = ledger.begin(&purchase(1, 1)).await.unwrap();
    assert_eq!((said.instance, said.progress), (id("of-the-other"), Progress::Held));
    drop(ledger);
    other.kill().unwrap();
    other.wait().unwrap();
    wait_until_closed(&file);

    let ledger = Ledger::sqlite(&file).await.unwrap();
    let said = ledger.begin(&purchase(1, 1)).await.unwrap();
    let interrupted = Progress::Interrupted(Fence::new(2));
    assert_eq!((said.instance, said.progress), (id("of-the-other"), interrupted));
}
