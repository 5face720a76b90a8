//! A question about one order, or one record of usage, reads no other, however many there are.

use super::usage::record;
use super::*;

/// How often all of the table was read, and how often an index was used.
async fn scans(database: &Database, table: &str, past: u64) -> (u64, u64) {
    let asked = Instant::now();
    loop {
        let scans = database.sql(&format!(
            "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE schemaname = 'marketplace' AND relname = '{table}'",
        ));
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
    let (all, index) = scans(&database, "work", 0).await;
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
    assert_eq!(scans(&database, "work", index).await.0, all, "all of the table was read");
}

#[tokio::test]
async fn every_question_about_usage_finds_its_records_by_an_index() {
    let database = Database::new().await;
    database.sql(
        "INSERT INTO marketplace.usage_record (metering_sn, instance_id, begin_time, end_time, usage_value, record_time,
             progress, attempt, free_at, changed_at)
         SELECT number::text, number::text, hour, hour, 1, hour, 'pushed', 1, hour, hour
         FROM generate_series(1, 40000) AS number, date_trunc('hour', now()) AS hour;
         VACUUM ANALYZE marketplace.usage_record;
         SELECT marketplace.usage_again(ARRAY['1'])",
    );
    let (all, index) = scans(&database, "usage_record", 0).await;
    let added = "marketplace.add_usage(ARRAY['new', 'known'], ARRAY['new', '7'],
        ARRAY[date_trunc('hour', now()), date_trunc('hour', now())], ARRAY[date_trunc('hour', now()), date_trunc('hour', now())],
        ARRAY[10000, 10000], ARRAY[NULL, NULL], ARRAY[date_trunc('hour', now()), date_trunc('hour', now())])";
    let said = database.sql(&format!(
        "SELECT * FROM {added};
         SELECT sn, attempt_number FROM marketplace.take_usage(1000, now(), '1 hour');
         SELECT marketplace.settle_usage(ARRAY['new', '8'], ARRAY[1, 1], ARRAY['refused', 'pushed'],
             ARRAY['001', NULL], ARRAY['', NULL], ARRAY[0, 0], ARRAY[false, false]);
         SELECT sn FROM marketplace.refused_usage(-1, 100);
         SELECT * FROM marketplace.usage_progress(now());
         SELECT marketplace.usage_again(ARRAY['new', '9']);
         SELECT marketplace.prune_usage(now() - interval '1 day');
         SELECT marketplace.prune_usage(now() + interval '1 day', 10);
         SELECT length({})",
        record("").replace("SELECT ", ""),
    ));
    assert_eq!(said, "{added,known}|{NULL,7}\nnew|1\n2\nnew\n0|0||40000|1\n1\n0\n10\n32");
    assert_eq!(scans(&database, "usage_record", index).await.0, all, "all of the table was read");
}
