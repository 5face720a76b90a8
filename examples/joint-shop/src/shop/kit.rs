//! The joint-operations kit: which companies, users and departments there are. Both generations say the same.
//!
//! Whatever is added may be there, and whatever is removed may not be: calls are repeated, and come in any order.

use marketplace_tower::Verified;
use marketplace_tower::kit_v2::{
    ApplicationSync, AuthSync, Change, OrgInfoView, Role, SingleOrgSync, TenantSync, UserChange, UserView,
};

use super::{Shop, ShopError};
use crate::database::{Application, ClientSecret, Department, Enterprise, User};

impl Shop {
    pub(super) async fn sync_enterprise(&self, sync: TenantSync) -> Result<(), ShopError> {
        let instance = self.instance_of(sync.instance_id(), sync.flag()).await?;
        let tenant = sync.tenant_id().to_owned();
        if sync.flag() == Change::Delete {
            return Ok(self.database.remove_enterprise(instance, tenant).await?);
        }
        let enterprise = Enterprise {
            instance,
            tenant,
            code: sync.tenant_code().to_owned(),
            name: sync.name().to_owned(),
            domain_name: sync.domain_name().to_owned(),
        };
        Ok(self.database.put_enterprise(enterprise).await?)
    }

    /// The secret is opened at once, so that KooGallery learns here and now that it has another public key. A shop that has not
    /// been told its private key keeps the secret as it came: nothing is lost, and the operator is told.
    pub(super) async fn sync_application(
        &self,
        sync: ApplicationSync,
        call: &Verified,
    ) -> Result<(), ShopError> {
        let instance = self.instance_of(sync.instance_id(), sync.flag()).await?;
        let (tenant, app) = (sync.tenant_id().to_owned(), sync.app_id().to_owned());
        if sync.flag() == Change::Delete {
            return Ok(self.database.remove_application(instance, tenant, app).await?);
        }
        let sealed = sync.client_secret();
        let client_secret = match &self.client_secrets {
            Some(key) => ClientSecret::Opened(sealed.open(key, call)?.as_str().to_owned()),
            None => {
                tracing::warn!("a client secret was kept unopened: KOOGALLERY_KIT_PRIVATE_KEY is not set");
                ClientSecret::Sealed(sealed.as_sent().to_owned())
            }
        };
        let application =
            Application { instance, tenant, app, client: sync.client_id().to_owned(), client_secret };
        Ok(self.database.put_application(application).await?)
    }

    pub(super) async fn sync_users(&self, sync: AuthSync) -> Result<(), ShopError> {
        let change = match sync.flag() {
            UserChange::Delete | UserChange::CancelAuthorisation => Change::Delete,
            _ => Change::Modify,
        };
        let instance = self.instance_of(sync.instance_id(), change).await?;
        let (tenant, app) = (sync.tenant_id().to_owned(), sync.app_id().to_owned());
        let users = sync.user_list().iter().map(user).collect();
        let synced = sync.current_sync_time().unix_millis();
        if change == Change::Delete {
            return Ok(self.database.remove_users(instance, tenant, app, users, synced).await?);
        }
        Ok(self.database.put_users(instance, tenant, app, users, synced).await?)
    }

    pub(super) async fn sync_department(&self, sync: SingleOrgSync) -> Result<(), ShopError> {
        let instance = self.instance_of(sync.instance_id(), sync.flag()).await?;
        let (tenant, code) = (sync.tenant_id().to_owned(), sync.org_code().to_owned());
        if sync.flag() == Change::Delete {
            return Ok(self.database.remove_department(instance, tenant, code).await?);
        }
        let parent = sync.parent_code().map(ToOwned::to_owned);
        let department = Department { code, name: sync.org_name().to_owned(), parent };
        Ok(self.database.put_department(instance, tenant, department).await?)
    }

    /// All of a company's departments: those that are missing are no more.
    pub(super) async fn sync_departments(
        &self,
        instance: Option<&str>,
        tenant: &str,
        departments: impl Iterator<Item = OrgInfoView<'_>>,
    ) -> Result<(), ShopError> {
        let instance = self.instance_of(instance, Change::Add).await?;
        let departments = departments.map(department).collect();
        Ok(self.database.replace_departments(instance, tenant.to_owned(), departments).await?)
    }

    /// The instance of a call, which has to be in use unless something is removed. Empty, if it names none: the seller itself
    /// applies for credentials.
    async fn instance_of(&self, id: Option<&str>, change: Change) -> Result<String, ShopError> {
        let id = id.unwrap_or_default();
        if !id.is_empty() && change != Change::Delete {
            self.in_use(id).await?;
        }
        Ok(id.to_owned())
    }
}

fn user(one: UserView<'_>) -> User {
    let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
    User {
        user_name: one.user_name().to_owned(),
        name: one.name().to_owned(),
        department: one.org_code().to_owned(),
        is_admin: one.role() == Role::Admin,
        is_enabled: one.is_enabled(),
        position: owned(one.position()),
        mobile: owned(one.mobile()),
        email: owned(one.email()),
    }
}

fn department(one: OrgInfoView<'_>) -> Department {
    Department {
        code: one.org_code().to_owned(),
        name: one.org_name().to_owned(),
        parent: one.parent_code().map(ToOwned::to_owned),
    }
}
