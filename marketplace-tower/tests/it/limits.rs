//! Bodies that are too long or too slow, on the library's own server: refused, and little memory is spent on them.

use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use marketplace_tower::server::Server;
use marketplace_tower::{AccessKey, Layer, MarketplaceBody, MarketplaceLayer, Replay, UnixMillis};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::service_fn;

use crate::support::signing::Call;
use crate::support::tcp::{Client, Raw};
use crate::support::{KEY, NOW, within};

const BODY: &str = r#"{"activity":"queryInstance","instanceId":"i-1"}"#;
const MIB: usize = 1 << 20;
const CHUNK: usize = 64 * 1024;
const LONG: usize = 64 * MIB;
/// Nobody who reads so much has a limit.
const ENDLESS: usize = 256 * MIB;

/// Serves a layer, set by the test, over a service that answers `{}`.
async fn serve(set: impl FnOnce(MarketplaceLayer) -> MarketplaceLayer) -> SocketAddr {
    let layer = MarketplaceLayer::new(AccessKey::new(KEY).unwrap(), Replay::memory());
    let layer = set(layer.with_test_clock(|| UnixMillis(NOW)));
    let inner = service_fn(|_: Request<MarketplaceBody<Body>>| ready(Ok(Response::new(Body::from("{}")))));
    let app = Router::new().fallback_service(layer.layer(inner));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Server::new().with_shutdown(std::future::pending()).serve(listener, app));
    address
}

fn head(call: &Call, headers: &str) -> String {
    format!("POST {} HTTP/1.1\r\nHost: shop\r\n{headers}\r\n\r\n", call.target())
}

/// A call that is made as it should be.
async fn honest_call(address: SocketAddr) {
    let call = Call::new(BODY);
    let mut client = Client::connect(address).await;
    client.send(head(&call, &format!("Content-Length: {}", BODY.len()))).await;
    client.send(BODY).await;
    let answer = client.answer(false).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert!(answer.is_exactly_signed_by(KEY));
}

/// Sends a head and then pieces of a body until the other side has had enough, and reads what it says meanwhile.
async fn flood(
    address: SocketAddr,
    head: String,
    mut next: impl FnMut() -> Option<Vec<u8>> + Send + 'static,
) -> Raw {
    let mut client = Client::connect(address).await;
    client.send(head).await;
    let (mut reader, mut writer) = client.stream.into_split();
    let flood = async move {
        while let Some(piece) = next() {
            if writer.write_all(&piece).await.is_err() {
                return;
            }
        }
        // Open until the answer is there, as one who expects it leaves it.
        std::future::pending().await
    };
    let answer = async {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") && reader.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {}
        bytes
    };
    let flood = tokio::spawn(flood);
    let bytes = within(answer).await;
    flood.abort();
    Raw::parse(&bytes)
}

/// The same piece again and again, until so many bytes of it were sent.
fn pieces(total: usize, piece: Vec<u8>) -> impl FnMut() -> Option<Vec<u8>> + Send + 'static {
    let mut left = total / CHUNK;
    move || {
        left = left.checked_sub(1)?;
        Some(piece.clone())
    }
}

fn endless_chunks() -> impl FnMut() -> Option<Vec<u8>> + Send + 'static {
    pieces(ENDLESS, format!("{CHUNK:x}\r\n{}\r\n", "x".repeat(CHUNK)).into_bytes())
}

fn assert_too_long(answer: &Raw) {
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.is_exactly_signed_by(KEY), "{answer:?}");
    assert!(answer.text().contains("000002"), "{answer:?}");
}

/// The most memory that this process ever had, and what it has now, in bytes.
#[cfg(target_os = "linux")]
fn memory() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
    };
    (field("VmHWM:"), field("VmRSS:"))
}

/// Runs this one test in a process of its own, where no other test uses memory. True in that process.
#[cfg(target_os = "linux")]
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "MARKETPLACE_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let own = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("limits::{test}"), "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&own.stdout);
    assert!(
        own.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&own.stderr)
    );
    false
}

#[cfg(target_os = "linux")]
#[test]
fn long_and_endless_bodies_cost_little_memory() {
    if !is_alone("long_and_endless_bodies_cost_little_memory") {
        return;
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let address = serve(|layer| layer).await;
        honest_call(address).await;
        let (_, before) = memory();
        // Announced; not announced; and with a signature that nobody checks before the length.
        for query_is_right in [true, false] {
            let mut call = Call::new(BODY);
            if !query_is_right {
                call = call.with_timestamp("1");
            }
            let announced = head(&call, &format!("Content-Length: {LONG}"));
            let answer = flood(address, announced, pieces(LONG, vec![b'x'; CHUNK])).await;
            assert_eq!(answer.status, if query_is_right { 413 } else { 200 });
            let chunked = head(&call, "Transfer-Encoding: chunked");
            let answer = flood(address, chunked, endless_chunks()).await;
            assert_eq!(answer.status, if query_is_right { 413 } else { 200 });
        }
        honest_call(address).await;
        let (most, _) = memory();
        assert!(most - before < 16 * MIB, "{} KiB more", (most - before) / 1024);
    });
}

#[tokio::test]
async fn a_long_body_is_refused_while_it_is_still_being_sent() {
    let address = serve(|layer| layer).await;
    let call = Call::new(BODY);
    let announced = head(&call, &format!("Content-Length: {LONG}"));
    assert_too_long(&flood(address, announced, pieces(LONG, vec![b'x'; CHUNK])).await);
    honest_call(address).await;
}

#[tokio::test]
async fn an_endless_body_is_refused() {
    let address = serve(|layer| layer).await;
    let chunked = head(&Call::new(BODY), "Transfer-Encoding: chunked");
    assert_too_long(&flood(address, chunked, endless_chunks()).await);
    honest_call(address).await;
}

#[tokio::test]
async fn whoever_asks_before_sending_too_much_is_told_at_once() {
    let address = serve(|layer| layer).await;
    let mut client = Client::connect(address).await;
    let headers = format!("Expect: 100-continue\r\nContent-Length: {LONG}");
    client.send(head(&Call::new(BODY), &headers)).await;
    // Not 100, and no byte of the body was sent.
    assert_too_long(&client.answer(false).await);
}

#[tokio::test]
async fn a_body_that_dribbles_is_cut_off() {
    let address = serve(|layer| layer.with_body_deadline(Duration::from_millis(50))).await;
    for headers in ["Content-Length: 100000", "Transfer-Encoding: chunked"] {
        let client = Client::connect(address).await;
        let (mut reader, mut writer) = client.stream.into_split();
        writer.write_all(head(&Call::new(BODY), headers).as_bytes()).await.unwrap();
        // Each byte sooner than the deadline, all of them never.
        let dribble = tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_millis(5));
            let bytes = if headers.starts_with("Content") { "x" } else { "1\r\nx\r\n" };
            while writer.write_all(bytes.as_bytes()).await.is_ok() {
                beat.tick().await;
            }
        });
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") {
            assert_ne!(within(reader.read_buf(&mut bytes)).await.unwrap(), 0, "closed without an answer");
        }
        let answer = Raw::parse(&bytes);
        assert_eq!(answer.status, 408, "{answer:?}");
        assert!(answer.is_exactly_signed_by(KEY), "{answer:?}");
        // And then the connection is closed, although the sender goes on.
        within(dribble).await.unwrap();
    }
    honest_call(address).await;
}

#[tokio::test]
async fn slow_callers_do_not_hold_up_others() {
    let address = serve(|layer| layer.with_body_deadline(Duration::from_secs(3600))).await;
    let mut slow = JoinSet::new();
    for number in 0..200 {
        slow.spawn(async move {
            let mut client = Client::connect(address).await;
            let headers = "Expect: 100-continue\r\nContent-Length: 1000";
            client.send(head(&Call::new(BODY), headers)).await;
            // The layer waits for the body from now on.
            assert_eq!(client.answer(false).await.status, 100);
            client.send(&BODY[..number % BODY.len()]).await;
            client
        });
    }
    let slow = slow.join_all().await;
    for _ in 0..10 {
        honest_call(address).await;
    }
    assert_eq!(slow.iter().filter(|client| client.is_silent()).count(), 200);
}
