use tempfile::tempdir;

use crate::caller::{caller, caller_of_v2, caller_with_one_key, satisfied};
use crate::shop::{KIT_KEY, Shop, TEST_PRIVATE_KEY, program};

/// Each part, with a sweep of 1,000 calls.
#[test]
fn satisfies_a_caller_that_knows_the_vendors_pages_alone() {
    let shop = Shop::start("warn");
    satisfied(caller().args(["--url", shop.url()]));
}

#[test]
fn one_key_serves_everything_if_there_is_one() {
    let shop = Shop::start_with(&mut program(), "warn");
    let parts = "purchase,sealed,licence1,v2,licence2,kit1,secrets,kit2";
    satisfied(caller_with_one_key().args(["--url", shop.url(), "--only", parts]));
}

fn quoted_program() -> String {
    format!("'{}'", env!("CARGO_BIN_EXE_joint-shop").replace('\'', r"'\''"))
}

#[test]
fn starts_and_stops_as_the_caller_wants() {
    let directory = tempdir().unwrap();
    satisfied(
        caller()
            .env("KOOGALLERY_KIT_PRIVATE_KEY", TEST_PRIVATE_KEY)
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_DATABASE", directory.path().join("shop.db"))
            .env("RUST_LOG", "error")
            .args(["--command", &quoted_program(), "--only", "life,interfaces"]),
    );
}

#[test]
fn keeps_its_promises_through_restarts_and_crashes() {
    let directory = tempdir().unwrap();
    let program = quoted_program();
    satisfied(
        caller_of_v2()
            .env("KOOGALLERY_KIT_KEY", KIT_KEY)
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_DATABASE", directory.path().join("shop.db"))
            .env("RUST_LOG", "error")
            .args(["--command", &program])
            .args(["--slow-command", &format!("env SHOP_PROVISIONING_MS=600000 {program}")])
            .args(["--only", "restart,crash"]),
    );
}
