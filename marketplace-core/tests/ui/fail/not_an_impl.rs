//! The attribute on something else.

use marketplace_core::marketplace_handler;

#[marketplace_handler(billing = period)]
struct Shop;

fn main() {
    let _ = Shop;
}
