use tempfile::tempdir;

use crate::caller::{caller, satisfied};
use crate::shop::Shop;

#[test]
fn satisfies_a_caller_that_knows_the_vendors_pages_alone() {
    let shop = Shop::start("warn");
    satisfied(caller().args(["--url", shop.url(), "--pid", &shop.id().to_string()]));
}

#[test]
fn keeps_its_promises_through_restarts_and_crashes() {
    let directory = tempdir().unwrap();
    let program = format!("'{}'", env!("CARGO_BIN_EXE_axum-shop").replace('\'', r"'\''"));
    satisfied(
        caller()
            .env("SHOP_LISTEN", "127.0.0.1:0")
            .env("SHOP_DATABASE", directory.path().join("shop.db"))
            .env("RUST_LOG", "error")
            .args(["--command", &program])
            .args(["--slow-command", &format!("env SHOP_PROVISIONING_MS=600000 {program}")])
            .args(["--only", "restart,crash"]),
    );
}
