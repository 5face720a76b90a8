use marketplace_core::Guide;
use marketplace_debugger::{Billing, Outcome, Report};

use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::{GUIDES, console, seller};

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
