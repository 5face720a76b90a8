//! How the schema is made, found, and left alone.

use super::*;

/// Everything that is in the schema.
pub(super) const CATALOGUE: &str = "
    SELECT 'column', table_name, column_name, data_type, collation_name, column_default, is_nullable
        FROM information_schema.columns WHERE table_schema = 'marketplace'
    UNION ALL SELECT 'index', indexname, indexdef, '', '', '', '' FROM pg_indexes WHERE schemaname = 'marketplace'
    UNION ALL SELECT 'rule', conname, pg_get_constraintdef(oid), '', '', '', ''
        FROM pg_constraint WHERE connamespace = 'marketplace'::regnamespace
    UNION ALL SELECT 'function', proname, pg_get_functiondef(oid), '', '', '', ''
        FROM pg_proc WHERE pronamespace = 'marketplace'::regnamespace
    ORDER BY 1, 2, 3";

#[tokio::test]
async fn is_made_once_however_often_and_by_whomever() {
    let database = Database::empty().await;
    let machine = database.machine();
    machine.migrate().await.unwrap();
    let made = database.sql(CATALOGUE);
    assert!(made.contains("begin_work") && made.contains("work_known_by"), "{made}");
    machine.begin(&purchase(1, "first")).await.unwrap();
    machine.migrate().await.unwrap();
    assert_eq!(database.sql(CATALOGUE), made);

    let by_hand = Database::empty().await;
    for _ in 0..2 {
        by_hand.sql(PostgresLedger::SQL);
        assert_eq!(by_hand.sql(CATALOGUE), made);
    }
    by_hand.machine().check().await.unwrap();
    assert_eq!(machine.begin(&purchase(1, "other")).await.unwrap().instance, id("first"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn is_made_by_machines_that_start_at_the_same_time() {
    let database = Database::empty().await;
    let mut machines = tokio::task::JoinSet::new();
    for number in 0..8 {
        let machine = database.machine();
        machines.spawn(async move {
            machine.migrate().await.unwrap();
            machine.begin(&purchase(number, number)).await.unwrap();
        });
    }
    machines.join_all().await;
    assert_eq!(database.sql("SELECT count(*) FROM marketplace.work"), "8");
}

#[tokio::test]
async fn of_a_newer_release_is_refused_and_left_as_it_is() {
    let database = Database::new().await;
    database.sql(
        "CREATE OR REPLACE FUNCTION marketplace.ledger_version() RETURNS integer LANGUAGE sql AS 'SELECT 7'",
    );
    let before = database.sql(CATALOGUE);
    for refused in [
        database.machine().migrate().await.unwrap_err(),
        database.machine().check().await.unwrap_err(),
        Ledger::postgres(&database.url).await.unwrap_err(),
    ] {
        let newer = matches!(refused, LedgerError::Postgres(PostgresError::Newer { found: 7, .. }));
        assert!(newer, "{refused:?}");
        assert!(refused.to_string().ends_with("has version 7; this release knows version 2"), "{refused}");
    }
    let by_hand = database.server.sql(&database.url, PostgresLedger::SQL).unwrap_err().to_string();
    assert!(by_hand.contains("the ledger has version 7"), "{by_hand}");
    assert_eq!(database.sql(CATALOGUE), before);
}

#[tokio::test]
async fn is_not_made_where_another_application_has_the_name() {
    let database = Database::empty().await;
    database.sql("CREATE SCHEMA marketplace; CREATE TABLE marketplace.work (hours integer)");
    let before = database.sql(CATALOGUE);
    let refused = everything(&database.machine().migrate().await.unwrap_err());
    assert!(refused.contains("relation \"work\" already exists (42P07)"), "{refused}");
    assert_eq!(database.sql(CATALOGUE), before);
}

#[tokio::test]
async fn is_not_made_in_an_encoding_that_lacks_letters() {
    let database = Database::empty().await;
    database.sql("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    let (server, _) = database.url.rsplit_once('/').unwrap();
    let refused = everything(&machine(&format!("{server}/latin")).migrate().await.unwrap_err());
    assert!(refused.contains("a ledger needs a database whose encoding is UTF8, not LATIN1"), "{refused}");
}

/// A role that may use the schema, and nothing else, asks everything and reads nothing. Nor is a superuser its owner.
#[tokio::test]
async fn needs_no_right_but_that_to_use_it() {
    let database = Database::empty().await;
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let (owner, role) = (format!("owner_of_{name}"), format!("clerk_of_{name}"));
    database.sql(&format!(
        "CREATE ROLE {owner} LOGIN PASSWORD 'for-a-minute'; GRANT CREATE ON DATABASE {name} TO {owner};
         CREATE ROLE {role} LOGIN PASSWORD 'for-a-minute'"
    ));
    machine(&database.url_of(&owner, "for-a-minute")).migrate().await.unwrap();
    let url = database.url_of(&role, "for-a-minute");
    let clerk = machine(&url);
    let refused = clerk.begin(&purchase(1, "first")).await.unwrap_err();
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Refused { .. })), "{refused:?}");
    assert!(everything(&refused).contains("permission denied for schema marketplace (42501)"), "{refused:?}");

    let grant = format!("GRANT USAGE ON SCHEMA marketplace TO {role}");
    database.server.sql(&database.url_of(&owner, "for-a-minute"), &grant).unwrap();
    clerk.migrate().await.unwrap();
    clerk.check().await.unwrap();
    let (first, end) =
        (purchase(1, "first"), Claim::new(Work::end("releaseInstance", id("first")), id("first")));
    for claim in [&first, &end] {
        let begun = clerk.begin(claim).await.unwrap();
        clerk.extend(&lease(claim, &begun), PATIENCE).await.unwrap();
        clerk.record(&lease(claim, &begun), done("answer")).await.unwrap();
    }
    assert!(!clerk.unfinished(&[id("first")]).await.unwrap());
    assert!(clerk.interrupted(None, 1).await.unwrap().is_empty());
    assert_eq!(clerk.prune(Duration::ZERO).await.unwrap(), 2);
    let reserved = database.server.sql(&url, "SELECT marketplace.reserve('order', NULL, 'by-hand')").unwrap();
    assert_eq!(reserved, "by-hand");
    let refused = database.server.sql(&url, "SELECT answer FROM marketplace.work").unwrap_err().to_string();
    assert!(refused.contains("permission denied for table work"), "{refused}");

    let sn = database.server.sql(&url, &usage::record("")).unwrap();
    let store = clerk.usage_store().unwrap();
    let taken = usage::take(&*store).await;
    assert_eq!(taken[0].record.sn().as_str(), sn);
    let refusal = PushOutcome::Refused { code: "001".to_owned(), message: String::new() };
    assert_eq!(store.settle(&[taken[0].settled(refusal)]).await.unwrap(), 1);
    assert_eq!(store.refused(None, 1).await.unwrap().len(), 1);
    assert_eq!(store.push_again(&[taken[0].record.sn().clone()]).await.unwrap(), 1);
    assert_eq!(store.add(&[taken[0].record.clone()]).await.unwrap().len(), 1);
    assert_eq!(store.progress(UtcTime::MAX).await.unwrap().overdue, 1);
    assert_eq!(store.prune(UtcTime::MAX).await.unwrap(), 0);
    let refused = database.server.sql(&url, "DELETE FROM marketplace.usage_record").unwrap_err().to_string();
    assert!(refused.contains("permission denied for table usage_record"), "{refused}");
}
