//! The connections of a ledger: their settings, and what happens to those that fail.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;

#[tokio::test]
async fn what_is_answered_is_durable_whatever_the_database_is_set_to() {
    let database = Database::new().await;
    let (_, name) = database.url.rsplit_once('/').unwrap();
    database.sql(&format!(
        "ALTER DATABASE {name} SET synchronous_commit = off;
         ALTER DATABASE {name} SET default_transaction_isolation = 'serializable';
         CREATE TABLE seen (durable text, isolation text);
         CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             INSERT INTO public.seen
             VALUES (current_setting('synchronous_commit'), current_setting('transaction_isolation'));
             RETURN NEW;
         END $$;
         CREATE TRIGGER see BEFORE INSERT ON marketplace.work FOR EACH ROW EXECUTE FUNCTION see()"
    ));
    database.machine().begin(&purchase(1, "first")).await.unwrap();
    assert_eq!(database.sql("SELECT * FROM seen"), "on|read committed");
}

/// Makes each new order take this long.
fn slow(database: &Database, seconds: u32) {
    database.sql(&format!(
        "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             PERFORM pg_sleep({seconds});
             RETURN NEW;
         END $$;
         CREATE OR REPLACE TRIGGER slow BEFORE INSERT ON marketplace.work FOR EACH ROW EXECUTE FUNCTION slow()"
    ));
}

#[tokio::test]
async fn a_slow_database_is_late_and_has_done_nothing() {
    let database = Database::new().await;
    let machine = database.machine().with_pool_size(1);
    machine.unfinished(&[id("warm")]).await.unwrap();
    slow(&database, 30);
    // One connection, so that most of them wait for it.
    let asked = Instant::now();
    let claims = [1, 2, 3, 4].map(|line| purchase(line, line));
    let [one, two, three, four] = claims.each_ref().map(|claim| machine.begin(claim));
    for late in <[_; 4]>::from(tokio::join!(one, two, three, four)) {
        assert!(matches!(late, Err(LedgerError::Postgres(PostgresError::Late { .. }))), "{late:?}");
    }
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    slow(&database, 0);
    for claim in &claims {
        assert_eq!(begin_when_free(&machine, claim).await.progress, Progress::New(Fence::new(1)));
    }
}

#[tokio::test]
async fn a_question_that_was_given_up_is_in_nobodys_way() {
    let database = Database::new().await;
    let machine = database.machine().with_pool_size(1);
    machine.unfinished(&[id("warm")]).await.unwrap();
    slow(&database, 30);
    let (given_up, claim) = (purchase(1, "given-up"), purchase(2, "second"));
    tokio::select! {
        answer = machine.begin(&given_up) => panic!("{answer:?}"),
        () = has_asked(&database) => {}
    }
    slow(&database, 0);
    assert_eq!(machine.begin(&claim).await.unwrap().instance, id("second"));
}

/// Waits until somebody sleeps in the database.
async fn has_asked(database: &Database) {
    let seller = database.seller().await;
    let sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    while seller.query_one(sleeping, &[]).await.unwrap().get::<_, i64>(0) == 0 {}
}

#[tokio::test]
async fn a_connection_that_was_ended_costs_no_call() {
    let database = Database::new().await;
    let machine = database.machine();
    let seller = database.seller().await;
    for round in 0..10 {
        let claims = [1, 2, 3, 4].map(|line| purchase(format!("{round}-{line}"), format!("{round}-{line}")));
        let [one, two, three, four] = claims.each_ref().map(|claim| machine.begin(claim));
        for answer in <[_; 4]>::from(tokio::join!(one, two, three, four)) {
            answer.unwrap();
        }
        let ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert!(!seller.query(ended, &[]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn opens_no_more_connections_than_it_may() {
    let database = Database::new().await;
    let machine = database.machine().with_pool_size(3).with_timeout(PATIENCE);
    let mut asking = tokio::task::JoinSet::new();
    for line in 0..200 {
        let machine = machine.clone();
        asking.spawn(async move { machine.begin(&purchase(line, line)).await.unwrap() });
    }
    asking.join_all().await;
    let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'marketplace-tower'";
    let connections: u32 = database.sql(count).parse().unwrap();
    assert!((1..=3).contains(&connections), "{connections}");
}

#[tokio::test]
async fn a_connection_that_can_only_read_is_not_kept() {
    let database = Database::new().await;
    let machine = database.machine().with_pool_size(1);
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let only_reads = |on: &str| {
        let begin = "SET default_transaction_read_only = off";
        database.sql(&format!("{begin}; ALTER DATABASE {name} SET default_transaction_read_only = {on}"));
    };
    only_reads("on");
    let failed = machine.begin(&purchase(1, "first")).await.unwrap_err();
    assert!(everything(&failed).contains("read-only transaction (25006)"), "{failed:?}");
    only_reads("off");
    assert_eq!(machine.begin(&purchase(1, "first")).await.unwrap().instance, id("first"));
}

#[tokio::test]
async fn a_question_that_the_server_has_undone_is_asked_again() {
    let database = Database::new().await;
    database.sql(
        "CREATE SEQUENCE tries;
         CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('public.tries') <= 2 THEN
                 RAISE EXCEPTION 'in the way' USING ERRCODE = CASE currval('public.tries')
                     WHEN 1 THEN 'deadlock_detected' ELSE 'serialization_failure' END;
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER undo BEFORE INSERT ON marketplace.work FOR EACH ROW EXECUTE FUNCTION undo()",
    );
    let begun = database.machine().begin(&purchase(1, "first")).await.unwrap();
    assert_eq!(begun.progress, Progress::New(Fence::new(1)));
    assert_eq!(database.sql("SELECT last_value FROM tries"), "3");
}

/// Forwards to the server, until the network swallows what is sent through the connections that are there.
async fn network(to: u16) -> (u16, watch::Sender<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (port, swallows) = (listener.local_addr().unwrap().port(), watch::Sender::new(()));
    let sender = swallows.clone();
    tokio::spawn(async move {
        while let Ok((mut one, _)) = listener.accept().await {
            let mut swallows = sender.subscribe();
            tokio::spawn(async move {
                let mut other = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                tokio::select! {
                    _closed = copy_bidirectional(&mut one, &mut other) => {}
                    _ = swallows.changed() => std::future::pending().await,
                }
            });
        }
    });
    (port, swallows)
}

#[tokio::test]
async fn silent_connections_cost_one_call_and_not_one_each() {
    let database = Database::new().await;
    let server = database.server.port();
    let (port, swallows) = network(server).await;
    let machine = machine(&database.url.replace(&format!(":{server}/"), &format!(":{port}/")));
    let claims = [1, 2, 3, 4].map(|line| purchase(line, line));
    let [one, two, three, four] = claims.each_ref().map(|claim| machine.begin(claim));
    for answer in <[_; 4]>::from(tokio::join!(one, two, three, four)) {
        answer.unwrap();
    }
    let connections = "SELECT count(*) > 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'marketplace-tower'";
    assert_eq!(database.sql(connections), "t");

    swallows.send(()).unwrap();
    let asked = Instant::now();
    let late = machine.begin(&claims[0]).await;
    assert!(matches!(late, Err(LedgerError::Postgres(PostgresError::Late { .. }))), "{late:?}");
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    for claim in &claims {
        assert_eq!(machine.begin(claim).await.unwrap().progress, Progress::Held);
    }
}
