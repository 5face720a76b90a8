//! `refreshInstance`: renewal, cancelled renewal, trial to paid.
//!
//! Pages: `zh-cn_topic_0070649180` (2025-11-13), `en-us_topic_0070649014` (2025-01-17).

use marketplace_macros::message;

use super::PeriodType;
use crate::call::{Digits, YesNo};
use crate::guide::change_of_one_instance;
use crate::{MarketTime, OrderAmount, Text};

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

change_of_one_instance!(RefreshInstance, "refreshInstance");
