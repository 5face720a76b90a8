//! Methods that take the order that a call names.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Driver, Handler, Method, Request, Run};
use marketplace_core::open_api::{MockOrder, Order};
use marketplace_core::{Answer, Fault, OrderKey, ResultCode, UtcTime, marketplace_handler, v2};

use super::{at_once, verified};

struct Shop;

/// What the method was given, as its failure.
fn told(order: Option<&Order>) -> Fault {
    Fault::new(ResultCode::SOLD_OUT, order.map_or("none", |_| "an order").to_owned())
}

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, _: v2::NewInstance, order: Order) -> Result<v2::NewInstanceReply, Fault> {
        Err(told(Some(&order)))
    }

    #[activity(orderNotify)]
    async fn note(&self, _: v2::OrderNotify, order: Option<Order>) -> Result<(), Fault> {
        Err(told(order.as_ref()))
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: v2::QueryInstance) -> Result<v2::QueryInstanceReply, Fault> {
        Err(told(None))
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: v2::ReleaseInstance) -> Result<(), Fault> {
        Err(told(None))
    }
}

struct With<'a>(&'a str, Option<Order>);

impl Driver for With<'_> {
    type Output = (Method, Option<OrderKey>, MockOrder, Answer);

    fn run<A: Request>(self, method: Method, run: impl Run<A>) -> Self::Output {
        let body = Bytes::copy_from_slice(self.0.as_bytes());
        let request = A::decode(CallText::new(body.clone()).unwrap()).unwrap();
        let (key, mock) = (request.order_key(), request.mock_order());
        let mut context = Context::new(verified(body), request.mode());
        if let Some(order) = self.1 {
            context = context.with_order(order);
        }
        (method, key, mock, at_once(run.run(request, context)))
    }

    fn unknown(self) -> Self::Output {
        panic!("all of them are served")
    }
}

const OPEN: &str = r#"{"activity":"newInstance","businessId":"b","orderId":"CS1","orderLineId":"CS1-1"}"#;
const NOTE: &str = r#"{"activity":"orderNotify","orderId":"CS1","orderLineId":"CS1-1"}"#;
const CLOSE: &str =
    r#"{"activity":"releaseInstance","instanceId":"i","orderId":"CS1","orderLineId":"CS1-1"}"#;

fn call(body: &str, order: Option<Order>) -> (Method, Option<OrderKey>, MockOrder, Answer) {
    let activity = CallText::new(Bytes::copy_from_slice(body.as_bytes())).unwrap();
    Arc::new(Shop).dispatch(&activity.activity().unwrap(), With(body, order))
}

fn message(body: &str, order: Option<Order>) -> String {
    let (.., answer) = call(body, order);
    answer.fault().unwrap().message().as_str().to_owned()
}

#[test]
fn is_given_the_order() {
    let order = MockOrder::OneTimeNew.stand_in("CS1", Some("CS1-1"), UtcTime::MAX);
    assert_eq!(message(OPEN, order.clone()), "an order");
    assert_eq!(message(NOTE, order), "an order");
}

#[test]
fn fails_without_one_unless_it_can_do_without() {
    assert_eq!(message(NOTE, None), "none");
    let (.., answer) = call(OPEN, None);
    let fault = answer.fault().unwrap();
    assert_eq!((fault.code(), fault.message().as_str()), (ResultCode::INTERNAL_ERROR, "internal error"));
    assert!(fault.source().unwrap().to_string().contains("`Endpoint::with_orders`"));
}

#[test]
fn says_that_it_wants_one() {
    for (body, wants) in [(OPEN, true), (NOTE, true), (CLOSE, false)] {
        let (method, ..) = call(body, None);
        assert_eq!((method.wants_order, method.wants_debug_calls), (wants, false), "{body}");
    }
}

#[test]
fn requests_name_the_order_that_can_be_asked_for() {
    let key = Some(OrderKey::new("CS1", Some("CS1-1")));
    for (body, expected) in [(OPEN, key.clone()), (NOTE, key.clone()), (CLOSE, None)] {
        assert_eq!(call(body, None).1, expected, "{body}");
    }
    let early = r#"{"activity":"newInstance","orderInfo":[{"orderId":"CS1"}]}"#;
    assert_eq!(call(early, None).1, Some(OrderKey::new("CS1", None)));
    let ids = r#""instanceId":"i","orderId":"CS1","orderLineId":"CS1-1""#;
    let upgrade =
        v2::UpgradeInstance::from_json(format!(r#"{{"activity":"upgradeInstance",{ids}}}"#)).unwrap();
    assert_eq!((upgrade.order_key(), upgrade.mock_order()), (key.clone(), MockOrder::Change));
    for (scene, mock) in [
        ("TRIAL_TO_FORMAL", MockOrder::TrialToFormal),
        ("RENEWAL", MockOrder::Renew),
        ("UNSUBSCRIBE_RENEWAL_PERIOD", MockOrder::Unsubscribe),
        ("RENEWAL_CHANGE", MockOrder::Renew),
    ] {
        let body = format!(
            r#"{{"activity":"refreshInstance",{ids},"scene":"{scene}","expireTime":"20301124023618"}}"#
        );
        let refresh = v2::RefreshInstance::from_json(body).unwrap();
        assert_eq!((refresh.order_key(), refresh.mock_order()), (key.clone(), mock));
    }
    for body in [OPEN, NOTE] {
        assert_eq!(call(body, None).2, MockOrder::PeriodYearNew);
    }
}
