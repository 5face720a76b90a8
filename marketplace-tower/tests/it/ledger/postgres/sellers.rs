//! What sellers ask within transactions of their own.

use super::*;

const RESERVE: &str = "SELECT marketplace.reserve('CS2211181819A7LXX', '1', 'by-hand')";

#[tokio::test]
async fn what_was_committed_is_found_and_what_was_undone_is_not() {
    let database = Database::new().await;
    let (machine, mut seller) = (database.machine(), database.seller().await);

    let undone = seller.transaction().await.unwrap();
    assert_eq!(undone.query_one(RESERVE, &[]).await.unwrap().get::<_, &str>(0), "by-hand");
    undone.rollback().await.unwrap();
    let begun = machine.begin(&purchase(1, "called").with_lease(Duration::ZERO)).await.unwrap();
    assert_eq!(begun.instance, id("called"));

    database.sql("DELETE FROM marketplace.work");
    let committed = seller.transaction().await.unwrap();
    committed.query_one(RESERVE, &[]).await.unwrap();
    committed.commit().await.unwrap();
    assert!(machine.unfinished(&[id("by-hand")]).await.unwrap());
    let claim = purchase(1, "called").with_digest(7);
    let begun = machine.begin(&claim).await.unwrap();
    assert_eq!(begun, Reservation::new(id("by-hand"), Progress::New(Fence::new(1)), Some(7)));
    machine.record(&lease(&claim, &begun), done("answer")).await.unwrap();
    let again = machine.begin(&purchase(1, "again").with_digest(8)).await.unwrap();
    assert_eq!((again.instance, again.digest), (id("by-hand"), Some(7)));
}

#[tokio::test]
async fn an_open_transaction_is_not_waited_for_longer_than_a_second() {
    let database = Database::new().await;
    let (machine, mut seller) = (database.machine(), database.seller().await);
    machine.begin(&purchase(0, "warm")).await.unwrap();
    let open = seller.transaction().await.unwrap();
    open.query_one(RESERVE, &[]).await.unwrap();

    let asked = Instant::now();
    let refused = machine.begin(&purchase(1, "called")).await.unwrap_err();
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Locked { .. })), "{refused:?}");
    // Nobody else waits.
    assert_eq!(machine.begin(&purchase(2, "other")).await.unwrap().instance, id("other"));

    open.commit().await.unwrap();
    assert_eq!(machine.begin(&purchase(1, "called")).await.unwrap().instance, id("by-hand"));
}

#[tokio::test]
async fn a_reservation_waits_for_a_call_and_gets_its_id() {
    let database = Database::new().await;
    let machine = database.machine();
    let claim = purchase(1, "called");
    let begun = machine.begin(&claim).await.unwrap();
    assert_eq!(database.sql(RESERVE), "called");
    machine.record(&lease(&claim, &begun), done("answer")).await.unwrap();
    assert_eq!(database.sql(RESERVE), "called");
}

#[tokio::test]
async fn tenant_and_answer_are_committed_together_and_once() {
    let database = Database::new().await;
    let (machine, mut seller) = (database.machine(), database.seller().await);
    seller.batch_execute("CREATE TABLE tenant (id text)").await.unwrap();
    let claim = purchase(1, "called");
    let begun = machine.begin(&claim).await.unwrap();
    let answer = |text: &str| {
        format!("SELECT marketplace.done('CS2211181819A7LXX', '1', convert_to('{text}', 'UTF8'))")
    };

    let undone = seller.transaction().await.unwrap();
    assert!(undone.query_one(&answer("undone"), &[]).await.unwrap().get::<_, bool>(0));
    undone.rollback().await.unwrap();
    assert_eq!(machine.begin(&claim).await.unwrap().progress, Progress::Held);

    let committed = seller.transaction().await.unwrap();
    committed.batch_execute("INSERT INTO tenant VALUES ('called')").await.unwrap();
    assert!(committed.query_one(&answer("first"), &[]).await.unwrap().get::<_, bool>(0));
    committed.commit().await.unwrap();
    let progress = Progress::Done(Bytes::from_static(b"first"));
    assert_eq!(machine.begin(&claim).await.unwrap().progress, progress);

    // Whoever had it may say so as well, and changes nothing; nor does a second tenant.
    machine.record(&lease(&claim, &begun), done("second")).await.unwrap();
    assert_eq!(database.sql(&answer("third")), "f");
    assert_eq!(machine.begin(&claim).await.unwrap().progress, progress);
    assert!(!machine.unfinished(&[id("called")]).await.unwrap());
}

#[tokio::test]
async fn an_order_that_was_done_by_hand_is_done() {
    let database = Database::new().await;
    let machine = database.machine();
    let order = r"ein\000 'Auftrag'";
    database.sql(&format!(
        "SELECT marketplace.reserve($${order}$$, NULL, 'a\\b');
         SELECT marketplace.done($${order}$$, NULL, 'answer')"
    ));
    let claim = Claim::new(Work::purchase(OrderKey::new(order, None)), id("called")).with_digest(7);
    let known = machine.begin(&claim).await.unwrap();
    let progress = Progress::Done(Bytes::from_static(b"answer"));
    assert_eq!(known, Reservation::new(id(r"a\b"), progress, Some(7)));
}

#[tokio::test]
async fn a_taken_candidate_gives_the_id_that_a_call_would_get() {
    let database = Database::new().await;
    database.machine().begin(&purchase(1, "taken")).await.unwrap();
    for (line, sql) in [(Some("2"), "'2'"), (None, "NULL"), (Some(r"\"), r"'\'"), (Some("一"), "'一'")] {
        let reserve = format!("SELECT marketplace.reserve('CS2211181819A7LXX', {sql}, 'taken')");
        let derived = InstanceId::derived("", &OrderKey::new("CS2211181819A7LXX", line));
        assert_eq!(database.sql(&reserve), derived.as_str(), "{line:?}");
        assert_eq!(database.sql(&reserve), derived.as_str(), "{line:?}");
    }
    let derived = InstanceId::derived("", &order(3));
    database.machine().begin(&purchase(4, &derived)).await.unwrap();
    let none = format!("SELECT marketplace.reserve('CS2211181819A7LXX', '3', '{derived}')");
    let refused = database.server.sql(&database.url, &none).unwrap_err().to_string();
    assert!(refused.contains("no instance id is free for this order line"), "{refused}");
}

#[tokio::test]
async fn what_no_call_could_say_is_refused() {
    let database = Database::new().await;
    let long = format!("SELECT marketplace.reserve('order', NULL, '{}')", "x".repeat(65));
    for (sql, complaint) in [
        ("SELECT marketplace.reserve(NULL, NULL, 'id')", "an order id, and an instance id"),
        ("SELECT marketplace.reserve('order', NULL, NULL)", "an order id, and an instance id"),
        ("SELECT marketplace.reserve('order', NULL, '')", "an order id, and an instance id"),
        ("SELECT marketplace.reserve('order', NULL, 'a,b')", "an order id, and an instance id"),
        ("SELECT marketplace.reserve('order', NULL, 'a b')", "an order id, and an instance id"),
        (&long, "an order id, and an instance id"),
        ("SELECT marketplace.done('order', NULL, 'answer')", "this order line was never reserved"),
        (
            "SELECT marketplace.reserve('order', NULL, 'id'); SELECT marketplace.done('order', NULL, NULL)",
            "an answer is",
        ),
    ] {
        let refused = database.server.sql(&database.url, sql).unwrap_err().to_string();
        assert!(refused.contains(complaint), "{sql}: {refused}");
    }
}
