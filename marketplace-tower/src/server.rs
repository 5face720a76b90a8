//! An HTTP/1.1 server for a seller's endpoint: exact header case, deadlines, a bound on connections, a graceful drain.
//!
//! [`serve`] is what most programs need:
//!
//! ```no_run
//! # async fn example(app: impl tower_service::Service<
//! #     http::Request<hyper::body::Incoming>,
//! #     Response = http::Response<http_body_util::Full<bytes::Bytes>>,
//! #     Error = std::convert::Infallible,
//! #     Future: Send,
//! # > + Clone + Send + 'static) -> std::io::Result<()> {
//! let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
//! marketplace_tower::server::serve(listener, app).await?;
//! # Ok(()) }
//! ```
//!
//! `app` is an `axum::Router`, or any other tower service that takes `Request<hyper::body::Incoming>`.
//!
//! # What it adds to `axum::serve`
//!
//! - Header names are written in title case (`Body-Sign`), for every route, with or without the marketplace layer.
//! - A request's head has to arrive within a deadline, an idle connection is closed, and so is one whose client does not
//!   take its answer. A head is at most 64 KiB long.
//! - The number of connections is bounded. A failing `accept` (no file descriptors left) is retried, more and more slowly.
//! - On SIGTERM or ctrl-c what is in flight is finished, within a deadline.
//! - A service may answer without having read the request's body. The rest of that body is then taken and thrown away
//!   for a moment, because closing a socket with unread bytes makes the kernel send a reset, which can destroy the answer
//!   before the client has seen it.
//! - Dropping the future of [`Server::serve`] closes every connection.
//!
//! # What it leaves to others
//!
//! - **The body of a request.** Whoever reads the body bounds its length and its time. The marketplace layer does, for its
//!   routes; give the others such layers as `tower_http::timeout::RequestBodyTimeoutLayer`.
//! - **The time that a service takes**, and panics: a service that panics closes its connection without an answer, and no
//!   other. Put a catching layer *inside* the marketplace layer to have an answer, and have it signed.
//! - **Clients that leave.** One that closes the connection, or only its sending side, before it has its answer is taken for
//!   gone: its request's future is dropped, wherever it is. What must be finished belongs into a task of its own.
//! - **TLS, HTTP/2 and upgrades** (WebSocket). HTTP/2 cannot carry `Body-Sign`; put TLS into the proxy in front.
//!
//! # Answers without `Body-Sign`
//!
//! What is not HTTP never becomes a request, so no service sees it and nothing is signed: hyper itself answers 400 to a
//! malformed head and 431 to one that is too long or has more than 100 fields, and closes. KooGallery sends no such requests.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout};
use tower_service::Service;
use tracing::{Instrument, debug_span, error, info, warn};

use self::connection::converse;
use self::queue::{Accept, Queue};
use self::shutdown::Shutdown;

mod connection;
mod head_timer;
mod queue;
mod shutdown;
mod wire;

/// Nobody waits for longer; and adding more to the clock could overflow it.
const MAX_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long aborted connections may take to be gone. They take no time unless a service blocks its thread.
const ABORT_GRACE: Duration = Duration::from_secs(1);

/// Serves HTTP/1.1 with the defaults of [`Server`], until SIGTERM or ctrl-c and the drain that follows.
///
/// # Errors
///
/// Those of [`Server::serve`].
pub fn serve<S, B>(listener: TcpListener, service: S) -> impl Future<Output = io::Result<()>>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    Server::new().serve(listener, service)
}

/// An HTTP/1.1 server with other deadlines and bounds than those of [`serve`].
///
/// ```no_run
/// # async fn example(app: impl tower_service::Service<
/// #     http::Request<hyper::body::Incoming>,
/// #     Response = http::Response<http_body_util::Full<bytes::Bytes>>,
/// #     Error = std::convert::Infallible,
/// #     Future: Send,
/// # > + Clone + Send + 'static) -> std::io::Result<()> {
/// use std::time::Duration;
/// use marketplace_tower::server::Server;
///
/// let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
/// Server::new().with_drain_deadline(Duration::from_secs(10)).serve(listener, app).await?;
/// # Ok(()) }
/// ```
///
/// A deadline longer than a year counts as a year.
#[derive(Debug)]
#[must_use = "a server does nothing until `serve` is called and awaited"]
pub struct Server {
    limits: Limits,
    max_connections: usize,
    drain_deadline: Duration,
    shutdown: Shutdown,
}

/// What each connection has to know.
#[derive(Clone, Copy, Debug)]
struct Limits {
    header_deadline: Duration,
    keep_alive_idle: Duration,
    write_stall: Duration,
}

impl Server {
    /// A server with the defaults, which suit an endpoint on the open internet as well as one behind a proxy.
    pub fn new() -> Self {
        let limits = Limits {
            header_deadline: Duration::from_secs(10),
            keep_alive_idle: Duration::from_secs(60),
            write_stall: Duration::from_secs(30),
        };
        Self {
            limits,
            max_connections: 4096,
            drain_deadline: Duration::from_secs(30),
            shutdown: Shutdown(None),
        }
    }

    /// How long the head of a request (request line and headers) may take to arrive, from its first byte to its last, and
    /// a new connection until it has sent its first head. Default: 10 s. Whoever is slower is closed without an answer.
    pub fn with_header_deadline(mut self, deadline: Duration) -> Self {
        self.limits.header_deadline = deadline.min(MAX_DEADLINE);
        self
    }

    /// How long a connection may be idle after an answer, until the first byte of its next request. Default: 60 s. Behind
    /// a proxy this has to be longer than the proxy's own, or a request may meet a connection that is just being closed.
    pub fn with_keep_alive_idle(mut self, idle: Duration) -> Self {
        self.limits.keep_alive_idle = idle.min(MAX_DEADLINE);
        self
    }

    /// How long a client may leave its answer lying without taking a single byte of it. Default: 30 s. Counted anew after
    /// each byte that went through, so a large answer to a slow client gets through.
    pub fn with_write_stall(mut self, stall: Duration) -> Self {
        self.limits.write_stall = stall.min(MAX_DEADLINE);
        self
    }

    /// How many connections may be open at once. Default: 4096; 0 counts as 1. When they are, further clients wait in
    /// the queue of the operating system until one closes. Each takes a file descriptor, so keep it below `ulimit -n`, and
    /// 10 to 20 KiB of memory (measured, besides what the service holds).
    pub fn with_max_connections(mut self, max: usize) -> Self {
        self.max_connections = max.max(1);
        self
    }

    /// How long requests in flight may take to end after the shutdown began; then they are cut off. Default: 30 s. Has to
    /// be shorter than the patience of whoever stops the process (Kubernetes: `terminationGracePeriodSeconds`).
    pub fn with_drain_deadline(mut self, deadline: Duration) -> Self {
        self.drain_deadline = deadline.min(MAX_DEADLINE);
        self
    }

    /// What begins the shutdown. Default: SIGTERM (on Unix) or ctrl-c, whichever comes first. With a future of your own
    /// the server leaves the signals alone; `std::future::pending()` never stops.
    pub fn with_shutdown<F>(mut self, shutdown: F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.shutdown = Shutdown(Some(Box::pin(shutdown)));
        self
    }

    /// Accepts connections and serves them until the shutdown begins, then closes the listener, tells every connection to
    /// end after the request that it is at, and waits for them up to the drain deadline.
    ///
    /// The signals are listened to from this call on, not from the first poll: who prints a line when the server is ready
    /// can be sent SIGTERM at once. So this has to be called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the signals cannot be listened to, before anything is accepted. Nothing that happens later ends the server:
    /// a failing `accept` is logged and tried again, a failing connection is logged.
    pub fn serve<S, B>(mut self, listener: TcpListener, service: S) -> impl Future<Output = io::Result<()>>
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let shutdown = self.shutdown.or_signals();
        self.shutdown = Shutdown(None);
        async move {
            self.shutdown = Shutdown(Some(shutdown?));
            self.serve_from(listener, service).await
        }
    }

    async fn serve_from<A, S, B>(self, acceptor: A, service: S) -> io::Result<()>
    where
        A: Accept,
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let Self { limits, max_connections, drain_deadline, shutdown } = self;
        let mut shutdown = shutdown.or_signals()?;
        let mut queue = Queue::new(acceptor);
        // The connections see the end of this channel when it is dropped; nothing is ever sent through it.
        let (serving, drain) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut at_the_limit = LogSometimes::default();

        info!("serving HTTP/1.1");
        loop {
            if connections.len() >= max_connections && at_the_limit.is_due() {
                warn!(max_connections, "the limit of connections is reached, further clients have to wait");
            }
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(ended) = connections.join_next(), if !connections.is_empty() => log_end(&ended),
                accepted = queue.next(), if connections.len() < max_connections => {
                    if let Some((stream, peer)) = accepted {
                        let conversation = converse(stream, service.clone(), limits, drain.clone());
                        connections.spawn(conversation.instrument(debug_span!("connection", %peer)));
                    }
                }
            }
        }

        drop(queue);
        drop(serving);
        info!(connections = connections.len(), "shutting down");
        if timeout(drain_deadline, join_all(&mut connections)).await.is_err() {
            warn!(connections = connections.len(), "the drain deadline has passed, closing what is left");
            connections.abort_all();
            // A service that blocks its thread cannot be aborted, and must not keep the program from ending.
            let _ = timeout(ABORT_GRACE, join_all(&mut connections)).await;
        }
        Ok(())
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

async fn join_all(connections: &mut JoinSet<()>) {
    while let Some(ended) = connections.join_next().await {
        log_end(&ended);
    }
}

fn log_end(ended: &Result<(), JoinError>) {
    // The panic's own words are not repeated: the panic hook has had them, and nobody knows what they hold.
    if ended.as_ref().is_err_and(JoinError::is_panic) {
        error!("the service panicked, its connection is closed without an answer");
    }
}

/// Keeps what can happen thousands of times a second from filling the log: once a minute is enough.
#[derive(Default)]
struct LogSometimes {
    last: Option<Instant>,
}

impl LogSometimes {
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let due = self.last.is_none_or(|last| now.duration_since(last) >= Duration::from_secs(60));
        if due {
            self.last = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn the_longest_deadlines_do_not_overflow() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = Server::new()
            .with_header_deadline(Duration::MAX)
            .with_keep_alive_idle(Duration::MAX)
            .with_write_stall(Duration::MAX)
            .with_drain_deadline(Duration::MAX)
            .with_shutdown(std::future::pending());
        tokio::spawn(server.serve(listener, Router::new()));

        for request in ["GET / HTTP/1.1\r\nHost: shop\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"] {
            client.write_all(request.as_bytes()).await.unwrap();
        }
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer.matches("404").count(), 2, "{answer}");
    }
}
