//! For people.

use std::fmt::Write as _;

use super::Report;
use crate::check::{Check, Group, Outcome};
use crate::console::guide_name;

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    let guide = guide_name(report.guide);
    // Writing into a `String` cannot fail.
    let _ = match guide {
        "v1" | "v2" => writeln!(text, "{}: guide {guide}, billing {}", report.seller, report.billing),
        _ => writeln!(text, "{}: guide {guide}", report.seller),
    };
    for group in Group::ALL {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.group == group).collect();
        if !checks.is_empty() {
            let _ = writeln!(text, "\n{}", title(group));
            checks.into_iter().for_each(|check| write(&mut text, check));
        }
    }
    let (passed, failed, not_run) = (report.passed(), report.failed().count(), report.not_run());
    let _ =
        writeln!(text, "\n{passed} passed, {failed} failed, {not_run} not run, in {} calls", report.calls);
    if let Some((number, english, _)) = report.first_message().and_then(Check::console) {
        let _ = writeln!(text, "The vendor's console would show message {number}: {english}");
    }
    text
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Answers => "Every answer",
        Group::LifeCycle => "The life of an instance",
        Group::Debugging => "Debugging calls",
        Group::Refusals => "What has to be refused",
        Group::Cases => "Cases",
    }
}

fn write(text: &mut String, check: &Check) {
    let _ = match &check.outcome {
        Outcome::Passed => writeln!(text, "PASS {}", check.name),
        Outcome::NotRun(why) => writeln!(text, "  -- {} (not run: {why})", check.name),
        Outcome::Failed(failure) => {
            let _ = writeln!(text, "FAIL {}: {}", check.name, failure.detail);
            if let Some((number, english, _)) = check.console() {
                let _ = writeln!(text, "       console {number}: {english}");
            }
            if let Some(entry) = check.entry() {
                let _ = writeln!(text, "       cause: {}", entry.cause);
                let _ = writeln!(text, "       fix: {}", entry.fix);
            }
            writeln!(text, "       see: docs/errors.md#{}", check.slug)
        }
    };
}
