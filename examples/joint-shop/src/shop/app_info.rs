//! How a customer logs in, as each guide writes it.

use marketplace_tower::{Sealer, v1, v2};

use super::{Shop, ShopError};
use crate::database::{State, Tenant};

impl Tenant {
    fn front_end(&self) -> String {
        format!("https://{}.shop.example/", self.id)
    }

    fn admin(&self) -> String {
        format!("https://{}.shop.example/admin", self.id)
    }

    /// In V1, account and password travel sealed.
    pub(super) fn v1_app_info(&self, sealer: &Sealer) -> Result<v1::AppInfo, ShopError> {
        Ok(v1::AppInfo::new(self.front_end())?
            .with_admin_url(self.admin())?
            .with_user_name(sealer.seal(&self.account)?)?
            .with_password(sealer.seal(&self.first_password)?)?)
    }

    /// In V2, everything is plain text.
    pub(super) fn v2_app_info(&self) -> Result<v2::AppInfo, ShopError> {
        Ok(v2::AppInfo::new(self.front_end())?
            .with_admin_url(self.admin())?
            .with_user_name(self.account.as_str())?
            .with_password(self.first_password.as_str())?
            .with_memo(format!("{} since order {}", self.instance.state, self.instance.order_id))?)
    }
}

impl Shop {
    /// The tenants of these ids, in the same order; none where there is none in use.
    pub(super) async fn tenants<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Option<Tenant>>, ShopError> {
        let mut tenants = self.database.tenants(ids.map(ToOwned::to_owned).collect()).await?;
        for tenant in &mut tenants {
            tenant.take_if(|tenant| tenant.instance.state == State::Released);
        }
        Ok(tenants)
    }
}
