//! The server of the stand-in.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::refusal::Refusal;
use super::{Inner, gate, route};

/// No request is longer.
const LONGEST: usize = 1024 * 1024;

/// What the server sees of a client.
pub(super) struct Seen {
    pub(super) address: IpAddr,
    pub(super) certificate: Option<CertificateDer<'static>>,
    pub(super) headers: HeaderMap,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Serves until it is dropped, and its connections with it.
pub(super) async fn serve(listener: TcpListener, tls: ServerConfig, inner: Arc<Inner>) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                if let Ok((stream, address)) = accepted {
                    connections.spawn(connection(acceptor.clone(), stream, address, Arc::clone(&inner)));
                }
            }
        }
    }
}

async fn connection(acceptor: TlsAcceptor, stream: TcpStream, address: SocketAddr, inner: Arc<Inner>) {
    let stream = match acceptor.accept(stream).into_fallible().await {
        Ok(stream) => stream,
        Err((_, stream)) => return linger(stream).await,
    };
    let certificates = stream.get_ref().1.peer_certificates();
    let certificate = certificates.and_then(|chain| chain.first()).map(|one| one.clone().into_owned());
    let service = service_fn(|request: Request<Incoming>| {
        let (inner, certificate) = (Arc::clone(&inner), certificate.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map(|body| body.to_bytes());
            let body = body.unwrap_or_default();
            let seen = Seen { address: address.ip().to_canonical(), certificate, headers: head.headers };
            let query = head.uri.query().unwrap_or_default();
            let answer = answer(&inner, &seen, head.method.as_str(), head.uri.path(), query, &body);
            Ok::<_, Infallible>(answer)
        }
    });
    // A client that goes away is no failure of the stand-in.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Lets the client read why TLS was refused: closing while it still writes would take the alert back.
async fn linger(mut stream: TcpStream) {
    let drained = async {
        let _ = stream.shutdown().await;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await.is_ok_and(|length| length > 0) {}
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), drained).await;
}

fn answer(
    inner: &Inner,
    seen: &Seen,
    method: &str,
    path: &str,
    query: &str,
    body: &Bytes,
) -> Response<Full<Bytes>> {
    if path == "/oauth2/token/create" {
        return token(inner, seen, method, body);
    }
    let mut state = inner.state();
    state.calls += 1;
    state.tidy(&inner.clock);
    let (status, lower_case) = (state.failure_status, state.lower_case);
    let refused = |code: i64, message: &str| {
        let message = if lower_case { message.to_lowercase() } else { message.to_owned() };
        let header = json!({"resultCode": code, "resultMessage": message, "isSuccessful": false});
        written(status, &json!({"header": header, "body": null}))
    };
    match route::answer(inner, &mut state, seen, method, path, query, body) {
        Ok(body) => {
            let header = json!({"resultCode": 0, "resultMessage": "success", "isSuccessful": true});
            written(StatusCode::OK, &json!({"header": header, "body": body}))
        }
        Err(Refusal::Guide(message)) => refused(message.code(), message.text()),
        Err(Refusal::Other(message)) => refused(-2000, message),
        Err(Refusal::Gateway(status)) => page(status),
    }
}

/// `POST /oauth2/token/create`
fn token(inner: &Inner, seen: &Seen, method: &str, body: &[u8]) -> Response<Full<Bytes>> {
    let mut state = inner.state();
    state.token_requests += 1;
    let basic = seen.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_asked = method == "POST" && body == b"grant_type=client_credentials";
    match basic.filter(|_| is_asked).and_then(|basic| gate::grant(&mut state, &inner.clock, basic)) {
        Some((token, life)) => written(
            StatusCode::OK,
            &json!({"access_token": token, "token_type": "Bearer", "expires_in": life.as_secs()}),
        ),
        None => written(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_client"})),
    }
}

fn written(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    respond(status, "application/json;charset=UTF-8", body.to_string())
}

fn page(status: StatusCode) -> Response<Full<Bytes>> {
    respond(status, "text/html", format!("<html><body>{status}</body></html>"))
}

fn respond(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
