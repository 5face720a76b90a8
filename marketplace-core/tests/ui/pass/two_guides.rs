//! One shop, two guides: products of V1 and of V2, and in V1 what is sealed.

use marketplace_core::handler::{Handler, Sealer};
use marketplace_core::{Fault, InstanceId, Provisioning, Verified, guide, marketplace_handler, v1, v2};

struct Shop;

#[marketplace_handler(guide = v1, billing = [period, one_time, on_demand])]
impl Shop {
    #[activity(newInstance)]
    async fn open(
        &self,
        order: v1::NewInstance,
        instance: InstanceId,
        sealer: Sealer,
        call: Verified,
    ) -> Result<Provisioning<v1::NewInstanceReply>, Fault> {
        let Some(email) = order.email() else { return Ok(Provisioning::Pending) };
        let app_info = v1::AppInfo::new("https://shop.example/")?
            .with_user_name(sealer.seal(email.open(&call)?.as_str())?)?
            .with_password(sealer.seal("first")?)?;
        Ok(Provisioning::Ready(v1::NewInstanceReply::new(instance)?.with_app_info(app_info)?))
    }

    #[activity(refreshInstance)]
    async fn renew(&self, change: v1::RefreshInstance) -> Result<(), Fault> {
        let _ = (change.expire_time(), change.order_amount());
        Ok(())
    }

    #[activity(expireInstance)]
    async fn expire(&self, _: v1::ExpireInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: v1::ReleaseInstance, _instance: InstanceId) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(instanceStatus)]
    async fn freeze(&self, change: v1::InstanceStatus) -> Result<(), Fault> {
        assert_ne!(change.status(), v1::Status::Normal);
        Ok(())
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: v1::QueryInstance, sealer: Sealer) -> Result<v1::QueryInstanceReply, Fault> {
        let info = query.instance_ids().iter().map(|id| {
            let app_info = v1::AppInfo::new("https://shop.example/")?.with_password(sealer.seal("first")?)?;
            Ok(v1::InstanceInfo::new(id)?.with_app_info(app_info)?)
        });
        Ok(v1::QueryInstanceReply::new(info.collect::<Result<Vec<_>, Fault>>()?)?)
    }

    #[activity(upgrade)]
    async fn upgrade(&self, _: v1::Upgrade) -> Result<(), Fault> {
        Ok(())
    }

    #[activity("resetPassword", request = Reset { instance_id: Text<64> }, reply = Changed {
        encrypt_type: Text<3>,
        password: Sealed<128>,
    })]
    async fn reset(&self, _: Reset, sealer: Sealer) -> Result<Changed, Fault> {
        Ok(Changed::new(sealer.key_size().encrypt_type(), sealer.seal("second")?)?)
    }
}

#[marketplace_handler(guide = v2, billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open_v2(&self, _: v2::NewInstance, instance: InstanceId) -> Result<v2::NewInstanceReply, Fault> {
        Ok(v2::NewInstanceReply::new(instance)?)
    }

    #[activity(queryInstance)]
    async fn describe_v2(&self, _: v2::QueryInstance) -> Result<v2::QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close_v2(&self, _: v2::ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

/// Licences alone: another set.
struct Licences;

#[marketplace_handler(guide = v1, billing = period)]
impl Licences {
    #[activity(getLicense)]
    async fn make(&self, order: v1::GetLicense) -> Result<v1::GetLicenseReply, Fault> {
        Ok(v1::GetLicenseReply::new(order.order_id())?)
    }

    #[activity(refreshLicense)]
    async fn renew(&self, _: v1::RefreshLicense) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(expireLicense)]
    async fn expire(&self, _: v1::ExpireLicense) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(releaseLicense)]
    async fn close(&self, _: v1::ReleaseLicense, _instance: InstanceId) -> Result<(), Fault> {
        Ok(())
    }
}

fn main() {
    assert_eq!(<Shop as Handler<guide::V1>>::ACTIVITIES.len(), 8);
    assert_eq!(<Shop as Handler<guide::V2>>::ACTIVITIES.len(), 3);
    assert_eq!(<Licences as Handler<guide::V1>>::ACTIVITIES.len(), 4);
}
