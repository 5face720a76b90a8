//! HTTP/1.1 by hand: what counts are the bytes that travelled, and an HTTP library would tidy them up.
//!
//! A [`Wire`] calls one address, each time on a connection of its own. The answer keeps the raw head, so that it can be said
//! how `Body-Sign` was spelled.

mod address;
mod connect;
mod head;
mod read;

pub use address::{Address, UnusableAddress};
pub use connect::{TrustedRoots, UnusableRoots};
pub use head::{MalformedHead, RawHead};

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use marketplace_core::analysis::CapturedRequest;
use tokio::io::{AsyncWriteExt as _, split};
use tokio::time::{Instant, timeout};

use crate::transport::{Exchanged, Framing, RawAnswer, Silence, Transport};

/// How many bytes a body in chunks has in each.
const CHUNK: usize = 16 * 1024;

/// A line to one address.
#[derive(Debug, Clone)]
pub struct Wire {
    address: Address,
    roots: TrustedRoots,
}

impl Wire {
    /// Calls this address. Certificates are checked against Mozilla's list of authorities, as KooGallery wants "a recognised
    /// authority".
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self { address, roots: TrustedRoots::default() }
    }

    /// Trusts these authorities instead: for a server on the desk.
    #[must_use]
    pub fn with_roots(mut self, roots: TrustedRoots) -> Self {
        self.roots = roots;
        self
    }

    /// The address that is called.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends a request and reads the answer to its end. `Host`, `Connection: close` and what frames the body are added;
    /// everything else, and every byte of the body, is sent as it is. Only the path and the query of the target count.
    ///
    /// An answer may come before the whole request was taken, and then the rest of it is not sent.
    ///
    /// # Errors
    ///
    /// [`Silence`], if no whole answer came.
    pub async fn send(
        &self,
        request: &CapturedRequest,
        framing: Framing,
        patience: Duration,
    ) -> Result<WireAnswer, Silence> {
        let begin = Instant::now();
        match timeout(patience, self.converse(request, framing)).await {
            Ok(answer) => answer.map(|answer| WireAnswer { took: begin.elapsed(), ..answer }),
            Err(_) => Err(Silence::TimedOut(patience)),
        }
    }

    async fn converse(&self, request: &CapturedRequest, framing: Framing) -> Result<WireAnswer, Silence> {
        let mut connection = connect::connect(&self.address, &self.roots).await?;
        let alpn = connection.alpn().map(ToOwned::to_owned);
        let (mut from, mut to) = split(&mut connection);
        let head = self.head(request, framing);
        let sending = async {
            to.write_all(&head).await?;
            match framing {
                Framing::Length => to.write_all(&request.body).await?,
                Framing::Chunks => {
                    for chunk in request.body.chunks(CHUNK) {
                        to.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                        to.write_all(chunk).await?;
                        to.write_all(b"\r\n").await?;
                    }
                    to.write_all(b"0\r\n\r\n").await?;
                }
            }
            to.flush().await
        };
        let receiving = read::answer(&mut from);
        tokio::pin!(sending, receiving);
        let (head, body) = tokio::select! {
            biased;
            answer = &mut receiving => answer,
            // Sent, or it cannot be sent any further: an answer may be there all the same.
            _ = &mut sending => receiving.await,
        }
        .map_err(Silence::Closed)?;
        Ok(WireAnswer { head, body, alpn, took: Duration::ZERO })
    }

    fn head(&self, request: &CapturedRequest, framing: Framing) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            request.method,
            path_and_query(&request.target),
            self.address.authority(),
        );
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match framing {
            Framing::Chunks => head.push_str("Transfer-Encoding: chunked\r\n"),
            Framing::Length if request.body.is_empty() && request.method == "GET" => {}
            Framing::Length => head.push_str(&format!("Content-Length: {}\r\n", request.body.len())),
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

impl Transport for Wire {
    fn exchange<'t>(
        &'t mut self,
        request: &'t CapturedRequest,
        framing: Framing,
        patience: Duration,
    ) -> Exchanged<'t> {
        Box::pin(async move {
            let answer = self.send(request, framing, patience).await?;
            Ok(RawAnswer {
                status: answer.head.status(),
                headers: answer.head.fields().to_vec(),
                body: answer.body,
                took: answer.took,
            })
        })
    }

    fn keeps_spelling(&self) -> bool {
        true
    }
}

/// An answer as it travelled.
#[derive(Clone)]
pub struct WireAnswer {
    /// The status line and the fields.
    pub head: RawHead,
    /// The body, taken out of its chunks if it came in chunks.
    pub body: Bytes,
    /// What TLS agreed to speak, if it was asked: `http/1.1` or nothing.
    pub alpn: Option<String>,
    /// From the beginning of the connection to the last byte of the answer.
    pub took: Duration,
}

/// Shows no body: it may say who a customer is.
impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireAnswer")
            .field("status", &self.head.status())
            .field("body", &self.body.len())
            .field("alpn", &self.alpn)
            .field("took", &self.took)
            .finish_non_exhaustive()
    }
}

/// A target may be a whole URL, as curl lines have it.
fn path_and_query(target: &str) -> &str {
    let Some((_, rest)) = target.split_once("://") else { return target };
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}
