//! `scripts/independent_caller.py`, which knows the vendor's protocol and none of our code.

use std::process::Command;

use crate::shop::KEY;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/independent_caller.py");

/// The script, with the key.
pub(crate) fn caller() -> Command {
    let mut command = Command::new("python3");
    command.arg(SCRIPT).env("KOOGALLERY_ACCESS_KEY", KEY);
    command
}

/// Runs the script; everything has to pass.
pub(crate) fn satisfied(caller: &mut Command) {
    let output = caller.output().unwrap_or_else(|error| {
        panic!("this test needs Python 3 as `python3` (Debian: apt-get install python3): {error}")
    });
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the independent caller found fault:\n{said}\n{complained}");
    let total = said.lines().last().unwrap_or_default();
    assert!(total.ends_with(" passed, 0 failed"), "`{total}` is no total");
}
