//! `newInstance`: a customer has paid.
//!
//! Pages: `topic_0070649092` (2025-10-09), EU `en-us_topic_000009` (2025-03-13), `zh-cn_topic_0070649427` (2025-09-09). The
//! shape with `buyerInfo` and `orderInfo` is the example of the signature pages (EU `en-us_topic_000007`, 2023-07-14;
//! `zh-cn_topic_0070649476`, 2024-05-22) and stands in no table: an early draft of V2.

use marketplace_macros::message;

use super::ProductInfo;
use crate::call::CallText;
use crate::handler::{Context, NamesInstance, NamesOrder, Request, StandIn, Subject};
use crate::reply::{AnswersLater, Encoded, ReplyOf};
use crate::{Amount, Answer, DecodeError, Fault, InstanceId, MarketTime, Mode, OrderKey, Text};

message! {
    /// A customer has paid: make an instance. What was bought is in the order query, not here.
    ///
    /// The call is repeated, also after it was answered. The same order line always gets the same instance: the endpoint
    /// reserves its id before the seller's method runs.
    pub request NewInstance = "newInstance" {
        #[wire("orderId")] pub(self) plain_order_id: Option<Text<64>>,
        /// The order line. The shape with `orderInfo` has none.
        order_line_id: Option<Text<64>>,
        #[wire("businessId")] pub(self) plain_business_id: Option<Text<64>>,
        /// Who bought. Only in the shape with `orderInfo`.
        buyer_info: Option<BuyerInfo>,
        /// What was bought. Only in the shape of the signature pages, from which the order id then comes.
        order_info: Option<Vec<OrderInfo>>,
    }
}

message! {
    /// Who bought.
    pub request part BuyerInfo {
        /// The customer's account.
        customer_id: Option<Text<100>>,
        /// Its name.
        customer_name: Option<Text<64>>,
        /// The user of the account.
        user_id: Option<Text<64>>,
        /// Its name.
        user_name: Option<Text<64>>,
        /// The mobile number, as it was sent; it is not known whether it can be encrypted in this shape.
        mobile_phone: Option<Text<256>>,
        /// The e-mail address, as it was sent.
        email: Option<Text<256>>,
    }
}

message! {
    /// One order of the shape with `orderInfo`.
    pub request part OrderInfo {
        /// KooGallery's business id: a different one in each call.
        business_id: Option<Text<64>>,
        /// The order.
        order_id: Text<64>,
        /// Whether it is a trial.
        trial_flag: Option<Text<2>>,
        /// The price.
        order_amount: Option<Amount>,
        /// `PERIOD`, `ONE_TIME`, `ON_DEMAND` or `ON_DEMAND_PKG`.
        charging_mode: Option<Text<25>>,
        /// `year`, `month` or `day`.
        period_type: Option<Text<10>>,
        /// How many periods.
        period_number: Option<i64>,
        /// When the instance is made.
        provision_type: Option<i64>,
        /// The products.
        product_info: Option<Vec<ProductInfo>>,
        /// When the order was placed.
        create_time: Option<MarketTime>,
        /// When it expires.
        expire_time: Option<MarketTime>,
        /// The seller's own parameters.
        extend_params: Option<Vec<ExtendParam>>,
    }
}

message! {
    /// One parameter that the seller asked the customer for.
    pub request part ExtendParam {
        /// Its name.
        name: Text<64>,
        /// Its value.
        value: Option<Text<1024>>,
    }
}

message! {
    /// Answers a `newInstance`: the instance is ready.
    pub reply NewInstanceReply {
        /// The reserved id. Another one is refused: the customer's calls would not find the instance.
        instance_id: Text<64>,
    }
}

impl NewInstance {
    /// The order, in either shape.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.plain_order_id().or_else(|| self.first_order().map(|order| order.order_id())).unwrap_or_default()
    }

    /// KooGallery's business id, in either shape: a different one in each call, also when it repeats one.
    #[must_use]
    pub fn business_id(&self) -> Option<&str> {
        self.plain_business_id().or_else(|| self.first_order()?.business_id())
    }

    /// What tells this purchase from another.
    #[must_use]
    pub fn order_key(&self) -> OrderKey {
        OrderKey::new(self.order_id(), self.order_line_id())
    }

    fn first_order(&self) -> Option<OrderInfoView<'_>> {
        self.order_info()?.first()
    }

    fn check(&self) -> Result<(), DecodeError> {
        let missing = |field| Err(DecodeError::new(format!("`{field}` is missing")));
        let Some(orders) = self.order_info().filter(|orders| !orders.is_empty()) else {
            return match (self.plain_order_id(), self.order_line_id(), self.plain_business_id()) {
                (None, ..) => missing("orderId"),
                (_, None, _) => missing("orderLineId"),
                (.., None) => missing("businessId"),
                _ => Ok(()),
            };
        };
        // One call makes one instance, so it has to be about one order.
        if orders.iter().any(|order| order.order_id() != self.order_id()) {
            return Err(DecodeError::new("`orderInfo` names more than one order"));
        }
        Ok(())
    }
}

impl Request for NewInstance {
    const ACTIVITY: &'static str = "newInstance";

    fn decode(text: CallText) -> Result<Self, DecodeError> {
        let request = Self::__decode(text)?;
        request.check()?;
        Ok(request)
    }

    fn mode(&self) -> Mode {
        self.mode()
    }

    fn subject(&self) -> Subject<'_> {
        Subject::NewInstance { order: self.order_key(), business_id: self.business_id() }
    }

    fn order_key(&self) -> Option<OrderKey> {
        Some(Self::order_key(self))
    }

    fn stand_in(&self, _: &StandIn) -> Answer {
        match NewInstanceReply::new(InstanceId::derived("debug-", &self.order_key())) {
            Ok(reply) => Answer::encoded(Encoded::success(&reply)),
            Err(error) => Answer::from(Fault::from(error)),
        }
    }
}

impl NamesInstance for NewInstance {
    fn instance(&self, context: &Context) -> InstanceId {
        // Nothing is reserved for a debugging call: it gets an id of its own, the same each time.
        context.reserved().cloned().unwrap_or_else(|| InstanceId::derived("debug-", &self.order_key()))
    }
}

impl NamesOrder for NewInstance {}

impl ReplyOf<NewInstance> for NewInstanceReply {
    fn encode(self, context: &Context) -> Result<Encoded, Fault> {
        match context.reserved() {
            Some(reserved) if reserved.as_str() != self.instance_id().as_str() => {
                Err(Fault::internal(format!(
                    "the reply names the instance `{}`, but `{reserved}` is reserved for this order line",
                    self.instance_id()
                )))
            }
            _ => Ok(Encoded::success(&self)),
        }
    }
}

impl AnswersLater for NewInstance {}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: &str = include_str!("../../../tests/data/new_instance_early.json");

    fn decode(body: &str) -> Result<NewInstance, String> {
        NewInstance::from_json(body.to_owned())
            .and_then(|request| request.check().map(|()| request))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_example_of_the_page() {
        let request = decode(
            r#"{"activity":"newInstance","businessId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001","testFlag":"1"}"#,
        )
        .unwrap();
        assert_eq!(request.order_id(), "CS2211181819B4LVS");
        assert_eq!(request.order_line_id(), Some("CS2211181819B4LVS-000001"));
        assert_eq!(request.business_id(), Some("87b94795-0603-4e24-8ae5-69420d60e3c8"));
        assert!(request.mode().is_debug());
        let Subject::NewInstance { order, business_id } = request.subject() else { panic!("not a purchase") };
        let candidate = InstanceId::suggested(business_id, &order);
        assert_eq!(order, OrderKey::new("CS2211181819B4LVS", Some("CS2211181819B4LVS-000001")));
        assert_eq!(candidate.as_str(), "87b94795-0603-4e24-8ae5-69420d60e3c8");
    }

    #[test]
    fn reads_the_example_of_the_signature_page() {
        let request = decode(EARLY.trim_end()).unwrap();
        assert_eq!(EARLY.trim_end().len(), 778);
        assert_eq!(request.order_id(), "CS2211181819B4LVS");
        assert_eq!(request.order_line_id(), None);
        assert_eq!(request.business_id(), Some("03pf80c2bae96vc49b80b917bea776d7"));
        let buyer = request.buyer_info().unwrap();
        assert_eq!(buyer.customer_name(), Some("示例客户"));
        let order = request.order_info().unwrap().first().unwrap();
        assert_eq!(order.order_amount().map(|amount| amount.to_string()).as_deref(), Some("12.78"));
        assert_eq!((order.charging_mode(), order.period_number()), (Some("PERIOD"), Some(1)));
        let product = order.product_info().unwrap().first().unwrap();
        assert_eq!(
            (product.sku_code(), product.linear_value()),
            (Some("00301-666666-0--0-sku-01"), Some(10))
        );
        let parameters: Vec<_> =
            order.extend_params().unwrap().iter().map(|one| (one.name(), one.value())).collect();
        assert_eq!(
            parameters,
            [("emailDomainName", Some("test.example.com")), ("extendParamName", Some("value"))]
        );
        assert_eq!(order.expire_time().map(|time| time.to_string()).as_deref(), Some("20231214085244000"));
    }

    #[test]
    fn names_what_is_missing() {
        for (body, error) in [
            (r#"{"activity":"newInstance","businessId":"1","orderLineId":"1"}"#, "`orderId` is missing"),
            (
                r#"{"activity":"newInstance","businessId":"1","orderId":"1","orderLineId":""}"#,
                "`orderLineId` is missing",
            ),
            (r#"{"activity":"newInstance","orderId":"1","orderLineId":"1"}"#, "`businessId` is missing"),
            (r#"{"activity":"newInstance","orderInfo":[]}"#, "`orderId` is missing"),
            (r#"{"activity":"newInstance","orderInfo":[{}]}"#, "`orderInfo[0].orderId` is missing"),
            (
                r#"{"activity":"newInstance","orderInfo":[{"orderId":"1"},{"orderId":"2"}]}"#,
                "`orderInfo` names more",
            ),
            (
                r#"{"activity":"newInstance","orderId":7}"#,
                "`orderId`: invalid type: integer `7`, expected text",
            ),
        ] {
            let found = decode(body).unwrap_err();
            assert!(found.starts_with(error), "{body}: {found}");
        }
        let long = format!(
            r#"{{"activity":"newInstance","orderInfo":[{{"orderId":"1","extendParams":[{{"name":"{}"}}]}}]}}"#,
            "x".repeat(65)
        );
        let found = decode(&long).unwrap_err();
        assert!(found.starts_with("`orderInfo[0].extendParams[0].name`: 65 UTF-16 units"), "{found}");
    }

    #[test]
    fn unusual_business_ids_do_not_become_instance_ids() {
        for business_id in ["a,b", "a b", "\\u0000"] {
            let body = format!(
                r#"{{"activity":"newInstance","businessId":"{business_id}","orderId":"1","orderLineId":"2"}}"#
            );
            let request = decode(&body).unwrap();
            let Subject::NewInstance { order, business_id } = request.subject() else {
                panic!("not a purchase")
            };
            let candidate = InstanceId::suggested(business_id, &order);
            assert_eq!(candidate, InstanceId::derived("", &order));
        }
    }

    #[test]
    fn a_stand_in_is_the_same_each_time() {
        let answer = |business_id| {
            let body = format!(
                r#"{{"activity":"newInstance","businessId":"{business_id}","orderId":"1","orderLineId":"2","testFlag":1}}"#
            );
            decode(&body).unwrap().stand_in(&StandIn::default()).body().clone()
        };
        assert_eq!(answer("a"), answer("b"));
        assert!(
            answer("a").starts_with(br#"{"resultCode":"000000","resultMsg":"success.","instanceId":"debug-"#)
        );
    }

    #[test]
    fn replies_only_with_the_reserved_instance() {
        assert!(NewInstanceReply::new("x".repeat(64)).is_ok());
        assert_eq!(NewInstanceReply::new("x".repeat(65)).unwrap_err().field, "instanceId");
    }
}
