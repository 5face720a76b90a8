use std::thread;

use servers::Redis;

use crate::support::{ask, ask_in_vain, read, refuses_connections, see};

#[test]
fn answers_and_is_gone_when_it_is_dropped() {
    let redis = Redis::start(&[]).unwrap();
    let port = redis.port();
    assert_eq!(redis.url(), format!("redis://127.0.0.1:{port}/"));
    assert_eq!(ask(port, "PING\r\n", "\n"), "+PONG\r\n");
    let seen = see(&format!(":{port}"));
    drop(redis);
    seen.is_gone_from(port);
}

#[test]
fn obeys_its_options() {
    let redis = Redis::start(&["--maxmemory-policy", "allkeys-lru"]).unwrap();
    let policy = ask(redis.port(), "CONFIG GET maxmemory-policy\r\n", "lru\r\n");
    assert!(policy.ends_with("allkeys-lru\r\n"), "{policy}");
}

#[test]
fn is_alive_although_it_wants_a_password() {
    let redis = Redis::start(&["--requirepass", "not for everybody"]).unwrap();
    assert!(ask(redis.port(), "PING\r\n", "\n").starts_with("-NOAUTH"));
    assert_eq!(ask(redis.port(), "AUTH \"not for everybody\"\r\n", "\n"), "+OK\r\n");
}

#[test]
fn forgets_at_a_kill_what_it_was_not_told_to_keep() {
    let mut redis = Redis::start(&[]).unwrap();
    let port = redis.port();
    assert_eq!(ask(port, "SET key value\r\n", "\n"), "+OK\r\n");
    redis.kill();
    assert!(refuses_connections(port));
    redis.restart().unwrap();
    assert_eq!(redis.port(), port);
    assert_eq!(ask(port, "GET key\r\n", "\n"), "$-1\r\n");
}

#[test]
fn keeps_at_a_kill_what_its_options_say() {
    let mut redis = Redis::start(&["--appendonly", "yes", "--appendfsync", "always"]).unwrap();
    assert_eq!(ask(redis.port(), "SET key value\r\n", "\n"), "+OK\r\n");
    redis.kill();
    redis.restart().unwrap();
    assert_eq!(ask(redis.port(), "GET key\r\n", "value\r\n"), "$5\r\nvalue\r\n");
}

#[test]
fn stands_still_and_goes_on() {
    let redis = Redis::start(&[]).unwrap();
    redis.pause().unwrap();
    let mut asked = ask_in_vain(redis.port(), "PING\r\n");
    redis.go_on().unwrap();
    assert_eq!(read(&mut asked, "\n"), "+PONG\r\n");
}

#[test]
fn is_gone_when_it_is_dropped_while_it_stands_still() {
    let redis = Redis::start(&[]).unwrap();
    let port = redis.port();
    let seen = see(&format!(":{port}"));
    redis.pause().unwrap();
    drop(redis);
    seen.is_gone_from(port);
}

#[test]
fn outlives_the_thread_that_started_it() {
    let redis = thread::spawn(|| Redis::start(&[]).unwrap()).join().unwrap();
    assert_eq!(ask(redis.port(), "PING\r\n", "\n"), "+PONG\r\n");
}

#[test]
fn says_why_it_does_not_start() {
    let error = Redis::start(&["--no-such-option", "1"]).unwrap_err().to_string();
    assert!(error.contains("no-such-option"), "{error}");
}

#[test]
fn has_nobody_to_pause_after_a_kill() {
    let mut redis = Redis::start(&[]).unwrap();
    redis.kill();
    assert_eq!(redis.pause().unwrap_err().to_string(), "redis-server does not run; restart it");
}
