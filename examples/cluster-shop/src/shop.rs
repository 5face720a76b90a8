//! The seller: one method for each thing that can happen to a tenant. Each bears being run again, with the same result.

use std::time::Duration;

use marketplace_tower::v2::{
    AppInfo, InstanceInfo, InstanceStatus, NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply,
    RefreshInstance, ReleaseInstance, UpdateInstanceStatus,
};
use marketplace_tower::{Fault, FieldTooLong, InstanceId, IntoFault, marketplace_handler};
use tokio::time::sleep;

use crate::database::DatabaseError;
use crate::tenants::{State, Tenant, Tenants};

/// A seller whose product is a tenant in a database.
pub(crate) struct Shop {
    tenants: Tenants,
    provisioning: Provisioning,
}

/// How long a tenant takes to set up.
pub(crate) enum Provisioning {
    /// Always as long.
    Takes(Duration),
    /// Seven seconds for the order `slow-7-…`, and no time for any other: for rehearsals and tests.
    ByOrder,
}

impl Shop {
    pub(crate) fn new(tenants: Tenants, provisioning: Provisioning) -> Self {
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
        let tenant = self.tenants.find(instance).await?;
        tenant.ok_or_else(|| ShopError::NoSuchTenant(instance.to_owned()))
    }
}

#[marketplace_handler(billing = period)]
impl Shop {
    /// A customer has paid. The instance id is the same for every call about this order line, on every machine, also after
    /// a crash, so that making it again changes nothing.
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, ShopError> {
        let id = instance.as_str();
        let line = order.order_line_id().unwrap_or_default();
        self.tenants.make(id, order.order_id(), line).await?;
        // Here a real seller sets up a database, a domain, an administrator. If that takes longer than KooGallery waits,
        // the endpoint answers that it is being processed, and this goes on.
        sleep(self.provisioning.of(order.order_id())).await;
        self.tenants.activate(id).await?;
        Ok(NewInstanceReply::new(id)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            let tenant = self.tenant(id).await?;
            let app = AppInfo::new(format!("https://{id}.shop.example/"))?
                .with_admin_url(format!("https://{id}.shop.example/admin"))?
                .with_user_name("admin")?
                .with_memo(format!("{} since order {}", tenant.state, tenant.order_id))?;
            info.push(InstanceInfo::new(id)?.with_app_info(app)?);
        }
        Ok(QueryInstanceReply::new(info)?)
    }

    /// The new expiry is set, not added, so that doing it again changes nothing.
    #[activity(refreshInstance)]
    async fn renew(&self, change: RefreshInstance) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        self.tenants.renew(change.instance_id(), change.expire_time()).await?;
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: UpdateInstanceStatus) -> Result<(), ShopError> {
        let state = match change.status() {
            InstanceStatus::Freeze => State::Frozen,
            _ => State::Active,
        };
        self.tenant(change.instance_id()).await?;
        self.tenants.set_state(change.instance_id(), state).await?;
        Ok(())
    }

    /// Releasing a released tenant is a success.
    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance) -> Result<(), ShopError> {
        self.known(end.instance_id()).await?;
        self.tenants.set_state(end.instance_id(), State::Released).await?;
        Ok(())
    }
}

impl Provisioning {
    fn of(&self, order_id: &str) -> Duration {
        match self {
            Self::Takes(time) => *time,
            Self::ByOrder => {
                let slow = order_id.strip_prefix("slow-").and_then(|rest| rest.split_once('-'));
                Duration::from_secs(slow.and_then(|(seconds, _)| seconds.parse().ok()).unwrap_or_default())
            }
        }
    }
}

/// What can go wrong in this shop.
#[derive(Debug)]
pub(crate) enum ShopError {
    NoSuchTenant(String),
    Database(DatabaseError),
    Reply(FieldTooLong),
}

impl IntoFault for ShopError {
    fn into_fault(self) -> Fault {
        match self {
            Self::NoSuchTenant(instance) => {
                Fault::instance_not_found().with_source(format!("no tenant `{instance}`"))
            }
            Self::Database(error) => Fault::internal(error),
            Self::Reply(error) => Fault::internal(error),
        }
    }
}

impl From<DatabaseError> for ShopError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<FieldTooLong> for ShopError {
    fn from(error: FieldTooLong) -> Self {
        Self::Reply(error)
    }
}
