//! KooGallery as a seller of V2 meets it: signs its calls, and is strict about the answers.

use std::net::SocketAddr;

use marketplace_tower::AccessKey;
use marketplace_tower::signature::v2;
use serde_json::{Value, json};

use crate::{Answer, Line, Order, RawAnswer, now_millis};

/// Calls one shop under V2. Clones call the same one.
#[derive(Debug, Clone)]
pub struct KooGallery {
    line: Line,
    key: AccessKey,
}

impl KooGallery {
    /// Calls the shop at this address and path, with which it shares this key.
    #[must_use]
    pub fn new(address: SocketAddr, path: &'static str, key: AccessKey) -> Self {
        Self::on(Line::new(address, path), key)
    }

    /// Calls the shop at the end of this line, with which it shares this key.
    #[must_use]
    pub fn on(line: Line, key: AccessKey) -> Self {
        Self { line, key }
    }

    /// The same KooGallery, which calls the shop by another address.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self::on(self.line.at(address), self.key.clone())
    }

    /// Its line to the shop.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The key that it shares with the shop.
    #[must_use]
    pub fn key(&self) -> &AccessKey {
        &self.key
    }

    /// Nonces are never used twice.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.line.nonce()
    }

    /// Each call has another one, also when it repeats one.
    #[must_use]
    pub fn business_id(&self) -> String {
        self.line.business_id()
    }

    /// An order line that the shop has not seen yet.
    #[must_use]
    pub fn order(&self) -> Order {
        self.line.order()
    }

    /// The call that follows when somebody has paid for this order line.
    #[must_use]
    pub fn new_instance(&self, order: &Order) -> Value {
        json!({
            "activity": "newInstance",
            "businessId": self.business_id(),
            "orderId": order.id,
            "orderLineId": order.line,
        })
    }

    /// The query of a request that is signed now, with this key.
    #[must_use]
    pub fn sign_with(&self, key: &AccessKey, body: &[u8]) -> String {
        v2::sign(key, &self.nonce(), &now_millis().to_string(), body)
    }

    /// The query of a request that is signed as it should be.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> String {
        self.sign_with(self.key(), body)
    }

    /// Makes a call as it should be made, and wants this result code.
    ///
    /// # Errors
    ///
    /// What is wrong with the answer.
    pub async fn call(&self, code: &str, call: &Value) -> Result<Answer, String> {
        let body = call.to_string().into_bytes();
        self.post(code, &self.sign(&body), &body).await
    }

    /// Makes a call as it should be made, and takes any signed answer.
    ///
    /// # Errors
    ///
    /// There is no answer, or it breaks a rule.
    pub async fn ask(&self, call: &Value) -> Result<Answer, String> {
        let body = call.to_string().into_bytes();
        self.send("POST", 200, &self.sign(&body), &body).await
    }

    /// Posts a body with any query, and wants this result code.
    ///
    /// # Errors
    ///
    /// What is wrong with the answer.
    pub async fn post(&self, code: &str, query: &str, body: &[u8]) -> Result<Answer, String> {
        self.send("POST", 200, query, body).await?.expect(code)
    }

    /// Sends anything, and wants this status and a signed answer.
    ///
    /// # Errors
    ///
    /// What is wrong with the answer.
    pub async fn send(&self, method: &str, status: u16, query: &str, body: &[u8]) -> Result<Answer, String> {
        self.exchange(method, query, body).await?.judged(status, self.key())
    }

    /// The answer to a HEAD, which has no body but is signed all the same.
    ///
    /// # Errors
    ///
    /// What is wrong with the answer.
    pub async fn head(&self, query: &str) -> Result<(), String> {
        let answer = self.exchange("HEAD", query, b"").await?;
        answer.check_status(200)?;
        if !answer.body.is_empty() {
            return Err("the answer to a HEAD has a body".to_owned());
        }
        answer.check_signature(self.key())
    }

    async fn exchange(&self, method: &str, query: &str, body: &[u8]) -> Result<RawAnswer, String> {
        self.line.exchange(method, &format!("?{query}"), &[], body).await
    }
}
