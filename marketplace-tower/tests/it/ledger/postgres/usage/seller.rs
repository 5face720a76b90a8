//! Usage that is recorded within the seller's own transactions.

use super::*;

#[tokio::test]
async fn what_was_committed_is_handed_out_and_what_was_undone_is_not() {
    let database = Database::new().await;
    let (machine, mut seller) = (database.machine(), database.seller().await);
    let store = machine.usage_store().unwrap();
    seller.batch_execute("CREATE TABLE metered (sn text)").await.unwrap();

    let undone = seller.transaction().await.unwrap();
    undone.query_one(&record(""), &[]).await.unwrap();
    undone.rollback().await.unwrap();
    assert_eq!(take(&*store).await, []);
    assert_eq!(store.progress(UtcTime::MAX).await.unwrap().waiting, 0);

    let committed = seller.transaction().await.unwrap();
    committed.batch_execute(&format!("INSERT INTO metered {}", record(""))).await.unwrap();
    assert_eq!(take(&*store).await, [], "before it is committed");
    committed.commit().await.unwrap();
    let taken = take(&*store).await;
    let [taken] = &*taken else { panic!("{taken:?}") };
    let first = taken.record.sn().as_str();
    assert_eq!(first, database.sql("SELECT sn FROM metered"));
    assert!(
        first.len() == 32 && first.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')),
        "{first}"
    );
    let usage = taken.record.usage();
    assert_eq!(
        (usage.instance_id(), usage.value().to_string(), usage.package()),
        ("hourly", "12.5".to_owned(), None)
    );
    assert_eq!(usage.end().unix_seconds() - usage.begin().unix_seconds(), 3600);
    assert!(taken.record.record_time() >= usage.end());
    assert_eq!((taken.attempt, taken.may_have_been_sent), (1, false));
}

#[tokio::test]
async fn the_same_usage_has_its_first_serial_number_also_from_rust() {
    let database = Database::new().await;
    let store = database.machine().usage_store().unwrap();
    let first = database.sql(&record(", 'package'"));
    assert_eq!(database.sql(&record(", 'package', 'a-second-one'")), first);
    let known = take(&*store).await.remove(0);
    assert_eq!(known.record.usage().package(), Some("package"));
    let again = known.record.usage().clone();
    let again = again.metered(sn("another"), known.record.record_time()).unwrap();
    let additions = store.add(std::slice::from_ref(&again)).await.unwrap();
    assert_eq!(additions, [Addition::Known(known.record.sn().clone())]);
    // What is done is known as well.
    store.settle(&[known.settled(PushOutcome::Pushed)]).await.unwrap();
    assert_eq!(database.sql(&record(", 'package'")), first);

    let own = database.sql(&record_of("other", ", metering_sn => 'my-own'"));
    assert_eq!(own, "my-own");
}

#[tokio::test]
async fn sessions_that_record_the_same_at_once_get_one_serial_number() {
    let database = Database::new().await;
    let store = database.machine().usage_store().unwrap();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let seller = database.seller().await;
        asking.spawn(async move { seller.query_one(&record(""), &[]).await.unwrap().get::<_, String>(0) });
    }
    let sns: HashSet<_> = asking.join_all().await.into_iter().collect();
    assert_eq!(sns.len(), 1, "{sns:?}");
    assert_eq!(take(&*store).await.len(), 1);
}

/// Where the seller's transaction is stricter than ours, it is told to begin again, as about its own tables.
#[tokio::test]
async fn a_serializable_transaction_records_once() {
    let database = Database::new().await;
    let (mut first, mut second) = (database.seller().await, database.seller().await);
    let strict = tokio_postgres::IsolationLevel::Serializable;
    let late = second.build_transaction().isolation_level(strict).start().await.unwrap();
    late.query_one("SELECT count(*) FROM pg_class", &[]).await.unwrap();
    let early = first.build_transaction().isolation_level(strict).start().await.unwrap();
    let sn: String = early.query_one(&record(""), &[]).await.unwrap().get(0);
    early.commit().await.unwrap();
    let undone = late.query_one(&record(""), &[]).await.unwrap_err();
    assert_eq!(undone.code().unwrap().code(), "40001");
    late.rollback().await.unwrap();
    assert_eq!(second.query_one(&record(""), &[]).await.unwrap().get::<_, String>(0), sn);
}

/// The records that an open transaction has are not waited for, and those of others are handed out.
#[tokio::test]
async fn an_open_transaction_holds_nobody_up_but_who_records_the_same() {
    let database = Database::new().await;
    let (machine, mut seller) = (database.machine(), database.seller().await);
    let store = machine.usage_store().unwrap();
    database.sql(&record_of("free", ""));
    let same = take(&*store).await.remove(0);
    store.settle(&[same.settled(waiting())]).await.unwrap();
    let open = seller.transaction().await.unwrap();
    open.query_one(&record(""), &[]).await.unwrap();
    let taken = take(&*store).await;
    assert_eq!(taken.iter().map(|taken| taken.record.usage().instance_id()).collect::<Vec<_>>(), ["free"]);

    let usage = UsageRecord::new(
        "hourly",
        same.record.usage().begin(),
        same.record.usage().end(),
        "1".parse().unwrap(),
    );
    let other = usage.unwrap().metered(sn("other"), same.record.record_time()).unwrap();
    let refused = store.add(std::slice::from_ref(&other)).await.unwrap_err();
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Locked { .. })), "{refused:?}");
    open.commit().await.unwrap();
    assert!(matches!(store.add(&[other]).await.unwrap()[..], [Addition::OtherUsage(_)]));
}

/// The statement of docs/postgres.md.
#[tokio::test]
async fn the_hours_of_the_sellers_books_are_billed_once() {
    let database = Database::new().await;
    database.sql(
        "CREATE TABLE tenant_hour (instance_id text, hour timestamptz, gigabytes numeric, metering_sn text);
         INSERT INTO tenant_hour SELECT 'hourly', date_trunc('hour', now()) - ago * interval '1 hour', ago FROM
             generate_series(0, 3) AS ago",
    );
    let close = "WITH closed AS (
             UPDATE tenant_hour SET metering_sn = marketplace.record_usage(
                 instance_id, begin_time => hour, end_time => hour + interval '1 hour', usage_value => gigabytes)
             WHERE metering_sn IS NULL AND gigabytes > 0
                 AND hour BETWEEN now() - interval '20 days' AND now() - interval '1 hour'
             RETURNING 1)
         SELECT count(*) FROM closed";
    assert_eq!((database.sql(close), database.sql(close)), ("3".to_owned(), "0".to_owned()));
    let taken = take(&*database.machine().usage_store().unwrap()).await;
    let values: Vec<_> = taken.iter().map(|taken| taken.record.usage().value().to_string()).collect();
    assert_eq!(values, ["3", "2", "1"]);
    let sns: Vec<_> = taken.iter().map(|taken| taken.record.sn().as_str()).collect();
    assert_eq!(
        database.sql("SELECT metering_sn FROM tenant_hour WHERE metering_sn IS NOT NULL ORDER BY hour"),
        sns.join("\n")
    );
}

/// Of whoever takes, settles or looks at records in a transaction at this moment.
#[tokio::test]
async fn what_another_session_has_locked_is_left_to_it() {
    let database = Database::new().await;
    let (store, mut seller) = (database.machine().usage_store().unwrap(), database.seller().await);
    for instance in ["a", "b"] {
        database.sql(&record_of(instance, ""));
    }
    let lock = "SELECT FROM marketplace.usage_record WHERE instance_id = 'a' FOR UPDATE";
    let locked = seller.transaction().await.unwrap();
    locked.query(lock, &[]).await.unwrap();
    let taken = take(&*store).await;
    assert_eq!(taken.iter().map(|taken| taken.record.usage().instance_id()).collect::<Vec<_>>(), ["b"]);
    locked.rollback().await.unwrap();
    let pushed = taken.into_iter().chain(take(&*store).await).map(|taken| taken.settled(PushOutcome::Pushed));
    assert_eq!(store.settle(&pushed.collect::<Vec<_>>()).await.unwrap(), 2);

    let locked = seller.transaction().await.unwrap();
    locked.query(lock, &[]).await.unwrap();
    assert_eq!(store.prune(UtcTime::MAX).await.unwrap(), 1);
    locked.rollback().await.unwrap();
    assert_eq!(store.prune(UtcTime::MAX).await.unwrap(), 1);
}

/// Whose books are in the database, and who is no machine: as the manual has it.
#[tokio::test]
async fn a_role_that_may_only_record_does_nothing_else() {
    let database = Database::new().await;
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let (books, machine_role) = (format!("books_of_{name}"), format!("machine_of_{name}"));
    database.sql(&format!(
        "CREATE ROLE {books} LOGIN PASSWORD 'for-a-minute'; CREATE ROLE {machine_role} LOGIN PASSWORD 'for-a-minute'; \
         GRANT USAGE ON SCHEMA marketplace TO {books}, {machine_role}"
    ));
    let url = database.url_of(&books, "for-a-minute");
    let ask = |sql: &str| database.server.sql(&url, sql);
    let within =
        "SELECT marketplace.add_one_usage('sn', 'i', now() - interval '1.5 s', now(), 1, NULL, now())";
    let refused = ask(within).unwrap_err().to_string();
    assert!(refused.contains("permission denied for function add_one_usage"), "{refused}");

    let restrict = format!(
        "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA marketplace FROM PUBLIC; \
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA marketplace TO {machine_role}; \
         GRANT EXECUTE ON FUNCTION marketplace.record_usage TO {books}"
    );
    database.sql(&restrict);
    // A migration that is repeated gives nothing back.
    database.sql(PostgresLedger::SQL);
    let sn = ask(&record("")).unwrap();
    for sql in [
        "SELECT * FROM marketplace.take_usage(10, now(), interval '1 hour')",
        "SELECT * FROM marketplace.refused_usage(-1, 10)",
        "SELECT marketplace.usage_again(ARRAY['sn'])",
        "SELECT marketplace.prune_usage(now())",
        "SELECT marketplace.prune_works(interval '0')",
        "SELECT marketplace.reserve('order', NULL, 'instance')",
        "SELECT marketplace.interrupted_works(-1, 10)",
        within,
    ] {
        let refused = ask(sql).unwrap_err().to_string();
        assert!(refused.contains("permission denied for function"), "{sql}: {refused}");
    }
    let clerk = machine(&database.url_of(&machine_role, "for-a-minute"));
    clerk.check().await.unwrap();
    let taken = take(&*clerk.usage_store().unwrap()).await;
    assert_eq!(taken[0].record.sn().as_str(), sn);
}

#[tokio::test]
async fn records_that_are_added_together_are_kept_whole_or_not_at_all() {
    let database = Database::new().await;
    let store = database.machine().usage_store().unwrap();
    let records: Vec<_> = (0..1000_u64)
        .map(|number| {
            let at = |seconds| UtcTime::from_unix_seconds(1_660_032_000 + seconds).unwrap();
            let usage = UsageRecord::new("hourly", at(number), at(number + 1), "1".parse().unwrap()).unwrap();
            usage.metered(sn(&number.to_string()), at(number + 1)).unwrap()
        })
        .collect();
    database.sql(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$; \
         CREATE TRIGGER poison BEFORE INSERT ON marketplace.usage_record FOR EACH ROW \
         WHEN (NEW.metering_sn = '999') EXECUTE FUNCTION full_disk()",
    );
    assert!(everything(&store.add(&records).await.unwrap_err()).contains("the disk is full"));
    assert_eq!(store.progress(UtcTime::MAX).await.unwrap().waiting, 0);
    database.sql("DROP TRIGGER poison ON marketplace.usage_record");
    assert_eq!(store.add(&records).await.unwrap(), vec![Addition::Added; 1000]);
}
