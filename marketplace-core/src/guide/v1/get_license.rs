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

#[cfg(test)]
mod tests {
    use super::super::NewInstance;
    use super::super::signed::{context, reserving};
    use super::*;

    const CALL: &str = "activity=getLicense&amount=2&businessId=b&chargingMode=1&customerId=c&expireTime=20240731000000&orderId=CS1906666666ABCDE&periodNumber=1&periodType=year&productId=00301-666666-0--0&provisionType=1&saasExtendParams=W3sibmFtZSI6ImlkZW50aWZpY2F0aW9uQ29kZSIsInZhbHVlIjoiQUItMTIifV0%3D&skuCode=s&testFlag=1&timeStamp=20230731000000000&userId=u&userName=n";

    #[test]
    fn reads_the_table() {
        let request = GetLicense::from_query(CALL).unwrap();
        assert_eq!((request.customer_id(), request.business_id()), ("c", "b"));
        assert_eq!((request.sku_code(), request.amount()), (Some("s"), Some(2)));
        assert_eq!((request.user_id(), request.user_name()), (Some("u"), Some("n")));
        assert_eq!(request.charging_mode(), Some(ChargingMode::Period));
        assert_eq!((request.period_type(), request.period_number()), (Some(PeriodType::Year), Some(1)));
        let params = request.saas_extend_params().unwrap().decoded().unwrap();
        assert_eq!(params.first().and_then(|param| param.as_str()), Some("AB-12"));
        let least = GetLicense::from_query("customerId=c&businessId=b&orderId=o&productId=p").unwrap();
        assert_eq!((least.customer_name(), least.amount()), (None, None));
    }

    #[test]
    fn an_order_has_one_licence_which_is_no_instance() {
        let key = |query: &str| GetLicense::from_query(query).unwrap().order_key();
        let license = key(CALL);
        assert_eq!(
            license,
            key(&CALL.replace("00301-", "00302-").replace("chargingMode=1", "chargingMode=0"))
        );
        for mode in ["0", "1", "3", "5", ""] {
            let query = CALL.replace("chargingMode=1", &format!("chargingMode={mode}"));
            let instance = NewInstance::from_query(&query).unwrap().order_key();
            assert_ne!(instance, license);
            assert_ne!(InstanceId::derived("", &instance), InstanceId::derived("", &license));
        }
    }

    #[test]
    fn replies_with_the_reserved_instance_said_or_not() {
        let reply = || GetLicenseReply::new("AAAA-BBBB").unwrap();
        let written =
            r#"{"resultCode":"000000","resultMsg":"success.","instanceId":"1","license":"AAAA-BBBB"}"#;
        assert_eq!(reply().encode(&reserving("1")).unwrap().body, written);
        assert_eq!(reply().with_instance_id("1").unwrap().encode(&reserving("1")).unwrap().body, written);
        assert_eq!(reply().with_instance_id("1").unwrap().encode(&context()).unwrap().body, written);
        assert!(reply().with_instance_id("2").unwrap().encode(&reserving("1")).is_err());
        assert_eq!(
            reply().encode(&context()).unwrap().body,
            r#"{"resultCode":"000000","resultMsg":"success.","license":"AAAA-BBBB"}"#
        );
    }

    #[test]
    fn a_stand_in_is_the_same_each_time() {
        let answer = |query: &str| {
            let answer = GetLicense::from_query(query).unwrap().stand_in(&StandIn::default());
            String::from_utf8(answer.body().to_vec()).unwrap()
        };
        assert_eq!(answer(CALL), answer(&CALL.replace("businessId=b", "businessId=c")));
        assert!(answer(CALL).contains(r#""instanceId":"debug-"#));
        assert!(answer(CALL).ends_with(r#","license":"debug-licence"}"#));
    }
}
