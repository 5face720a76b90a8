//! Promise 22: 64 at once × 10,000 order lines.

use std::collections::HashSet;
use std::time::Instant;

use marketplace_tower::Progress;
use tokio::task::JoinSet;

use super::*;

const LINES: usize = 2_000;
const CALLS: usize = 64;
/// So many lines at a time.
const BATCH: usize = 50;

#[tokio::test(flavor = "current_thread")]
async fn simultaneous_calls_of_two_machines_get_one_id_for_each_order_line() {
    let database = Database::new().await;
    let machines = [(); 2].map(|()| {
        database.machine().with_timeout(std::time::Duration::from_secs(60))
    });
    let mut ids = HashSet::with_capacity(LINES);
    let begun = Instant::now();
    for batch in (0..LINES).step_by(BATCH) {
        let mut calls = JoinSet::new();
        for line in batch..batch + BATCH {
            for call in 0..CALLS {
                let machine = machines[call % 2].clone();
                calls.spawn(async move {
                    let claim = claim(line, format!("{line}-{call}"));
                    (line - batch, machine.begin(&claim).await.unwrap())
                });
            }
        }
        let mut answers: Vec<Vec<_>> = vec![Vec::new(); BATCH];
        while let Some(answer) = calls.join_next().await {
            let (line, answer) = answer.unwrap();
            answers[line].push(answer);
        }
        for answers in answers {
            assert_eq!(answers.len(), CALLS);
            let instance = &answers[0].instance;
            assert!(answers.iter().all(|answer| answer.instance == *instance));
            let held = answers.iter().filter(|answer| answer.progress == Progress::Held).count();
            assert_eq!(held, CALLS - 1);
            assert!(ids.insert(instance.clone()), "{instance:?} was given to another line");
        }
    }
    assert_eq!(ids.len(), LINES);
    eprintln!("{:?}", begun.elapsed());
    assert_eq!(database.sql("SELECT count(*), count(DISTINCT instance_id) FROM marketplace.work"), "2000|2000");
}
