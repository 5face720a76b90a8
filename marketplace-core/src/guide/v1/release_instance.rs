//! `releaseInstance`: the end of an instance.
//!
//! Pages: `zh-cn_topic_0070649056` (2025-11-18), `zh-cn_topic_0070649182` (2025-04-25).

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{OrderAmount, Text, Work};

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

change_of_one_instance!(ReleaseInstance, "releaseInstance", |_request, instance| {
    Work::end("releaseInstance", instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_recorded_call() {
        let request = ReleaseInstance::from_query(
            "activity=releaseInstance&instanceId=huaiweitest123456&orderAmount=0.01&orderId=CS1906666666ABCDE&testFlag=1&timeStamp=20210901000000000",
        )
        .unwrap();
        assert_eq!(request.instance_id(), "huaiweitest123456");
        assert_eq!(request.order_id(), Some("CS1906666666ABCDE"));
        assert_eq!(request.order_amount().map(OrderAmount::thousandths), Some(10));
        assert!(request.mode().is_debug());
    }
}
