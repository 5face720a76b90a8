//! The seller: one method for each thing that can happen to a tenant.

use std::time::Duration;

use marketplace_tower::v2::{
    AppInfo, ChangeInstanceCheck, InstanceInfo, InstanceStatus, NewInstance, NewInstanceReply, OrderNotify,
    QueryInstance, QueryInstanceReply, RefreshInstance, ReleaseInstance, UpdateInstanceStatus,
    UpgradeInstance,
};
use marketplace_tower::{Fault, FieldTooLong, InstanceId, IntoFault, Order, marketplace_handler};

use crate::orders::plan;
use crate::tenants::{State, Tenant, Tenants, TenantsError};

/// A seller whose product is a tenant in a database.
pub(crate) struct Shop {
    tenants: Tenants,
    provisioning: Duration,
}

impl Shop {
    pub(crate) fn new(tenants: Tenants, provisioning: Duration) -> Self {
        Self { tenants, provisioning }
    }

    /// A tenant that is in use.
    async fn tenant(&self, instance: &str) -> Result<Tenant, ShopError> {
        match self.known(instance).await? {
            tenant if tenant.state == State::Released => Err(ShopError::NoSuchTenant(instance.to_owned())),
            tenant => Ok(tenant),
        }
    }

    /// A tenant that was made, and may have been released since.
    async fn known(&self, instance: &str) -> Result<Tenant, ShopError> {
        let tenant = self.tenants.find(instance.to_owned()).await?;
        tenant.ok_or_else(|| ShopError::NoSuchTenant(instance.to_owned()))
    }
}

#[marketplace_handler(billing = period)]
impl Shop {
    /// A customer has paid. The instance id is the same for every call about this order line, also after a crash, so
    /// that making it again changes nothing. The call has ids alone; what was bought is in the order, if there is somebody to ask.
    #[activity(newInstance)]
    async fn open(
        &self,
        call: NewInstance,
        instance: InstanceId,
        order: Option<Order>,
    ) -> Result<NewInstanceReply, ShopError> {
        let plan = order.as_ref().map(plan).unwrap_or_default();
        self.tenants.make(instance.to_string(), call.order_id().to_owned(), plan).await?;
        // Here a real seller sets up a database, a domain, an administrator. If that takes longer than KooGallery waits,
        // the endpoint answers that it is being processed, and this goes on.
        tokio::time::sleep(self.provisioning).await;
        self.tenants.activate(instance.to_string()).await?;
        Ok(NewInstanceReply::new(&instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            let tenant = self.tenant(id).await?;
            let app = AppInfo::new(format!("https://{id}.shop.example/"))?
                .with_admin_url(format!("https://{id}.shop.example/admin"))?
                .with_user_name("admin")?
                .with_memo(memo(&tenant))?;
            info.push(InstanceInfo::new(id)?.with_app_info(app)?);
        }
        Ok(QueryInstanceReply::new(info)?)
    }

    /// The new expiry is set, not added, so that a repeat changes nothing.
    #[activity(refreshInstance)]
    async fn renew(&self, change: RefreshInstance) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        self.tenants.set_expiry(change.instance_id().to_owned(), change.expire_time().unix_millis()).await?;
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: UpdateInstanceStatus) -> Result<(), ShopError> {
        let state = match change.status() {
            InstanceStatus::Freeze => State::Frozen,
            _ => State::Active,
        };
        self.tenant(change.instance_id()).await?;
        self.tenants.set_state(change.instance_id().to_owned(), state).await?;
        Ok(())
    }

    #[activity(upgradeInstance)]
    async fn upgrade(&self, change: UpgradeInstance, order: Option<Order>) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        let (instance, plan) = (change.instance_id().to_owned(), order.as_ref().map(plan));
        self.tenants.set_order(instance, change.order_id().to_owned(), plan).await?;
        Ok(())
    }

    /// This shop lets everybody change to anything.
    #[activity(changeInstanceCheck)]
    async fn may_change(&self, check: ChangeInstanceCheck) -> Result<(), ShopError> {
        self.tenant(check.instance_id()).await?;
        Ok(())
    }

    /// Releasing a released tenant is a success.
    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance) -> Result<(), ShopError> {
        self.known(end.instance_id()).await?;
        self.tenants.set_state(end.instance_id().to_owned(), State::Released).await?;
        Ok(())
    }

    #[activity(orderNotify)]
    async fn notified(&self, order: OrderNotify) -> Result<(), ShopError> {
        tracing::info!(order = order.order_id(), line = order.order_line_id(), "an order was placed");
        Ok(())
    }
}

/// What the customer reads about a tenant.
fn memo(tenant: &Tenant) -> String {
    let since = format!("{} since order {}", tenant.state, tenant.order_id);
    if tenant.plan.is_empty() { since } else { format!("{since}: {}", tenant.plan) }
}

/// What can go wrong in this shop.
#[derive(Debug)]
pub(crate) enum ShopError {
    NoSuchTenant(String),
    Tenants(TenantsError),
    Reply(FieldTooLong),
}

impl IntoFault for ShopError {
    fn into_fault(self) -> Fault {
        match self {
            Self::NoSuchTenant(instance) => {
                Fault::instance_not_found().with_source(format!("no tenant `{instance}`"))
            }
            Self::Tenants(error) => Fault::internal(error),
            Self::Reply(error) => Fault::internal(error),
        }
    }
}

impl From<TenantsError> for ShopError {
    fn from(error: TenantsError) -> Self {
        Self::Tenants(error)
    }
}

impl From<FieldTooLong> for ShopError {
    fn from(error: FieldTooLong) -> Self {
        Self::Reply(error)
    }
}
