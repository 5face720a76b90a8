//! `refreshLicense`: a licence is renewed.
//!
//! Page: `zh-cn_topic_0000001353381237` (undated).

use marketplace_macros::message;

use super::PeriodType;
use crate::call::Digits;
use crate::guide::change_of_one_instance;
use crate::{MarketTime, OrderKey, Text, Work};

message! {
    /// A licence expires at another time.
    ///
    /// Set the expiry to the given time instead of adding to the old one. The pages say that this is called once.
    pub request RefreshLicense = get "refreshLicense" {
        /// The order of the renewal: a new one.
        order_id: Text<64>,
        /// The instance that was answered to `getLicense`.
        instance_id: Text<64>,
        /// The product after the change; sent when the period type changes.
        product_id: Option<Text<64>>,
        /// When the licence expires from now on.
        expire_time: MarketTime,
        /// The unit of the period.
        period_type: Option<PeriodType<'static>>,
        /// How many of them: up to 2 digits.
        period_number: Option<Digits<2>>,
    }
}

change_of_one_instance!(RefreshLicense, "refreshLicense", |request, instance| {
    Work::ordered("refreshLicense", "", OrderKey::new(request.order_id(), None), instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_table() {
        let request = RefreshLicense::from_query(
            "activity=refreshLicense&expireTime=20240731000000&instanceId=1&orderId=2&periodNumber=12&periodType=month&productId=3&timeStamp=20230731000000000",
        )
        .unwrap();
        assert_eq!((request.instance_id(), request.order_id(), request.product_id()), ("1", "2", Some("3")));
        assert_eq!((request.period_type(), request.period_number()), (Some(PeriodType::Month), Some(12)));
        assert_eq!(request.expire_time().to_string(), "20240731000000000");
    }
}
