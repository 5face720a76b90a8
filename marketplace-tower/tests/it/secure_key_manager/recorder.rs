//! A service that remembers what it was sent, and answers what it is told.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use marketplace_tower::secure_key_manager::{
    AppKey, BaseAddress, Client, Credentials, Environment, MacAddress, RequestBody, Settings, UserKey,
};
use serde_json::{Value, json};
use tower_service::Service;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) line: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) sent: Arc<Mutex<Vec<Sent>>>,
    status: StatusCode,
    answer: Bytes,
}

impl Recorder {
    /// Answers a success with this body.
    pub(super) fn succeeding(body: &Value) -> Self {
        let header = json!({"resultCode": 0, "resultMessage": "success", "isSuccessful": true});
        Self::answering(StatusCode::OK, json!({"header": header, "body": body}).to_string())
    }

    pub(super) fn answering(status: StatusCode, answer: impl Into<Bytes>) -> Self {
        Self { sent: Arc::default(), status, answer: answer.into() }
    }

    pub(super) fn client(&self, credentials: Credentials) -> Client<Self> {
        let address = BaseAddress::new("https://skm.example").unwrap();
        let settings = Settings::new(Environment::Custom(address), credentials)
            .with_token_address(BaseAddress::new("https://oauth.example/token").unwrap())
            .with_mac_address(MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap());
        Client::over(self.clone(), settings).unwrap()
    }

    pub(super) fn last(&self) -> Sent {
        self.sent.lock().unwrap().last().cloned().unwrap()
    }

    pub(super) fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

pub(super) fn v1_0() -> Credentials {
    Credentials::v1_0(AppKey::new("app").unwrap())
}

pub(super) fn v1_2() -> Credentials {
    Credentials::v1_2(AppKey::new("app").unwrap(), UserKey::new("user", "password").unwrap())
}

pub(super) fn v1_3() -> Credentials {
    Credentials::v1_3(AppKey::new("app").unwrap(), UserKey::new("user", "password").unwrap())
}

impl Service<Request<RequestBody>> for Recorder {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        if head.uri.path() == "/token" {
            let granted = json!({"access_token": "granted", "token_type": "Bearer", "expires_in": 86400});
            return ready(Ok(Response::new(Full::new(granted.to_string().into()))));
        }
        // It is complete, so it is there at once.
        let collected = futures_now(body.collect());
        let body = collected.map(|body| body.to_bytes()).filter(|body| !body.is_empty());
        let body = body.map_or(Value::Null, |body| serde_json::from_slice(&body).unwrap());
        let line = format!("{} {}", head.method, head.uri);
        self.sent.lock().unwrap().push(Sent { line, headers: head.headers, body });
        let mut response = Response::new(Full::new(self.answer.clone()));
        *response.status_mut() = self.status;
        ready(Ok(response))
    }
}

/// What a future gives that does not wait.
fn futures_now<T, E>(future: impl Future<Output = Result<T, E>>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())) {
        Poll::Ready(output) => output.ok(),
        Poll::Pending => None,
    }
}
