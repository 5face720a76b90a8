//! One call after the other is answered wrongly: each time exactly the check about that call turns red, and together they are
//! all checks about calls.

use std::collections::BTreeSet;

use marketplace_core::Guide;
use marketplace_debugger::{Billing, Group, Report};

use crate::support::broken::{Broken, Fault};
use crate::support::{GUIDES, console, failed};

async fn report(guide: Guide, fault: Fault) -> Report {
    console(guide, Billing::Period).check(Broken::new(fault)).await.unwrap()
}

/// The names of the checks of these groups that can be red.
fn names(report: &Report, groups: &[Group], is_about_calls: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let checks = report.checks().iter().filter(|check| groups.contains(&check.group));
    let run = checks.filter(|check| !matches!(check.outcome, marketplace_debugger::Outcome::NotRun(_)));
    run.filter(|check| is_about_calls(check.slug)).map(|check| check.name.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn every_call_that_should_succeed() {
    for guide in GUIDES {
        let sound = report(guide, Fault::None).await;
        let all = names(&sound, &[Group::LifeCycle, Group::Debugging], |slug| {
            matches!(slug, "result-code" | "not-idempotent" | "debugging-refused")
        });
        let mut red = BTreeSet::new();
        for nth in 0..sound.calls() {
            let report = report(guide, Fault::Nth(nth, "000005")).await;
            let mut failed = report
                .failed()
                .filter(|check| check.group != Group::Refusals && check.group != Group::Answers);
            if let Some(check) = failed.next() {
                assert!(failed.next().is_none(), "call {nth} of {guide}: {}", report.to_terminal());
                red.insert(check.name.clone());
            }
        }
        assert_eq!(red, all, "{guide}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_that_should_be_refused() {
    for guide in GUIDES {
        let sound = report(guide, Fault::None).await;
        let all = names(&sound, &[Group::Refusals], |slug| slug.ends_with("-accepted"));
        assert!(all.len() > 5);
        let mut red = BTreeSet::new();
        for nth in 0..sound.calls() {
            let report = report(guide, Fault::Nth(nth, "000000")).await;
            let failed = failed(&report);
            assert!(failed.len() <= 1, "call {nth} of {guide}: {}", report.to_terminal());
            red.extend(failed.into_iter().map(ToOwned::to_owned));
        }
        assert_eq!(red, all, "{guide}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_field_that_is_required() {
    for guide in [Guide::V2, Guide::V1] {
        let sound = report(guide, Fault::None).await;
        let groups = [Group::LifeCycle, Group::Debugging];
        let all = names(&sound, &groups, |slug| slug == "field-missing");
        for field in ["instanceId", "frontEndUrl"] {
            let mut red = BTreeSet::new();
            for nth in 0..sound.calls() {
                let report = report(guide, Fault::NthLacks(nth, field)).await;
                let missing: Vec<_> = report.failed().filter(|check| check.slug == "field-missing").collect();
                assert!(missing.len() <= 1, "call {nth} of {guide}: {}", report.to_terminal());
                for check in missing {
                    assert!(check.console().unwrap().1.contains(field));
                    red.insert(check.name.clone());
                }
            }
            let has_no_url = |name: &String| guide == Guide::V2 && name.contains("newInstance");
            let expected = all.iter().filter(|name| field == "instanceId" || !has_no_url(name)).cloned();
            assert_eq!(red, expected.collect::<BTreeSet<_>>(), "{guide} {field}");
        }
    }
}
