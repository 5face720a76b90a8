//! A sealed text is opened for a verified call only.

use marketplace_core::seal::{CannotOpen, Opened};
use marketplace_core::v1::NewInstance;

fn email(order: &NewInstance) -> Option<Result<Opened, CannotOpen>> {
    Some(order.email()?.open())
}

fn main() {
    let _ = email;
}
