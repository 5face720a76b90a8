//! `refreshInstance`: trial to paid, renewal, cancelled renewal.
//!
//! Pages: `topic_0070649094` (undated), EU `en-us_topic_000011` (2025-03-13), `zh-cn_topic_0070649429` (undated; adds
//! `RENEWAL_CHANGE` and UTC).

use marketplace_macros::message;

use crate::guide::{change_of_one_instance, wire_enum};
use crate::handler::NamesOrder;
use crate::open_api::MockOrder;
use crate::{MarketTime, OrderKey, Text, Work};

message! {
    /// The life of an instance changes: it expires at another time.
    ///
    /// The call is repeated until it succeeds. Set the expiry to the given time instead of adding to the old one, and a
    /// repeat changes nothing. If it never succeeds, a customer who has paid may be frozen and released.
    pub request RefreshInstance = "refreshInstance" {
        /// Why.
        scene: Scene,
        /// The order that this is about: the formal order, the renewal order, or the one that takes a renewal back.
        order_id: Text<64>,
        /// Its line.
        order_line_id: Text<64>,
        /// The instance.
        instance_id: Text<64>,
        /// The product after the change; sent when the billing cycle changes and when a trial becomes formal.
        product_id: Option<Text<64>>,
        /// When the instance expires from now on.
        expire_time: MarketTime,
    }
}

change_of_one_instance!(
    RefreshInstance,
    "refreshInstance",
    |request, instance| {
        let order = OrderKey::new(request.order_id(), Some(request.order_line_id()));
        Work::ordered("refreshInstance", request.scene().as_str(), order, instance)
    },
    {
        fn order_key(&self) -> Option<OrderKey> {
            Some(OrderKey::new(self.order_id(), Some(self.order_line_id())))
        }

        fn mock_order(&self) -> MockOrder {
            match self.scene() {
                Scene::TrialToFormal => MockOrder::TrialToFormal,
                Scene::UnsubscribeRenewalPeriod => MockOrder::Unsubscribe,
                _ => MockOrder::Renew,
            }
        }
    }
);

impl NamesOrder for RefreshInstance {}

wire_enum! {
    /// Why an instance is refreshed.
    pub enum Scene {
        /// A trial became a paid order.
        TrialToFormal = "TRIAL_TO_FORMAL",
        /// A renewal.
        Renewal = "RENEWAL",
        /// A renewal was taken back.
        UnsubscribeRenewalPeriod = "UNSUBSCRIBE_RENEWAL_PERIOD",
        /// A renewal with another specification or capacity; a `changeInstanceCheck` went before (pages of 2025).
        RenewalChange = "RENEWAL_CHANGE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refresh(members: &str) -> Result<RefreshInstance, String> {
        let body = format!(
            r#"{{"activity":"refreshInstance","instanceId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001",{members}}}"#
        );
        RefreshInstance::from_json(body).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_example_of_the_page() {
        let request =
            refresh(r#""scene":"RENEWAL","expireTime":"20221124023618256","productId":"","testFlag":"0""#)
                .unwrap();
        assert_eq!(request.scene(), Scene::Renewal);
        assert_eq!(request.expire_time().to_string(), "20221124023618256");
        assert_eq!(request.product_id(), None);
    }

    #[test]
    fn reads_every_scene_and_both_times() {
        for scene in ["TRIAL_TO_FORMAL", "RENEWAL", "UNSUBSCRIBE_RENEWAL_PERIOD", "RENEWAL_CHANGE"] {
            let request = refresh(&format!(r#""scene":"{scene}","expireTime":"20221124023618""#)).unwrap();
            assert_eq!(request.scene().as_str(), scene);
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (members, field) in [
            (r#""scene":"RENEW","expireTime":"20221124023618""#, "`scene`"),
            (r#""scene":"RENEWAL","expireTime":"2026013123595""#, "`expireTime`"),
            (r#""scene":"RENEWAL""#, "`expireTime`"),
            (r#""scene":"RENEWAL","expireTime":"20221124023618","scene":"RENEWAL""#, "`scene`"),
        ] {
            let error = refresh(members).unwrap_err();
            assert!(error.starts_with(field), "{error}");
        }
    }
}
