//! What the attribute generates, at work.

mod order;

use std::pin::pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use bytes::Bytes;
use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Driver, Handler, Method, Request, Run};
use marketplace_core::signature::v2::{Incoming, SignedQuery, SortStep, sign};
use marketplace_core::{
    AccessKey, Answer, Fault, InstanceId, IntoFault, KeyRing, Mode, Provisioning, ResultCode, Verified,
    marketplace_handler, v2,
};

struct Shop;

struct SoldOut;

impl IntoFault for SoldOut {
    fn into_fault(self) -> Fault {
        Fault::new(ResultCode::SOLD_OUT, "sold out")
    }
}

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(
        &self,
        order: v2::NewInstance,
        instance: InstanceId,
    ) -> Result<Provisioning<v2::NewInstanceReply>, Fault> {
        if order.order_id() == "slow" {
            return Ok(Provisioning::Pending);
        }
        Ok(Provisioning::Ready(v2::NewInstanceReply::new(instance)?))
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: v2::QueryInstance, mode: Mode) -> Result<v2::QueryInstanceReply, Fault> {
        assert!(mode.is_debug());
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: v2::ReleaseInstance) -> Result<(), SoldOut> {
        Err(SoldOut)
    }

    #[activity(
        "orderAudit",
        request = OrderAudit { order_id: Text<4>, #[wire("line")] order_line: Option<Text<4>>, counts: Vec<i64> },
        reply = Audited { ticket: Text<8>, memo: Option<Text<8>>, lines: Vec<Text<8>> },
    )]
    async fn audit(&self, body: OrderAudit, signed: Bytes, _: Verified) -> Result<Audited, Fault> {
        assert!(signed.starts_with(b"{"));
        let audited = Audited::new(body.order_id(), vec![])?;
        match body.order_line() {
            Some(line) => Ok(audited.with_memo(line)?.with_result_msg("审计")?),
            None => Ok(audited),
        }
    }

    #[activity("ping", request = Ping {})]
    async fn ping(&self, _: Ping) -> Result<(), Fault> {
        Ok(())
    }
}

/// Decodes, runs at once, and tells what the dispatch knew.
struct Directly(Bytes);

impl Driver for Directly {
    type Output = Option<(bool, Answer)>;

    fn run<A: Request>(self, method: Method, run: impl Run<A>) -> Self::Output {
        let request = A::decode(CallText::new(self.0.clone()).unwrap()).unwrap();
        let context = Context::new(verified(self.0), request.mode())
            .with_reserved(InstanceId::new("tenant-7").unwrap());
        Some((method.wants_debug_calls, at_once(run.run(request, context))))
    }

    fn unknown(self) -> Self::Output {
        None
    }
}

fn verified(body: Bytes) -> Verified {
    let ring = KeyRing::new([AccessKey::new("test-access-key-0123456789abcdef").unwrap()]).unwrap();
    let query = sign(ring.first(), "RLLUammMSInlrNWb", "1680508066618", &body);
    let mut call = Incoming::new(&ring, &SignedQuery::parse(&query).unwrap(), body.len());
    call.push(body);
    call.verify(&ring, SortStep::default()).unwrap()
}

fn at_once(answer: impl Future<Output = Answer>) -> Answer {
    match pin!(answer).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn call(body: &str) -> Option<(bool, Answer)> {
    let text = CallText::new(Bytes::copy_from_slice(body.as_bytes())).unwrap();
    let activity = text.activity().unwrap().into_owned();
    Arc::new(Shop).dispatch(&activity, Directly(Bytes::copy_from_slice(body.as_bytes())))
}

fn answer(body: &str) -> String {
    let (_, answer) = call(body).unwrap();
    String::from_utf8(answer.body().to_vec()).unwrap()
}

const OPEN: &str = r#"{"activity":"newInstance","businessId":"b","orderId":"CS1","orderLineId":"CS1-1"}"#;

#[test]
fn lists_what_it_serves() {
    assert_eq!(Shop::ACTIVITIES, ["newInstance", "queryInstance", "releaseInstance", "orderAudit", "ping"]);
}

#[test]
fn calls_the_method_of_the_activity() {
    assert_eq!(answer(OPEN), r#"{"resultCode":"000000","resultMsg":"success.","instanceId":"tenant-7"}"#);
    let (_, slow) = call(&OPEN.replace(r#""CS1""#, r#""slow""#)).unwrap();
    assert_eq!(slow.code(), ResultCode::PROCESSING);
    let (_, released) = call(r#"{"activity":"releaseInstance","instanceId":"tenant-7"}"#).unwrap();
    assert_eq!(released.code(), ResultCode::SOLD_OUT);
    assert!(call(r#"{"activity":"orderNotify","orderId":"CS1","orderLineId":"CS1-1"}"#).is_none());
}

#[test]
fn only_a_method_with_a_mode_wants_debug_calls() {
    assert!(!call(OPEN).unwrap().0);
    assert!(call(r#"{"activity":"queryInstance","instanceId":"tenant-7","testFlag":"1"}"#).unwrap().0);
}

#[test]
fn serves_activities_that_are_declared_on_the_spot() {
    assert_eq!(answer(r#"{"activity":"ping"}"#), r#"{"resultCode":"000000","resultMsg":"success."}"#);
    assert_eq!(
        answer(r#"{"activity":"orderAudit","orderId":"CS1","counts":[]}"#),
        r#"{"resultCode":"000000","resultMsg":"success.","ticket":"CS1","lines":[]}"#
    );
    assert_eq!(
        answer(r#"{"activity":"orderAudit","orderId":"CS1","line":"7","counts":[1]}"#),
        r#"{"resultCode":"000000","resultMsg":"\u5ba1\u8ba1","ticket":"CS1","memo":"7","lines":[]}"#
    );
}

#[test]
fn a_declared_request_names_what_is_wrong() {
    let error = |body: &str| OrderAudit::from_json(body.to_owned()).unwrap_err().to_string();
    assert!(error(r#"{"activity":"orderAudit","counts":[]}"#).starts_with("`orderId` is missing"));
    assert!(
        error(r#"{"activity":"orderAudit","orderId":"12345","counts":[]}"#)
            .starts_with("`orderId`: 5 UTF-16 units")
    );
    assert!(error(r#"{"activity":"orderAudit","orderId":"1","counts":[1,"x"]}"#).starts_with("`counts[1]`"));
    let request =
        OrderAudit::from_json(r#"{"activity":"orderAudit","orderId":"1","counts":[2],"testFlag":1}"#);
    assert_eq!(
        format!("{:?}", request.unwrap()),
        r#"OrderAudit { order_id: "1", order_line: None, counts: [2], mode: Debug }"#
    );
}

#[test]
fn a_declared_reply_names_what_is_too_long() {
    let error = Audited::new("123456789", vec![]).unwrap_err();
    assert_eq!(error.to_string(), "`ticket` has 9 UTF-16 units, the limit is 8");
    let reply = Audited::new("t", vec![]).unwrap();
    assert_eq!((reply.ticket().as_str(), reply.memo(), reply.lines().len()), ("t", None, 0));
    assert_eq!(reply.with_memo("123456789").unwrap_err().field, "memo");
}
