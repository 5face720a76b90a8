//! Files that earlier releases wrote.

use marketplace_tower::usage::{UsageOutbox, UsageProgress, UsageRecord};
use marketplace_tower::{UnixMillis, UtcTime};

use super::*;

/// As version 1 made it, with what it wrote about purchases that were reserved, accepted and done.
const VERSION_1: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE order_line (
        id INTEGER PRIMARY KEY,
        order_id TEXT NOT NULL,
        order_line_id ANY NOT NULL,
        instance_id TEXT NOT NULL UNIQUE,
        progress INTEGER NOT NULL DEFAULT 0 CHECK (progress IN (0, 1, 2)),
        answer BLOB,
        UNIQUE (order_id, order_line_id),
        CHECK ((progress = 2) = (answer IS NOT NULL))
    ) STRICT;
    INSERT INTO order_line (order_id, order_line_id, instance_id, progress, answer) VALUES
        ('order', 'line', 'reserved', 0, NULL),
        ('order', 0, 'reserved without a line', 0, NULL),
        ('order', '0', 'accepted', 1, NULL),
        ('order', '', 'done', 2, X'00FF'),
        ('订单', 0, 'done without a line', 2, X'');
    PRAGMA application_id = 0x4b6f6f4c;
    PRAGMA user_version = 1;";

/// As version 2 made it, with works of each kind, of which one was interrupted.
const VERSION_2: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE work (
        id INTEGER PRIMARY KEY,
        activity TEXT NOT NULL,
        scene TEXT NOT NULL,
        order_id TEXT NOT NULL,
        order_line_id ANY NOT NULL,
        kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
        thing TEXT NOT NULL,
        instance_id TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT '',
        progress INTEGER NOT NULL DEFAULT 0 CHECK (progress IN (0, 1, 2)),
        answer BLOB,
        digest INTEGER,
        fence INTEGER NOT NULL DEFAULT 1,
        leased_until INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL,
        call BLOB,
        UNIQUE (activity, scene, order_id, order_line_id),
        CHECK ((progress = 2) = (answer IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX purchase_of_instance ON work (instance_id) WHERE kind = 0;
    CREATE INDEX work_on_instance ON work (instance_id);
    CREATE INDEX work_interrupted ON work (id) WHERE call IS NOT NULL;
    INSERT INTO work (activity, scene, order_id, order_line_id, kind, thing, instance_id, progress, answer, digest, fence,
        leased_until, changed_at, call) VALUES
        ('newInstance', '', 'order', 'line', 0, 'instance', 'interrupted', 0, NULL, 7, 3, 9000000000000000, 1, X'00FF'),
        ('newInstance', '', 'order', 0, 0, 'instance', 'done', 2, X'00FF', -1, 1, 0, 1, NULL),
        ('releaseInstance', '', 'done', 0, 3, 'instance', 'done', 2, X'', NULL, 1, 0, 1, NULL);
    PRAGMA application_id = 0x4b6f6f4c;
    PRAGMA user_version = 2;";

fn version(connection: &Connection) -> i32 {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// No release before kept usage, and this one does.
async fn must_keep_usage(ledger: &Ledger) {
    let outbox = UsageOutbox::of(ledger).unwrap().with_clock(|| UnixMillis(7_200_000));
    assert_eq!(outbox.progress().await.unwrap(), UsageProgress::default());
    let hour = [0, 3600].map(|seconds| UtcTime::from_unix_seconds(seconds).unwrap());
    let usage = UsageRecord::new("instance", hour[0], hour[1], "12.5".parse().unwrap()).unwrap();
    assert!(outbox.record(usage.clone()).await.unwrap().is_new);
    assert!(!outbox.record(usage).await.unwrap().is_new);
    assert_eq!(outbox.progress().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn opens_a_file_of_version_2_with_all_that_was_promised() {
    let (_folder, file) = shop();
    Connection::open(&file).unwrap().execute_batch(VERSION_2).unwrap();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    assert_eq!(version(&Connection::open(&file).unwrap()), 3);
    must_keep_usage(&ledger).await;
    let calls = ledger.interrupted(None, 10).await.unwrap();
    assert_eq!(calls.iter().map(|listed| &*listed.call).collect::<Vec<_>>(), [b"\0\xff"]);
    let done = InstanceId::stored("done");
    let end = Work::end("releaseInstance", done);
    let bytes = Bytes::from_static(b"\0\xff");
    for (work, instance, progress, digest) in [
        (
            Work::purchase(OrderKey::new("order", Some("line"))),
            "interrupted",
            Progress::Interrupted(Fence::new(4)),
            Some(7),
        ),
        (Work::purchase(OrderKey::new("order", None)), "done", Progress::Done(bytes), Some(u64::MAX)),
        (end, "done", Progress::Done(Bytes::new()), None),
    ] {
        let said = ledger.begin(&Claim::new(work, id("candidate"))).await.unwrap();
        assert_eq!(said, Reservation::new(InstanceId::stored(instance), progress, digest));
    }
}

#[tokio::test]
async fn a_file_of_version_2_that_cannot_be_taken_over_stays_as_it_was() {
    let (_folder, file) = shop();
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch(VERSION_2).unwrap();
    // One of the statements fails, when others were run.
    connection.execute_batch("CREATE TABLE usage_refused (id INTEGER PRIMARY KEY)").unwrap();
    let error = Ledger::sqlite(&file).await.unwrap_err();
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'usage_record'";
    let tables: i32 = connection.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!((version(&connection), tables), (2, 0));
}

#[tokio::test]
async fn opens_a_file_of_version_1_with_all_that_was_promised() {
    let (_folder, file) = shop();
    Connection::open(&file).unwrap().execute_batch(VERSION_1).unwrap();
    let second = Fence::new(2);
    let lines = [
        (OrderKey::new("order", Some("line")), "reserved", Progress::Interrupted(second)),
        (OrderKey::new("order", None), "reserved without a line", Progress::Interrupted(second)),
        (OrderKey::new("order", Some("0")), "accepted", Progress::Accepted(second)),
        (OrderKey::new("order", Some("")), "done", Progress::Done(Bytes::from_static(b"\0\xff"))),
        (OrderKey::new("订单", None), "done without a line", Progress::Done(Bytes::new())),
    ];

    let ledger = Ledger::sqlite(&file).await.unwrap();
    assert!(ledger.unfinished(&[InstanceId::stored("reserved")]).await.unwrap());
    assert!(!ledger.unfinished(&["accepted", "done"].map(InstanceId::stored)).await.unwrap());
    assert_eq!(ledger.interrupted(None, 10).await.unwrap(), [], "version 1 kept no calls");
    assert_eq!(ledger.prune(Duration::ZERO).await.unwrap(), 0, "no instance has ended");
    for (order, instance, progress) in lines.clone() {
        let claim = Claim::new(Work::purchase(order), id("candidate")).with_digest(7);
        let said = ledger.begin(&claim).await.unwrap();
        assert_eq!(said, Reservation::new(InstanceId::stored(instance), progress, None));
    }
    let taken = ledger.begin(&purchase(1, "done")).await.unwrap();
    assert_eq!(taken.instance, InstanceId::derived("", &order(1)));
    drop(ledger);
    wait_until_closed(&file);

    // It is a file of this version now.
    assert_eq!(version(&Connection::open(&file).unwrap()), 3);
    let ledger = Ledger::sqlite(&file).await.unwrap();
    must_keep_usage(&ledger).await;
    for (order, instance, _) in lines {
        let said = ledger.begin(&Claim::new(Work::purchase(order), id("candidate"))).await.unwrap();
        assert_eq!(said.instance, InstanceId::stored(instance));
    }
}

#[tokio::test]
async fn a_file_of_version_1_that_cannot_be_taken_over_stays_as_it_was() {
    let (_folder, file) = shop();
    let connection = Connection::open(&file).unwrap();
    // Of a broken file, say: what the table `work` is to be called already exists.
    connection.execute_batch(VERSION_1).unwrap();
    connection.execute_batch("CREATE TABLE work (id INTEGER PRIMARY KEY)").unwrap();
    let error = Ledger::sqlite(&file).await.unwrap_err();
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    let lines: i32 = connection.query_row("SELECT count(*) FROM order_line", [], |row| row.get(0)).unwrap();
    assert_eq!((version(&connection), lines), (1, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_ledgers_can_take_an_old_file_over_at_once() {
    for (script, reserved) in [(VERSION_1, "reserved"), (VERSION_2, "interrupted")] {
        let (_folder, file) = shop();
        Connection::open(&file).unwrap().execute_batch(script).unwrap();
        let opening: JoinSet<_> = (0..8).map(|_| Ledger::sqlite(file.clone())).collect();
        for ledger in opening.join_all().await {
            assert!(ledger.unwrap().unfinished(&[InstanceId::stored(reserved)]).await.unwrap());
        }
    }
}
