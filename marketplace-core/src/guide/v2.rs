//! SaaS Access Guide V2.0: POST, a JSON object in each direction, the signature in the query.
//!
//! One file for each activity, with the vendor's page on top. Lengths are maxima in UTF-16 code units; `M` on the pages
//! is a plain field here, `O` an `Option`. Unknown members are ignored, because the vendor adds some over time; a member
//! that is given twice is refused.

mod change_instance_check;
mod new_instance;
mod order_notify;
mod product_info;
mod query_instance;
mod refresh_instance;
mod release_instance;
mod update_instance_status;
mod upgrade_instance;

pub use change_instance_check::ChangeInstanceCheck;
pub use new_instance::{
    BuyerInfo, BuyerInfoView, ExtendParam, ExtendParamView, NewInstance, NewInstanceReply, OrderInfo,
    OrderInfoView,
};
pub use order_notify::OrderNotify;
pub use product_info::{ProductInfo, ProductInfoView, Products};
pub use query_instance::{AppInfo, InstanceInfo, QueryInstance, QueryInstanceReply, UsageInfo};
pub use refresh_instance::{RefreshInstance, Scene};
pub use release_instance::ReleaseInstance;
pub use update_instance_status::{InstanceStatus, UpdateInstanceStatus};
pub use upgrade_instance::UpgradeInstance;
