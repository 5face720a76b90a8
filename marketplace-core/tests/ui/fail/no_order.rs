//! A release is not about an order that can be asked for.

use marketplace_core::handler::Handler;
use marketplace_core::open_api::Order;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler};

struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance, bought: Order) -> Result<NewInstanceReply, Fault> {
        let _ = bought;
        Ok(NewInstanceReply::new(order.order_id())?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance, _bought: Order) -> Result<(), Fault> {
        Ok(())
    }
}

fn serve<H: Handler>(_: H) {}

fn main() {
    serve(Shop);
}
