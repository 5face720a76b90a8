//! gRPC beside the marketplace: one layer over tonic's whole stack leaves its streams and trailers alone.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use super::servers::{routes, serve_tonic};
use crate::support::signing::Call;
use crate::support::tcp::Client;
use crate::support::{KEY, within};

const SERVING: &[u8] = b"\0\0\0\0\x02\x08\x01";
const NOT_SERVING: &[u8] = b"\0\0\0\0\x02\x08\x02";

async fn serve() -> (SocketAddr, HealthReporter) {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("shop", ServingStatus::Serving).await;
    let mut all = Routes::new(health);
    let router = std::mem::take(all.axum_router_mut());
    *all.axum_router_mut() = router.merge(routes());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    serve_tonic(listener, all);
    (address, reporter)
}

async fn connect(address: SocketAddr) -> http2::SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (sender, connection) = within(handshake).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Asks for the health of `shop`.
async fn ask(sender: &mut http2::SendRequest<Full<Bytes>>, path: &str) -> Response<Incoming> {
    let request = Request::post(format!("http://shop{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Full::from(&b"\0\0\0\0\x06\x0a\x04shop"[..]))
        .unwrap();
    within(sender.send_request(request)).await.unwrap()
}

#[tokio::test]
async fn a_grpc_call_keeps_its_trailers() {
    let (address, _reporter) = serve().await;
    let response = ask(&mut connect(address).await, "/grpc.health.v1.Health/Check").await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("body-sign"));
    assert!(!response.headers().contains_key("grpc-status"));
    let collected = within(response.into_body().collect()).await.unwrap();
    assert_eq!(collected.trailers().unwrap()["grpc-status"], "0");
    assert_eq!(collected.to_bytes(), SERVING);
}

#[tokio::test]
async fn a_grpc_stream_flows_while_it_lasts() {
    let (address, mut reporter) = serve().await;
    let response = ask(&mut connect(address).await, "/grpc.health.v1.Health/Watch").await;
    let mut body = response.into_body();
    let mut next = async || within(body.frame()).await.map(Result::unwrap);
    assert_eq!(next().await.unwrap().into_data().unwrap(), SERVING);
    reporter.set_service_status("shop", ServingStatus::NotServing).await;
    assert_eq!(next().await.unwrap().into_data().unwrap(), NOT_SERVING);
    reporter.clear_service_status("shop").await;
    assert_eq!(next().await.unwrap().into_trailers().unwrap()["grpc-status"], "0");
    assert!(next().await.is_none());
}

#[tokio::test]
async fn the_marketplace_is_served_beside_it_over_http_1() {
    let (address, _reporter) = serve().await;
    let call = Call::new(r#"{"activity":"queryInstance","instanceId":"known"}"#);
    let mut client = Client::connect(address).await;
    let (target, length) = (call.target(), call.body.len());
    client.send(format!("POST {target} HTTP/1.1\r\nHost: shop\r\nContent-Length: {length}\r\n\r\n")).await;
    client.send(&call.body).await;
    let answer = client.answer(false).await;
    assert!(answer.is_exactly_signed_by(KEY), "{answer:?}");
    assert!(answer.text().contains("000000"), "{answer:?}");
}

#[tokio::test]
async fn grpc_on_the_marketplaces_path_is_refused() {
    let (address, _reporter) = serve().await;
    let response = ask(&mut connect(address).await, "/saasproduce").await;
    assert!(response.headers().contains_key("body-sign"));
    let body = within(response.into_body().collect()).await.unwrap().to_bytes();
    assert!(body.starts_with(br#"{"resultCode":"000002""#), "{body:?}");
}
