//! Guide V2.

use marketplace_tower::v2::{
    ChangeInstanceCheck, InstanceInfo, InstanceStatus, NewInstance, NewInstanceReply, OrderNotify,
    QueryInstance, QueryInstanceReply, RefreshInstance, ReleaseInstance, UpdateInstanceStatus,
    UpgradeInstance,
};
use marketplace_tower::{InstanceId, marketplace_handler};

use super::{Shop, ShopError};
use crate::database::Purchase;

#[marketplace_handler(guide = v2, billing = [one_time, period, on_demand])]
impl Shop {
    /// A customer has paid. How to log in is asked for by `queryInstance`.
    #[activity(newInstance)]
    async fn v2_new_instance(
        &self,
        order: NewInstance,
        instance: InstanceId,
    ) -> Result<NewInstanceReply, ShopError> {
        let order = Purchase { order_id: order.order_id().to_owned(), ..Purchase::default() };
        self.sell(&instance, order).await?;
        Ok(NewInstanceReply::new(&instance)?)
    }

    #[activity(queryInstance)]
    async fn v2_query_instance(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let ids = query.instance_ids();
        let mut info = Vec::new();
        for (id, tenant) in ids.iter().zip(self.tenants(ids.iter()).await?) {
            let tenant = tenant.ok_or_else(|| ShopError::NoSuchInstance(id.to_owned()))?;
            info.push(InstanceInfo::new(id)?.with_app_info(tenant.v2_app_info()?)?);
        }
        Ok(QueryInstanceReply::new(info)?)
    }

    #[activity(refreshInstance)]
    async fn v2_refresh_instance(&self, change: RefreshInstance) -> Result<(), ShopError> {
        self.renew(change.instance_id(), change.expire_time()).await
    }

    #[activity(updateInstanceStatus)]
    async fn v2_update_instance_status(&self, change: UpdateInstanceStatus) -> Result<(), ShopError> {
        self.freeze(change.instance_id(), change.status() == InstanceStatus::Freeze).await
    }

    #[activity(upgradeInstance)]
    async fn v2_upgrade_instance(&self, change: UpgradeInstance) -> Result<(), ShopError> {
        self.change_order(change.instance_id(), change.order_id()).await
    }

    /// This shop lets everybody change to anything.
    #[activity(changeInstanceCheck)]
    async fn v2_change_instance_check(&self, check: ChangeInstanceCheck) -> Result<(), ShopError> {
        self.in_use(check.instance_id()).await.map(drop)
    }

    #[activity(releaseInstance)]
    async fn v2_release_instance(&self, end: ReleaseInstance) -> Result<(), ShopError> {
        self.release(end.instance_id()).await
    }

    #[activity(orderNotify)]
    async fn v2_order_notify(&self, order: OrderNotify) -> Result<(), ShopError> {
        tracing::info!(order = order.order_id(), line = order.order_line_id(), "an order was placed");
        Ok(())
    }
}
