//! `expireInstance`: an instance has expired.
//!
//! Pages: `zh-cn_topic_0070649055` (2025-11-18), `zh-cn_topic_0070649181` (undated). They call `orderId` mandatory, and
//! their example has none.

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{Text, Work};

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

change_of_one_instance!(ExpireInstance, "expireInstance", |_request, instance| {
    Work::state(instance, "expired")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_expiry_with_and_without_an_order() {
        let read = |more: &str| {
            let query = format!(
                "activity=expireInstance&instanceId=03pf80c2bae96vc49b80b917bea776d7&timeStamp=20170725025113409{more}"
            );
            ExpireInstance::from_query(&query).unwrap()
        };
        assert_eq!(read("").order_id(), None);
        let request = read("&orderId=HWS001014ED483AA1E8&testFlag=1");
        assert_eq!(request.instance_id(), "03pf80c2bae96vc49b80b917bea776d7");
        assert_eq!(request.order_id(), Some("HWS001014ED483AA1E8"));
        assert!(request.mode().is_debug());
    }
}
