//! The seller: one method for each thing that can happen to a tenant.

use marketplace_tower::v2::{
    AppInfo, InstanceInfo, InstanceStatus, NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply,
    RefreshInstance, ReleaseInstance, UpdateInstanceStatus, UsageInfo,
};
use marketplace_tower::{
    Amount, Fault, FieldTooLong, InstanceId, IntoFault, MarketTime, Order, marketplace_handler,
};

use crate::BoxError;
use crate::meter::{MeterError, Tenant};
use crate::metering::Metering;

/// A seller whose tenants pay for what they do.
pub(crate) struct Shop {
    metering: Metering,
}

impl Shop {
    pub(crate) fn new(metering: Metering) -> Self {
        Self { metering }
    }

    async fn tenant(&self, instance: &str) -> Result<Tenant, ShopError> {
        let tenant = self.metering.meter().find(instance.to_owned()).await?;
        tenant.ok_or_else(|| ShopError::NoSuchTenant(instance.to_owned()))
    }
}

#[marketplace_handler(billing = on_demand)]
impl Shop {
    /// A customer has bought. The call has ids alone; what was bought is in the order.
    #[activity(newInstance)]
    async fn open(
        &self,
        call: NewInstance,
        instance: InstanceId,
        order: Order,
    ) -> Result<NewInstanceReply, ShopError> {
        let product = order.product().and_then(|product| product.sku_code()).unwrap_or_default();
        let meter = self.metering.meter();
        meter.make(instance.to_string(), call.order_id().to_owned(), product.to_owned()).await?;
        Ok(NewInstanceReply::new(&instance)?)
    }

    /// What a customer sees: also how much was used so far.
    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance) -> Result<QueryInstanceReply, ShopError> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            let tenant = self.tenant(id).await?;
            if tenant.state == "released" {
                return Err(ShopError::NoSuchTenant(id.to_owned()));
            }
            let app = AppInfo::new(format!("https://shop.example/jobs/{id}"))?
                .with_memo(format!("{} of SKU {}", tenant.state, tenant.product))?;
            let used: Amount = tenant.count.to_string().parse().map_err(ShopError::other)?;
            let usage = UsageInfo::new(used, now()?)?;
            info.push(InstanceInfo::new(id)?.with_app_info(app)?.with_usage_info(vec![usage])?);
        }
        Ok(QueryInstanceReply::new(info)?)
    }

    #[activity(refreshInstance)]
    async fn renew(&self, change: RefreshInstance) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: UpdateInstanceStatus) -> Result<(), ShopError> {
        self.tenant(change.instance_id()).await?;
        let state = if change.status() == InstanceStatus::Freeze { "frozen" } else { "active" };
        self.metering.meter().set_state(change.instance_id().to_owned(), state).await?;
        Ok(())
    }

    /// Nothing is counted any more, and what was counted is recorded before KooGallery hears of it.
    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance) -> Result<(), ShopError> {
        self.tenant(end.instance_id()).await?;
        self.metering.meter().set_state(end.instance_id().to_owned(), "released").await?;
        self.metering.close(end.instance_id()).await.map_err(ShopError::other)?;
        Ok(())
    }
}

fn now() -> Result<MarketTime, ShopError> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    MarketTime::from_unix_millis(millis).map_err(ShopError::other)
}

/// What can go wrong in this shop.
#[derive(Debug)]
pub(crate) enum ShopError {
    NoSuchTenant(String),
    Meter(MeterError),
    Reply(FieldTooLong),
    Other(BoxError),
}

impl ShopError {
    fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }
}

impl IntoFault for ShopError {
    fn into_fault(self) -> Fault {
        match self {
            Self::NoSuchTenant(instance) => {
                Fault::instance_not_found().with_source(format!("no tenant `{instance}`"))
            }
            Self::Meter(error) => Fault::internal(error),
            Self::Reply(error) => Fault::internal(error),
            Self::Other(error) => Fault::internal(error),
        }
    }
}

impl From<MeterError> for ShopError {
    fn from(error: MeterError) -> Self {
        Self::Meter(error)
    }
}

impl From<FieldTooLong> for ShopError {
    fn from(error: FieldTooLong) -> Self {
        Self::Reply(error)
    }
}
