//! For build servers: JUnit's XML, as far as they agree about it.

use std::fmt::Write as _;

use super::Report;
use crate::check::{Check, Group, Outcome};

pub(super) fn render(report: &Report) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a `String` cannot fail.
    let _ = writeln!(
        text,
        "<testsuites name=\"marketplace-debugger\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
        report.checks.len(),
        report.failed().count(),
        report.not_run(),
        report.took.as_secs_f64(),
    );
    for group in Group::ALL {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.group == group).collect();
        if !checks.is_empty() {
            suite(&mut text, group, &checks);
        }
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, group: Group, checks: &[&Check]) {
    let failures = checks.iter().filter(|check| check.has_failed()).count();
    let skipped = checks.iter().filter(|check| matches!(check.outcome, Outcome::NotRun(_))).count();
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">",
        group.name(),
        checks.len(),
    );
    for check in checks {
        let name = escaped(&check.name);
        let _ = write!(text, "    <testcase classname=\"{}\" name=\"{name}\"", group.name());
        let _ = match &check.outcome {
            Outcome::Passed => writeln!(text, "/>"),
            Outcome::NotRun(why) => writeln!(text, "><skipped message=\"{}\"/></testcase>", escaped(why)),
            Outcome::Failed(failure) => writeln!(
                text,
                "><failure type=\"{}\" message=\"{}\">{}</failure></testcase>",
                check.slug,
                escaped(&failure.detail),
                escaped(&advice(check)),
            ),
        };
    }
    text.push_str("  </testsuite>\n");
}

fn advice(check: &Check) -> String {
    let console = check.console().map(|(number, english, _)| format!("console {number}: {english}\n"));
    let entry = check.entry().map(|entry| format!("cause: {}\nfix: {}", entry.cause, entry.fix));
    console.unwrap_or_default() + &entry.unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push('\n'),
            // XML 1.0 has no place for these.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
