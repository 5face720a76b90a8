use crate::world::program;

#[test]
fn passes_its_own_rehearsal_and_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let output = program()
        .arg("--rehearse")
        .current_dir(directory.path())
        .env("TMPDIR", directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));

    let (checks, total) = said.trim_end().rsplit_once('\n').unwrap();
    let (counts, checks): (Vec<_>, Vec<_>) = checks.lines().partition(|line| line.starts_with("     "));
    assert_eq!(counts.len(), 3, "{said}");
    assert!(checks.iter().all(|line| line.starts_with("PASS ")), "{said}");
    assert_eq!(total, format!("{} passed, 0 failed", checks.len()));
    for promise in ["one id each", "copies", "killed", "the proxy sent none again", "SIGTERM"] {
        assert!(said.contains(promise), "nothing about {promise} in {said}");
    }
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}
