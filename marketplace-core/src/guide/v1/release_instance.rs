//! `releaseInstance`: the end of an instance.
//!
//! Pages: `zh-cn_topic_0070649056` (2025-11-18), `zh-cn_topic_0070649182` (2025-04-25).

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{OrderAmount, Text};

message! {
    /// An instance is released: it was not renewed, or the customer unsubscribed. Delete it and its data.
    ///
    /// Releasing it again is a success; only an instance that never was is `000003`.
    pub request ReleaseInstance = get "releaseInstance" {
        /// The instance.
        instance_id: Text<64>,
        /// The order by which it was bought.
        order_id: Option<Text<64>>,
        /// What the customer gets back.
        order_amount: Option<OrderAmount>,
    }
}

change_of_one_instance!(ReleaseInstance, "releaseInstance");
