//! The joint-operations kit, second generation: POST to paths under `/produceAPI/v2/`, a JSON object in each direction, the
//! signature in the headers `x-sign`, `x-timestamp` and `x-nonce`.
//!
//! The calls are those of [`kit_v1`](super::kit_v1), in the same order, and so are their types but for [`AllOrgSync`]. New are
//! changes of tenants and applications, and [`UserChange::CancelAuthorisation`].

mod all_org_sync;

pub use super::kit::{
    ApplicationSync, AuthSync, Change, ClientSecretView, EmployeeType, OrgInfo, OrgInfoList, OrgInfoView,
    Role, SealedClientSecret, SingleOrgSync, TenantSync, User, UserChange, UserList, UserView,
};
pub use crate::call::BeijingTime;
pub use all_org_sync::AllOrgSync;
