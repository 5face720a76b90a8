//! `refreshLicense`: a licence is renewed.
//!
//! Page: `zh-cn_topic_0000001353381237` (undated).

use marketplace_macros::message;

use super::PeriodType;
use crate::call::Digits;
use crate::guide::change_of_one_instance;
use crate::{MarketTime, Text};

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

change_of_one_instance!(RefreshLicense, "refreshLicense");
