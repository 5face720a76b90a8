//! One shop that serves both kits, licences and the basic calls, with methods that both kits share.

#![deny(missing_docs, warnings)]

use marketplace_core::handler::Handler;
use marketplace_core::kit_v1::{BeijingTime, Change, OrgInfo, UserList};
use marketplace_core::{Fault, InstanceId, Mode, Provisioning, guide, kit_v1, kit_v2, licence, marketplace_handler, v2};

/// The shop.
#[derive(Debug)]
pub struct Shop;

impl Shop {
    async fn tenant(&self, change: &kit_v1::TenantSync) -> Result<(), Fault> {
        match change.flag() {
            Change::Add | Change::Modify => Ok(()),
            _ => Err(Fault::instance_not_found()),
        }
    }

    fn departments(&self, departments: impl Iterator<Item = String>) -> Result<(), Fault> {
        drop(departments.collect::<Vec<_>>());
        Ok(())
    }
}

#[marketplace_handler(guide = kit_v1)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant_v1(&self, change: kit_v1::TenantSync, _: Mode) -> Result<(), Fault> {
        self.tenant(&change).await
    }

    #[activity(applicationSync)]
    async fn application_v1(&self, change: kit_v1::ApplicationSync) -> Result<(), Fault> {
        let _ = (change.client_id(), change.client_secret().as_sent(), change.time_stamp().unix_millis());
        Ok(())
    }

    #[activity(authSync)]
    async fn users_v1(&self, change: kit_v1::AuthSync) -> Result<(), Fault> {
        for user in change.user_list().iter() {
            let _ = (user.user_name(), user.role() == kit_v1::Role::Admin, user.employee_type(), user.is_enabled());
        }
        Ok(())
    }

    #[activity(allOrgSync)]
    async fn departments_v1(&self, all: kit_v1::AllOrgSync) -> Result<(), Fault> {
        self.departments(all.org_info().iter().map(|one| one.org_code().to_owned()))
    }

    /// What the kits' types are for in activities of a seller's own.
    #[activity(
        "dataSync",
        request = DataSync {
            tenant_id: Text<64>,
            flag: Change,
            since: Option<BeijingTime>,
            user_list: UserList,
            #[wire("orgName", "name")] department: OrgInfo,
        },
    )]
    async fn data(&self, change: DataSync) -> Result<(), Fault> {
        let _ = (change.tenant_id(), change.flag(), change.since(), change.user_list().len());
        let _ = change.department().org_code();
        Ok(())
    }
}

#[marketplace_handler(guide = kit_v2)]
impl Shop {
    #[activity(tenantSync)]
    async fn tenant_v2(&self, change: kit_v2::TenantSync) -> Result<(), Fault> {
        self.tenant(&change).await
    }

    #[activity(applicationSync)]
    async fn application_v2(&self, change: kit_v2::ApplicationSync) -> Result<(), Fault> {
        self.application_v1(change).await
    }

    #[activity(authSync)]
    async fn users_v2(&self, change: kit_v2::AuthSync) -> Result<(), Fault> {
        self.users_v1(change).await
    }

    #[activity(singleOrgSync)]
    async fn department(&self, change: kit_v2::SingleOrgSync) -> Result<(), Fault> {
        let _ = (change.org_code(), change.parent_code());
        Ok(())
    }

    #[activity(allOrgSync)]
    async fn departments_v2(&self, all: kit_v2::AllOrgSync) -> Result<(), Fault> {
        self.departments(all.org_info_list().iter().map(|one| one.org_code().to_owned()))
    }
}

#[marketplace_handler(guide = licence)]
impl Shop {
    #[activity(refreshLicenseCode)]
    async fn renew_licence(&self, change: licence::RefreshLicenseCode) -> Result<(), Fault> {
        let _ = (change.license(), change.scene(), change.expire_time());
        Ok(())
    }

    #[activity(updateLicenseCodeStatus)]
    async fn freeze_licence(&self, change: licence::UpdateLicenseCodeStatus) -> Result<(), Fault> {
        let _ = change.status() == licence::LicenseStatus::Freeze;
        Ok(())
    }

    #[activity(releaseLicenseCode)]
    async fn end_licence(&self, _: licence::ReleaseLicenseCode) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(getLicenseAsync)]
    async fn make_licence(
        &self,
        ask: licence::GetLicenseAsync,
        instance: InstanceId,
    ) -> Result<Provisioning<()>, Fault> {
        assert_eq!(ask.instance_id(), instance.as_str());
        Ok(Provisioning::Pending)
    }
}

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, _: v2::NewInstance) -> Result<v2::NewInstanceReply, Fault> {
        Ok(v2::NewInstanceReply::new("1")?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: v2::QueryInstance) -> Result<v2::QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: v2::ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

fn main() {
    assert_eq!(
        <Shop as Handler<guide::KitV1>>::ACTIVITIES,
        ["tenantSync", "applicationSync", "authSync", "allOrgSync", "dataSync"]
    );
    assert_eq!(<Shop as Handler<guide::KitV2>>::ACTIVITIES.len(), 5);
    assert_eq!(<Shop as Handler<guide::Licence>>::ACTIVITIES.len(), 4);
    assert_eq!(<Shop as Handler<guide::V2>>::ACTIVITIES.len(), 3);
    let request = DataSync::from_json(
        r#"{"tenantId":"1","flag":"2","userList":"[]","name":{"orgCode":"7","name":"n"},"testFlag":1}"#,
    );
    let request = request.unwrap();
    assert_eq!((request.flag(), request.department().org_code()), (Change::Modify, "7"));
    assert!(request.mode().is_debug());
}
