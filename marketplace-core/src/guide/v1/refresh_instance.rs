//! `refreshInstance`: renewal, cancelled renewal, trial to paid.
//!
//! Pages: `zh-cn_topic_0070649180` (2025-11-13), `en-us_topic_0070649014` (2025-01-17).

use marketplace_macros::message;

use super::PeriodType;
use crate::call::{Digits, YesNo};
use crate::guide::change_of_one_instance;
use crate::{MarketTime, OrderAmount, OrderKey, Text, Work};

message! {
    /// The life of an instance changes: it expires at another time. An instance that has expired lives again.
    ///
    /// The call is repeated, for an hour until it succeeds. Set the expiry to the given time instead of adding to the old
    /// one, and a repeat changes nothing. When a renewal is cancelled the time is an earlier one.
    pub request RefreshInstance = get "refreshInstance" {
        /// The order of the renewal: a new one.
        order_id: Text<64>,
        /// The instance.
        instance_id: Text<64>,
        /// The product after the change; sent when the period type changes.
        product_id: Option<Text<64>>,
        /// When the instance expires from now on.
        expire_time: MarketTime,
        /// Whether a trial becomes a paid order.
        #[wire("trialToFormal")] is_trial_to_formal: YesNo,
        /// The unit of the period.
        period_type: Option<PeriodType<'static>>,
        /// How many of them: up to 2 digits.
        period_number: Option<Digits<2>>,
        /// What was paid; below zero, if a renewal is cancelled.
        order_amount: Option<OrderAmount>,
    }
}

change_of_one_instance!(RefreshInstance, "refreshInstance", |request, instance| {
    Work::ordered("refreshInstance", "", OrderKey::new(request.order_id(), None), instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = RefreshInstance::from_query(
            "activity=refreshInstance&expireTime=20180725000000&instanceId=03pf80c2bae96vc49b80b917bea776d7&orderId=HWS001014ED483AA1E8&timeStamp=20170725025113409&testFlag=0&authToken=09lsS5y+KCtxBu+ON4TXv1SrjH5KVYka9sx2MauHrQU=",
        )
        .unwrap();
        assert_eq!(request.instance_id(), "03pf80c2bae96vc49b80b917bea776d7");
        assert_eq!(request.order_id(), "HWS001014ED483AA1E8");
        assert_eq!(request.expire_time().to_string(), "20180725000000000");
        assert!(!request.mode().is_debug() && !request.is_trial_to_formal());
        assert_eq!(request.product_id(), None);
    }

    #[test]
    fn reads_a_recorded_call_and_a_cancelled_renewal() {
        let read = |more: &str| {
            RefreshInstance::from_query(&format!(
                "activity=refreshInstance&expireTime=20220901000000&instanceId=huaiweitest123456&orderId=CS1906666666ABCDE&periodNumber=1&periodType=month&testFlag=1&timeStamp=20210901000000000{more}"
            ))
            .unwrap()
        };
        let request = read("&productId=&orderAmount=100");
        assert!(request.mode().is_debug());
        assert_eq!((request.product_id(), request.period_number()), (None, Some(1)));
        assert_eq!(request.period_type(), Some(PeriodType::Month));
        let request = read("&productId=00301-666666-0--0&orderAmount=-99.5&trialToFormal=1");
        assert_eq!(request.order_amount().map(OrderAmount::thousandths), Some(-99_500));
        assert_eq!(request.product_id(), Some("00301-666666-0--0"));
        assert!(request.is_trial_to_formal());
    }
}
