//! The joint-operations kit, second generation.

use marketplace_tower::kit_v2::{AllOrgSync, ApplicationSync, AuthSync, SingleOrgSync, TenantSync};
use marketplace_tower::{Verified, marketplace_handler};

use super::{Shop, ShopError};

#[marketplace_handler(guide = kit_v2)]
impl Shop {
    #[activity(tenantSync)]
    async fn kit_v2_tenant_sync(&self, sync: TenantSync) -> Result<(), ShopError> {
        self.sync_enterprise(sync).await
    }

    #[activity(applicationSync)]
    async fn kit_v2_application_sync(&self, sync: ApplicationSync, call: Verified) -> Result<(), ShopError> {
        self.sync_application(sync, &call).await
    }

    #[activity(authSync)]
    async fn kit_v2_auth_sync(&self, sync: AuthSync) -> Result<(), ShopError> {
        self.sync_users(sync).await
    }

    #[activity(singleOrgSync)]
    async fn kit_v2_single_org_sync(&self, sync: SingleOrgSync) -> Result<(), ShopError> {
        self.sync_department(sync).await
    }

    #[activity(allOrgSync)]
    async fn kit_v2_all_org_sync(&self, sync: AllOrgSync) -> Result<(), ShopError> {
        self.sync_departments(sync.instance_id(), sync.tenant_id(), sync.org_info_list().iter()).await
    }
}
