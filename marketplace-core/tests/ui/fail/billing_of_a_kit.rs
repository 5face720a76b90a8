//! A kit is the same for every billing.

use marketplace_core::handler::Handler;
use marketplace_core::kit_v2::*;
use marketplace_core::{Fault, guide, marketplace_handler};

struct Shop;

#[marketplace_handler(guide = kit_v2, billing = period)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant(&self, _: TenantSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(applicationSync)]
    async fn application(&self, _: ApplicationSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users(&self, _: AuthSync) -> Result<(), Fault> {
        Ok(())
    }
}

fn serve<H: Handler<guide::KitV2>>(_: H) {}

fn main() {
    serve(Shop);
}
