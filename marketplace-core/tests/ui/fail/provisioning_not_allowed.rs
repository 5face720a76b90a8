//! `Provisioning` where the protocol knows no later.

use marketplace_core::handler::Handler;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler, Provisioning};

struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance) -> Result<NewInstanceReply, Fault> {
        Ok(NewInstanceReply::new(order.order_id())?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<Provisioning<()>, Fault> {
        Ok(Provisioning::Pending)
    }
}

fn serve<H: Handler>(_: H) {}

fn main() {
    serve(Shop);
}
