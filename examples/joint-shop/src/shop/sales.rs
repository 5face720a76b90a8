//! Somebody has bought something.

use marketplace_tower::InstanceId;

use super::{Shop, ShopError};
use crate::database::{Purchase, Tenant};

/// The account of each tenant's first administrator.
const ACCOUNT: &str = "admin@shop.example";

impl Shop {
    /// A tenant for this order. The instance id is the same for every call about the order, also after a crash, so that
    /// making it again changes nothing.
    pub(super) async fn sell(&self, instance: &InstanceId, order: Purchase) -> Result<Tenant, ShopError> {
        let order = Purchase { account: ACCOUNT.to_owned(), first_password: secret()?, ..order };
        let tenant = self.database.make_tenant(instance.to_string(), order).await?;
        // Here a real seller sets up a database, a domain, an administrator. If that takes longer than KooGallery waits,
        // the endpoint answers that it is being processed, and this goes on.
        tokio::time::sleep(self.provisioning).await;
        self.database.activate(instance.to_string()).await?;
        Ok(tenant)
    }

    /// A licence code for this order, under the same condition.
    pub(super) async fn license(&self, instance: &InstanceId, order: &str) -> Result<String, ShopError> {
        let code = format!("LIC-{}", secret()?);
        Ok(self.database.make_licence(instance.to_string(), order.to_owned(), code).await?)
    }
}

/// 128 bits that nobody guesses, as 32 letters.
fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
