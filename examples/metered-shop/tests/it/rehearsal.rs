//! The command of the README.

use crate::program::program;

#[test]
fn the_rehearsal_passes() {
    let output = program().arg("--rehearse").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with(", 0 failed"), "{said}");
}
