//! What the debugging console says.

use marketplace_debugger::{Console, Outcome};

use crate::{Line, Report};

/// Lets the console play its calls on this line; each of its checks is one of the report. What it could not see is none.
pub async fn play_console(title: &str, console: Console, line: &Line, report: &mut Report) {
    match console.check_url(&line.url()).await {
        Err(error) => {
            report.check::<()>(format_args!("console, {title}"), Err(error.to_string()));
        }
        Ok(found) => {
            for check in found.checks() {
                let outcome = match &check.outcome {
                    Outcome::NotRun(_) => continue,
                    Outcome::Failed(failure) => Err(failure.detail.clone()),
                    _ => Ok(()),
                };
                report.check(format_args!("console, {title}: {}", check.name), outcome);
            }
        }
    }
}
