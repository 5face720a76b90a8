//! A field that every request has.

use marketplace_core::handler::Handler;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler};

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
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity("orderAudit", request = OrderAudit { order_id: Text<64>, test_flag: Text<1> }, reply = Audited { ticket: Text<64> })]
    async fn audit(&self, ask: OrderAudit) -> Result<Audited, Fault> {
        let _ = (ask.order_id(), ask.mode());
        Err(Fault::processing())
    }
}

fn serve<H: Handler>(_: H) {}

fn main() {
    serve(Shop);
}
