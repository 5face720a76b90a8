//! Endpoints over TLS. Those over TCP are in the integration tests.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::wire::TrustedRoots;

use super::{Doctor, Examination, FindingCode, Unreachable};

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nServer: nginx\r\n\
    Body-Sign: sign_type=\"HMAC-SHA256\", signature=\"5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=\"\r\n\r\n{}";

/// Serves these protocols and examines that.
async fn examined(protocols: &[&str], is_trusted: bool) -> Result<Examination, Unreachable> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("localhost:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            tokio::spawn(async move {
                let mut call = [0; 4096];
                while stream.read(&mut call).await.is_ok_and(|count| count > 0) {
                    stream.write_all(ANSWER.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let mut doctor = Doctor::new();
    if is_trusted {
        doctor = doctor.with_roots(TrustedRoots::from_pem(made.cert.pem().as_bytes()).unwrap());
    }
    doctor.examine(&format!("https://localhost:{port}/saasproduce")).await
}

fn codes(examination: &Examination) -> Vec<FindingCode> {
    examination.findings().iter().map(super::Finding::code).collect()
}

#[tokio::test]
async fn http_1_1_alone_is_as_it_should_be() {
    for (protocols, alpn) in [(&["http/1.1"][..], Some("http/1.1")), (&[], None)] {
        let examination = examined(protocols, true).await.unwrap();
        assert_eq!((codes(&examination), examination.alpn()), (vec![], alpn));
        assert!(examination.is_fine() && examination.keeps_connection());
        assert!(examination.to_terminal().contains("TLS           1.3; "), "{}", examination.to_terminal());
    }
}

#[tokio::test]
async fn http_2_is_found_and_looked_behind() {
    let examination = examined(&["h2", "http/1.1"], true).await.unwrap();
    assert_eq!((codes(&examination), examination.alpn()), (vec![FindingCode::Http2Preferred], Some("h2")));
    assert_eq!(examination.status(), Some(200));

    let examination = examined(&["h2"], true).await.unwrap();
    assert_eq!(codes(&examination), [FindingCode::Http2Preferred, FindingCode::Http1Refused]);
    assert_eq!(examination.status(), None);
}

#[tokio::test]
async fn a_certificate_of_nobody_is_not_accepted() {
    let error = examined(&["http/1.1"], false).await.unwrap_err();
    assert!(matches!(&error, Unreachable::NoTls(why) if why.contains("certificate")), "{error}");
}
