//! A broken seller for every check: exactly that check turns red.

mod every;
mod table;

use std::collections::BTreeSet;

use marketplace_core::Guide;
use marketplace_core::catalogue;
use marketplace_debugger::{Billing, Report};

use self::table::{ROWS, Row};
use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::{console, failed};

#[tokio::test(start_paused = true)]
async fn in_process_exactly_that_check_turns_red() {
    for row in ROWS.iter().filter(|row| row.slug != "body-sign-spelling") {
        let report = console(row.guide, row.billing).check(Broken::new(row.fault)).await.unwrap();
        judge(row, &report);
    }
}

#[tokio::test]
async fn over_sockets_exactly_that_check_turns_red() {
    let waits = |row: &&Row| matches!(row.fault, Fault::Sleeps(..));
    for row in ROWS.iter().filter(|row| !waits(row) && row.slug != "body-sign-spelling") {
        let serving = Serving::start(Broken::new(row.fault)).await;
        let report = console(row.guide, row.billing).check_url(&serving.url()).await.unwrap();
        judge(row, &report);
    }
}

fn judge(row: &Row, report: &Report) {
    let shown = || format!("{}: {}", row.fault_name, report.to_terminal());
    assert_eq!(failed(report), row.red, "{}", shown());
    assert!(report.failed().all(|check| check.slug == row.slug), "{}", shown());
    assert!(catalogue::find(row.slug).is_some());
    // What is red says what to do, and what the vendor's console would have shown.
    for check in report.failed() {
        let entry = check.entry().unwrap();
        assert!(report.to_terminal().contains(entry.fix), "{}", shown());
        assert_eq!(check.console().map(|(number, ..)| number), entry.console.map(|message| message.number));
    }
    // Nothing of it shows the key, not even if the seller does.
    for text in [report.to_terminal(), report.to_json(), report.to_junit()] {
        assert!(!text.contains("canary"), "{}", shown());
    }
}

/// Every slug of a check has a row here, or a test of its own.
#[test]
fn no_check_is_left_out() {
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.slug).collect();
    let elsewhere = ["body-sign-spelling", "unreachable"];
    for entry in catalogue::all().filter(|entry| entry.is(catalogue::Kind::Check)) {
        assert!(rows.contains(entry.slug) || elsewhere.contains(&entry.slug), "{}", entry.slug);
    }
}

/// Every check of V2 by period has a row, or is one of those that [`every`] goes through.
#[tokio::test]
async fn no_rule_is_left_out() {
    let report = console(Guide::V2, Billing::Period).check(Broken::new(Fault::None)).await.unwrap();
    let red: BTreeSet<_> = ROWS.iter().flat_map(|row| row.red).collect();
    for check in report.checks() {
        let is_everywhere = matches!(check.group.name(), "life-cycle" | "debugging" | "refusals")
            && !matches!(check.slug, "refusal-code" | "refusal-unsigned" | "refusal-body-leaks");
        let elsewhere = ["body-sign-spelling", "unreachable", "encrypt-type", "credentials-unreadable"];
        let is_named = red.contains(&check.name.as_str()) || elsewhere.contains(&check.slug);
        assert!(is_everywhere || is_named, "{}", check.name);
    }
}
