//! All activities of the guide, with every argument, in any order, and every kind of pattern.

use bytes::Bytes;
use marketplace_core::open_api::Order;
use marketplace_core::v2::*;
use marketplace_core::{Fault, InstanceId, Mode, Provisioning, Verified, marketplace_handler};

struct Shop;

#[marketplace_handler(billing = [period, one_time, on_demand,], guide = v2)]
impl Shop {
    const FRONT_END: &'static str = "https://shop.example/";

    /// A customer has paid.
    #[activity(newInstance)]
    #[must_use]
    async fn open(
        &self,
        mut order: NewInstance,
        mode: Mode,
        bought: Order,
        instance: InstanceId,
    ) -> Result<Provisioning<NewInstanceReply>, Fault> {
        order = Self::same(order);
        let _ = bought.product();
        std::future::ready(()).await;
        if mode.is_debug() || order.order_id().is_empty() {
            return Ok(Provisioning::Pending);
        }
        Ok(Provisioning::Ready(NewInstanceReply::new(instance)?))
    }

    #[activity("queryInstance")]
    pub async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        let info = query.instance_ids().iter().map(|id| {
            InstanceInfo::new(id)?.with_app_info(AppInfo::new(Self::FRONT_END)?.with_password("secret")?)
        });
        Ok(QueryInstanceReply::new(info.collect::<Result<Vec<_>, _>>()?)?)
    }

    #[activity(refreshInstance)]
    async fn renew(&self, _: RefreshInstance, _signed: Bytes, _bought: Option<Order>, _call: Verified) -> Result<(), std::convert::Infallible> {
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: UpdateInstanceStatus, instance: InstanceId, mode: Mode) -> Result<(), Fault> {
        assert_eq!(instance.as_str(), change.instance_id());
        let _ = mode;
        Ok(())
    }

    #[activity(releaseInstance)]
    async fn close(self: &Self, end: ReleaseInstance) -> Result<(), Fault> {
        let _ = end;
        Ok(())
    }

    #[activity(upgradeInstance)]
    async fn upgrade<'a>(&'a self, _: UpgradeInstance, Order { .. }: Order) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(changeInstanceCheck)]
    async fn may_change(&self, _: ChangeInstanceCheck) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(orderNotify)]
    async fn note(&self, _: OrderNotify, _bought: Order) -> Result<(), Fault> {
        Ok(())
    }

    // Without an activity, anything goes.
    fn same<T>(value: T) -> T {
        value
    }
}

fn main() {
    use marketplace_core::handler::Handler;
    assert_eq!(Shop::ACTIVITIES.len(), 8);
}
