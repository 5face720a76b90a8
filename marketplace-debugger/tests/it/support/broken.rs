//! A sound seller with exactly one fault.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use marketplace_core::AccessKey;
use marketplace_core::signature::BodySign;
use marketplace_tower::{Endpoint, Marketplace};
use serde_json::{Value, json};
use tower_service::Service;

use super::request::Asked;
use super::shop::Shop;
use super::{key, seller};

/// What is wrong with a seller.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// Its answers are changed, and what is changed is signed again.
    Answers(fn(&Asked, &mut Value)),
    /// The head and the body of its answers are changed after signing.
    Travels(fn(&Asked, &mut StatusCode, &mut HeaderMap, &mut Bytes)),
    /// The same, and it remembers.
    Remembers(fn(&Asked, &Memory, &mut Value)),
    /// It accepts such calls.
    Accepts(fn(&Asked, &Memory) -> bool),
    /// It takes so long for such calls.
    Sleeps(Duration, fn(&Asked) -> bool),
    /// It hangs up on such calls.
    HangsUp(fn(&Asked) -> bool),
    /// The call of this number, counted from 0, is answered with another result code.
    Nth(usize, &'static str),
    /// The answer to the call of this number lacks a field.
    NthLacks(usize, &'static str),
}

/// What it remembers.
#[derive(Default)]
pub(crate) struct Memory {
    /// The targets and bodies of all calls, and how often each came.
    pub(crate) seen: BTreeMap<(String, Bytes), usize>,
    /// What was answered to newInstance, by order: how often, and the instance.
    pub(crate) bought: BTreeMap<String, usize>,
    /// The instances that debugging calls were shown.
    pub(crate) stand_ins: Vec<String>,
    pub(crate) calls: usize,
}

#[derive(Clone)]
pub(crate) struct Broken {
    inner: Marketplace<Endpoint<Shop>>,
    fault: Fault,
    pub(crate) memory: Arc<Mutex<Memory>>,
}

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { inner: seller(), fault, memory: Arc::default() }
    }

    async fn answer(mut self, asked: Asked) -> Result<Response<Full<Bytes>>, &'static str> {
        let target = asked.identity();
        let number = {
            let mut memory = self.memory.lock().unwrap();
            *memory.seen.entry(target).or_default() += 1;
            memory.calls += 1;
            memory.calls - 1
        };
        match self.fault {
            Fault::HangsUp(on) if on(&asked) => return Err("hung up"),
            Fault::Sleeps(time, on) if on(&asked) => tokio::time::sleep(time).await,
            Fault::Accepts(what) if what(&asked, &self.memory.lock().unwrap()) => {
                return Ok(signed(StatusCode::OK, &json!({"resultCode": "000000", "resultMsg": "success."})));
            }
            _ => {}
        }
        let mut again = Request::from_parts(asked.head.clone(), Full::new(asked.body.clone()));
        *again.extensions_mut() = http::Extensions::new();
        let answer: Result<_, Infallible> = self.inner.call(again).await;
        let (head, body) = answer.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        self.remember(&asked, &body);
        let read: Value = serde_json::from_slice(&body).unwrap();
        let body = Bytes::from(read.to_string());
        let mut answer = signed(head.status, &read);
        let change = |answer: &mut Response<_>, change: &dyn Fn(&mut Value)| {
            let mut value = serde_json::from_slice(&body).unwrap();
            change(&mut value);
            *answer = signed(head.status, &value);
        };
        match self.fault {
            Fault::Answers(how) => change(&mut answer, &|value| how(&asked, value)),
            Fault::Remembers(how) => {
                let memory = self.memory.lock().unwrap();
                change(&mut answer, &|value| how(&asked, &memory, value));
            }
            Fault::Nth(nth, code) if nth == number => {
                change(&mut answer, &|value| value["resultCode"] = code.into())
            }
            Fault::NthLacks(nth, field) if nth == number => {
                change(&mut answer, &|value| remove(value, field))
            }
            Fault::Travels(how) => {
                let (mut status, mut headers, mut bytes) =
                    (head.status, answer.headers().clone(), body.clone());
                how(&asked, &mut status, &mut headers, &mut bytes);
                answer = Response::new(Full::new(bytes));
                (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
            }
            _ => {}
        }
        Ok(answer)
    }

    fn remember(&self, asked: &Asked, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        let mut memory = self.memory.lock().unwrap();
        if asked.activity() == "newInstance" && body["resultCode"] == "000000" {
            if asked.is_debugging() {
                memory.stand_ins.extend(body["instanceId"].as_str().map(ToOwned::to_owned));
            } else {
                *memory.bought.entry(asked.field("orderId").unwrap()).or_default() += 1;
            }
        }
    }
}

impl<B> Service<Request<B>> for Broken
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Debug,
{
    type Response = Response<Full<Bytes>>;
    type Error = &'static str;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let is_length_told = body.size_hint().exact().is_some();
            let body = body.collect().await.unwrap().to_bytes();
            this.answer(Asked { head, body, is_length_told }).await
        })
    }
}

/// An answer as it should be, without what the layer writes beside it: how its header is spelled is the server's affair.
fn signed(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let body = body.to_string();
    let sign = BodySign::of(&key(), body.as_bytes()).as_str().parse().unwrap();
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.headers_mut().insert(BODY_SIGN, sign);
    answer
}

pub(crate) const BODY_SIGN: HeaderName = HeaderName::from_static("body-sign");

/// Takes a field away, wherever it stands.
pub(crate) fn remove(value: &mut Value, field: &str) {
    match value {
        Value::Object(members) => {
            members.remove(field);
            members.values_mut().for_each(|value| remove(value, field));
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| remove(entry, field)),
        _ => {}
    }
}

/// `Body-Sign` of another key.
pub(crate) fn signed_by_another(body: &[u8]) -> HeaderValue {
    BodySign::of(&AccessKey::new("another-key").unwrap(), body).as_str().parse().unwrap()
}
