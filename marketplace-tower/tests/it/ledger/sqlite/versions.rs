//! Files that earlier releases wrote.

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
    let connection = Connection::open(&file).unwrap();
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 2);
    let ledger = Ledger::sqlite(&file).await.unwrap();
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
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let lines: i32 = connection.query_row("SELECT count(*) FROM order_line", [], |row| row.get(0)).unwrap();
    assert_eq!((version, lines), (1, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_ledgers_can_take_a_file_of_version_1_over_at_once() {
    let (_folder, file) = shop();
    Connection::open(&file).unwrap().execute_batch(VERSION_1).unwrap();
    let opening: JoinSet<_> = (0..8).map(|_| Ledger::sqlite(file.clone())).collect();
    for ledger in opening.join_all().await {
        assert!(ledger.unwrap().unfinished(&[InstanceId::stored("reserved")]).await.unwrap());
    }
}
