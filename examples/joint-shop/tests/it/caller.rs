//! `scripts/independent_joint_caller.py`, which knows the vendor's protocol and none of our code.

use std::process::Command;

use crate::shop::{KEY, KIT_KEY, TEST_PUBLIC_KEY};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts");

/// The script, with the keys of a shop that has two.
pub(crate) fn caller() -> Command {
    let mut caller = caller_with_one_key();
    caller.env("KOOGALLERY_KIT_KEY", KIT_KEY);
    caller
}

/// The script, with the keys of a shop that has one.
pub(crate) fn caller_with_one_key() -> Command {
    let mut caller = script("independent_joint_caller.py");
    caller.args(["--kit-public-key", TEST_PUBLIC_KEY]);
    caller
}

/// The script for V2 alone, which also stops and kills shops.
pub(crate) fn caller_of_v2() -> Command {
    script("independent_caller.py")
}

fn script(name: &str) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(format!("{SCRIPTS}/{name}"))
        .env("KOOGALLERY_ACCESS_KEY", KEY)
        .env_remove("KOOGALLERY_KIT_KEY");
    command
}

/// Runs the script; everything has to pass, and nothing may be left out.
pub(crate) fn satisfied(caller: &mut Command) {
    let output = caller.output().unwrap_or_else(|error| {
        panic!("this test needs Python 3 as `python3` (Debian: apt-get install python3): {error}")
    });
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the independent caller found fault:\n{said}\n{complained}");
    assert!(!said.contains("NOT CHECKED"), "{said}");
    let total = said.lines().last().unwrap_or_default();
    assert!(total.ends_with(" passed, 0 failed"), "`{total}` is no total");
}
