//! Renewals, upgrades, freezing and releases that KooGallery sends again.

use marketplace_tower::{Endpoint, Ledger};

use super::{ask, ask_briefly, code, open, open_with};
use crate::support::events::Events;

fn refresh(order: &str, scene: &str, more: &str) -> String {
    format!(
        r#"{{"activity":"refreshInstance","scene":"{scene}","orderId":"{order}","orderLineId":"l","instanceId":"i","expireTime":"20301124023618"{more}}}"#
    )
}

fn status(instance: &str, status: &str) -> String {
    format!(r#"{{"activity":"updateInstanceStatus","instanceId":"{instance}","status":"{status}"}}"#)
}

fn upgrade(order: &str) -> String {
    format!(r#"{{"activity":"upgradeInstance","instanceId":"i","orderId":"{order}","orderLineId":"l"}}"#)
}

fn release(instance: &str) -> String {
    format!(r#"{{"activity":"releaseInstance","instanceId":"{instance}"}}"#)
}

#[tokio::test]
async fn each_order_changes_an_instance_once() {
    let (service, till) = open();
    for _ in 0..3 {
        for call in [
            refresh("o-1", "RENEWAL", ""),
            refresh("o-1", "RENEWAL_CHANGE", ""),
            refresh("o-2", "RENEWAL", ""),
            upgrade("o-1"),
            upgrade("o-3"),
        ] {
            assert_eq!(ask_briefly(&service, &call).await, code("000000"));
        }
    }
    assert_eq!(
        till.take_log(),
        [
            "renew i RENEWAL 20301124023618000",
            "renew i RENEWAL_CHANGE 20301124023618000",
            "renew i RENEWAL 20301124023618000",
            "upgrade i o-1",
            "upgrade i o-3",
        ]
    );
}

#[tokio::test]
async fn a_state_is_a_repeat_only_while_it_is_the_last_thing_that_happened() {
    let (service, till) = open();
    for call in [
        status("i", "FREEZE"),
        status("i", "FREEZE"),
        status("other", "FREEZE"),
        status("i", "UNFREEZE"),
        status("i", "UNFREEZE"),
        status("i", "FREEZE"),
        // A renewal may have brought the instance back.
        refresh("o-1", "RENEWAL", ""),
        status("i", "FREEZE"),
        status("i", "FREEZE"),
        refresh("o-1", "RENEWAL", ""),
        status("i", "FREEZE"),
    ] {
        assert_eq!(ask_briefly(&service, &call).await, code("000000"));
    }
    assert_eq!(
        till.take_log(),
        [
            "freeze i FREEZE",
            "freeze other FREEZE",
            "freeze i UNFREEZE",
            "freeze i FREEZE",
            "renew i RENEWAL 20301124023618000",
            "freeze i FREEZE",
        ]
    );
}

#[tokio::test]
async fn an_instance_is_released_once() {
    let (service, till) = open();
    let first = ask(&service, &release("i")).await;
    let by_order = r#"{"activity":"releaseInstance","instanceId":"i","orderId":"o","orderLineId":"l"}"#;
    for call in [&release("i"), by_order] {
        assert_eq!(ask(&service, call).await.body, first.body);
    }
    assert_eq!(till.take_log().len(), 1);
}

#[tokio::test]
async fn a_change_that_failed_runs_again() {
    let (service, till) = open();
    for _ in 0..2 {
        assert_eq!(ask_briefly(&service, &status("unknown", "FREEZE")).await, code("000003"));
        assert_eq!(ask_briefly(&service, &release("panic")).await, code("000005"));
    }
    assert_eq!(till.take_log().len(), 4);
}

#[tokio::test]
async fn what_answers_a_change_outlives_the_endpoint() {
    let ledger = Ledger::memory();
    for runs in [1, 0] {
        let (service, till) = open_with(|shop| Endpoint::new(shop, ledger.clone()));
        assert_eq!(ask_briefly(&service, &refresh("o", "RENEWAL", "")).await, code("000000"));
        assert_eq!(till.take_log().len(), runs);
    }
}

#[tokio::test]
async fn another_body_under_a_known_key_gets_the_stored_answer_and_is_told() {
    for ledger in [Ledger::memory(), Ledger::custom(super::ledgers::TestLedger::default())] {
        let mut endpoint = None;
        let (service, till) = open_with(|shop| endpoint.insert(Endpoint::new(shop, ledger)).clone());
        let endpoint = endpoint.unwrap();
        let call = refresh("o", "RENEWAL", "");
        assert_eq!(ask_briefly(&service, &call).await, code("000000"));
        assert_eq!(ask_briefly(&service, &call).await, code("000000"));
        let counts = endpoint.counts();
        assert_eq!((counts.repeated, counts.conflicts), (1, 0));

        let events = Events::catch();
        let other = refresh("o", "RENEWAL", "").replace("20301124", "20311124");
        assert_eq!(ask_briefly(&service, &other).await, code("000000"));
        let counts = endpoint.counts();
        assert_eq!((counts.repeated, counts.conflicts), (2, 1));
        let told = events.take_ours();
        assert!(
            told.iter().any(|line| line.text.contains("says something else than the first call")
                && line.text.contains("refreshInstance RENEWAL o/l")),
            "{told:?}"
        );
        assert_eq!(till.take_log().len(), 1);
    }
}

#[tokio::test]
async fn simultaneous_repeats_of_a_change_run_once() {
    let (service, till) = open();
    let call = refresh("o", "RENEWAL", "").replace(r#""i""#, r#""slow""#);
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (service, call) = (service.clone(), call.clone());
            tokio::spawn(async move { ask_briefly(&service, &call).await })
        })
        .collect();
    till.noted("renew slow RENEWAL 20301124023618000").await;
    till.gate.add_permits(8);
    for call in calls {
        assert_eq!(call.await.unwrap(), code("000000"));
    }
    assert_eq!(till.take_log(), ["renew slow RENEWAL 20301124023618000", "renewed slow", "renew dropped"]);
}
