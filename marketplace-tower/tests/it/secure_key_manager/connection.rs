//! TLS, certificates, deadlines, and other services than the default.

use std::convert::Infallible;
use std::time::Duration;

use http::Request;
use marketplace_tower::secure_key_manager::stand_in::StandIn;
use marketplace_tower::secure_key_manager::{
    AuthMode, BaseAddress, Client, ClientCertificate, Environment, KeyId, Methods, RequestBody, Settings,
    SkmError, Stage, Transport, UnusableCertificate,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;

use super::Bench;

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let bench = Bench::start().await;
    let environment = Environment::Custom(bench.stand_in.base_address());
    let client = Client::connect(Settings::new(environment, bench.project.v1_0())).unwrap();
    let error = client.confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::ServerCertificate(_)), "{error:?}");
    assert_eq!(bench.stand_in.calls(), 0);
}

#[tokio::test]
async fn pkcs12_is_opened_with_its_password_only() {
    let bench = Bench::start().await;
    let file = bench.project.issue_certificate(bench.store, "web", "password", 30);
    let certificate = ClientCertificate::from_pkcs12(&file, "password").unwrap();
    assert_eq!(format!("{certificate:?}"), "ClientCertificate(1)");
    let seen = bench.client_showing(None, Some(certificate)).confirm().await.unwrap();
    assert!(seen.sent_certificate());
    for (file, password) in [(&file[..], "Password"), (&file[..], ""), (b"no file", "password"), (&[], "")] {
        let error = ClientCertificate::from_pkcs12(file, password).unwrap_err();
        assert_eq!(error, UnusableCertificate::NotOpened);
    }
}

/// Made with `openssl pkcs12 -export`, as the vendor's tools and others write it.
#[tokio::test]
async fn pkcs12_of_other_makers_is_read() {
    for (name, file) in [
        ("modern", &include_bytes!("modern.p12")[..]),
        ("legacy", include_bytes!("legacy.p12")),
        ("with its authority", include_bytes!("chain.p12")),
    ] {
        let certificate = ClientCertificate::from_pkcs12(file, "pässword");
        let certificate = certificate.unwrap_or_else(|error| panic!("{name}: {error}"));
        let length = if name == "with its authority" { 2 } else { 1 };
        assert_eq!(format!("{certificate:?}"), format!("ClientCertificate({length})"), "{name}");
    }
}

#[tokio::test]
async fn pem_needs_a_key_that_belongs_to_the_certificate() {
    let key = rcgen::KeyPair::generate().unwrap();
    let other = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap().pem();
    let read = |chain: &str, key: &str| ClientCertificate::from_pem(chain.as_bytes(), key.as_bytes());
    let both = format!("{}{certificate}", key.serialize_pem());
    read(&certificate, &key.serialize_pem()).unwrap();
    read(&both, &both).unwrap();
    for (chain, key, error) in [
        (certificate.as_str(), other.serialize_pem(), UnusableCertificate::NotItsKey),
        (&certificate, certificate.clone(), UnusableCertificate::NoKey),
        ("", key.serialize_pem(), UnusableCertificate::NoCertificate),
    ] {
        assert_eq!(read(chain, &key).unwrap_err(), error);
    }
}

#[tokio::test]
async fn connecting_has_a_deadline_and_so_has_the_call() {
    let bench = Bench::start().await;
    // It accepts, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = BaseAddress::new(&format!("https://{}", silent.local_addr().unwrap())).unwrap();
    let settings = Settings::new(Environment::Custom(address), bench.project.v1_0());
    let short = Duration::from_millis(50);
    for (settings, expected) in [
        (settings.clone().with_connect_deadline(short), Stage::Connecting),
        (settings.with_call_deadline(short).with_connect_deadline(Duration::from_secs(60)), Stage::Call),
    ] {
        let error = Client::connect(settings).unwrap().confirm().await.unwrap_err();
        let SkmError::TimedOut { stage, limit } = error else { panic!("{error:?}") };
        assert_eq!((stage, limit), (expected, short));
    }
}

#[tokio::test]
async fn a_server_of_this_machine_needs_no_tls() {
    let bench = Bench::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = BaseAddress::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            let mut piece = [0; 1024];
            let length = stream.read(&mut piece).await.unwrap();
            assert_ne!(length, 0, "{request}");
            request.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        }
        let body = r#"{"header":{"resultCode":0,"resultMessage":"success","isSuccessful":true},"body":{"secret":"plain"}}"#;
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    });
    let client = Client::connect(Settings::new(Environment::Custom(address), bench.project.v1_0())).unwrap();
    let secret = client.secret(&KeyId::new("k1").unwrap()).await.unwrap();
    assert_eq!(secret.expose(), "plain");
    let request = server.await.unwrap();
    assert!(request.starts_with("GET /keymanager/v1.0/appkey/"), "{request}");
    assert!(request.lines().next().unwrap().ends_with("/secrets/k1 HTTP/1.1"), "{request}");
}

#[tokio::test]
async fn where_nobody_listens_nobody_is_reached() {
    let bench = Bench::start().await;
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let address = BaseAddress::new(&format!("https://{gone}")).unwrap();
    let client = Client::connect(Settings::new(Environment::Custom(address), bench.project.v1_0())).unwrap();
    let error = client.confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn connections_are_kept_and_replaced() {
    let bench = Bench::start().await;
    let client = bench.client_showing(None, None);
    client.confirm().await.unwrap();
    client.confirm().await.unwrap();
    // The same settings, and so another connection, with a certificate now.
    let _file = bench.project.issue_certificate(bench.store, "web", "password", 30);
    let certificate = bench.project.client_certificate(bench.store, "web");
    assert!(bench.client_showing(None, certificate).confirm().await.unwrap().sent_certificate());
    assert!(!client.confirm().await.unwrap().sent_certificate());
}

#[tokio::test]
async fn calls_pass_through_layers_of_the_sellers_own() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let settings = bench.settings(bench.project.v1_0());
    let counted = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&counted);
    let service = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(1))
        .map_request(move |request: Request<RequestBody>| {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            request
        })
        .service(Transport::new(&settings).unwrap());
    let client = Client::over(service, settings).unwrap();
    for _ in 0..2 {
        assert_eq!(client.secret(&key).await.unwrap().expose(), "value");
    }
    assert_eq!(counted.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_error_of_a_service_that_repeats_the_appkey_is_withheld() {
    let bench = Bench::start().await;
    let settings = bench.settings(bench.project.v1_0());
    let service = tower::service_fn(|request: Request<RequestBody>| async move {
        let error = std::io::Error::other(format!("no route to {}", request.uri()));
        Err::<http::Response<String>, _>(error)
    });
    let error = Client::over(service, settings).unwrap().confirm().await.unwrap_err();
    let SkmError::Broken(source) = &error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "(withheld: it repeats a secret)");
    assert!(!format!("{error:?}").contains("keymanager"));
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_read_to_it() {
    let bench = Bench::start().await;
    let settings = bench.settings(bench.project.v1_0());
    let service = tower::service_fn(|_: Request<RequestBody>| async {
        Ok::<_, Infallible>(http::Response::new("x".repeat(5 * 1024 * 1024)))
    });
    let error = Client::over(service, settings).unwrap().confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::AnswerTooLong { limit: 4_194_304 }), "{error:?}");
}

#[tokio::test]
async fn two_stand_ins_do_not_know_each_other() {
    let (one, other) = (StandIn::start().await.unwrap(), StandIn::start().await.unwrap());
    let project = one.add_project();
    let _store = project.add_key_store("shop", Methods::IPV4, AuthMode::And);
    let client = Client::connect(other.settings(project.v1_0())).unwrap();
    assert!(matches!(client.confirm().await.unwrap_err(), SkmError::InvalidAppkey(_)));
}
