//! Certificates are verified strictly.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use marketplace_tower::open_api::{Client, OpenApiError};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::market::{Market, Seen, answer, serve};
use super::settings;

const ORDER: &str =
    r#"{"resultCode":"MKT.0000","orderInfo":{"orderId":"O","orderLine":[{"orderLineId":"L"}]}}"#;

/// A market with a certificate for this name. Its port, the PEM of who vouches for it, and what it saw.
async fn start(name: &str) -> (u16, String, Arc<Mutex<Vec<Seen>>>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let acts = Arc::new(Mutex::new(VecDeque::from([answer(200, ORDER)])));
    tokio::spawn({
        let seen = Arc::clone(&seen);
        async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, acts, seen) = (acceptor.clone(), Arc::clone(&acts), Arc::clone(&seen));
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, acts, seen).await;
                    }
                });
            }
        }
    });
    (port, certificate.pem(), seen)
}

#[tokio::test]
async fn whom_nobody_vouches_for_is_told_nothing() {
    let (port, pem, seen) = start("localhost").await;
    let address = format!("https://localhost:{port}").parse().unwrap();
    let settings = settings(address);
    let error = Client::connect(settings.clone()).unwrap().query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::ServerCertificate(_)), "{error:?}");
    assert!(!error.may_have_been_sent() && !error.is_temporary());
    assert!(seen.lock().unwrap().is_empty());
    // The second host is asked, which has to be vouched for all the same.
    let second = Market::answering(ORDER).await;
    let both = settings.clone().with_fallback_address(second.address());
    Client::connect(both).unwrap().query_order("O", None).await.unwrap();
    let trusting = settings.with_root_certificates(pem.as_bytes()).unwrap();
    Client::connect(trusting).unwrap().query_order("O", None).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_certificate_of_another_name_is_none() {
    let (port, pem, seen) = start("mkt.example").await;
    let address = format!("https://localhost:{port}").parse().unwrap();
    let settings = settings(address).with_root_certificates(pem.as_bytes()).unwrap();
    let error = Client::connect(settings).unwrap().query_order("O", None).await.unwrap_err();
    assert!(matches!(error, OpenApiError::ServerCertificate(_)), "{error:?}");
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn roots_are_certificates() {
    let address = "https://localhost:1".parse().unwrap();
    for pem in ["", "no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(
            settings("https://localhost:1".parse().unwrap()).with_root_certificates(pem.as_bytes()).is_err()
        );
    }
    let _ = settings(address);
}
