//! Layer and endpoint, for the benches.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body as _;
use http_body_util::Full;
use marketplace_tower::signature::v2::sign;
use marketplace_tower::v2::{
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance,
};
use marketplace_tower::{
    AccessKey, Endpoint, Fault, InstanceId, Layer as _, Ledger, Marketplace, MarketplaceBody,
    MarketplaceLayer, Replay, TitleCaseHeaders, UnixMillis, marketplace_handler,
};
use tower_service::Service;

use crate::parts::{INSTANCE, KEY};

const ORDER: &str = "CS2211181819B4LVS";

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

/// A service that only answers.
#[derive(Clone)]
struct Nothing;

impl<B> Service<Request<B>> for Nothing {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::new(Bytes::from_static(&[b' '; 94])))))
    }
}

/// Signed calls, each used once, and signed just before they are: what the kernel has just received is in the cache too.
pub(crate) struct Calls {
    service: RefCell<Marketplace<Endpoint<Shop>>>,
    plain: RefCell<Marketplace<Nothing>>,
    key: AccessKey,
    body: String,
    new_orders: bool,
    calls: RefCell<Vec<(String, Bytes)>>,
    signed: Cell<usize>,
    used: Cell<usize>,
}

impl Calls {
    pub(crate) fn new(body: &Bytes, new_orders: bool) -> Self {
        let key = AccessKey::new(KEY).unwrap();
        let layer = MarketplaceLayer::new(key.clone(), Replay::memory());
        let plain = RefCell::new(layer.layer(Nothing));
        let service = RefCell::new(layer.layer(Endpoint::new(Shop, Ledger::memory())));
        let body = str::from_utf8(body).unwrap().to_owned();
        let this = Self {
            service,
            plain,
            key,
            body,
            new_orders,
            calls: RefCell::default(),
            signed: Cell::default(),
            used: Cell::default(),
        };
        this.sign(100);
        this
    }

    /// Signs the next calls, for stores that have forgotten the last ones: what the machine takes to give a growing process
    /// more memory is not what is measured.
    pub(crate) fn sign(&self, times: usize) {
        let layer = MarketplaceLayer::new(self.key.clone(), Replay::memory());
        self.plain.replace(layer.layer(Nothing));
        self.service.replace(layer.layer(Endpoint::new(Shop, Ledger::memory())));
        let stamp = UnixMillis::from(SystemTime::now()).0.to_string();
        let mut calls = self.calls.borrow_mut();
        calls.clear();
        self.used.set(0);
        for _ in 0..times {
            let number = self.signed.replace(self.signed.get() + 1);
            // Letters of the order and of the business id change, the length does not.
            let line = if self.new_orders { number } else { 0 };
            let body = self.body.replace(ORDER, &format!("CS22111818{line:07}"));
            let body = Bytes::from(body.replace(INSTANCE, &format!("03pf80c2bae96vc49b80b917b{line:07}")));
            let query = sign(&self.key, &format!("RLLUammMS{number:07}"), &stamp, &body);
            // A server's frames are shared with its read buffer; the first clone makes this one shared.
            drop(body.clone());
            calls.push((format!("/saasproduce?{query}"), body));
        }
    }

    pub(crate) fn request(&self) -> Request<Full<Bytes>> {
        // Kept until the next round: a server frees no buffer that it received three hundred calls ago.
        let next = self.used.replace(self.used.get() + 1);
        let calls = self.calls.borrow();
        let (uri, body) = calls.get(next).expect("enough calls");
        Request::post(uri)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json;charset=utf8")
            .header(header::CONTENT_LENGTH, "778")
            // As the crate's own server marks it.
            .extension(TitleCaseHeaders)
            .body(Full::new(body.clone()))
            .unwrap()
    }

    pub(crate) fn plain(&self) -> Response<MarketplaceBody<Full<Bytes>>> {
        let answer = pin!(self.plain.borrow_mut().call(self.request()));
        match answer.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(response)) => response,
            _ => unreachable!("everything is in memory"),
        }
    }

    pub(crate) fn next(&self) -> Response<MarketplaceBody<Full<Bytes>>> {
        let answer = pin!(self.service.borrow_mut().call(self.request()));
        match answer.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(response)) => {
                debug_assert_eq!(response.body().size_hint().exact(), Some(94));
                response
            }
            _ => unreachable!("everything is in memory"),
        }
    }
}
