//! `upgradeInstance`: another specification for the same instance.
//!
//! Pages: `topic_0070649097` (2025-10-09), `zh-cn_topic_0070649432` (undated). Only yearly and monthly products.

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::handler::NamesOrder;
use crate::open_api::MockOrder;
use crate::{OrderKey, Text, Work};

message! {
    /// An instance is upgraded by a new order. What was bought is in the order query, not here.
    ///
    /// It stays the same instance. The order line tells a repeat from another upgrade.
    pub request UpgradeInstance = "upgradeInstance" {
        /// The instance.
        instance_id: Text<64>,
        /// The upgrade order.
        order_id: Text<64>,
        /// Its line.
        order_line_id: Text<64>,
    }
}

change_of_one_instance!(
    UpgradeInstance,
    "upgradeInstance",
    |request, instance| {
        let order = OrderKey::new(request.order_id(), Some(request.order_line_id()));
        Work::ordered("upgradeInstance", "", order, instance)
    },
    {
        fn order_key(&self) -> Option<OrderKey> {
            Some(OrderKey::new(self.order_id(), Some(self.order_line_id())))
        }

        fn mock_order(&self) -> MockOrder {
            MockOrder::Change
        }
    }
);

impl NamesOrder for UpgradeInstance {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_upgrade() {
        let request = UpgradeInstance::from_json(
            r#"{"activity":"upgradeInstance","instanceId":"1","orderId":"CS1","orderLineId":"CS1-000001"}"#,
        )
        .unwrap();
        assert_eq!(
            (request.instance_id(), request.order_id(), request.order_line_id()),
            ("1", "CS1", "CS1-000001")
        );
        let error =
            UpgradeInstance::from_json(r#"{"activity":"upgradeInstance","instanceId":"1"}"#).unwrap_err();
        assert!(error.to_string().starts_with("`orderId` is missing"), "{error}");
    }
}
