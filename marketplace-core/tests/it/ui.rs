//! The attribute, as the compiler's user sees it.

use std::fs;

/// In one run, because only then is everything compiled to the end, where constants are judged.
#[test]
fn compiles_what_is_right_and_explains_what_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}

#[test]
fn one_mistake_is_one_error() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui/fail");
    let mut mistakes = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let stderr = fs::read_to_string(path.with_extension("stderr")).unwrap();
            let errors = stderr.lines().filter(|line| line.starts_with("error")).count();
            let expected = if path.file_stem().unwrap() == "four_mistakes" { 4 } else { 1 };
            assert_eq!(errors, expected, "{}\n{stderr}", path.display());
            assert!(!stderr.contains("warning:"), "{}\n{stderr}", path.display());
            mistakes += 1;
        }
    }
    assert!(mistakes >= 26, "only {mistakes} mistakes were found");
}
