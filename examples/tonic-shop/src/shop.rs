//! The seller: one method for each thing that can happen to a tenant.

use marketplace_tower::v2::{
    AppInfo, ChangeInstanceCheck, InstanceInfo, InstanceStatus, NewInstance, NewInstanceReply, OrderNotify,
    QueryInstance, QueryInstanceReply, RefreshInstance, ReleaseInstance, UpdateInstanceStatus,
    UpgradeInstance,
};
use marketplace_tower::{Fault, FieldTooLong, InstanceId, IntoFault, marketplace_handler};

use crate::admin::proto::{Instance, State};
use crate::tenants::{Tenants, TenantsError};

/// A seller whose product is a tenant in a database.
pub(crate) struct Shop {
    tenants: Tenants,
}

impl Shop {
    pub(crate) fn new(tenants: Tenants) -> Self {
        Self { tenants }
    }

    /// A tenant that is in use.
    async fn tenant(&self, instance: &str) -> Result<Instance, ShopError> {
        match self.known(instance).await? {
            tenant if tenant.state() == State::Released => Err(ShopError::NoSuchTenant(instance.to_owned())),
            tenant => Ok(tenant),
        }
    }

    /// A tenant that was made, and may have been released since.
    async fn known(&self, instance: &str) -> Result<Instance, ShopError> {
        let tenant = self.tenants.find(instance.to_owned()).await?;
        tenant.ok_or_else(|| ShopError::NoSuchTenant(instance.to_owned()))
    }
}

#[marketplace_handler(billing = period)]
impl Shop {
    /// A customer has paid. The instance id is the same for every call about this order line, also after a crash, so
    /// that making it again changes nothing.
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, ShopError> {
        self.tenants.make(instance.to_string(), order.order_id().to_owned()).await?;
        Ok(NewInstanceReply::new(&instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            let tenant = self.tenant(id).await?;
            let app = AppInfo::new(format!("https://{id}.shop.example/"))?
                .with_user_name("admin")?
                .with_memo(format!("since order {}", tenant.order_id))?;
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
    async fn upgrade(&self, change: UpgradeInstance) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        self.tenants.set_order(change.instance_id().to_owned(), change.order_id().to_owned()).await?;
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
