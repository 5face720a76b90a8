//! Which servers are taken.

use std::time::{Duration, Instant};

use marketplace_tower::{Admission, RedisReplay, Replay, UnusableRedis};

use super::{admit, command, direct, fresh, words};

/// Why it is not taken.
async fn refusal(url: &str) -> UnusableRedis {
    Replay::redis(url).await.expect_err("it was taken")
}

#[tokio::test]
async fn a_server_that_evicts_is_refused_unless_told() {
    for policy in ["allkeys-lru", "volatile-ttl"] {
        let server = servers::Redis::start(&["--maxmemory", "100mb", "--maxmemory-policy", policy]).unwrap();
        let error = refusal(&server.url()).await;
        assert!(
            matches!(&error, UnusableRedis::Evicts { policy: named, .. } if **named == *policy),
            "{error}"
        );
        let replay = RedisReplay::new(&server.url()).unwrap().dangerously_accept_eviction().connect().await;
        assert_eq!(admit(&replay.unwrap(), &fresh()).await, Admission::First);
    }
}

#[tokio::test]
async fn a_replica_is_refused() {
    let primary = servers::Redis::start(&[]).unwrap();
    let port = primary.port().to_string();
    let replica = servers::Redis::start(&["--replicaof", "127.0.0.1", &port]).unwrap();
    let error = refusal(&replica.url()).await;
    assert!(matches!(&error, UnusableRedis::Replica { role, .. } if **role == *"slave"), "{error}");
    Replay::redis(&primary.url()).await.unwrap();
}

#[tokio::test]
async fn a_cluster_is_refused() {
    let server = servers::Redis::start(&["--cluster-enabled", "yes"]).unwrap();
    let error = refusal(&server.url()).await;
    assert!(matches!(&error, UnusableRedis::NotAlone { mode, .. } if **mode == *"cluster"), "{error}");
}

#[tokio::test]
async fn only_the_right_password_opens_and_no_error_shows_one() {
    let server = servers::Redis::start(&["--requirepass", "open sesame"]).unwrap();
    let url = |login: &str| server.url().replace("redis://", &format!("redis://{login}"));
    for login in ["", ":canary-password@", "canary-user:canary-password@", "default:canary-password@"] {
        let error = refusal(&url(login)).await;
        assert!(matches!(&error, UnusableRedis::Denied { .. }), "{login} {error}");
        let shown = format!("{} {error:?}", words(&error));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains(&format!("127.0.0.1:{}", server.port())), "{shown}");
    }
    let right = RedisReplay::new(&url(":open%20sesame@")).unwrap();
    assert!(!format!("{right:?}").contains("sesame"), "{right:?}");
    let replay = right.connect().await.unwrap();
    assert!(!format!("{replay:?}").contains("sesame"), "{replay:?}");
    assert_eq!(admit(&replay, &fresh()).await, Admission::First);
}

#[tokio::test]
async fn a_user_with_the_documented_rights_is_enough_and_one_with_fewer_is_told() {
    let server = servers::Redis::start(&[]).unwrap();
    let rights = ["~marketplace:replay:*", "resetchannels", "-@all", "+set", "+info"];
    command(&server, &[&["ACL", "SETUSER", "shop", "on", ">pw"], &rights[..]].concat());
    command(&server, &["ACL", "SETUSER", "blind", "on", ">pw", "~*", "-@all", "+set"]);
    command(&server, &["ACL", "SETUSER", "elsewhere", "on", ">pw", "~other:*", "-@all", "+set", "+info"]);
    let url = |user: &str| server.url().replace("redis://", &format!("redis://{user}:pw@"));

    let replay = Replay::redis(&url("shop")).await.unwrap();
    let request = fresh();
    assert_eq!(admit(&replay, &request).await, Admission::First);
    assert_eq!(admit(&replay, &request).await, Admission::Repeated);
    let error = refusal(&url("blind")).await;
    assert!(matches!(&error, UnusableRedis::Denied { .. }), "{error}");
    let error = Replay::redis(&url("elsewhere")).await.unwrap().admit(&fresh()).await.unwrap_err();
    assert!(words(&error).contains("denies access (NOPERM"), "{}", words(&error));
}

#[tokio::test]
async fn nobody_there_and_nobody_who_answers_are_errors() {
    let port = servers::free_port().unwrap();
    let begin = Instant::now();
    let error = refusal(&format!("redis://127.0.0.1:{port}")).await;
    assert!(matches!(&error, UnusableRedis::Unreachable { .. }), "{error}");
    let server = servers::Redis::start(&[]).unwrap();
    server.pause().unwrap();
    let error = refusal(&server.url()).await;
    assert!(matches!(&error, UnusableRedis::Silent { .. }), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    server.go_on().unwrap();
}

#[tokio::test]
async fn a_request_is_a_key_that_expires_by_itself() {
    let server = servers::Redis::start(&[]).unwrap();
    let settings = RedisReplay::new(&server.url()).unwrap();
    let replay = settings
        .clone()
        .with_prefix("shop:")
        .with_clock_skew(Duration::from_secs(7))
        .connect()
        .await
        .unwrap();
    let elsewhere = settings.connect().await.unwrap();
    let request = fresh();
    assert_eq!(admit(&replay, &request).await, Admission::First);
    let key = format!("shop:{}", const_hex::encode(request.mac));
    let lives: u64 = ::redis::cmd("PTTL").arg(key).query(&mut direct(&server)).unwrap();
    let longest = request.until.0 - request.now.0 + 7000;
    assert!((longest - 5000..=longest).contains(&lives), "{lives} ms of {longest}");
    // Another prefix is another store.
    assert_eq!(admit(&elsewhere, &request).await, Admission::First);
}

#[tokio::test]
async fn a_socket_and_another_database_are_reached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redis.sock");
    let server = servers::Redis::start(&["--unixsocket", path.to_str().unwrap()]).unwrap();
    let replay = Replay::redis(&format!("unix://{}?db=3", path.display())).await.unwrap();
    assert_eq!(admit(&replay, &fresh()).await, Admission::First);
    let mut direct = direct(&server);
    ::redis::cmd("SELECT").arg(3).query::<::redis::Value>(&mut direct).unwrap();
    assert_eq!(::redis::cmd("DBSIZE").query::<u64>(&mut direct).unwrap(), 1);
}

#[tokio::test]
async fn tls_is_spoken_with_a_server_whose_certificate_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let port = servers::free_port().unwrap().to_string();
    let _server = servers::Redis::start(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        certificate.to_str().unwrap(),
        "--tls-key-file",
        key.to_str().unwrap(),
        "--tls-ca-cert-file",
        certificate.to_str().unwrap(),
        "--tls-auth-clients",
        "no",
    ])
    .unwrap();

    let url = format!("rediss://localhost:{port}");
    let settings = RedisReplay::new(&url).unwrap();
    let trusting = settings.clone().with_root_certificates(made.cert.pem().as_bytes()).unwrap();
    assert_eq!(admit(&trusting.connect().await.unwrap(), &fresh()).await, Admission::First);
    // Nobody that browsers trust has signed it, and it is for another name.
    for untrusted in [settings, RedisReplay::new(&format!("rediss://127.0.0.1:{port}")).unwrap()] {
        let error = untrusted.connect().await.unwrap_err();
        assert!(matches!(&error, UnusableRedis::Unreachable { .. }), "{error}");
        assert!(words(&error).contains("certificate"), "{}", words(&error));
    }
    let error = RedisReplay::new(&url).unwrap().with_root_certificates(b"no PEM").unwrap_err();
    assert!(matches!(error, UnusableRedis::Certificate(_)), "{error}");
}
