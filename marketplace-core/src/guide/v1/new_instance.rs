//! `newInstance`: a customer has paid.
//!
//! Pages: `zh-cn_topic_0070649013` (2025-11-13; international 2025-11-18), `en-us_topic_0070649013` (2025-11-27). The pages
//! call `customerName` and `skuCode` mandatory at times; calls of 2020 and 2021 have neither.

use marketplace_macros::message;

use super::{AppInfo, ChargingMode, PeriodType, encrypt_type, reserved};
use crate::call::{CallText, Digits, ExtendParams, SealedEmail, SealedMobilePhone, YesNo};
use crate::handler::{Context, NamesInstance, Request, StandIn, Subject};
use crate::reply::{AnswersLater, Encoded, ReplyOf};
use crate::{
    Answer, DecodeError, Fault, FieldTooLong, InstanceId, MarketTime, Mode, OrderAmount, OrderKey, Text,
};

message! {
    /// A customer has paid: make an instance.
    ///
    /// The call is repeated, for 3 hours until it succeeds, and after that each time the customer opens the details of the
    /// resource. The same order always gets the same instance: the endpoint reserves its id before the seller's method
    /// runs.
    pub request NewInstance = get "newInstance" {
        /// The customer's account at Huawei Cloud.
        customer_id: Text<100>,
        /// Its name; may be Chinese.
        customer_name: Option<Text<64>>,
        /// The IAM user of the account, if the product was released so. Products of 2025-10-25 and later get none.
        user_id: Option<Text<64>>,
        /// Its name, under the same condition.
        user_name: Option<Text<64>>,
        /// The mobile number, sealed, if the product was released so.
        mobile_phone: Option<SealedMobilePhone>,
        /// The e-mail address, sealed, if the product was released so.
        email: Option<SealedEmail>,
        /// KooGallery's business id: a different one in each call, also when it repeats one.
        business_id: Text<64>,
        /// The order.
        order_id: Text<64>,
        /// The specification. It stays when the period type changes.
        sku_code: Option<Text<64>>,
        /// The product: one specification has one for each period type.
        product_id: Text<64>,
        /// Whether it is a trial.
        #[wire("trialFlag")] is_trial: YesNo,
        /// When it will expire, of a period or a package. An estimate: what counts is the call `expireInstance`.
        expire_time: Option<MarketTime>,
        /// How it is billed; calls of 2020 and 2021 do not say.
        charging_mode: Option<ChargingMode>,
        /// What the seller asked the customer for.
        saas_extend_params: Option<ExtendParams>,
        /// The quantity: up to 7 digits.
        amount: Option<Digits<7>>,
        /// The size of the disk in GB: up to 7 digits.
        disk_size: Option<Digits<7>>,
        /// The bandwidth in Mbit/s: up to 7 digits.
        #[wire("bandWidth")] band_width: Option<Digits<7>>,
        /// The unit of the period, of a period or a package.
        period_type: Option<PeriodType<'static>>,
        /// How many of them: up to 2 digits.
        period_number: Option<Digits<2>>,
        /// What was paid.
        order_amount: Option<OrderAmount>,
        /// When the instance is made; `1` in every call that was seen.
        provision_type: Option<i64>,
    }
}

message! {
    /// Answers a `newInstance`: the instance is ready.
    pub reply NewInstanceReply {
        /// The reserved id. Another one is refused: the customer's calls would not find the instance.
        instance_id: Text<64>,
        /// How the customer logs in. The debugging console demands it; leave it out only if it reaches the customer otherwise.
        app_info: Option<AppInfo>,
    }
}

impl NewInstance {
    /// What tells this purchase from another.
    ///
    /// The order; and of what is paid per use the product too, because such an order brings one call for each item. A
    /// call that does not say how it is billed may be one of those.
    #[must_use]
    pub fn order_key(&self) -> OrderKey {
        let product = match self.charging_mode() {
            None | Some(ChargingMode::OnDemand) => Some(self.product_id()),
            Some(_) => None,
        };
        OrderKey::new(self.order_id(), product)
    }
}

impl Request for NewInstance {
    const ACTIVITY: &'static str = "newInstance";

    fn decode(text: CallText) -> Result<Self, DecodeError> {
        Self::__decode(text)
    }

    fn mode(&self) -> Mode {
        self.mode()
    }

    fn subject(&self) -> Subject<'_> {
        Subject::NewInstance { order: self.order_key(), business_id: Some(self.business_id()) }
    }

    fn stand_in(&self, stand_in: &StandIn) -> Answer {
        let reply = || -> Result<_, FieldTooLong> {
            let app_info = AppInfo::new(stand_in.front_end_url.clone())?;
            NewInstanceReply::new(reserved::for_debugging(&self.order_key()))?.with_app_info(app_info)
        };
        match reply() {
            Ok(reply) => Answer::encoded(Encoded::success(&reply)),
            Err(error) => Answer::from(Fault::from(error)),
        }
    }
}

impl NamesInstance for NewInstance {
    fn instance(&self, context: &Context) -> InstanceId {
        reserved::or_derived(context, &self.order_key())
    }
}

impl ReplyOf<NewInstance> for NewInstanceReply {
    fn encode(self, context: &Context) -> Result<Encoded, Fault> {
        reserved::check(context, self.instance_id())?;
        encrypt_type::success(&self, self.app_info())
    }
}

impl AnswersLater for NewInstance {}
