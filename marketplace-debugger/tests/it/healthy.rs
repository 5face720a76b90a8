use std::sync::Arc;
use std::time::Duration;

use marketplace_core::Guide;
use marketplace_debugger::wire::{TrustedRoots, Wire};
use marketplace_debugger::{Billing, Outcome, Report};
use tokio::net::{TcpListener, TcpStream};

use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::shop::Shop;
use crate::support::{GUIDES, console, seller, seller_of};

/// What is not run has a good reason.
fn not_run(report: &Report) -> Vec<&'static str> {
    let left_out = |check: &&marketplace_debugger::Check| matches!(check.outcome, Outcome::NotRun(_));
    report.checks().iter().filter(left_out).map(|check| check.slug).collect()
}

fn expected(guide: Guide, is_in_process: bool) -> Vec<&'static str> {
    let mut slugs = Vec::new();
    slugs.extend(is_in_process.then_some("body-sign-spelling"));
    if guide != Guide::V1 {
        slugs.extend(["encrypt-type", "credentials-unreadable"]);
    }
    match guide {
        Guide::V1 => slugs.extend([
            "refusal-accepted",
            "refusal-accepted",
            "replay-accepted",
            "refusal-accepted",
            "oversize-accepted",
            "oversize-accepted",
        ]),
        Guide::KitV1 => slugs.extend([
            "debugging-created",
            "refusal-accepted",
            "refusal-accepted",
            "replay-accepted",
            "unknown-activity-accepted",
        ]),
        Guide::KitV2 => slugs.extend(["debugging-created", "unknown-activity-accepted"]),
        _ => {}
    }
    slugs
}

#[tokio::test]
async fn a_sound_seller_passes_in_process() {
    for guide in GUIDES {
        for billing in Billing::ALL {
            let report = console(guide, billing).check(seller()).await.unwrap();
            report.assert_passed();
            assert_eq!(
                not_run(&report),
                expected(guide, true),
                "{guide} {billing}\n{}",
                report.to_terminal()
            );
        }
    }
}

#[tokio::test]
async fn a_sound_seller_passes_over_sockets() {
    for guide in GUIDES {
        for billing in Billing::ALL {
            let serving = Serving::start(seller()).await;
            let report = console(guide, billing).check_url(&serving.url()).await.unwrap();
            report.assert_passed();
            assert_eq!(
                not_run(&report),
                expected(guide, false),
                "{guide} {billing}\n{}",
                report.to_terminal()
            );
        }
    }
}

#[tokio::test]
async fn a_router_of_axum_passes() {
    let router = || axum::Router::new().route_service("/saasproduce", seller());
    let report = console(Guide::V2, Billing::Period).check(router()).await.unwrap();
    report.assert_passed();
    let serving = Serving::axum(router()).await;
    console(Guide::V2, Billing::Period).check_url(&serving.url()).await.unwrap().assert_passed();
}

#[tokio::test]
async fn what_faults_are_put_into_is_sound() {
    for guide in GUIDES {
        console(guide, Billing::Period).check(Broken::new(Fault::None)).await.unwrap().assert_passed();
    }
}

#[tokio::test]
async fn a_shop_that_is_in_use_is_not_touched() {
    let shop = Broken::new(Fault::None);
    let console = console(Guide::V2, Billing::Period).with_debugging_calls_only();
    console.check(shop.clone()).await.unwrap().assert_passed();
    assert!(shop.memory.lock().unwrap().bought.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_instance_may_take_a_while() {
    let shop = Shop { provisioning: Duration::from_secs(30), ..Shop::default() };
    let console = || {
        console(Guide::V2, Billing::Period).with_provisioning(Duration::from_secs(60), Duration::from_secs(1))
    };
    let report = console().check(seller_of(shop)).await.unwrap();
    report.assert_passed();
    assert!(report.calls() > 51, "it was not asked again and again");
    // And no longer.
    let shop = Shop { provisioning: Duration::from_secs(3600), ..Shop::default() };
    let report = console().check(seller_of(shop)).await.unwrap();
    let failed = report.failed().map(|check| check.name.as_str()).collect::<Vec<_>>();
    assert_eq!(failed[0], "queryInstance, until it is ready", "{}", report.to_terminal());
}

#[tokio::test]
async fn over_tls_the_certificate_counts() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let (chain, key) = (vec![made.cert.der().clone()], made.signing_key.serialize_der().try_into().unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/saasproduce", listener.local_addr().unwrap().port());
    let behind = Serving::start(seller()).await;
    let plain = behind.url().trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let proxying = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let mut server = TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let wire = Wire::new(url.parse().unwrap()).with_roots(TrustedRoots::from_pem(pem.as_bytes()).unwrap());
    console(Guide::V2, Billing::Period).check_wire(wire).await.unwrap().assert_passed();
    // Nobody whom Mozilla trusts has signed it.
    let report = console(Guide::V2, Billing::Period).check_url(&url).await.unwrap();
    let failed: Vec<_> = report.failed().map(|check| check.slug).collect();
    assert_eq!(failed, ["unreachable"], "{}", report.to_terminal());
    assert!(report.to_terminal().contains("certificate"), "{}", report.to_terminal());
    proxying.abort();
}
