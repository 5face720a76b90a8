//! A question about one order reads no other, however many there are.

use super::*;

/// How often all of the table was read, and how often an index was used.
async fn scans(database: &Database, past: u64) -> (u64, u64) {
    let asked = Instant::now();
    loop {
        let scans = database.sql(
            "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE schemaname = 'marketplace' AND relname = 'work'",
        );
        let (all, index) = scans.split_once('|').unwrap();
        let (all, index) = (all.parse().unwrap(), index.parse().unwrap());
        // It is counted when a session ends, a moment later.
        if index > past {
            return (all, index);
        }
        assert!(asked.elapsed() < PATIENCE, "{scans}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn every_question_finds_its_entries_by_an_index() {
    let database = Database::new().await;
    database.sql(
        "INSERT INTO marketplace.work (activity, scene, order_id, order_line_id, kind, thing, instance_id, progress, answer,
             fence, changed_at)
         SELECT kind, '', number::text, '\\N', kind, 'instance', number::text, 'done', '', 1, now()
         FROM generate_series(1, 20000) AS number, unnest(ARRAY['purchase', 'ordered']) AS kind;
         ANALYZE marketplace.work;
         SELECT marketplace.unfinished(ARRAY['1'])",
    );
    let (all, index) = scans(&database, 0).await;
    // Not with the settings of our own sessions, but those of any.
    database.sql(
        "SELECT marketplace.begin_work('ordered', '', '7', '\\N', 'ordered', 'instance', '', '7', 1, '1 hour', NULL);
         SELECT marketplace.begin_work('end', '', '7', '\\N', 'end', 'instance', '', '7', 1, '1 hour', 'a call');
         SELECT marketplace.begin_work('newInstance', '', '7', '', 'purchase', 'instance', '', '7', 1, '1 hour', NULL);
         SELECT marketplace.extend_work('end', '', '7', '\\N', 1, '1 hour');
         SELECT marketplace.record_work('end', '', '7', '\\N', 1, 'done', 'answer');
         SELECT marketplace.unfinished(ARRAY['7', '8']);
         SELECT * FROM marketplace.interrupted_works(-1, 100);
         SELECT marketplace.prune_works('0 seconds');
         SELECT marketplace.reserve('7', '7', '7');
         SELECT marketplace.done('7', '7', 'answer')",
    );
    assert_eq!(scans(&database, index).await.0, all, "all of the table was read");
}
