//! For programs.

use serde::Serialize;

use super::Report;
use crate::check::{Check, Outcome};
use crate::console::guide_name;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'r> {
    seller: &'r str,
    guide: &'static str,
    billing: &'static str,
    calls: usize,
    passed: usize,
    failed: usize,
    not_run: usize,
    first_message: Option<u8>,
    checks: Vec<One<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'r> {
    name: &'r str,
    group: &'static str,
    slug: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    console: Option<Console>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'static str>,
}

#[derive(Serialize)]
struct Console {
    number: u8,
    english: String,
    chinese: String,
}

pub(super) fn render(report: &Report) -> String {
    let whole = Whole {
        seller: &report.seller,
        guide: guide_name(report.guide),
        billing: report.billing.name(),
        calls: report.calls,
        passed: report.passed(),
        failed: report.failed().count(),
        not_run: report.not_run(),
        first_message: report.first_message().and_then(Check::console).map(|(number, ..)| number),
        checks: report.checks.iter().map(one).collect(),
    };
    serde_json::to_string_pretty(&whole).unwrap_or_default()
}

fn one(check: &Check) -> One<'_> {
    let entry = check.entry().filter(|_| check.has_failed());
    let (outcome, detail) = match &check.outcome {
        Outcome::Passed => ("passed", None),
        Outcome::Failed(failure) => ("failed", Some(&*failure.detail)),
        Outcome::NotRun(why) => ("not-run", Some(&**why)),
    };
    One {
        name: &check.name,
        group: check.group.name(),
        slug: check.slug,
        outcome,
        detail,
        console: check.console().map(|(number, english, chinese)| Console { number, english, chinese }),
        cause: entry.map(|entry| entry.cause),
        fix: entry.map(|entry| entry.fix),
    }
}
