use crate::caller::{caller, satisfied};
use crate::shop::Shop;

#[test]
fn satisfies_a_caller_that_knows_the_vendors_pages_alone() {
    let shop = Shop::start("warn");
    satisfied(caller().args(["--url", &shop.endpoint(), "--pid", &shop.id().to_string()]));
}
