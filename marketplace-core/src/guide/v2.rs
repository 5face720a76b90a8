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
pub(super) mod wire_enum;

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

/// A request of which the vendor wants nothing but a result, and which is about one instance that it names.
macro_rules! change_of_one_instance {
    ($request:ident, $activity:literal) => {
        impl $crate::handler::Request for $request {
            const ACTIVITY: &'static str = $activity;

            fn decode(text: $crate::call::CallText) -> Result<Self, $crate::DecodeError> {
                Self::__decode(text)
            }

            fn mode(&self) -> $crate::Mode {
                self.mode()
            }

            fn subject(&self) -> $crate::handler::Subject<'_> {
                $crate::handler::Subject::Instance(self.instance_id())
            }
        }

        impl $crate::handler::NamesInstance for $request {
            fn instance(&self, _: &$crate::handler::Context) -> $crate::InstanceId {
                $crate::InstanceId::as_named(self.instance_id())
            }
        }

        impl $crate::reply::ReplyOf<$request> for () {
            fn encode(self, _: &$crate::handler::Context) -> Result<$crate::reply::Encoded, $crate::Fault> {
                Ok($crate::reply::Encoded::success(&$crate::reply::Nothing))
            }
        }
    };
}
pub(crate) use change_of_one_instance;
