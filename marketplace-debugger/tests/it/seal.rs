//! `seal` and `open`.

use crate::program::{KEY, Run};

#[test]
fn what_is_sealed_can_be_opened_with_either_type() {
    for (sealed_as, opened_as) in [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")] {
        for plain in ["admin", "", "管理员@example.com", "it's \"quoted\" \\ $x", "  blanks  "] {
            let line =
                Run::keyed(&["seal", "--encrypt-type", sealed_as]).stdin(format!("{plain}\n")).run().fine();
            assert_eq!(line.lines().count(), 1);
            let opened = Run::keyed(&["open", "--encrypt-type", opened_as]).stdin(&line).run().fine();
            assert_eq!(opened, format!("{plain}\n"));
        }
    }
    let twice = [0; 2].map(|_| Run::keyed(&["seal"]).stdin("admin").run().fine());
    assert_ne!(twice[0], twice[1]);
}

#[test]
fn opens_what_java_sealed() {
    let run = |sealed: &str| {
        Run::new(&["open"]).with("KOOGALLERY_ACCESS_KEY", "example-access-key").stdin(sealed).run()
    };
    let data: serde_json::Value = serde_json::from_str(include_str!("../data/seal.json")).unwrap();
    for row in data["sealed"].as_array().unwrap() {
        if row["accessKey"] == "example-access-key" {
            for field in ["sealed256", "sealed128"] {
                let opened = run(row[field].as_str().unwrap()).fine();
                assert_eq!(opened.trim_end_matches('\n'), row["plain"].as_str().unwrap());
            }
        }
    }
}

#[test]
fn what_cannot_be_sealed_or_opened_ends_with_2() {
    let sealed = Run::keyed(&["seal"]).stdin("admin").run().fine();
    for (run, says) in [
        (Run::keyed(&["seal"]).stdin("two\nlines\n"), "more than one line"),
        (Run::keyed(&["seal", "--encrypt-type", "3"]), "possible values: 1, 2"),
        (Run::keyed(&["seal"]).stdin(b"\xff"), "no UTF-8"),
        (Run::new(&["seal"]).stdin("admin"), "KOOGALLERY_ACCESS_KEY: the access key is empty"),
        (Run::new(&["open"]).with("KOOGALLERY_ACCESS_KEY", "'quoted'").stdin("x"), "quoted"),
        (Run::keyed(&["open"]).stdin("admin"), "was it sealed with this key?"),
        (
            Run::new(&["open"]).with("KOOGALLERY_ACCESS_KEY", "another-key").stdin(&sealed),
            "was it sealed with this key?",
        ),
    ] {
        let outcome = run.run();
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{outcome:?}");
        assert!(outcome.err.contains(says) && !outcome.err.contains(KEY), "{says}: {}", outcome.err);
    }
}

#[test]
fn a_text_that_is_too_long_for_its_field_is_sealed_with_a_warning() {
    let outcome = Run::keyed(&["seal"]).stdin("x".repeat(80)).run();
    assert!(outcome.err.contains("warning: sealed, it has 144 characters"), "{}", outcome.err);
    assert_eq!(outcome.fine().trim_end().len(), 144);
    assert!(Run::keyed(&["seal"]).stdin("x".repeat(79)).run().err.is_empty());
}
