//! A seller whose products are entries of a map.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use marketplace_tower::handler::Sealer;
use marketplace_tower::{Amount, Fault, InstanceId, MarketTime, kit_v1, kit_v2, marketplace_handler, v1, v2};

#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) instances: Mutex<BTreeSet<String>>,
    /// How long an instance takes to be set up.
    pub(crate) provisioning: Duration,
}

impl Shop {
    fn make(&self, instance: &InstanceId) {
        self.instances.lock().unwrap().insert(instance.to_string());
    }

    fn known(&self, instance: &str) -> Result<(), Fault> {
        let is_known = self.instances.lock().unwrap().contains(instance);
        is_known.then_some(()).ok_or_else(Fault::instance_not_found)
    }
}

#[marketplace_handler(billing = [period, one_time, on_demand])]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, _: v2::NewInstance, instance: InstanceId) -> Result<v2::NewInstanceReply, Fault> {
        tokio::time::sleep(self.provisioning).await;
        self.make(&instance);
        Ok(v2::NewInstanceReply::new(&instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: v2::QueryInstance) -> Result<v2::QueryInstanceReply, Fault> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            self.known(id)?;
            let usage = v2::UsageInfo::new(
                "1.5".parse::<Amount>().unwrap(),
                "20230327065233980".parse::<MarketTime>().unwrap(),
            )?;
            let app = v2::AppInfo::new("https://shop.example/")?.with_user_name("admin")?;
            info.push(v2::InstanceInfo::new(id)?.with_app_info(app)?.with_usage_info(vec![usage])?);
        }
        Ok(v2::QueryInstanceReply::new(info)?)
    }

    #[activity(refreshInstance)]
    async fn renew(&self, change: v2::RefreshInstance) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, change: v2::UpdateInstanceStatus) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(changeInstanceCheck)]
    async fn may_change(&self, check: v2::ChangeInstanceCheck) -> Result<(), Fault> {
        self.known(check.instance_id())
    }

    #[activity(upgradeInstance)]
    async fn upgrade(&self, change: v2::UpgradeInstance) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(orderNotify)]
    async fn notified(&self, _: v2::OrderNotify) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(releaseInstance)]
    async fn close(&self, end: v2::ReleaseInstance) -> Result<(), Fault> {
        self.known(end.instance_id())
    }
}

#[marketplace_handler(guide = v1, billing = [period, one_time, on_demand])]
impl Shop {
    #[activity(newInstance)]
    async fn open_v1(
        &self,
        _: v1::NewInstance,
        instance: InstanceId,
        sealer: Sealer,
    ) -> Result<v1::NewInstanceReply, Fault> {
        self.make(&instance);
        Ok(v1::NewInstanceReply::new(&instance)?.with_app_info(credentials(&sealer)?)?)
    }

    #[activity(queryInstance)]
    async fn describe_v1(
        &self,
        query: v1::QueryInstance,
        sealer: Sealer,
    ) -> Result<v1::QueryInstanceReply, Fault> {
        let mut info = Vec::new();
        for id in query.instance_ids().iter() {
            self.known(id)?;
            info.push(v1::InstanceInfo::new(id)?.with_app_info(credentials(&sealer)?)?);
        }
        Ok(v1::QueryInstanceReply::new(info)?)
    }

    #[activity(refreshInstance)]
    async fn renew_v1(&self, change: v1::RefreshInstance) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(upgrade)]
    async fn upgrade_v1(&self, change: v1::Upgrade) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(instanceStatus)]
    async fn freeze_v1(&self, change: v1::InstanceStatus) -> Result<(), Fault> {
        self.known(change.instance_id())
    }

    #[activity(expireInstance)]
    async fn expire_v1(&self, end: v1::ExpireInstance) -> Result<(), Fault> {
        self.known(end.instance_id())
    }

    #[activity(releaseInstance)]
    async fn close_v1(&self, end: v1::ReleaseInstance) -> Result<(), Fault> {
        self.known(end.instance_id())
    }
}

fn credentials(sealer: &Sealer) -> Result<v1::AppInfo, Fault> {
    let app = v1::AppInfo::new("https://shop.example/")?;
    Ok(app.with_user_name(sealer.seal("admin")?)?.with_password(sealer.seal("first password")?)?)
}

#[marketplace_handler(guide = kit_v1)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant_v1(&self, _: kit_v1::TenantSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(applicationSync)]
    async fn application_v1(&self, _: kit_v1::ApplicationSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users_v1(&self, change: kit_v1::AuthSync) -> Result<(), Fault> {
        assert_eq!(change.user_list().len(), 2);
        Ok(())
    }

    #[activity(singleOrgSync)]
    async fn department_v1(&self, _: kit_v1::SingleOrgSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(allOrgSync)]
    async fn departments_v1(&self, all: kit_v1::AllOrgSync) -> Result<(), Fault> {
        assert_eq!(all.org_info().len(), 2);
        Ok(())
    }
}

#[marketplace_handler(guide = kit_v2)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant_v2(&self, _: kit_v2::TenantSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(applicationSync)]
    async fn application_v2(&self, _: kit_v2::ApplicationSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users_v2(&self, change: kit_v2::AuthSync) -> Result<(), Fault> {
        assert_eq!(change.user_list().len(), 2);
        Ok(())
    }

    #[activity(singleOrgSync)]
    async fn department_v2(&self, _: kit_v2::SingleOrgSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(allOrgSync)]
    async fn departments_v2(&self, all: kit_v2::AllOrgSync) -> Result<(), Fault> {
        assert_eq!(all.org_info_list().len(), 2);
        Ok(())
    }
}
