//! SaaS Access Guide V1.0: GET, everything in the query, `authToken` among it, and every answer signed in `Body-Sign`.
//!
//! For products that were on sale before 2024-04-27, and for licences 1.0; the vendor has others released with V2.
//! Overview: `saas_topic_0000001` (2025-11-13), `zh-cn_topic_0182376880` (2025-11-18).
//!
//! One file for each activity, with the vendor's page on top. Lengths are maxima in UTF-16 code units. Plain fields are
//! those that every call has that was seen, which are fewer than the pages call mandatory; the others are an `Option`. All
//! values are text, and an empty or blank one that may be missing is missing. Unknown names are ignored.

mod app_info;
mod charging_mode;
mod encrypt_type;
mod expire_instance;
mod expire_license;
mod get_license;
mod instance_status;
mod new_instance;
mod period_type;
mod query_instance;
mod refresh_instance;
mod refresh_license;
mod release_instance;
mod release_license;
mod reserved;
#[cfg(test)]
mod signed;
mod upgrade;

pub use super::v2::UsageInfo;
pub use crate::call::{ExtendParam, ExtendParams, SealedEmail, SealedField, SealedMobilePhone};
pub use app_info::AppInfo;
pub use charging_mode::ChargingMode;
pub use expire_instance::ExpireInstance;
pub use expire_license::ExpireLicense;
pub use get_license::{GetLicense, GetLicenseReply};
pub use instance_status::{InstanceStatus, Status};
pub use new_instance::{NewInstance, NewInstanceReply};
pub use period_type::PeriodType;
pub use query_instance::{InstanceInfo, QueryInstance, QueryInstanceReply};
pub use refresh_instance::RefreshInstance;
pub use refresh_license::RefreshLicense;
pub use release_instance::ReleaseInstance;
pub use release_license::ReleaseLicense;
pub use upgrade::Upgrade;
