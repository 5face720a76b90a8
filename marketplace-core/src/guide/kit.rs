//! What both generations of the joint-operations kit share: the calls whose tables agree, and the objects in them.

mod application_sync;
mod auth_sync;
mod change;
mod client_secret;
mod org_info;
mod single_org_sync;
mod tenant_sync;
mod user;

pub use application_sync::ApplicationSync;
pub use auth_sync::AuthSync;
pub use change::{Change, UserChange};
pub use client_secret::{ClientSecretView, SealedClientSecret};
pub use org_info::{OrgInfo, OrgInfoList, OrgInfoView};
pub use single_org_sync::SingleOrgSync;
pub use tenant_sync::TenantSync;
pub use user::{EmployeeType, Role, User, UserList, UserView};
