//! KooGallery as a seller meets it: signs its calls, and is strict about the answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use marketplace_tower::AccessKey;
use marketplace_tower::signature::{BodySign, v2};
use serde_json::{Value, json};

use super::wire::{RawAnswer, exchange};
use crate::ENDPOINT;

/// Calls one shop. Clones call the same one.
#[derive(Clone)]
pub(super) struct KooGallery(Arc<Line>);

struct Line {
    address: SocketAddr,
    key: AccessKey,
    calls: AtomicU64,
}

/// An order line of the market.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) line: String,
}

/// An answer that keeps every rule: status, headers, signature, form.
#[derive(Debug)]
pub(super) struct Answer(Value);

impl KooGallery {
    pub(super) fn new(address: SocketAddr, key: AccessKey) -> Self {
        Self(Arc::new(Line { address, key, calls: AtomicU64::new(0) }))
    }

    /// The key that it shares with the shop.
    pub(super) fn key(&self) -> &AccessKey {
        &self.0.key
    }

    /// A number that no other call has.
    fn number(&self) -> String {
        format!("{:x}x{}", now_millis(), self.0.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Nonces are never used twice.
    pub(super) fn nonce(&self) -> String {
        format!("nonce{}", self.number())
    }

    /// Each call has another one, also when it repeats one.
    pub(super) fn business_id(&self) -> String {
        format!("business-{}", self.number())
    }

    /// An order line that the shop has not seen yet.
    pub(super) fn order(&self) -> Order {
        let id = format!("CS{}", self.number());
        Order { line: format!("{id}-000001"), id }
    }

    /// The call that follows when somebody has paid for this order line.
    pub(super) fn new_instance(&self, order: &Order) -> Value {
        json!({
            "activity": "newInstance",
            "businessId": self.business_id(),
            "orderId": order.id,
            "orderLineId": order.line,
        })
    }

    /// The query of a request that is signed now, with this key.
    pub(super) fn sign_with(&self, key: &AccessKey, body: &[u8]) -> String {
        v2::sign(key, &self.nonce(), &now_millis().to_string(), body)
    }

    /// The query of a request that is signed as it should be.
    pub(super) fn sign(&self, body: &[u8]) -> String {
        self.sign_with(self.key(), body)
    }

    /// Makes a call as it should be made, and wants this result code.
    pub(super) async fn call(&self, code: &str, call: &Value) -> Result<Answer, String> {
        let body = call.to_string().into_bytes();
        self.post(code, &self.sign(&body), &body).await
    }

    /// Posts a body with any query, and wants this result code.
    pub(super) async fn post(&self, code: &str, query: &str, body: &[u8]) -> Result<Answer, String> {
        self.send("POST", 200, query, body).await?.expect(code)
    }

    /// Sends anything, and wants this status and a signed answer.
    pub(super) async fn send(
        &self,
        method: &str,
        status: u16,
        query: &str,
        body: &[u8],
    ) -> Result<Answer, String> {
        let answer = self.exchange(method, query, body).await?;
        answer.check_status(status)?;
        answer.check_signature(self.key())?;
        Answer::read(&answer.body)
    }

    /// The answer to a HEAD, which has no body but is signed all the same.
    pub(super) async fn head(&self, query: &str) -> Result<(), String> {
        let answer = self.exchange("HEAD", query, b"").await?;
        answer.check_status(200)?;
        if !answer.body.is_empty() {
            return Err("the answer to a HEAD has a body".to_owned());
        }
        answer.check_signature(self.key())
    }

    async fn exchange(&self, method: &str, query: &str, body: &[u8]) -> Result<RawAnswer, String> {
        let address = self.0.address;
        let mut request = format!(
            "{method} {ENDPOINT}?{query} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
             Content-Type: application/json;charset=utf8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len(),
        )
        .into_bytes();
        request.extend_from_slice(body);
        exchange(address, &request).await
    }
}

impl RawAnswer {
    fn check_status(&self, status: u16) -> Result<(), String> {
        if self.status == status { Ok(()) } else { Err(format!("HTTP status {}, not {status}", self.status)) }
    }

    /// The header is there once, spelled exactly, and signs the bytes of the body as they travelled.
    fn check_signature(&self, key: &AccessKey) -> Result<(), String> {
        let sign = self.only("Body-Sign")?;
        match BodySign::verify(key, &self.body, sign) {
            Ok(true) => {}
            Ok(false) => return Err("`Body-Sign` does not sign the body".to_owned()),
            Err(malformed) => return Err(format!("`Body-Sign: {sign}` is {malformed}")),
        }
        match self.only("Content-Type")? {
            "application/json" => Ok(()),
            other => Err(format!("the content type is `{other}`, not `application/json`")),
        }
    }
}

impl Answer {
    /// Every answer is an object with a code of six digits and a message of at most 255 letters.
    fn read(body: &[u8]) -> Result<Self, String> {
        let json: Value =
            serde_json::from_slice(body).map_err(|error| format!("the answer is not JSON: {error}"))?;
        let text = |name| json.get(name).and_then(Value::as_str);
        match (text("resultCode"), text("resultMsg")) {
            (Some(code), _) if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) => {
                Err(format!("the result code `{code}` has not six digits"))
            }
            (Some(_), Some(message)) if message.encode_utf16().count() <= 255 => Ok(Self(json)),
            (Some(_), Some(_)) => Err("`resultMsg` is too long".to_owned()),
            _ => Err(format!("`resultCode` or `resultMsg` is missing in {json}")),
        }
    }

    /// The result code has to be this one.
    pub(super) fn expect(self, code: &str) -> Result<Self, String> {
        if self.code() == code { Ok(self) } else { Err(format!("answered {}, not {code}", self.0)) }
    }

    pub(super) fn code(&self) -> &str {
        self.text("/resultCode").unwrap_or_default()
    }

    /// The id of the instance that was made.
    pub(super) fn instance_id(&self) -> Result<String, String> {
        match self.text("/instanceId")? {
            id if (1..=64).contains(&id.encode_utf16().count()) => Ok(id.to_owned()),
            id => Err(format!("the instance id `{id}` has not 1 to 64 letters")),
        }
    }

    /// The text at this place.
    pub(super) fn text(&self, pointer: &str) -> Result<&str, String> {
        let found = self.0.pointer(pointer).and_then(Value::as_str);
        found.ok_or_else(|| format!("there is no text at `{pointer}` in {}", self.0))
    }

    /// How many entries a `queryInstance` was answered with.
    pub(super) fn instances(&self) -> usize {
        self.0.get("info").and_then(Value::as_array).map_or(0, Vec::len)
    }
}

/// The time, as KooGallery writes it into a call.
pub(super) fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
