//! The joint-operations kit, first generation: POST to paths under `/produceAPI/`, a JSON object in each direction, the
//! signature in the header `authToken`.
//!
//! By the kit (联营 Kit) KooGallery tells an application which companies, users and departments there are. First come [`TenantSync`], [`ApplicationSync`] and [`AllOrgSync`], then [`AuthSync`] when an administrator grants
//! accounts, and later [`SingleOrgSync`]. KooGallery appends the path to the address that the seller registered.
//!
//! A call is repeated if a buyer or an administrator wants it; each request says what tells a repeat. Times are UTC+8.
//! Requests whose tables agree are the same types in [`kit_v2`](super::kit_v2), so that one method can serve both.

mod all_org_sync;

pub use super::kit::{
    ApplicationSync, AuthSync, Change, ClientSecretView, EmployeeType, OrgInfo, OrgInfoList, OrgInfoView,
    Role, SealedClientSecret, SingleOrgSync, TenantSync, User, UserChange, UserList, UserView,
};
pub use crate::call::BeijingTime;
pub use all_org_sync::AllOrgSync;
