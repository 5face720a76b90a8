//! Answers, in both of their shapes.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::members::Members;
use super::{ApiCode, Meaning, OrderInfo, PushAnswer};

/// A failure that the market or its gateway told of.
///
/// It comes as `resultCode` and `resultMsg`, or as `error_code` and `error_msg`, which the gateway and older pages have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiFailure {
    code: ApiCode,
    message: String,
    extra_info: Option<String>,
    request_id: Option<String>,
}

impl ApiFailure {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &ApiCode {
        &self.code
    }

    /// What its code means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        self.code.meaning()
    }

    /// The message, for the operator. It may repeat what was asked for.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// `extra_info`, as JSON or as the text that it is, for codes that have it.
    #[must_use]
    pub fn extra_info(&self) -> Option<&str> {
        self.extra_info.as_deref()
    }

    /// `request_id` of the gateway, by which its operators find the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// The body of an answer is not what was documented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableAnswer {
    /// It is no JSON object with `resultCode` or `error_code`.
    #[error("no JSON object with `resultCode` or `error_code`")]
    NoEnvelope,
    /// It says that all is well and leaves out a member that has to be there then.
    #[error("success without `{0}`")]
    Missing(&'static str),
}

/// An answer's code, and what is said with it, as the failure that it is unless the code means success.
pub(super) fn told(answer: &Value) -> Result<ApiFailure, UnreadableAnswer> {
    let members = Members::of(answer);
    let either = |one, other| members.text(one).or_else(|| members.text(other));
    let code = either("resultCode", "error_code").ok_or(UnreadableAnswer::NoEnvelope)?;
    Ok(ApiFailure {
        code: ApiCode::new(&code),
        message: either("resultMsg", "error_msg").unwrap_or_default(),
        extra_info: members.value("extra_info").map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        request_id: members.text("request_id"),
    })
}

/// Reads the answer of [`path::QUERY_ORDER`](super::path::QUERY_ORDER).
///
/// # Errors
///
/// [`UnreadableAnswer`], if it is not one.
pub fn read_order(body: &[u8]) -> Result<Result<OrderInfo, ApiFailure>, UnreadableAnswer> {
    let told = told(&parse(body)?)?;
    if told.meaning() != Meaning::Success {
        return Ok(Err(told));
    }
    // As it was written: numbers and order of members, too.
    let raw: Raw<'_> = serde_json::from_slice(body).map_err(|_| UnreadableAnswer::Missing("orderInfo"))?;
    let order = raw.order_info.ok_or(UnreadableAnswer::Missing("orderInfo"))?;
    OrderInfo::from_json(order.get()).map(Ok)
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow, rename = "orderInfo")]
    order_info: Option<&'a RawValue>,
}

/// Reads the answer of [`path::PUSH_USAGE`](super::path::PUSH_USAGE) and of the old push.
///
/// # Errors
///
/// [`UnreadableAnswer`], if it is not one.
pub fn read_push(body: &[u8]) -> Result<Result<PushAnswer, ApiFailure>, UnreadableAnswer> {
    let value = parse(body)?;
    let told = told(&value)?;
    let answer = super::usage::push_answer(told.code.clone(), &value);
    // A list of records says more of them than the code above it.
    if answer.rest_was_taken() || !answer.refusals().is_empty() { Ok(Ok(answer)) } else { Ok(Err(told)) }
}

pub(super) fn parse(body: &[u8]) -> Result<Value, UnreadableAnswer> {
    serde_json::from_slice(body).map_err(|_| UnreadableAnswer::NoEnvelope)
}

#[cfg(test)]
mod tests {
    use super::super::{ChargingMode, Order, OrderType, PeriodType, RecordRule};
    use super::*;

    /// An answer that was seen of the China site, with other names.
    const SEEN: &str = r#"{"resultCode":"MKT.0000","resultMsg":"Success","orderInfo":{"orderId":"MOCKPERIODYEARNEW",
        "orderType":"NEW","createTime":"20241121090846","orderLine":[{"orderLineId":"MOCKPERIODYEARNEW-000001",
        "chargingMode":"PERIOD","periodType":"year","periodNumber":1,"expireTime":"20251121235959","productInfo":[
        {"productId":"OFFI846204237451911168","skuCode":"0a4d1578","linearValue":50,"productName":"basic"}],
        "extendParams":[{"name":"emailDomainName","value":"test.xxxx.com"},{"name":"ip","value":"127.0.0.1"}],
        "currency":"100","currencyAfterDiscount":"100"}],"buyerInfo":{"mobilePhone":"18688888888","email":null,
        "customerId":"459bbbec","customerName":"mock_user_01","customerRealName":"canary","customerType":0,
        "userId":null,"userName":null},"extendParams":[],"future":{"n":12345678901234567890.10}}}"#;

    #[test]
    fn reads_an_order_whole() {
        let info = read_order(SEEN.as_bytes()).unwrap().unwrap();
        assert_eq!((info.order_id(), info.order_type()), ("MOCKPERIODYEARNEW", &OrderType::New));
        assert_eq!(info.create_time(), Some("20241121090846"));
        let order = Order::line_of(info.clone(), "MOCKPERIODYEARNEW-000001").unwrap();
        let line = order.line();
        assert_eq!(line.charging_mode(), Some(&ChargingMode::Period));
        assert_eq!((line.period_type(), line.period_number()), (Some(&PeriodType::Year), Some(1)));
        assert_eq!(line.expire_time(), Some("20251121235959"));
        assert_eq!((line.currency(), line.currency_after_discount()), (Some("100"), Some("100")));
        assert_eq!(line.extend_param("ip"), Some("127.0.0.1"));
        let product = order.product().unwrap();
        assert_eq!(
            (product.product_id(), product.sku_code()),
            (Some("OFFI846204237451911168"), Some("0a4d1578"))
        );
        assert_eq!(product.linear_value().unwrap().to_string(), "50");
        let buyer = info.buyer().unwrap();
        assert_eq!(
            (buyer.customer_id(), buyer.email(), buyer.customer_type()),
            (Some("459bbbec"), None, Some(0))
        );
        assert_eq!(Order::line_of(info.clone(), "another"), None);
        // What is not known here is there as it came.
        assert!(info.json().contains(r#""future":{"n":12345678901234567890.10}"#));
        assert!(
            !format!("{order:?}{buyer:?}").contains("canary") && !format!("{order:?}").contains("127.0.0.1")
        );
    }

    #[test]
    fn an_order_may_change_within_its_version() {
        for (json, mode) in [
            (
                r#"{"orderId":"O","orderType":"SWAP","orderLine":[{"orderLineId":"L","chargingMode":"BARTER"}]}"#,
                "BARTER",
            ),
            (
                r#"{"orderId":"O","orderLine":[{"orderLineId":"L","chargingMode":"ON_DEMAND_PKG","periodNumber":"3",
                "periodType":null,"productInfo":{"productId":"P"},"extendParams":null}],"buyerInfo":null}"#,
                "ON_DEMAND_PKG",
            ),
        ] {
            let answer = format!(r#"{{"resultCode":"CBC.0000","orderInfo":{json}}}"#);
            let info = read_order(answer.as_bytes()).unwrap().unwrap();
            let line = &info.lines()[0];
            assert_eq!(line.charging_mode().unwrap().as_str(), mode);
            assert_eq!(line.products().len(), usize::from(mode != "BARTER"));
            assert_eq!(line.period_number(), (mode != "BARTER").then_some(3));
        }
    }

    #[test]
    fn says_what_is_missing() {
        for (answer, error) in [
            ("", "no JSON object with `resultCode` or `error_code`"),
            ("[]", "no JSON object with `resultCode` or `error_code`"),
            ("<html>", "no JSON object with `resultCode` or `error_code`"),
            (r#"{"resultCode":"MKT.0000"}"#, "success without `orderInfo`"),
            (r#"{"resultCode":"MKT.0000","orderInfo":null}"#, "success without `orderInfo`"),
            (r#"{"resultCode":"MKT.0000","orderInfo":{}}"#, "success without `orderId`"),
            (
                r#"{"resultCode":"MKT.0000","orderInfo":{"orderId":"O","orderLine":[{}]}}"#,
                "success without `orderLineId`",
            ),
        ] {
            assert_eq!(read_order(answer.as_bytes()).unwrap_err().to_string(), error, "{answer}");
        }
    }

    #[test]
    fn both_envelopes_carry_a_failure() {
        for (answer, meaning, text) in [
            (
                r#"{"resultCode":"MKT.0150","resultMsg":"Illegal operation","extra_info":{"orderId":"x"}}"#,
                Meaning::NotYours,
                "MKT.0150: Illegal operation",
            ),
            (
                r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","request_id":"r"}"#,
                Meaning::Authentication,
                "APIGW.0301: Incorrect IAM authentication information",
            ),
            (r#"{"error_code":"CBC.0999"}"#, Meaning::Internal, "MKT.0999: "),
        ] {
            let failure = read_order(answer.as_bytes()).unwrap().unwrap_err();
            assert_eq!((failure.meaning(), failure.to_string()), (meaning, text.to_owned()));
            assert_eq!(failure.request_id().is_some(), meaning == Meaning::Authentication);
            assert_eq!(failure.extra_info().is_some(), meaning == Meaning::NotYours);
        }
    }

    #[test]
    fn a_push_that_succeeds_may_refuse_records() {
        let answer = r#"{"error_code":"MKT.0000","error_msg":"success","abnormal_usage_data":[
            {"metering_sn":"sn-2","record_error_code":"010","record_error_desc":"duplicate"}]}"#;
        let answer = read_push(answer.as_bytes()).unwrap().unwrap();
        let [refusal] = answer.refusals() else { panic!("{answer:?}") };
        assert_eq!(refusal.code().unwrap().rule(), RecordRule::Duplicate);
        assert_eq!(refusal.description(), Some("duplicate"));
    }
}
