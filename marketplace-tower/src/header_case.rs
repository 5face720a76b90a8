//! The spelling of `Body-Sign` on the wire.
//!
//! KooGallery looks for `Body-Sign`, with these capitals. [`http::HeaderName`] is lower-case, and hyper writes it as it
//! is unless the server was told otherwise (`title_case_headers`), which `axum::serve` and tonic never do. But hyper's
//! HTTP/1 encoder honours a map of spellings in the *response's* extensions, the one it makes for proxies when a parser
//! runs with `preserve_header_case`. The type of that map is private; a value of it is to be had by letting hyper parse a
//! request that spells the header as we need it. So that is done, once, in memory, and every signed response gets a copy.
//!
//! The map speaks about one header. All others keep the spelling that the server would have given them, and HTTP/2, which
//! has no capitals, ignores it.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Extensions, HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;

/// HTTP/1.0, so that hyper neither keeps the connection nor waits for a second request; one header, so that the map
/// answers for nothing else.
const CANNED_REQUEST: &[u8] = b"GET / HTTP/1.0\r\nBody-Sign: x\r\n\r\n";
const PLAIN_REQUEST: &[u8] = b"GET / HTTP/1.0\r\n\r\n";
const WANTED: &[u8] = b"\r\nBody-Sign: x\r\n";
const BODY_SIGN: HeaderName = HeaderName::from_static("body-sign");

/// A mark in the extensions of a request: the HTTP/1 server that answers it writes header names in title case.
///
/// [`crate::server`] sets it, and the layer then leaves the spelling of `Body-Sign` to the server, which is cheaper. Set it
/// in front of the layer only if your own server was built with hyper's `title_case_headers(true)`: otherwise KooGallery
/// would be answered `body-sign`, which it refuses.
#[derive(Debug, Clone, Copy)]
pub struct TitleCaseHeaders;

/// Makes hyper's HTTP/1 encoder spell the header of the response that owns `extensions` as `Body-Sign`, whatever server
/// writes it. Does nothing when [`is_available`] says no.
pub(crate) fn spell_body_sign(extensions: &mut Extensions) {
    if let Some(spelling) = body_sign_spelling() {
        // Measured: five allocations, 404 bytes, 0.2 µs with their release. The copy holds the map and nothing else
        // (`capture` sees to that), and its names point into shared bytes; what is left is what `Extensions` and
        // `HeaderMap` allocate for a single entry each. It cannot be shared: hyper looks for a type that we cannot name.
        extensions.extend(spelling.clone());
    }
}

/// Whether [`spell_body_sign`] works with the hyper that this program was built with. If not, only a server with title
/// case (such as `server`) is understood by KooGallery: worth one warning when the layer is built.
pub(crate) fn is_available() -> bool {
    body_sign_spelling().is_some()
}

/// What a response needs in its extensions for its header to be spelled `Body-Sign`; `None` when this hyper does not heed
/// it. Computed once.
pub(crate) fn body_sign_spelling() -> Option<&'static Extensions> {
    static SPELLING: OnceLock<Option<Extensions>> = OnceLock::new();
    SPELLING.get_or_init(|| capture().filter(is_heeded)).as_ref()
}

/// The extensions of the canned request: exactly one entry, the map.
fn capture() -> Option<Extensions> {
    let seen = Mutex::new(None);
    converse(CANNED_REQUEST, true, |request| {
        *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.extensions().clone());
        Response::new(Full::default())
    });
    // An entry more would be something of that one connection, to be copied into every answer for ever.
    seen.into_inner().unwrap_or_else(PoisonError::into_inner).filter(|extensions| extensions.len() == 1)
}

/// Encodes an answer as `axum::serve` would, without title case, and looks at the bytes.
fn is_heeded(spelling: &Extensions) -> bool {
    let written = converse(PLAIN_REQUEST, false, |_| {
        let mut response = Response::new(Full::default());
        response.headers_mut().insert(BODY_SIGN, HeaderValue::from_static("x"));
        response.extensions_mut().extend(spelling.clone());
        response
    });
    written.windows(WANTED.len()).any(|window| window == WANTED)
}

/// Lets hyper serve `request` in memory and returns the bytes that it wrote.
fn converse(
    request: &'static [u8],
    preserve_header_case: bool,
    answer: impl Fn(Request<Incoming>) -> Response<Full<Bytes>>,
) -> Vec<u8> {
    let mut memory = Memory { input: request, output: Vec::new() };
    {
        let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(answer(request))));
        let mut connection = pin!(
            http1::Builder::new()
                .preserve_header_case(preserve_header_case)
                // There is no timer, and no runtime to have one of: this must work before the first is started.
                .header_read_timeout(None)
                .serve_connection(&mut memory, service)
        );
        // Input, service and output are always ready, so one poll does it all. A few more cost nothing and make us
        // independent of where hyper likes to yield. The outcome is what was captured and written, not the result.
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..8 {
            if connection.as_mut().poll(&mut context).is_ready() {
                break;
            }
        }
    }
    memory.output
}

/// A peer that has sent its request and listens for ever.
struct Memory {
    input: &'static [u8],
    output: Vec<u8>,
}

impl Read for Memory {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let (now, later) = self.input.split_at(self.input.len().min(buf.remaining()));
        if now.is_empty() {
            // Not the end of the stream: hyper takes that for a client that went away, and drops the answer.
            return Poll::Pending;
        }
        buf.put_slice(now);
        self.input = later;
        Poll::Ready(Ok(()))
    }
}

impl Write for Memory {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.output.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;
    use http_body::Frame;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use hyper_util::server::conn::auto;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const CLOSE: &str = "GET /HOW HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
    const KEEP_ALIVE: &str = "POST /HOW HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}";
    const CHUNKED: &str =
        "POST /HOW HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    const HEAD: &str = "HEAD /HOW HTTP/1.1\r\nHost: shop\r\n\r\n";
    const OLD: &str = "GET /HOW HTTP/1.0\r\n\r\n";
    const OLD_KEEP_ALIVE: &str = "GET /HOW HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

    fn app() -> Router {
        fn answer(spell: bool, body: Body) -> Response<Body> {
            let mut response = Response::new(body);
            response.headers_mut().insert(BODY_SIGN, HeaderValue::from_static("x"));
            response.extensions_mut().insert("a reason for the operator");
            if spell {
                spell_body_sign(response.extensions_mut());
            }
            response
        }
        Router::new()
            .route("/exact", any(async || answer(true, Body::from("{}"))))
            .route("/exact/stream", any(async || answer(true, Body::new(Streamed(Some("{}".into()))))))
            .route(
                "/exact/error",
                any(async || {
                    let mut response = answer(true, Body::empty());
                    *response.status_mut() = http::StatusCode::PAYLOAD_TOO_LARGE;
                    response
                }),
            )
            .route("/control", any(async || answer(false, Body::from("{}"))))
    }

    /// A body of unknown length.
    struct Streamed(Option<Bytes>);

    impl http_body::Body for Streamed {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
        }
    }

    /// Sends each request once the answers before it are there, then reads to the end.
    async fn talk(listener: TcpListener, turns: &[&str], path: &str) -> String {
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app()).await });
        let answer = talk_over(&mut stream, turns, path).await;
        server.abort();
        answer
    }

    async fn talk_over(stream: &mut TcpStream, turns: &[&str], path: &str) -> String {
        let mut answer = Vec::new();
        let (last, first) = turns.split_last().unwrap();
        let mut heads = 0;
        for turn in first {
            stream.write_all(turn.replace("/HOW", path).as_bytes()).await.unwrap();
            heads += turn.matches("HTTP/1.").count();
            while String::from_utf8_lossy(&answer).matches("\r\n\r\n").count() < heads {
                assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed early");
            }
        }
        stream.write_all(last.replace("/HOW", path).as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn listener() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").await.unwrap()
    }

    fn assert_exact(answer: &str, count: usize) {
        assert_eq!(answer.matches("HTTP/1.").count(), count, "{answer}");
        assert_eq!(answer.matches("\r\nBody-Sign: x\r\n").count(), count, "{answer}");
        assert_eq!(answer.to_ascii_lowercase().matches("body-sign").count(), count, "{answer}");
    }

    #[test]
    fn works_without_a_runtime() {
        assert!(is_available());
    }

    #[test]
    fn copies_one_extension_and_nothing_of_a_connection() {
        let mut extensions = Extensions::new();
        spell_body_sign(&mut extensions);
        assert_eq!(extensions.len(), 1);
    }

    #[test]
    fn keeps_the_extensions_of_the_response() {
        let mut extensions = Extensions::new();
        extensions.insert(7_u8);
        spell_body_sign(&mut extensions);
        assert_eq!((extensions.len(), extensions.get::<u8>()), (2, Some(&7)));
    }

    #[test]
    fn the_self_check_tells_when_nothing_is_heeded() {
        assert!(!is_heeded(&Extensions::new()));
    }

    #[tokio::test]
    async fn axum_alone_writes_lower_case() {
        let answer = talk(listener().await, &[CLOSE], "/control").await;
        assert!(answer.contains("\r\nbody-sign: x\r\n"), "{answer}");
    }

    #[tokio::test]
    async fn axum_writes_the_exact_name_whatever_the_request() {
        let pipelined = &format!("{KEEP_ALIVE}{CHUNKED}{CLOSE}");
        for path in ["/exact", "/exact/stream", "/exact/error"] {
            for (turns, count) in [
                (&[CLOSE][..], 1),
                (&[OLD], 1),
                (&[KEEP_ALIVE, KEEP_ALIVE, CHUNKED, CLOSE], 4),
                (&[HEAD, CLOSE], 2),
                (&[pipelined], 3),
            ] {
                let answer = talk(listener().await, turns, path).await;
                assert_exact(&answer, count);
            }
        }
    }

    #[tokio::test]
    async fn axum_writes_the_exact_name_to_an_old_client_that_stays() {
        // Not the stream: HTTP/1.0 can only end it by closing.
        for path in ["/exact", "/exact/error"] {
            assert_exact(&talk(listener().await, &[OLD_KEEP_ALIVE, OLD], path).await, 2);
        }
    }

    #[tokio::test]
    async fn leaves_the_other_names_alone() {
        let answer = talk(listener().await, &[CLOSE], "/exact").await;
        assert!(answer.contains("\r\ncontent-length: 2\r\n"), "{answer}");
    }

    #[tokio::test]
    async fn the_auto_builder_writes_the_exact_name() {
        let listener = listener().await;
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app()))
                .await
                .unwrap();
        });
        assert_exact(&talk_over(&mut client, &[KEEP_ALIVE, CLOSE], "/exact").await, 2);
    }

    #[cfg(feature = "server")]
    #[tokio::test]
    async fn our_server_writes_it_once_with_the_map_too() {
        let listener = listener().await;
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(
            crate::server::Server::new().with_shutdown(std::future::pending()).serve(listener, app()),
        );
        let answer = talk_over(&mut client, &[KEEP_ALIVE, CLOSE], "/exact").await;
        assert_exact(&answer, 2);
        assert!(answer.contains("\r\nContent-Length: 2\r\n"), "{answer}");
    }
}
