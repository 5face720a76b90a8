//! The gateway's signature, as a layer.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Empty, Full};
use marketplace_tower::UnixMillis;
use marketplace_tower::open_api::{CannotSign, SignRequestLayer};
use marketplace_tower::signature::sdk_hmac::{Credentials, Payload, RequestToSign, verify};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::{BoxError, Layer as _, ServiceExt as _, service_fn};

const VECTORS: &str = include_str!("../../../../marketplace-core/tests/data/sdk-hmac.json");

/// What the inner service was given.
async fn signed<B>(layer: &SignRequestLayer, request: Request<B>) -> Result<Request<B>, BoxError>
where
    B: Body<Error: Into<BoxError>> + Clone,
{
    layer.layer(service_fn(|request| async { Ok::<_, Infallible>(request) })).oneshot(request).await
}

fn at(date: &str) -> impl Fn() -> UnixMillis + Send + Sync + 'static {
    let date: marketplace_core::UtcTime = date.parse().unwrap();
    move || date.unix_millis()
}

fn layer(date: &str) -> SignRequestLayer {
    SignRequestLayer::new(Credentials::new("ak", "canary-sk").unwrap()).with_test_clock(at(date))
}

fn header<'r, B>(request: &'r Request<B>, name: &str) -> &'r str {
    request.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// As the gateway would, from the request alone.
fn check<B>(request: &Request<B>, payload: Payload<'_>, credentials: &Credentials, now: UnixMillis) {
    let headers: Vec<_> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let signed = RequestToSign {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: &headers,
        payload,
    };
    verify(credentials, &signed, header(request, "authorization"), now).unwrap();
}

#[tokio::test]
async fn the_vendors_vectors_come_out_of_it() {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
    let mut tried = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap();
        // The layer always signs the host.
        let headers = vector["headers"].as_object().unwrap();
        if !headers.contains_key("host") {
            continue;
        }
        let mut request = Request::builder().method(text("method")).uri(text("url"));
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host" && *name != "x-sdk-date") {
            request = request.header(name, value.as_str().unwrap());
        }
        let request = request.body(Full::new(Bytes::from(text("body").to_owned()))).unwrap();
        let layer = SignRequestLayer::new(Credentials::new(text("ak"), text("sk")).unwrap())
            .with_test_clock(at(headers["x-sdk-date"].as_str().unwrap()))
            .with_signed_header(HeaderName::from_static("x-stage"));
        let signed = signed(&layer, request).await.unwrap();
        let authorization = header(&signed, "authorization");
        assert!(authorization.ends_with(&format!("Signature={}", text("signature"))), "{authorization}");
        assert_eq!(signed.uri(), text("url"));
        assert_eq!(header(&signed, "host"), headers["host"]);
        tried += 1;
    }
    assert_eq!(tried, 2);
}

#[tokio::test]
async fn a_security_token_travels_signed_and_is_not_shown() {
    let credentials =
        Credentials::new("ak", "canary-sk").unwrap().with_security_token("canary-token").unwrap();
    let date = "20250101T000000Z";
    let layer = SignRequestLayer::new(credentials.clone()).with_test_clock(at(date));
    let request = Request::get("https://h.example/a?b=c").body(Empty::<Bytes>::new()).unwrap();
    let signed = signed(&layer, request).await.unwrap();
    assert_eq!(header(&signed, "x-security-token"), "canary-token");
    assert!(header(&signed, "authorization").contains("SignedHeaders=host;x-sdk-date;x-security-token,"));
    check(&signed, Payload::Body(b""), &credentials, at(date)());
    let shown = format!("{layer:?} {:?} {:?}", layer.layer(()), signed.headers());
    assert!(!shown.contains("canary") && !shown.contains("Signature"), "{shown}");
}

#[tokio::test]
async fn an_unsigned_body_is_declared_and_not_read() {
    let date = "20250101T000000Z";
    let layer = layer(date).with_unsigned_payload();
    let signed = signed(&layer, Request::post("https://h.example/").body(Stream).unwrap()).await.unwrap();
    assert_eq!(header(&signed, "x-sdk-content-sha256"), "UNSIGNED-PAYLOAD");
    assert!(header(&signed, "authorization").contains("SignedHeaders=host;x-sdk-content-sha256;x-sdk-date,"));
    check(&signed, Payload::Body(b"any"), &Credentials::new("ak", "canary-sk").unwrap(), at(date)());
}

/// Says that it has something, and then waits.
#[derive(Debug, Clone)]
struct Stream;

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// Comes in pieces, with trailers; the last piece is an error if it is to be.
#[derive(Debug, Clone)]
struct Pieces(Vec<Result<&'static [u8], &'static str>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let piece = match self.0.remove(0) {
            Ok(b"") => Ok(Frame::trailers(http::HeaderMap::new())),
            Ok(piece) => Ok(Frame::data(Bytes::from_static(piece))),
            Err(error) => Err(error.into()),
        };
        Poll::Ready(Some(piece))
    }
}

#[tokio::test]
async fn a_body_in_pieces_is_signed_as_one_and_goes_on_untouched() {
    let date = "20250101T000000Z";
    let body = Pieces(vec![Ok(b"{\"a\":"), Ok(b"1}"), Ok(b"")]);
    let signed = signed(&layer(date), Request::post("https://h.example/").body(body).unwrap()).await.unwrap();
    let credentials = Credentials::new("ak", "canary-sk").unwrap();
    check(&signed, Payload::Body(b"{\"a\":1}"), &credentials, at(date)());
    assert_eq!(signed.into_body().collect().await.unwrap().to_bytes(), "{\"a\":1}");
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    let count = move || counter.fetch_add(1, Ordering::SeqCst);
    let refusal = |request: Request<Pieces>| {
        let count = count.clone();
        let service = service_fn(move |_: Request<Pieces>| {
            count();
            async { Ok::<_, Infallible>(()) }
        });
        let layer = layer("20250101T000000Z").with_signed_header(HeaderName::from_static("x-stage"));
        async move { *layer.layer(service).oneshot(request).await.unwrap_err().downcast().unwrap() }
    };
    let get = |uri: &str| Request::get(uri);
    let none = || Pieces(Vec::new());
    let stage = HeaderName::from_static("x-stage");
    let error: CannotSign = refusal(get("/path").body(none()).unwrap()).await;
    assert!(matches!(error, CannotSign::NoHost));
    let request = get("https://h.example/").header("x-stage", "a").header("x-stage", "b");
    let error: CannotSign = refusal(request.body(none()).unwrap()).await;
    assert!(matches!(error, CannotSign::Repeated { name } if name == stage));
    let request = get("https://h.example/").header("x-stage", &b"\xe4"[..]);
    let error: CannotSign = refusal(request.body(none()).unwrap()).await;
    assert!(matches!(error, CannotSign::Unsignable { name } if name == stage));
    let broken = Pieces(vec![Ok(b"a"), Err("broken")]);
    let error: CannotSign = refusal(get("https://h.example/").body(broken).unwrap()).await;
    assert!(matches!(error, CannotSign::Body(source) if source.to_string() == "broken"));
    assert_eq!(sent.load(Ordering::SeqCst), 0);

    let service = service_fn(|_: Request<Stream>| async { Ok::<(), Infallible>(()) });
    let streaming = Request::post("https://h.example/").body(Stream).unwrap();
    let error = layer("20250101T000000Z").layer(service).oneshot(streaming).await.unwrap_err();
    assert!(matches!(*error.downcast().unwrap(), CannotSign::BodyNotInMemory));
}

#[tokio::test]
async fn what_was_signed_before_is_signed_anew() {
    let now = Arc::new(AtomicU64::new(1_700_000_000_000));
    let clock = Arc::clone(&now);
    let layer = SignRequestLayer::new(Credentials::new("ak", "sk").unwrap())
        .with_test_clock(move || UnixMillis(clock.load(Ordering::SeqCst)));
    let request =
        Request::get("https://h.example/").header("host", "other.example").body(Empty::<Bytes>::new());
    let first = signed(&layer, request.unwrap()).await.unwrap();
    assert_eq!(header(&first, "host"), "other.example");
    now.fetch_add(60_000, Ordering::SeqCst);
    let second = signed(&layer, first.clone()).await.unwrap();
    assert_eq!(header(&first, "x-sdk-date"), "20231114T221320Z");
    assert_eq!(header(&second, "x-sdk-date"), "20231114T221420Z");
    assert_ne!(header(&first, "authorization"), header(&second, "authorization"));
    assert_eq!(second.headers().len(), 3);
}

/// Over hyper and TCP: what arrives is what was signed.
#[tokio::test]
async fn the_signature_holds_for_what_arrives() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let credentials = Credentials::new("ak", "sk").unwrap();
    let seen = Arc::new(Mutex::new(None));
    let server = tokio::spawn({
        let (seen, credentials) = (Arc::clone(&seen), credentials.clone());
        async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, body) = read_request(&mut stream).await;
            let (first, lines) = head.split_once("\r\n").unwrap();
            let headers: Vec<_> = lines.lines().filter_map(|line| line.split_once(": ")).collect();
            let target = first.split(' ').nth(1).unwrap();
            let (path, query) = target.split_once('?').unwrap();
            let payload = Payload::Body(&body);
            let request = RequestToSign { method: "POST", path, query, headers: &headers, payload };
            let authorization = headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
            let now = UnixMillis::from(std::time::SystemTime::now());
            *seen.lock().unwrap() =
                Some((target.to_owned(), verify(&credentials, &request, authorization, now)));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    });
    let stream = hyper_util::rt::TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let target = "/a%2fb/%E4%BA%91;x?orderLineId=L&orderId=a%20b&orderId=%7e";
    let request = Request::post(format!("http://{address}{target}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(b"{\"usage_records\":[]}")))
        .unwrap();
    let send = service_fn(move |request: Request<Full<Bytes>>| {
        // A connection takes the address without its host; a pool does this by itself.
        let (mut head, body) = request.into_parts();
        head.uri = head.uri.path_and_query().unwrap().as_str().parse().unwrap();
        sender.send_request(Request::from_parts(head, body))
    });
    let response: Response<_> =
        SignRequestLayer::new(credentials).layer(send).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    server.await.unwrap();
    assert_eq!(seen.lock().unwrap().take(), Some((target.to_owned(), Ok(()))));
    drop(response);
    let _ = connection.await;
}

async fn read_request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await.unwrap();
        assert_ne!(length, 0);
        bytes.extend_from_slice(&piece[..length]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end + 2].to_vec()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        if bytes.len() == end + 4 + length {
            return (head, bytes[end + 4..].to_vec());
        }
    }
}
