//! Raw bytes over TCP. Where a test waits, it waits for an event: an answer, an end of stream, a result. The limit in
//! [`within`] is for a behaviour that is missing, not part of any.

use std::convert::Infallible;
use std::future::{Ready, pending, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderName, HeaderValue, Request, StatusCode};
use marketplace_tower::server::{Server, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tower_service::Service;

const GET: &str = "GET /signed HTTP/1.1\r\nHost: shop\r\n\r\n";
const GET_AND_CLOSE: &str = "GET /signed HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
const SOON: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::MAX;

// ---- spelling ----

#[tokio::test]
async fn writes_body_sign_exactly_whatever_the_request() {
    let server = Running::start(Server::new(), app());
    let post = "POST /signed HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}";
    let chunked =
        "POST /signed HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let pipelined = format!("{post}{chunked}{GET_AND_CLOSE}");
    for (turns, count) in [
        (&[GET_AND_CLOSE][..], 1),
        (&["GET /signed HTTP/1.0\r\n\r\n"], 1),
        (&["GET /signed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /signed HTTP/1.0\r\n\r\n"], 2),
        (&[GET, post, chunked, GET_AND_CLOSE], 4),
        (&["HEAD /signed HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"], 1),
        (&["GET /refused HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"], 1),
        (&[&pipelined], 3),
    ] {
        let mut client = server.connect().await;
        let (last, first) = turns.split_last().unwrap();
        let mut answer = String::new();
        for turn in first {
            answer += &client.ask(turn).await;
        }
        client.send(last).await;
        answer += &client.rest().await;
        assert_eq!(answer.matches("HTTP/1.").count(), count, "{answer}");
        assert_eq!(answer.matches("\r\nBody-Sign: x\r\n").count(), count, "{answer}");
    }
}

#[tokio::test]
async fn answers_what_is_not_http_itself_and_unsigned() {
    let server = Running::start(Server::new(), app());
    let too_long = format!("GET /signed HTTP/1.1\r\nHost: shop\r\nX: {}\r\n\r\n", "x".repeat(70_000));
    for (request, status) in [("GET /signed HTTP/1.1\r\nno colon\r\n\r\n", "400"), (&too_long, "431")] {
        let mut client = server.connect().await;
        client.send(request).await;
        let answer = client.rest().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(!answer.contains("Body-Sign"), "{answer}");
    }
}

#[tokio::test]
async fn does_not_speak_http_2() {
    let server = Running::start(Server::new(), app());
    let mut client = server.connect().await;
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert_eq!(client.rest().await, "");
}

// ---- deadlines ----

#[tokio::test]
async fn cuts_a_client_that_says_nothing() {
    let server = Running::start(Server::new().with_header_deadline(SOON).with_keep_alive_idle(NEVER), app());
    server.connect().await.expect_close().await;
}

#[tokio::test]
async fn cuts_a_client_that_dribbles_its_first_head() {
    let server = Running::start(Server::new().with_header_deadline(SOON).with_keep_alive_idle(NEVER), app());
    server.connect().await.expect_close_while_dribbling().await;
}

#[tokio::test]
async fn cuts_a_client_that_dribbles_a_later_head() {
    let server = Running::start(Server::new().with_header_deadline(SOON).with_keep_alive_idle(NEVER), app());
    let mut client = server.connect().await;
    client.ask(GET).await;
    client.expect_close_while_dribbling().await;
}

#[tokio::test]
async fn cuts_a_client_that_stops_in_a_later_head() {
    let server = Running::start(Server::new().with_header_deadline(SOON).with_keep_alive_idle(NEVER), app());
    let mut client = server.connect().await;
    client.ask(GET).await;
    client.send("GET ").await;
    client.expect_close().await;
}

#[tokio::test]
async fn lets_an_idle_client_be_idle_for_longer_than_a_head_may_take() {
    let server = Running::start(Server::new().with_header_deadline(SOON).with_keep_alive_idle(NEVER), app());
    let mut idle = server.connect().await;
    idle.ask("POST /signed HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}").await;
    // This one is the clock: when it has been cut, `idle` has been idle for longer than that.
    server.connect().await.expect_close().await;
    assert!(idle.ask(GET).await.contains("200 OK"));
}

#[tokio::test]
async fn closes_an_idle_client_in_the_end() {
    let server = Running::start(Server::new().with_header_deadline(NEVER).with_keep_alive_idle(SOON), app());
    let mut client = server.connect().await;
    client.ask(GET).await;
    client.expect_close().await;
}

#[tokio::test]
async fn gives_up_on_a_client_that_does_not_take_its_answer() {
    // The answer fits into no socket buffer. The limit of one connection tells when this one has been given up.
    let server = Running::start(Server::new().with_write_stall(SOON).with_max_connections(1), app());
    let mut stalled = server.connect().await;
    stalled.send("GET /large HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    let mut next = server.connect().await;
    assert!(next.ask(GET).await.contains("200 OK"));
}

#[tokio::test]
async fn a_large_answer_reaches_a_client_that_takes_it() {
    let server = Running::start(Server::new(), app());
    let mut client = server.connect().await;
    client.send("GET /large HTTP/1.0\r\n\r\n").await;
    assert!(client.rest().await.len() > LARGE);
}

// ---- connections ----

#[tokio::test]
async fn waits_with_further_clients_while_the_limit_is_reached() {
    let server = Running::start(Server::new().with_max_connections(1), app());
    let mut first = server.connect().await;
    first.ask(GET).await;
    let mut second = server.connect().await;
    second.send(GET).await;
    for _ in 0..100 {
        first.ask(GET).await;
    }
    let silent = second.0.try_read(&mut [0]).unwrap_err();
    assert_eq!(silent.kind(), io::ErrorKind::WouldBlock);

    drop(first);
    assert!(second.answer().await.contains("200 OK"));
}

#[tokio::test]
async fn a_panicking_service_closes_only_its_own_connection() {
    let server = Running::start(Server::new(), app());
    let mut other = server.connect().await;
    other.ask(GET).await;

    let mut unlucky = server.connect().await;
    unlucky.send("GET /panic HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    unlucky.expect_close().await;

    assert!(other.ask(GET).await.contains("200 OK"));
    assert!(server.connect().await.ask(GET).await.contains("200 OK"));
}

#[tokio::test]
async fn a_failing_service_closes_only_its_own_connection() {
    let server = Running::start(Server::new(), Picky { ready: false, fails: true });
    for _ in 0..2 {
        let mut client = server.connect().await;
        client.send(GET).await;
        client.expect_close().await;
    }
}

#[tokio::test]
async fn calls_no_service_that_is_not_ready() {
    let server = Running::start(Server::new(), Picky { ready: false, fails: false });
    let mut client = server.connect().await;
    for _ in 0..3 {
        assert!(client.ask(GET).await.contains("200 OK"));
    }
}

// ---- early answers ----

#[tokio::test]
async fn a_client_that_is_still_sending_sees_the_early_answer() {
    let server = Running::start(Server::new(), app());
    let length = 16 * 1024 * 1024;
    let head = format!("POST /refused HTTP/1.1\r\nHost: shop\r\nContent-Length: {length}\r\n\r\n");
    let mut client = server.connect().await;
    client.send(&head).await;
    client.send(&"x".repeat(length)).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{}"), "{answer}");
}

#[tokio::test]
async fn a_client_that_never_stops_sending_is_cut() {
    let server = Running::start(Server::new(), app());
    let mut client = server.connect().await;
    client.send("POST /refused HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    within(async { while client.0.write_all(chunk.as_bytes()).await.is_ok() {} }).await;
}

#[tokio::test]
async fn a_client_that_neither_sends_nor_closes_after_its_answer_is_cut() {
    let server = Running::start(Server::new().with_max_connections(1), app());
    let mut first = server.connect().await;
    first.send(GET_AND_CLOSE).await;
    first.rest().await;
    // `first` is still open at its own end.
    assert!(server.connect().await.ask(GET).await.contains("200 OK"));
    drop(first);
}

// ---- the end ----

#[tokio::test]
async fn the_drain_finishes_what_is_in_flight_and_refuses_what_is_new() {
    let (gate, app) = gated();
    let server = Running::start(Server::new().with_drain_deadline(NEVER), app);
    let mut idle = server.connect().await;
    idle.ask(GET).await;
    let silent = server.connect().await;
    let mut busy = server.connect().await;
    busy.send("GET /gate HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    let mut gate = gate;
    within(gate.entered.recv()).await.unwrap();

    server.stop.send(()).unwrap();
    idle.expect_close().await;
    silent.expect_close().await;
    assert_eq!(
        TcpStream::connect(server.address).await.unwrap_err().kind(),
        io::ErrorKind::ConnectionRefused
    );
    assert!(!server.task.is_finished());

    gate.open.add_permits(1);
    let answer = busy.rest().await;
    assert!(answer.contains("200 OK"), "{answer}");
    assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    drop(busy);
    within(server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_drain_ends_at_its_deadline() {
    let (mut gate, app) = gated();
    let server = Running::start(Server::new().with_drain_deadline(SOON), app);
    let mut busy = server.connect().await;
    busy.send("GET /gate HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    within(gate.entered.recv()).await.unwrap();

    server.stop.send(()).unwrap();
    within(server.task).await.unwrap().unwrap();
    busy.expect_close().await;
}

#[tokio::test]
async fn dropping_the_future_closes_every_connection() {
    let (mut gate, app) = gated();
    let server = Running::start(Server::new(), app);
    let mut idle = server.connect().await;
    idle.ask(GET).await;
    let mut busy = server.connect().await;
    busy.send("GET /gate HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    within(gate.entered.recv()).await.unwrap();

    server.task.abort();
    idle.expect_close().await;
    busy.expect_close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn stops_by_default_at_sigterm_and_ctrl_c() {
    for signal in ["-TERM", "-INT"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { serve(listener, app()).await });
        // Once it answers it has listened to the signals, too.
        Client::connect(address).await.ask(GET).await;
        let status =
            std::process::Command::new("kill").args([signal, &std::process::id().to_string()]).status();
        assert!(status.unwrap().success());
        within(task).await.unwrap().unwrap();
    }
}

// ---- what the tests talk to ----

const LARGE: usize = 64 * 1024 * 1024;

fn app() -> Router {
    Router::new()
        .route("/signed", any(async |_: Bytes| signed(StatusCode::OK)))
        // Does not read the body of the request.
        .route("/refused", any(async || signed(StatusCode::PAYLOAD_TOO_LARGE)))
        .route("/large", any(async || Bytes::from(vec![b'x'; LARGE])))
        .route("/panic", any(panics))
}

async fn panics() -> StatusCode {
    panic!("as the test wants it");
}

fn signed(status: StatusCode) -> Response {
    let header = (HeaderName::from_static("body-sign"), HeaderValue::from_static("x"));
    (status, [header], "{}").into_response()
}

/// Holds the requests to `/gate`.
struct Gate {
    entered: mpsc::UnboundedReceiver<()>,
    open: Arc<Semaphore>,
}

fn gated() -> (Gate, Router) {
    let (enter, entered) = mpsc::unbounded_channel();
    let open = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&open);
    let handler = async move || {
        enter.send(()).unwrap();
        gate.acquire().await.unwrap().forget();
        "through"
    };
    (Gate { entered, open }, app().route("/gate", any(handler)))
}

/// Insists on being asked whether it is ready, each clone anew.
struct Picky {
    ready: bool,
    fails: bool,
}

impl Clone for Picky {
    fn clone(&self) -> Self {
        Self { ready: false, fails: self.fails }
    }
}

impl Service<Request<hyper::body::Incoming>> for Picky {
    type Response = http::Response<Body>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.ready {
            self.ready = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<hyper::body::Incoming>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called before it was ready");
        ready(if self.fails {
            Err(io::Error::other("as the test wants it"))
        } else {
            Ok(http::Response::new(Body::from("{}")))
        })
    }
}

/// A server in a task of its own, that listens to `stop` and not to signals.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    fn start<S, E>(server: Server, service: S) -> Self
    where
        S: Service<Request<hyper::body::Incoming>, Response = http::Response<Body>, Error = E>
            + Clone
            + Send
            + 'static,
        S::Future: Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = server.with_shutdown(async {
            if stopped.await.is_err() {
                pending::<Infallible>().await;
            }
        });
        Self { address, stop, task: tokio::spawn(server.serve(listener, service)) }
    }

    async fn connect(&self) -> Client {
        Client::connect(self.address).await
    }
}

struct Client(TcpStream);

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self(within(TcpStream::connect(address)).await.unwrap())
    }

    async fn send(&mut self, request: &str) {
        within(self.0.write_all(request.as_bytes())).await.unwrap();
    }

    async fn ask(&mut self, request: &str) -> String {
        self.send(request).await;
        self.answer().await
    }

    /// One answer with the body `{}`.
    async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n{}") {
            assert_ne!(within(self.0.read_buf(&mut answer)).await.unwrap(), 0, "closed without an answer");
        }
        String::from_utf8(answer).unwrap()
    }

    async fn rest(&mut self) -> String {
        let mut answer = String::new();
        within(self.0.read_to_string(&mut answer)).await.unwrap();
        answer
    }

    async fn expect_close(mut self) {
        let read = within(self.0.read(&mut [0])).await;
        assert!(matches!(read, Ok(0)) || read.is_err(), "an answer instead of the end");
    }

    /// Sends a byte at a time, each sooner than any deadline, until the other side has had enough.
    async fn expect_close_while_dribbling(self) {
        let mut beat = tokio::time::interval(SOON / 10);
        let head = "GET /signed HTTP/1.1\r\nX: ".bytes().chain(std::iter::repeat(b'x'));
        let dribble = async {
            for byte in head {
                beat.tick().await;
                tokio::select! {
                    _ = self.0.readable() => break,
                    written = self.0.writable() => written.unwrap(),
                }
                if self.0.try_write(&[byte]).is_err() {
                    break;
                }
            }
        };
        within(dribble).await;
        self.expect_close().await;
    }
}

async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("the expected event did not happen")
}
