//! The impl block of a trait.

use marketplace_core::handler::Handler;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler};

struct Shop;

trait Open {
    async fn open(&self, order: NewInstance) -> Result<NewInstanceReply, Fault>;
}

#[marketplace_handler(billing = one_time)]
impl Open for Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance) -> Result<NewInstanceReply, Fault> {
        Ok(NewInstanceReply::new(order.order_id())?)
    }
}

fn serve<H: Handler>(_: H) {}

fn main() {
    serve(Shop);
}
