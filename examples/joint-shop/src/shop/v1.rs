//! Guide V1: what was on sale before V2 and still is, and licences 1.0.

use marketplace_tower::v1::{
    ExpireInstance, ExpireLicense, ExtendParam, GetLicense, GetLicenseReply, InstanceInfo, InstanceStatus,
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, RefreshInstance, RefreshLicense,
    ReleaseInstance, ReleaseLicense, SealedField, Status, Upgrade,
};
use marketplace_tower::{InstanceId, Sealer, Verified, marketplace_handler};

use super::{Shop, ShopError};
use crate::database::Purchase;

#[marketplace_handler(guide = v1, billing = [one_time, period, on_demand])]
impl Shop {
    /// A customer has paid. Account and first password are told sealed.
    #[activity(newInstance)]
    async fn v1_new_instance(
        &self,
        order: NewInstance,
        instance: InstanceId,
        sealer: Sealer,
        call: Verified,
    ) -> Result<NewInstanceReply, ShopError> {
        let tenant = self.sell(&instance, purchase(&order, &call)).await?;
        Ok(NewInstanceReply::new(&instance)?.with_app_info(tenant.v1_app_info(&sealer)?)?)
    }

    /// Ids that nobody knows are left out. If none is known, the library answers so.
    #[activity(queryInstance)]
    async fn v1_query_instance(
        &self,
        query: QueryInstance,
        sealer: Sealer,
    ) -> Result<QueryInstanceReply, ShopError> {
        let mut info = Vec::new();
        for tenant in self.tenants(query.instance_ids().iter()).await?.into_iter().flatten() {
            let app_info = tenant.v1_app_info(&sealer)?;
            info.push(InstanceInfo::new(tenant.id)?.with_app_info(app_info)?);
        }
        Ok(QueryInstanceReply::new(info)?)
    }

    #[activity(refreshInstance)]
    async fn v1_refresh_instance(&self, change: RefreshInstance) -> Result<(), ShopError> {
        self.renew(change.instance_id(), change.expire_time()).await
    }

    #[activity(expireInstance)]
    async fn v1_expire_instance(&self, end: ExpireInstance) -> Result<(), ShopError> {
        self.expire(end.instance_id()).await
    }

    #[activity(instanceStatus)]
    async fn v1_instance_status(&self, change: InstanceStatus) -> Result<(), ShopError> {
        self.freeze(change.instance_id(), change.status() == Status::Freeze).await
    }

    #[activity(upgrade)]
    async fn v1_upgrade(&self, change: Upgrade) -> Result<(), ShopError> {
        self.change_order(change.instance_id(), change.order_id()).await
    }

    #[activity(releaseInstance)]
    async fn v1_release_instance(&self, end: ReleaseInstance) -> Result<(), ShopError> {
        self.release(end.instance_id()).await
    }

    /// A customer has paid for a licence. Its code fits the calls of licence 2.0, which name it.
    #[activity(getLicense)]
    async fn v1_get_license(
        &self,
        order: GetLicense,
        instance: InstanceId,
    ) -> Result<GetLicenseReply, ShopError> {
        let code = self.license(&instance, order.order_id()).await?;
        Ok(GetLicenseReply::new(code)?.with_instance_id(&instance)?)
    }

    #[activity(refreshLicense)]
    async fn v1_refresh_license(&self, change: RefreshLicense) -> Result<(), ShopError> {
        self.renew(change.instance_id(), change.expire_time()).await
    }

    #[activity(expireLicense)]
    async fn v1_expire_license(&self, end: ExpireLicense) -> Result<(), ShopError> {
        self.expire(end.instance_id()).await
    }

    #[activity(releaseLicense)]
    async fn v1_release_license(&self, end: ReleaseLicense) -> Result<(), ShopError> {
        self.release(end.instance_id()).await
    }
}

/// What the order says about the tenant.
///
/// `expireTime` is left out: it is an estimate, and `expireInstance` is what counts.
fn purchase(order: &NewInstance, call: &Verified) -> Purchase {
    Purchase {
        order_id: order.order_id().to_owned(),
        mobile_phone: opened("mobilePhone", order.mobile_phone(), order, call),
        email: opened("email", order.email(), order, call),
        parameters: parameters(order),
        ..Purchase::default()
    }
}

/// What was sealed in this field. What cannot be opened is the operator's affair: the customer has paid, and whoever called
/// is told nothing, because answers that differ would open it for him letter by letter.
fn opened(
    field: &str,
    sealed: Option<SealedField<'_>>,
    order: &NewInstance,
    call: &Verified,
) -> Option<String> {
    match sealed?.open(call) {
        Ok(opened) => Some(opened.as_str().to_owned()).filter(|text| !text.is_empty()),
        Err(error) => {
            tracing::warn!(field, order = order.order_id(), %error, "a purchase goes on without this");
            None
        }
    }
}

/// What the customer was asked for. A value that is not text is kept as JSON.
fn parameters(order: &NewInstance) -> Vec<(String, Option<String>)> {
    let decoded = match order.saas_extend_params().map(|params| params.decoded()) {
        None => return Vec::new(),
        Some(Ok(decoded)) => decoded,
        Some(Err(error)) => {
            tracing::warn!(order = order.order_id(), %error, "a purchase goes on without this");
            return Vec::new();
        }
    };
    let value = |one: &ExtendParam| one.as_str().or(one.as_json()).map(ToOwned::to_owned);
    decoded.iter().map(|one| (one.name().to_owned(), value(one))).collect()
}
