//! `getLicense`: a customer has paid for a licence.
//!
//! Pages: `zh-cn_topic_0070649153` (2024-07-31; older 2023-05-23). Its table was read as far as `amount`; the members after
//! that are those of recorded calls.

use marketplace_macros::message;

use super::{ChargingMode, PeriodType, reserved};
use crate::call::{CallText, Digits, ExtendParams};
use crate::handler::{Context, NamesInstance, Request, StandIn, Subject};
use crate::reply::{AnswersLater, Encoded, ReplyOf};
use crate::{Answer, DecodeError, Fault, FieldTooLong, InstanceId, MarketTime, Mode, OrderKey, Text};

message! {
    /// A customer has paid for a licence: make one.
    ///
    /// The call is repeated, every hour for 3 hours. The same order always gets the same licence: the endpoint reserves
    /// the id of its instance before the seller's method runs.
    pub request GetLicense = get "getLicense" {
        /// The customer's account at Huawei Cloud.
        customer_id: Text<100>,
        /// Its name; may be Chinese.
        customer_name: Option<Text<64>>,
        /// The IAM user of the account.
        user_id: Option<Text<64>>,
        /// Its name.
        user_name: Option<Text<64>>,
        /// KooGallery's business id: a different one in each call, also when it repeats one.
        business_id: Text<64>,
        /// The order.
        order_id: Text<64>,
        /// The specification.
        sku_code: Option<Text<64>>,
        /// The product.
        product_id: Text<64>,
        /// When it expires, if it is billed by period.
        expire_time: Option<MarketTime>,
        /// How it is billed.
        charging_mode: Option<ChargingMode>,
        /// The unit of the period.
        period_type: Option<PeriodType<'static>>,
        /// How many of them: up to 2 digits.
        period_number: Option<Digits<2>>,
        /// The quantity: up to 7 digits.
        amount: Option<Digits<7>>,
        /// When it is made.
        provision_type: Option<i64>,
        /// What the seller asked the customer for, such as the `identificationCode` of a machine.
        saas_extend_params: Option<ExtendParams>,
    }
}

message! {
    /// Answers a `getLicense`.
    pub reply GetLicenseReply {
        /// The reserved id; it is written if it is left out. Another one is refused: later calls would not find the licence.
        instance_id: Option<Text<64>>,
        /// The licence. Its length is not published; this one keeps an answer from growing without end.
        license: Text<65536>,
    }
}

impl GetLicense {
    /// What tells this purchase from another: the order, as a licence.
    ///
    /// Its second part is the name of the activity, so that an instance and a licence of one order would be two. No
    /// product and no order line has that name: their ids have digits (`00301-666688-0-0`, `CS2211181819B4LVS-000001`).
    #[must_use]
    pub fn order_key(&self) -> OrderKey {
        OrderKey::new(self.order_id(), Some(Self::ACTIVITY))
    }
}

impl Request for GetLicense {
    const ACTIVITY: &'static str = "getLicense";

    fn decode(text: CallText) -> Result<Self, DecodeError> {
        Self::__decode(text)
    }

    fn mode(&self) -> Mode {
        self.mode()
    }

    fn subject(&self) -> Subject<'_> {
        Subject::NewInstance { order: self.order_key(), business_id: Some(self.business_id()) }
    }

    fn stand_in(&self, _: &StandIn) -> Answer {
        let reply = || -> Result<_, FieldTooLong> {
            GetLicenseReply::new("debug-licence")?
                .with_instance_id(reserved::for_debugging(&self.order_key()))
        };
        match reply() {
            Ok(reply) => Answer::encoded(Encoded::success(&reply)),
            Err(error) => Answer::from(Fault::from(error)),
        }
    }
}

impl NamesInstance for GetLicense {
    fn instance(&self, context: &Context) -> InstanceId {
        reserved::or_derived(context, &self.order_key())
    }
}

impl ReplyOf<GetLicense> for GetLicenseReply {
    fn encode(self, context: &Context) -> Result<Encoded, Fault> {
        let reply = match (self.instance_id(), context.reserved()) {
            (Some(named), _) => {
                reserved::check(context, named)?;
                self
            }
            (None, Some(reserved)) => self.with_instance_id(reserved)?,
            (None, None) => self,
        };
        Ok(Encoded::success(&reply))
    }
}

impl AnswersLater for GetLicense {}
