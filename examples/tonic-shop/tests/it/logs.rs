use crate::caller::{caller, satisfied};
use crate::shop::Shop;

#[test]
fn no_log_shows_the_key_or_the_token() {
    let shop = Shop::start("trace");
    satisfied(caller().args(["--url", &shop.endpoint(), "--only", "purchase,refusals"]));
    for _ in 0..2 {
        assert!(shop.command("list").output().unwrap().status.success());
    }
    let log = shop.log();
    assert!(log.lines().count() > 500, "little was logged");
    assert!(log.contains("h2::"), "nothing was logged of HTTP/2");
    assert!(!log.contains("canary"), "a secret is in the log");
}
