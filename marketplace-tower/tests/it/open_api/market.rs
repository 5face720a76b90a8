//! A market that answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use marketplace_core::signature::sdk_hmac::{Credentials, Payload, RequestToSign, Unauthorized, verify};
use marketplace_tower::UnixMillis;
use marketplace_tower::open_api::BaseAddress;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What is done with a request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Answer {
        status: u16,
        /// Whole lines.
        headers: String,
        body: String,
    },
    /// The connection is closed without an answer.
    Break,
    /// There is no answer, and no end.
    Silence,
}

pub(super) fn answer(status: u16, body: impl Into<String>) -> Act {
    Act::Answer { status, headers: String::new(), body: body.into() }
}

pub(super) fn with_headers(status: u16, headers: &str, body: impl Into<String>) -> Act {
    Act::Answer { status, headers: headers.into(), body: body.into() }
}

/// A request, as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// As the gateway does.
    pub(super) fn verify(&self, credentials: &Credentials, now: UnixMillis) -> Result<(), Unauthorized> {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let payload = Payload::Body(&self.body);
        let request = RequestToSign { method: &self.method, path, query, headers: &headers, payload };
        verify(credentials, &request, self.header("authorization").unwrap_or_default(), now)
    }

    pub(super) fn verify_now(&self, credentials: &Credentials) -> Result<(), Unauthorized> {
        self.verify(credentials, UnixMillis::from(SystemTime::now()))
    }
}

pub(super) struct Market {
    address: BaseAddress,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: JoinHandle<()>,
}

impl Market {
    /// Does one act after the other with the requests that come, and the last with all others.
    pub(super) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let acts: VecDeque<_> = acts.into_iter().collect();
        let acts = Arc::new(Mutex::new(acts));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let server = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, Arc::clone(&acts), Arc::clone(&seen)));
                }
            }
        });
        Self { address, seen, server }
    }

    pub(super) async fn answering(body: impl Into<String>) -> Self {
        Self::start([answer(200, body)]).await
    }

    pub(super) fn address(&self) -> BaseAddress {
        self.address.clone()
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Where nobody listens.
pub(super) async fn nowhere() -> BaseAddress {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}

pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    acts: Arc<Mutex<VecDeque<Act>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
) {
    let Some(request) = read(&mut stream).await else { return };
    seen.lock().unwrap().push(request);
    let act = {
        let mut acts = acts.lock().unwrap();
        if acts.len() > 1 { acts.pop_front().unwrap() } else { acts[0].clone() }
    };
    match act {
        Act::Answer { status, headers, body } => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            let _ = stream.write_all((head + &body).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Act::Break => {}
        Act::Silence => std::future::pending().await,
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 16 * 1024];
        let length = stream.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let (first, lines) = head.split_once("\r\n").unwrap();
        let mut first = first.split(' ');
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        };
        let mut seen = Seen {
            method: first.next().unwrap().to_owned(),
            target: first.next().unwrap().to_owned(),
            headers: lines.split("\r\n").map(header).collect(),
            body: bytes[end + 4..].to_vec(),
        };
        let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
        if seen.body.len() >= length {
            return Some(seen);
        }
        // Not all of it yet.
        seen.body.clear();
    }
}
