//! In guide V1 a period ends with `expireInstance`, which no method serves.

use marketplace_core::v1::*;
use marketplace_core::{Fault, marketplace_handler};

struct Shop;

#[marketplace_handler(guide = v1, billing = period)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance) -> Result<NewInstanceReply, Fault> {
        Ok(NewInstanceReply::new(order.order_id())?)
    }

    #[activity(refreshInstance)]
    async fn renew(&self, _: RefreshInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

fn main() {}
