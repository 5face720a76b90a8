//! `upgrade`: another specification or capacity. V2 calls it `upgradeInstance`.
//!
//! Pages: `zh-cn_topic_0000001297828992` (undated), international `0213512664` (undated). `saasExtendParams` stands in the
//! example alone.

use marketplace_macros::message;

use crate::Text;
use crate::call::{Digits, ExtendParams};
use crate::guide::change_of_one_instance;

message! {
    /// A customer has bought another specification or capacity for an instance.
    ///
    /// The call is repeated for 3 hours; then the order has failed, and the customer is paid back.
    pub request Upgrade = get "upgrade" {
        /// The instance; it keeps its id.
        instance_id: Text<64>,
        /// The order of the upgrade: a new one.
        order_id: Text<64>,
        /// The specification after it.
        sku_code: Text<64>,
        /// The product after it.
        product_id: Text<64>,
        /// The quantity after it: up to 7 digits.
        amount: Option<Digits<7>>,
        /// The size of the disk after it, in GB: up to 7 digits.
        disk_size: Option<Digits<7>>,
        /// The bandwidth after it, in Mbit/s: up to 7 digits.
        #[wire("bandWidth")] band_width: Option<Digits<7>>,
        /// What the seller asked the customer for.
        saas_extend_params: Option<ExtendParams>,
    }
}

change_of_one_instance!(Upgrade, "upgrade");
