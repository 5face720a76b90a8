//! Promise 24: what happens while the server is away, and afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use marketplace_tower::{Admission, RedisReplay, Replay, Sighting, UnixMillis};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::{
    admit, command, direct, fresh, now, signed_at, until_accepted, until_answered, until_refused,
    until_refused_for,
};

#[tokio::test]
async fn a_restart_without_data_lets_in_nothing_that_was_signed_before() {
    let mut server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let accepted = fresh();
    assert_eq!(admit(&replay, &accepted).await, Admission::First);
    let (on_its_way, ahead) = (fresh(), signed_at(UnixMillis(now().0 + 2_000)));
    assert_eq!(admit(&replay, &ahead).await, Admission::First);

    server.restart().unwrap();
    let back = until_answered(&replay, Result::is_ok).await.unwrap();
    // Nobody can tell these from copies of what was accepted, up to the last stamp that was.
    assert_eq!(back, Admission::TooOld);
    for request in [accepted, on_its_way, ahead] {
        assert_eq!(admit(&replay, &request).await, Admission::TooOld);
    }
    // A machine that has just been started knows it too, of stamps that were not in the future.
    let other = Replay::redis(&server.url()).await.unwrap();
    for request in [accepted, on_its_way] {
        assert_eq!(admit(&other, &request).await, Admission::TooOld);
    }
    until_accepted(&other).await;
    until_accepted(&replay).await;
}

#[tokio::test]
async fn a_kill_is_an_error_at_once_and_a_restart_is_recovered_from() {
    let mut server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    until_accepted(&replay).await;
    for _ in 0..3 {
        server.kill();
        for _ in 0..20 {
            let said = until_refused(&replay).await;
            assert!(said.contains(&format!("127.0.0.1:{}", server.port())), "{said}");
        }
        server.restart().unwrap();
        until_accepted(&replay).await;
    }
}

#[tokio::test]
async fn a_restart_is_noticed_while_nobody_asks() {
    let mut server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    server.restart().unwrap();
    let mut direct = direct(&server);
    let connected = async {
        loop {
            let list: String = ::redis::cmd("CLIENT").arg("LIST").query(&mut direct).unwrap();
            // It has looked at the server.
            if list.lines().any(|client| client.contains("cmd=info")) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    crate::support::within(connected).await;
    // So a call that is signed long after the restart is not taken for one from before.
    let request = fresh();
    assert_eq!(admit(&replay, &request).await, Admission::First);
}

/// As when a firewall has forgotten it.
#[tokio::test]
async fn a_connection_that_is_dead_without_a_word_is_replaced() {
    let server = servers::Redis::start(&[]).unwrap();
    let proxy = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("redis://{}", proxy.local_addr().unwrap());
    let (port, cut) = (server.port(), Arc::new(Notify::new()));
    let told = Arc::clone(&cut);
    let proxied = tokio::spawn(async move {
        let connect = async || {
            let (client, _) = proxy.accept().await.unwrap();
            (client, TcpStream::connect(("127.0.0.1", port)).await.unwrap())
        };
        let (mut client, mut server) = connect().await;
        tokio::select! {
            end = copy_bidirectional(&mut client, &mut server) => panic!("ended too early: {end:?}"),
            () = told.notified() => {}
        }
        // Both stay open, and nothing passes. Others do.
        let mut others = tokio::task::JoinSet::new();
        loop {
            let (mut client, mut server) = connect().await;
            others.spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    let replay = Replay::redis(&url).await.unwrap();
    until_accepted(&replay).await;
    cut.notify_one();
    until_refused(&replay).await;
    until_accepted(&replay).await;
    proxied.abort();
}

#[tokio::test]
async fn a_server_that_hangs_is_an_error_within_a_second_for_everybody() {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let known = fresh();
    assert_eq!(admit(&replay, &known).await, Admission::First);
    for _ in 0..2 {
        server.pause().unwrap();
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..500 {
            let answer = replay.admit(&signed_at(now()));
            asked.spawn(async move {
                let begin = Instant::now();
                (answer.await, begin.elapsed())
            });
        }
        for (answer, took) in asked.join_all().await {
            assert!(answer.is_err(), "{answer:?}");
            assert!(took < Duration::from_secs(1), "{answer:?} after {took:?}");
        }
        until_refused(&replay).await;
        server.go_on().unwrap();
        until_accepted(&replay).await;
        // It has lost nothing.
        assert_eq!(admit(&replay, &known).await, Admission::Repeated);
    }
}

/// What became of a request, and how long that took.
type Asked = (Sighting, Option<Admission>, Duration);

/// Asks about new requests without a pause, until told to stop.
async fn ask_on(
    replay: Replay,
    stop: Arc<AtomicBool>,
    failed: Arc<AtomicUsize>,
    first: Arc<AtomicUsize>,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    while !stop.load(SeqCst) {
        let (request, begin) = (signed_at(now()), Instant::now());
        let answer = replay.admit(&request).await.ok();
        match answer {
            Some(Admission::First) => first.fetch_add(1, SeqCst),
            Some(_) => 0,
            None => failed.fetch_add(1, SeqCst),
        };
        asked.push((request, answer, begin.elapsed()));
        tokio::task::yield_now().await;
    }
    asked
}

/// Waits until the counter is that much further.
async fn until_more(counter: &AtomicUsize, more: usize) {
    let goal = counter.load(SeqCst) + more;
    let reached = async {
        while counter.load(SeqCst) < goal {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    crate::support::within(reached).await;
}

/// Under load, the server is stopped, goes on, is killed and comes back empty. Every answer comes within a second, and
/// nothing that was accepted is accepted again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_load_no_outage_makes_an_answer_late_or_lets_a_copy_in() {
    let mut server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let (stop, failed, first) =
        (Arc::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let askers: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(ask_on(replay.clone(), Arc::clone(&stop), Arc::clone(&failed), Arc::clone(&first)))
        })
        .collect();
    for _ in 0..2 {
        until_more(&first, 200).await;
        server.pause().unwrap();
        until_more(&failed, 30).await;
        server.go_on().unwrap();
        until_more(&first, 200).await;
        server.kill();
        until_more(&failed, 30).await;
        server.restart().unwrap();
        until_more(&first, 200).await;
    }
    stop.store(true, SeqCst);
    for asker in askers {
        for (request, answer, took) in asker.await.unwrap() {
            assert!(took < Duration::from_secs(1), "{answer:?} after {took:?}");
            let again = admit(&replay, &request).await;
            if answer == Some(Admission::First) {
                assert_ne!(again, Admission::First, "{request:?}");
            }
            assert_ne!(admit(&replay, &request).await, Admission::First, "{request:?}");
        }
    }
}

#[tokio::test]
async fn a_server_without_memory_is_full_and_says_so() {
    let server =
        servers::Redis::start(&["--maxmemory", "100mb", "--maxmemory-policy", "noeviction"]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    let known = fresh();
    assert_eq!(admit(&replay, &known).await, Admission::First);
    command(&server, &["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(admit(&replay, &fresh()).await, Admission::Full);
    assert_ne!(admit(&replay, &known).await, Admission::First);
    command(&server, &["CONFIG", "SET", "maxmemory", "100mb"]);
    assert_eq!(admit(&replay, &fresh()).await, Admission::First);
    assert_eq!(admit(&replay, &known).await, Admission::Repeated);
}

#[tokio::test]
async fn a_server_that_was_set_to_evict_is_noticed_at_the_next_connection() {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    command(&server, &["CONFIG", "SET", "maxmemory-policy", "allkeys-random"]);
    command(&server, &["CLIENT", "KILL", "TYPE", "normal"]);
    until_refused_for(&replay, "`allkeys-random`").await;
    command(&server, &["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    until_accepted(&replay).await;
}

#[tokio::test]
async fn a_server_that_became_a_replica_is_left_alone() {
    let server = servers::Redis::start(&[]).unwrap();
    let replay = Replay::redis(&server.url()).await.unwrap();
    until_accepted(&replay).await;
    let port = servers::free_port().unwrap().to_string();
    command(&server, &["REPLICAOF", "127.0.0.1", &port]);
    // First the server says that it is read-only; then it has been looked at again.
    until_refused_for(&replay, "is a replica").await;
    command(&server, &["REPLICAOF", "NO", "ONE"]);
    until_accepted(&replay).await;
}

#[tokio::test]
async fn a_clock_that_steps_back_makes_nothing_new_that_has_left_the_server() {
    let server = servers::Redis::start(&[]).unwrap();
    let settings = RedisReplay::new(&server.url()).unwrap().with_clock_skew(Duration::ZERO);
    let replay = settings.connect().await.unwrap();
    let mut short = fresh();
    short.until = UnixMillis(short.now.0 + 100);
    assert_eq!(admit(&replay, &short).await, Admission::First);
    let mut much_later = signed_at(UnixMillis(short.now.0 + 3_600_000));
    much_later.now = much_later.signed_at;
    assert_eq!(admit(&replay, &much_later).await, Admission::First);
    let mut direct = direct(&server);
    let key = format!("marketplace:replay:{}", const_hex::encode(short.mac));
    let gone = async {
        while ::redis::cmd("EXISTS").arg(&key).query::<u64>(&mut direct).unwrap() == 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    crate::support::within(gone).await;
    assert_eq!(admit(&replay, &short).await, Admission::TooOld);
}

#[test]
fn a_store_whose_runtime_has_ended_says_so() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = servers::Redis::start(&[]).unwrap();
    let replay = runtime().block_on(Replay::redis(&server.url())).unwrap();
    let error = runtime().block_on(replay.admit(&fresh())).unwrap_err();
    assert!(super::words(&error).contains("the runtime"), "{error:?}");
}

#[tokio::test]
async fn a_store_that_is_dropped_leaves_no_connection() {
    let server = servers::Redis::start(&[]).unwrap();
    let mut direct = direct(&server);
    let mut clients = || {
        let list: String = ::redis::cmd("CLIENT").arg("LIST").query(&mut direct).unwrap();
        list.lines().count()
    };
    let replay = Replay::redis(&server.url()).await.unwrap();
    let clone = replay.clone();
    drop(replay);
    until_accepted(&clone).await;
    assert_eq!(clients(), 2);
    drop(clone);
    let gone = async {
        while clients() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    crate::support::within(gone).await;
}
