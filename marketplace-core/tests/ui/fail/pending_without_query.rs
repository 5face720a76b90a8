//! KooGallery asks for what is pending, and nobody answers. It is not listed as missing, too.

use marketplace_core::handler::Handler;
use marketplace_core::v2::*;
use marketplace_core::{Fault, marketplace_handler, Provisioning};

struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance) -> Result<Provisioning<NewInstanceReply>, Fault> {
        let _ = order;
        Ok(Provisioning::Pending)
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
