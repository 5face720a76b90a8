//! The whole core path, for the benches.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};

use bytes::Bytes;
use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Driver, Handler, Method, Request, Run};
use marketplace_core::signature::BodySign;
use marketplace_core::signature::v2::{Freshness, Incoming, SignedQuery, SortStep, sign};
use marketplace_core::v2::{
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance,
};
use marketplace_core::{
    AccessKey, Answer, Fault, InstanceId, KeyRing, UnixMillis, Verified, marketplace_handler,
};

use crate::parts::{INSTANCE, KEY, NONCE, STAMP};

/// The seller of this bench.
struct Shop;

#[marketplace_handler(billing = one_time)]
impl Shop {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, Fault> {
        black_box(order.order_id());
        Ok(NewInstanceReply::new(instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

/// The whole core path: from the query and the body to the signed answer.
pub(crate) struct Core {
    shop: Arc<Shop>,
    ring: KeyRing,
    query: String,
    now: UnixMillis,
    /// What an endpoint's ledger reserves.
    reserved: InstanceId,
    answer: Bytes,
}

impl Core {
    pub(crate) fn new(body: &Bytes) -> Self {
        let key = AccessKey::new(KEY).unwrap();
        let query = sign(&key, NONCE, STAMP, body);
        let now = UnixMillis(STAMP.parse().unwrap());
        let reserved = InstanceId::new(INSTANCE).unwrap();
        Self { shop: Arc::new(Shop), ring: KeyRing::from(key), query, now, reserved, answer: Bytes::from_static(br#"{"resultCode":"000000","resultMsg":"success.","instanceId":"03pf80c2bae96vc49b80b917bea776d7"}"#) }
    }

    pub(crate) fn query(&self) -> SignedQuery<'_> {
        let query = SignedQuery::parse(black_box(&self.query)).unwrap();
        Freshness::VENDOR.check(&query.timestamp(), self.now).unwrap();
        query
    }

    pub(crate) fn verify(&self, body: &Bytes) -> Verified {
        let query = SignedQuery::parse(&self.query).unwrap();
        let mut incoming = Incoming::new(&self.ring, &query, body.len());
        incoming.push(body.clone());
        incoming.verify(&self.ring, SortStep::On).unwrap()
    }

    pub(crate) fn decode(&self, body: &Bytes) -> NewInstance {
        NewInstance::decode(CallText::new(body.clone()).unwrap()).unwrap()
    }

    pub(crate) fn reply(&self) -> Bytes {
        let reply = NewInstanceReply::new(black_box(&self.reserved)).unwrap();
        marketplace_core::reply::Encoded::success(&reply).into_body()
    }

    pub(crate) fn sign(&self) -> BodySign {
        BodySign::of(self.ring.first(), black_box(&self.answer))
    }

    pub(crate) fn call(&self, body: &Bytes) -> (Bytes, BodySign) {
        let query = SignedQuery::parse(&self.query).unwrap();
        Freshness::VENDOR.check(&query.timestamp(), self.now).unwrap();
        let mut incoming = Incoming::new(&self.ring, &query, body.len());
        incoming.push(body.clone());
        let verified = incoming.verify(&self.ring, SortStep::On).unwrap();
        let text = CallText::new(verified.body().clone()).unwrap();
        let key = verified.key().clone();
        let activity = Shop::served(&text.activity().unwrap()).unwrap();
        let direct = Direct { text, verified, reserved: self.reserved.clone() };
        let body = self.shop.dispatch(activity, direct).into_body();
        let sign = BodySign::of(&key, &body);
        (body, sign)
    }
}

/// Runs the method at once: what an endpoint adds is measured with the endpoint.
struct Direct {
    text: CallText,
    verified: Verified,
    reserved: InstanceId,
}

impl Driver for Direct {
    type Output = Answer;

    fn run<A: Request>(self, _: Method, run: impl Run<A>) -> Answer {
        let request = A::decode(self.text).unwrap();
        let context = Context::new(self.verified, request.mode()).with_reserved(self.reserved);
        let answer = pin!(run.run(request, context));
        match answer.poll(&mut TaskContext::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => unreachable!("this seller waits for nothing"),
        }
    }

    fn unknown(self) -> Answer {
        unreachable!("this seller serves the activity")
    }
}
