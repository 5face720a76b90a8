//! What the operator is told about settings.

use std::process::Output;

use crate::program::{ACCESS_KEY, SK, program};

fn run(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = program().envs(settings.iter().copied()).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn names_the_setting_that_is_wrong_and_shows_no_secret() {
    let right = [("KOOGALLERY_ACCESS_KEY", ACCESS_KEY), ("KOOGALLERY_AK", "AK"), ("KOOGALLERY_SK", SK)];
    for (wrong, value) in [
        ("KOOGALLERY_SITE", "mars"),
        ("KOOGALLERY_URL", "ftp://market.example"),
        ("KOOGALLERY_URL", "http://market.example"),
        ("SHOP_LEDGER", "mysql://user:canary-9b1f6c0e@host/db"),
        ("SHOP_SPAN_SECONDS", "an hour"),
        ("SHOP_PUSH_SECONDS", "-1"),
    ] {
        let mut settings = right.to_vec();
        settings.push((wrong, value));
        let (code, said) = run(&settings);
        assert_eq!(code, Some(2), "{wrong}: {said}");
        assert!(said.starts_with(&format!("metered-shop: {wrong}")), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
    for missing in 0..right.len() {
        let mut settings = right.to_vec();
        let (name, _) = settings.remove(missing);
        let (code, said) = run(&settings);
        assert_eq!(code, Some(2));
        assert!(said.contains(name) && !said.contains("canary"), "{said}");
    }
}
