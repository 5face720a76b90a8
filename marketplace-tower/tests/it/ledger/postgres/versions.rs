//! Databases that earlier releases made.

use super::*;

/// What version 1 ran, word for word.
const VERSION_1: &str = include_str!("version_1.sql");

/// Order lines that were reserved, accepted and done, and one that somebody has.
const WORKS: &str = "
    SELECT marketplace.reserve('CS2211181819A7LXX', '1', 'reserved');
    SELECT marketplace.begin_work('newInstance', '', 'CS2211181819A7LXX', '2', 'purchase', 'instance', '', 'accepted', 7,
        '0 seconds', NULL);
    SELECT marketplace.record_work('newInstance', '', 'CS2211181819A7LXX', '2', 1, 'accepted', NULL);
    SELECT marketplace.reserve('CS2211181819A7LXX', '3', 'done');
    SELECT marketplace.done('CS2211181819A7LXX', '3', 'answer');
    SELECT marketplace.begin_work('newInstance', '', 'CS2211181819A7LXX', '4', 'purchase', 'instance', '', 'held', 7,
        '1 hour', 'call')";

async fn of_version_1() -> Database {
    let database = Database::empty().await;
    database.sql(VERSION_1);
    database.sql(WORKS);
    database
}

#[tokio::test]
async fn version_1_is_told_from_nothing_and_works_until_it_is_migrated() {
    let database = of_version_1().await;
    let machine = database.machine();
    for refused in [machine.check().await.unwrap_err(), Ledger::postgres(&database.url).await.unwrap_err()] {
        let older = matches!(refused, LedgerError::Postgres(PostgresError::Older { found: 1, .. }));
        assert!(older, "{refused:?}");
        let said = "has version 1, and this release needs version 2: call `PostgresLedger::migrate`, or run \
            `PostgresLedger::SQL` by hand";
        assert!(refused.to_string().ends_with(said), "{refused}");
    }
    // Whoever did not ask has a ledger, and no outbox, until there is one.
    let usage = machine.usage_store().unwrap();
    let refused = usage.progress(UtcTime::MAX).await.unwrap_err();
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Older { found: 1, .. })), "{refused:?}");
    assert_eq!(machine.begin(&purchase(1, "again")).await.unwrap().instance, id("reserved"));
    machine.migrate().await.unwrap();
    assert_eq!(usage.progress(UtcTime::MAX).await.unwrap().waiting, 0);
}

#[tokio::test]
async fn version_1_becomes_what_is_made_today_and_keeps_every_promise() {
    let new = Database::new().await;
    let (by_code, by_hand) = (of_version_1().await, of_version_1().await);
    by_code.machine().migrate().await.unwrap();
    by_hand.sql(PostgresLedger::SQL);
    for database in [by_code, by_hand] {
        assert_eq!(database.sql(schema::CATALOGUE), new.sql(schema::CATALOGUE));
        let machine = database.machine();
        machine.check().await.unwrap();
        let second = Fence::new(2);
        for (line, instance, progress) in [
            (1, "reserved", Progress::New(Fence::new(1))),
            (2, "accepted", Progress::Accepted(second)),
            (3, "done", Progress::Done(Bytes::from_static(b"answer"))),
            (4, "held", Progress::Held),
        ] {
            let said = machine.begin(&purchase(line, "candidate")).await.unwrap();
            assert_eq!((said.instance, said.progress), (id(instance), progress), "{line}");
        }
        let sn = database.sql(&usage::record(""));
        assert_eq!(usage::take(&*machine.usage_store().unwrap()).await[0].record.sn().as_str(), sn);
    }
}

/// A machine of the release before goes on while the others are replaced, and does not undo the migration when it starts.
#[tokio::test]
async fn an_older_release_goes_on_and_does_not_migrate_back() {
    let database = of_version_1().await;
    let older = database.seller().await;
    let ask = older
        .prepare(
            "SELECT outcome, instance FROM marketplace.begin_work('newInstance', '', 'CS2211181819A7LXX', $1, 'purchase', \
             'instance', '', 'candidate', 7, '1 hour', NULL)",
        )
        .await
        .unwrap();
    older.query_one(&ask, &[&"4"]).await.unwrap();
    database.machine().migrate().await.unwrap();
    let said = older.query_one(&ask, &[&"3"]).await.unwrap();
    assert_eq!((said.get(0), said.get(1)), ("done", "done"));

    let before = database.sql(schema::CATALOGUE);
    let refused = database.server.sql(&database.url, VERSION_1).unwrap_err().to_string();
    assert!(refused.contains("the ledger has version 2, and this is how version 1 is made"), "{refused}");
    assert_eq!(database.sql(schema::CATALOGUE), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn version_1_is_migrated_once_by_machines_that_start_at_the_same_time() {
    let database = of_version_1().await;
    let mut machines = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let machine = database.machine();
        machines.spawn(async move {
            machine.migrate().await.unwrap();
            machine.usage_store().unwrap().progress(UtcTime::MAX).await.unwrap();
        });
    }
    machines.join_all().await;
}

#[tokio::test]
async fn version_1_stays_as_it_was_where_it_cannot_be_migrated() {
    let database = of_version_1().await;
    // Something of the owner's own.
    database.sql("CREATE TABLE marketplace.usage_record (hours integer)");
    let before = database.sql(schema::CATALOGUE);
    let refused = everything(&database.machine().migrate().await.unwrap_err());
    assert!(refused.contains("relation \"usage_record\" already exists (42P07)"), "{refused}");
    assert_eq!(database.sql(schema::CATALOGUE), before);
    assert_eq!(database.sql("SELECT marketplace.ledger_version()"), "1");
}
