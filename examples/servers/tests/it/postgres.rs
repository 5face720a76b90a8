use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use servers::Postgres;

use crate::support::{refuses_connections, see};

#[test]
fn answers_and_is_gone_when_it_is_dropped() {
    let postgres = Postgres::start().unwrap();
    let port = postgres.port();
    assert_eq!(postgres.sql(&postgres.url(), "SELECT 1, 'a'; SELECT 2").unwrap(), "1|a\n2");
    let settings = postgres.sql(&postgres.url(), "SHOW fsync; SHOW synchronous_commit; SHOW server_encoding");
    assert_eq!(settings.unwrap(), "on\non\nUTF8");
    let seen = see(&format!("-p {port}"));
    assert!(seen.processes.len() > 3, "{:?}", seen.processes);
    drop(postgres);
    seen.is_gone_from(port);
}

#[test]
fn keeps_at_a_kill_what_was_committed() {
    let mut postgres = Postgres::start().unwrap();
    let port = postgres.port();
    let url = postgres.create_database("shop_1").unwrap();
    assert!(url.ends_with(&format!("@127.0.0.1:{port}/shop_1")), "{url}");
    postgres.sql(&url, "CREATE TABLE orders (id int); INSERT INTO orders VALUES (7)").unwrap();

    let seen = see(&format!("-p {port}"));
    postgres.kill();
    assert!(seen.has_ended(), "{:?}", seen.states());
    assert!(refuses_connections(port));
    assert!(postgres.sql(&url, "SELECT 1").is_err());

    postgres.restart().unwrap();
    assert_eq!(postgres.port(), port);
    assert_eq!(postgres.sql(&url, "SELECT id FROM orders").unwrap(), "7");
}

#[test]
fn is_gone_when_it_is_dropped_after_a_kill() {
    let mut postgres = Postgres::start().unwrap();
    let port = postgres.port();
    let seen = see(&format!("-p {port}"));
    postgres.kill();
    drop(postgres);
    seen.is_gone_from(port);
}

#[test]
fn stands_still_with_all_its_processes_and_goes_on() {
    let postgres = Postgres::start().unwrap();
    let seen = see(&format!("-p {}", postgres.port()));
    postgres.pause().unwrap();
    assert_eq!(seen.states().into_iter().collect::<String>(), "T");
    thread::scope(|scope| {
        let (said, answer) = channel();
        let postgres = &postgres;
        scope.spawn(move || said.send(postgres.sql(&postgres.url(), "SELECT 1").unwrap()));
        assert!(answer.recv_timeout(Duration::from_millis(500)).is_err());
        postgres.go_on().unwrap();
        assert_eq!(answer.recv().unwrap(), "1");
    });
}

#[test]
fn is_gone_when_it_is_dropped_while_it_stands_still() {
    let postgres = Postgres::start().unwrap();
    let port = postgres.port();
    let seen = see(&format!("-p {port}"));
    postgres.pause().unwrap();
    drop(postgres);
    seen.is_gone_from(port);
}

#[test]
fn wants_its_password_and_does_not_tell_it() {
    let postgres = Postgres::start().unwrap();
    let url = postgres.url();
    let password = url.split([':', '@']).nth(2).unwrap();
    assert!(password.len() > 20, "{password}");
    assert!(!format!("{postgres:?}").contains(password));

    let wrong = url.replace(password, "wrong");
    let error = postgres.sql(&wrong, "SELECT 1").unwrap_err().to_string();
    assert!(error.contains("password authentication failed"), "{error}");
    // What psql cannot read it repeats.
    let error = postgres.sql(&url.replace("127.0.0.1", "[127.0.0.1"), "SELECT 1").unwrap_err().to_string();
    assert!(error.contains("***") && !error.contains(password), "{error}");
}

#[test]
fn says_what_is_wrong_with_a_statement_and_runs_none_after_it() {
    let postgres = Postgres::start().unwrap();
    let url = postgres.url();
    let error = postgres.sql(&url, "SELECT no_such_column; CREATE TABLE later ()").unwrap_err().to_string();
    assert!(error.contains("no_such_column"), "{error}");
    assert_eq!(postgres.sql(&url, "SELECT count(*) FROM pg_tables WHERE tablename = 'later'").unwrap(), "0");
}

#[test]
fn refuses_names_that_would_have_to_be_quoted() {
    let postgres = Postgres::start().unwrap();
    for name in ["", "Shop", "a b", "a\"; DROP DATABASE postgres; --", "a/b", &"a".repeat(64)] {
        let error = postgres.create_database(name).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{name}");
    }
}
