//! Activities that the billing requires are missing: they are listed at the shop.

use marketplace_core::handler::Handler;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler};

struct Shop;

#[marketplace_handler(billing = [one_time, period])]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance) -> Result<NewInstanceReply, Fault> {
        Ok(NewInstanceReply::new(order.order_id())?)
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

fn serve<H: Handler>(_: H) {}

fn main() {
    serve(Shop);
}
