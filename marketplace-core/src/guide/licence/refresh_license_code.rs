//! `refreshLicenseCode`: a licence code expires at another time.
//!
//! Page (China site): `zh-cn_topic_0070649167` (undated). Optional.

use marketplace_macros::message;

use crate::guide::{result_only, wire_enum};
use crate::handler::Subject;
use crate::{InstanceId, MarketTime, OrderKey, Text, Work};

message! {
    /// A customer renewed a licence, or took a renewal back.
    ///
    /// Set the expiry to the given time instead of adding to the old one, and a repeat changes nothing. If it never succeeds,
    /// the customer may lose what was paid for. An unknown code is `000003`.
    pub request RefreshLicenseCode = "refreshLicenseCode" {
        /// Why.
        scene: Scene,
        /// The order of the renewal, or the one that takes it back: not that of the purchase.
        order_id: Text<64>,
        /// Its line.
        order_line_id: Text<64>,
        /// The licence code.
        license: Text<64>,
        /// The product after the change; sent when the billing cycle changes.
        product_id: Option<Text<64>>,
        /// When the licence expires from now on.
        expire_time: MarketTime,
    }
}

result_only!(RefreshLicenseCode, "refreshLicenseCode", |request| {
    let order = OrderKey::new(request.order_id(), Some(request.order_line_id()));
    let licence = InstanceId::as_named(request.license());
    Subject::Change(
        Work::ordered("refreshLicenseCode", request.scene().as_str(), order, licence).on_licence_code(),
    )
});

wire_enum! {
    /// Why a licence code expires at another time.
    pub enum Scene {
        /// A renewal.
        Renewal = "RENEWAL",
        /// A renewal was taken back.
        UnsubscribeRenewalPeriod = "UNSUBSCRIBE_RENEWAL_PERIOD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = RefreshLicenseCode::from_json(
            r#"{"activity":"refreshLicenseCode","expireTime":"20230523201932","license":"******","orderId":"******","orderLineId":"******","productId":"******","scene":"RENEWAL","testFlag":"1"}"#,
        )
        .unwrap();
        assert_eq!((request.scene(), request.license()), (Scene::Renewal, "******"));
        assert_eq!(request.expire_time().to_string(), "20230523201932000");
        assert!(request.mode().is_debug());
    }

    #[test]
    fn refuses_the_scenes_of_other_guides() {
        let error = RefreshLicenseCode::from_json(
            r#"{"activity":"refreshLicenseCode","scene":"TRIAL_TO_FORMAL","license":"1"}"#,
        );
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("`scene`: not one of RENEWAL UNSUBSCRIBE_RENEWAL_PERIOD"), "{error}");
    }
}
