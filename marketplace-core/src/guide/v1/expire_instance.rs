//! `expireInstance`: an instance has expired.
//!
//! Pages: `zh-cn_topic_0070649055` (2025-11-18), `zh-cn_topic_0070649181` (undated). They call `orderId` mandatory, and
//! their example has none.

use marketplace_macros::message;

use crate::Text;
use crate::guide::change_of_one_instance;

message! {
    /// An instance has expired: freeze it, and keep its data until it is refreshed or released, for up to 15 days.
    ///
    /// Expiring it again is a success: calls are repeated.
    pub request ExpireInstance = get "expireInstance" {
        /// The instance.
        instance_id: Text<64>,
        /// The order by which it was bought.
        order_id: Option<Text<64>>,
    }
}

change_of_one_instance!(ExpireInstance, "expireInstance");
