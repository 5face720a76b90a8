use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, error};

/// Where connections come from: a listener, or a test that fails as listeners do.
pub(super) trait Accept: Send {
    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>>;
}

impl Accept for TcpListener {
    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        TcpListener::poll_accept(self, context)
    }
}

/// The connections that wait to be accepted, and patience when that fails.
pub(super) struct Queue<A> {
    acceptor: A,
    failures: u32,
    not_before: Option<Instant>,
}

impl<A: Accept> Queue<A> {
    pub(super) fn new(acceptor: A) -> Self {
        Self { acceptor, failures: 0, not_before: None }
    }

    /// The next connection; `None` when there was an error, which is dealt with. Loses nothing when it is dropped.
    pub(super) async fn next(&mut self) -> Option<(TcpStream, SocketAddr)> {
        if let Some(instant) = self.not_before {
            sleep_until(instant).await;
            self.not_before = None;
        }
        match poll_fn(|context| self.acceptor.poll_accept(context)).await {
            Ok(accepted) => {
                self.failures = 0;
                Some(accepted)
            }
            Err(error) if belongs_to_the_client(&error) => {
                debug!(%error, "a client was gone before it was accepted");
                None
            }
            Err(error) => {
                let pause = Duration::from_millis(10 << self.failures.min(7)).min(Duration::from_secs(1));
                self.failures = self.failures.saturating_add(1);
                self.not_before = Some(Instant::now() + pause);
                error!(%error, ?pause, "cannot accept connections, trying again after a pause");
                None
            }
        }
    }
}

/// Whether `accept` reports the end of the connection that it would have returned, as Linux does.
fn belongs_to_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use axum::Router;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::server::Server;

    /// Fails as often as it has errors, then listens.
    struct Failing(VecDeque<io::Error>, TcpListener);

    impl Accept for Failing {
        fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
            match self.0.pop_front() {
                Some(error) => Poll::Ready(Err(error)),
                None => self.1.poll_accept(context),
            }
        }
    }

    #[tokio::test]
    async fn outlives_a_listener_that_fails() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let errors = [
            io::Error::from_raw_os_error(24), // EMFILE
            io::ErrorKind::ConnectionAborted.into(),
            io::Error::from_raw_os_error(23), // ENFILE
            io::ErrorKind::OutOfMemory.into(),
        ];
        let server = Server::new().with_shutdown(std::future::pending());
        tokio::spawn(server.serve_from(Failing(errors.into(), listener), Router::new()));

        client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.0 404"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn waits_longer_after_each_failure_but_not_after_one_of_a_client() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let errors = std::iter::repeat_with(|| io::Error::from_raw_os_error(24)).take(10);
        let mut queue = Queue::new(Failing(errors.collect(), listener));
        let mut pauses = Vec::new();
        let start = Instant::now();
        for _ in 0..10 {
            assert!(queue.next().await.is_none());
            pauses.push(queue.not_before.unwrap().duration_since(Instant::now()).as_millis());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
        // On the paused clock only a sleep takes time. The last pause is still to come.
        assert!(start.elapsed() >= Duration::from_millis(pauses.iter().take(9).sum::<u128>() as u64));

        queue.acceptor.0.push_back(io::ErrorKind::ConnectionAborted.into());
        assert!(queue.next().await.is_none());
        assert_eq!(queue.not_before, None);
    }
}
