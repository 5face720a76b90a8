//! An activity that the kit requires is missing: a product without departments needs three of the five.

use marketplace_core::handler::Handler;
use marketplace_core::kit_v1::*;
use marketplace_core::{Fault, guide, marketplace_handler};

struct Shop;

#[marketplace_handler(guide = kit_v1)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant(&self, _: TenantSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users(&self, _: AuthSync) -> Result<(), Fault> {
        Ok(())
    }
}

fn serve<H: Handler<guide::KitV1>>(_: H) {}

fn main() {
    serve(Shop);
}
