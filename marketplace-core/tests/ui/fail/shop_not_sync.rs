//! A shop that cannot be shared between threads: one error, not one for each method.

use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler};

struct Shop {
    sold: std::cell::Cell<u32>,
}

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
}

fn main() {
    let _ = Shop { sold: std::cell::Cell::new(0) }.sold.get();
}
