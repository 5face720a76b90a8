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
    /// call that does not say how it is billed may be one of those, unless it says when the instance expires or for how
    /// long it was bought.
    #[must_use]
    pub fn order_key(&self) -> OrderKey {
        let product = match self.charging_mode() {
            None if self.expire_time().is_some() || self.period_type().is_some() => None,
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

#[cfg(test)]
mod tests {
    use super::super::signed::{KEY, reserving, sealed, verified};
    use super::*;
    use crate::seal::{KeySize, SealKeys, Shape, open};

    /// A debugging call of 2020-07, and what one of 2021-09 had beside that.
    const OF_2020: &str = "activity=newInstance&businessId=61e834ba-7b97-4418-b8f7-e5345137278c&customerId=68cbc86abc2018ab880d92f36422fa0e&expireTime=20200727153156&orderId=CS1906666666ABCDE&productId=00301-666666-0--0&testFlag=1&timeStamp=20200727073711903&authToken=z6qH36tntdWAP9jcajpRlDNqgGSnFc5jrfNVQsg89VM%3D";
    const MORE_IN_2021: &str = "customerName=%E7%A4%BA%E4%BE%8B&email=0a1B2c3D4e5F6g7HXtC945VFDwAgdhm2btiM8cFCAfTys71wHUSokmCIREE%3D&mobilePhone=ABCDEFGHIJKLMNOPu2wqsCOa3czT9tiaX65hEQ%3D%3D&orderAmount=100&periodNumber=1&periodType=year&provisionType=1&userId=fd1001&userName=fdtest";

    fn read(query: &str) -> NewInstance {
        NewInstance::from_query(query).unwrap()
    }

    #[test]
    fn reads_a_recorded_call_of_2020() {
        let request = read(OF_2020);
        assert_eq!(request.customer_id(), "68cbc86abc2018ab880d92f36422fa0e");
        assert_eq!(request.business_id(), "61e834ba-7b97-4418-b8f7-e5345137278c");
        assert_eq!((request.order_id(), request.product_id()), ("CS1906666666ABCDE", "00301-666666-0--0"));
        assert_eq!(request.expire_time().map(|time| time.to_string()).as_deref(), Some("20200727153156000"));
        assert!(request.mode().is_debug() && !request.is_trial());
        assert_eq!(
            (request.sku_code(), request.charging_mode(), request.customer_name()),
            (None, None, None)
        );
        assert!(request.email().is_none() && request.saas_extend_params().is_none());
        let Subject::NewInstance { order, business_id } = request.subject() else { panic!("not a purchase") };
        assert_eq!(order, OrderKey::new("CS1906666666ABCDE", None));
        assert_eq!(business_id, Some("61e834ba-7b97-4418-b8f7-e5345137278c"));
    }

    #[test]
    fn reads_a_recorded_call_of_2021() {
        let request = read(&format!("{OF_2020}&{MORE_IN_2021}"));
        assert_eq!(request.customer_name(), Some("示例"));
        assert_eq!((request.user_id(), request.user_name()), (Some("fd1001"), Some("fdtest")));
        assert_eq!(request.order_amount().map(|paid| paid.to_string()).as_deref(), Some("100"));
        assert_eq!((request.period_type(), request.period_number()), (Some(PeriodType::Year), Some(1)));
        assert_eq!((request.provision_type(), request.charging_mode()), (Some(1), None));
    }

    #[test]
    fn opens_what_is_sealed_with_the_verified_call() {
        let request = read(&format!("{OF_2020}&{MORE_IN_2021}"));
        let call = verified(&[("activity", "newInstance"), ("timeStamp", "20200727073711903")]);
        let (email, phone) = (request.email().unwrap(), request.mobile_phone().unwrap());
        assert_eq!(email.open(&call).unwrap().as_str(), "buyer@example.com");
        assert_eq!(phone.open_with(&call, KeySize::Aes128).unwrap().as_str(), "13800000000");
        assert!(phone.as_sent().starts_with("ABCDEFGHIJKLMNOPu2wqsCOa"));
        assert!(!format!("{request:?}").contains("ABCDEFGHIJKLMNOP"));

        let swapped = read(&format!("{OF_2020}&mobilePhone={}", email.as_sent()));
        let error = swapped.mobile_phone().unwrap().open(&call).unwrap_err();
        let fault = Fault::from(error);
        assert_eq!(fault.code(), crate::ResultCode::INTERNAL_ERROR);
        assert_eq!(fault.message().as_str(), "internal error");
    }

    #[test]
    fn an_order_is_told_by_how_it_is_billed() {
        let plain = OF_2020.replace("&expireTime=20200727153156", "");
        let key = |more: &str| read(&format!("{plain}{more}")).order_key();
        let (order, product) = ("CS1906666666ABCDE", "00301-666666-0--0");
        for (more, line) in [
            ("", Some(product)),
            ("&chargingMode=", Some(product)),
            ("&chargingMode=0", Some(product)),
            ("&chargingMode=1", None),
            ("&chargingMode=3", None),
            ("&chargingMode=5", None),
            ("&chargingMode=8", None),
            // What has an end is not paid per use. A retry that says more or less than the call before is the same purchase.
            ("&expireTime=20200727153156", None),
            ("&expireTime=20200727153156&chargingMode=1", None),
            ("&periodType=year", None),
            ("&periodType=year&chargingMode=0", Some(product)),
        ] {
            assert_eq!(key(more), OrderKey::new(order, line), "{more}");
        }
    }

    #[test]
    fn a_broken_parameter_of_the_seller_does_not_lose_the_purchase() {
        let request = read(&format!("{OF_2020}&saasExtendParams=%21canary"));
        let params = request.saas_extend_params().unwrap();
        assert_eq!(params.as_sent(), "!canary");
        let fault = Fault::from(params.decoded().unwrap_err());
        assert_eq!(fault.code(), crate::ResultCode::INVALID_PARAMETER);
        assert!(!format!("{fault:?} {request:?}").contains("canary"));
    }

    #[test]
    fn a_stand_in_is_the_same_each_time_and_shows_the_sellers_address() {
        let stand_in = StandIn { front_end_url: Text::from_static("https://shop.example/") };
        let answer = |query: &str| read(query).stand_in(&stand_in).body().clone();
        let body = answer(OF_2020);
        assert_eq!(body, answer(&OF_2020.replace("61e834ba", "ffffffff")));
        let text = str::from_utf8(&body).unwrap();
        assert!(text.starts_with(r#"{"resultCode":"000000","resultMsg":"success.","instanceId":"debug-"#));
        assert!(text.ends_with(r#","appInfo":{"frontEndUrl":"https://shop.example/"}}"#), "{text}");
    }

    /// Signed as `akkyvqZmzvAXVvAgDAMiJHBLlp6DSAji8Z02EiJHKPA=`.
    const REPLY: &str = r#"{"resultCode":"000000","resultMsg":"success.","encryptType":"1","instanceId":"03pf80c2bae96vc49b80b917bea776d7","appInfo":{"frontEndUrl":"https://app.example.com","adminUrl":"https://app.example.com/admin","userName":"qwertyuiopasdfghO3V2kN7Yk1ZpAi64hwNJcw==","password":"ZyXwVuTsRqPoNmLkgiUW5pk3YYULm30J2c94SNXctlH/lyLhqc0cNKvcfA4="}}"#;

    fn reply(user_name: KeySize, password: KeySize) -> Result<Encoded, Fault> {
        let first = open(
            &SealKeys::derive(KEY.as_bytes()),
            KeySize::Aes256,
            "ZyXwVuTsRqPoNmLkgiUW5pk3YYULm30J2c94SNXctlH/lyLhqc0cNKvcfA4=",
            Shape::Text,
        );
        let app_info = AppInfo::new("https://app.example.com")?
            .with_admin_url("https://app.example.com/admin")?
            .with_user_name(sealed(user_name, "qwertyuiopasdfgh", "admin"))?
            .with_password(sealed(password, "ZyXwVuTsRqPoNmLk", first?.as_str()))?;
        let instance = "03pf80c2bae96vc49b80b917bea776d7";
        NewInstanceReply::new(instance)?.with_app_info(app_info)?.encode(&reserving(instance))
    }

    #[test]
    fn writes_the_example_of_the_page() {
        assert_eq!(reply(KeySize::Aes256, KeySize::Aes256).unwrap().body, REPLY);
        let body = reply(KeySize::Aes128, KeySize::Aes128).unwrap().body;
        assert!(str::from_utf8(&body).unwrap().contains(r#""encryptType":"2""#));
    }

    #[test]
    fn says_what_is_sealed_only_if_something_is() {
        let app_info = AppInfo::new("https://a").and_then(|app| app.with_memo("备注")).unwrap();
        let reply = NewInstanceReply::new("1").and_then(|reply| reply.with_app_info(app_info));
        assert_eq!(
            reply.unwrap().with_result_msg("welcome").unwrap().encode(&reserving("1")).unwrap().body,
            r#"{"resultCode":"000000","resultMsg":"welcome","instanceId":"1","appInfo":{"frontEndUrl":"https://a","memo":"\u5907\u6ce8"}}"#
        );
    }

    #[test]
    fn a_mix_of_sizes_is_a_fault() {
        let fault = reply(KeySize::Aes256, KeySize::Aes128).unwrap_err();
        assert_eq!(fault.code(), crate::ResultCode::INTERNAL_ERROR);
    }

    #[test]
    fn replies_only_with_the_reserved_instance() {
        let reply = || NewInstanceReply::new("1").unwrap();
        assert!(reply().encode(&reserving("1")).is_ok());
        assert!(reply().encode(&reserving("2")).is_err());
    }
}
