use crate::caller::{caller, satisfied};
use crate::shop::Shop;

#[test]
fn one_line_says_why_a_call_was_refused() {
    let shop = Shop::start("warn");
    satisfied(caller().args(["--url", shop.url(), "--only", "refusals,fields,large"]));
    let log = shop.log();
    for reason in [
        "method",
        "parameter-missing",
        "parameter-repeated",
        "parameter-malformed",
        "stale-timestamp",
        "future-timestamp",
        "signature",
        "replayed",
        "body",
        "unknown-activity",
        "body-too-long",
    ] {
        let found = log.lines().find(|line| line.contains(&format!("reason=\"{reason}\"")));
        let line = found.unwrap_or_else(|| panic!("no line gives the reason {reason}"));
        assert!(line.contains(" WARN ") && line.contains("detail="), "{line}");
    }
    assert!(!log.contains('\u{1b}'), "colours in a file");
}

#[test]
fn no_log_shows_the_key() {
    let shop = Shop::start("trace");
    satisfied(caller().args(["--url", shop.url(), "--only", "purchase,debugging,refusals,accepted,unknown"]));
    let log = shop.log();
    assert!(log.lines().count() > 500, "little was logged");
    assert!(!log.contains("canary"), "the key is in the log");
}
