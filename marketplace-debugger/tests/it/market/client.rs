//! A client that signs by hand, so that it can also sign wrongly.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use marketplace_core::analysis::CapturedRequest;
use marketplace_core::open_api::path;
use marketplace_core::signature::sdk_hmac::{Credentials, DATE, Payload, RequestToSign};
use marketplace_core::signature::usage_push;
use marketplace_core::{AccessKey, UnixMillis, UtcTime};
use marketplace_debugger::market::{Market, MarketSettings};
use marketplace_debugger::wire::Wire;
use marketplace_debugger::{Framing, Silence};
use serde_json::{Value, json};

/// Nothing takes as long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);
/// 2026-11-22, 10:00 of UTC.
pub(crate) const TEN: u64 = 1_795_341_600_000;
pub(crate) const ACCESS_KEY: &str = "test-access-key-0123456789abcdef";

pub(crate) fn credentials() -> Credentials {
    Credentials::new("TESTAK0000", "test-secret-key-0123456789").unwrap()
}

pub(crate) fn key() -> AccessKey {
    AccessKey::new(ACCESS_KEY).unwrap()
}

/// A clock that only tests move.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn at(millis: u64) -> Self {
        Self(Arc::new(AtomicU64::new(millis)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn second(&self) -> UtcTime {
        UtcTime::at(self.now()).unwrap()
    }

    /// So many seconds ago, as records have it.
    pub(crate) fn ago(&self, seconds: u64) -> String {
        UtcTime::from_unix_seconds(self.second().unix_seconds() - seconds).unwrap().to_string()
    }
}

/// A market, a clock for both sides, and who calls it.
pub(crate) struct Desk {
    pub(crate) market: Market,
    pub(crate) clock: Clock,
    nonces: AtomicU64,
}

/// Status and body; or why there is none.
pub(crate) type Answer = Result<(u16, Value), Silence>;

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    pub(crate) async fn with(change: impl FnOnce(MarketSettings) -> MarketSettings) -> Self {
        Self::start(Clock::at(TEN), key(), change).await
    }

    /// At the time of the machine, for sellers that have no other, with the key of this seller.
    pub(crate) async fn of_today(
        key: AccessKey,
        change: impl FnOnce(MarketSettings) -> MarketSettings,
    ) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self::start(Clock::at(u64::try_from(since.as_millis()).unwrap()), key, change).await
    }

    async fn start(
        clock: Clock,
        key: AccessKey,
        change: impl FnOnce(MarketSettings) -> MarketSettings,
    ) -> Self {
        let its = clock.clone();
        let settings = MarketSettings::new(credentials(), key).with_clock(move || its.now());
        let market = Market::start(change(settings)).await.unwrap();
        Self { market, clock, nonces: AtomicU64::new(0) }
    }

    pub(crate) fn request(&self, method: &str, target: &str, body: &str) -> CapturedRequest {
        CapturedRequest::new(method, target)
            .with_body(body.to_owned())
            .with_header("Content-Type", "application/json")
    }

    /// Signed for the gateway, by these credentials.
    pub(crate) fn authorized(&self, by: &Credentials, request: CapturedRequest) -> CapturedRequest {
        let date = self.clock.second();
        let (host, written) = (self.market.address().to_string(), date.to_string());
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let to_sign = RequestToSign {
            method: &request.method,
            path,
            query,
            headers: &[("host", &host), (DATE, &written)],
            payload: Payload::Body(&request.body),
        };
        let authorization = by.authorization(&to_sign, date);
        request.with_header("X-Sdk-Date", &written).with_header("Authorization", &authorization)
    }

    /// The body signed.
    pub(crate) fn signed(&self, by: &AccessKey, request: CapturedRequest) -> CapturedRequest {
        let nonce = format!("nonce-{}", self.nonces.fetch_add(1, Ordering::SeqCst));
        self.signed_as(by, &self.clock.now().0.to_string(), &nonce, request)
    }

    pub(crate) fn signed_as(
        &self,
        by: &AccessKey,
        ts: &str,
        nonce: &str,
        request: CapturedRequest,
    ) -> CapturedRequest {
        let signature = usage_push::sign(by, ts, nonce, &request.body);
        request.with_header("ts", ts).with_header("nonce", nonce).with_header("signature", &signature)
    }

    pub(crate) async fn send(&self, request: &CapturedRequest) -> Answer {
        self.send_for(request, PATIENCE).await
    }

    pub(crate) async fn send_for(&self, request: &CapturedRequest, patience: Duration) -> Answer {
        let wire = Wire::new(self.market.url().parse().unwrap());
        let answer = wire.send(request, Framing::Length, patience).await?;
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        Ok((answer.head.status(), body))
    }

    /// Asks for an order with this query.
    pub(crate) async fn query(&self, query: &str) -> (u16, Value) {
        let request = self.request("GET", &format!("{}?{query}", path::QUERY_ORDER), "");
        self.send(&self.authorized(&credentials(), request)).await.unwrap()
    }

    pub(crate) fn push_request(&self, body: &Value) -> CapturedRequest {
        self.signed(&key(), self.request("POST", path::PUSH_USAGE, &body.to_string()))
    }

    pub(crate) async fn push(&self, records: &[Value]) -> (u16, Value) {
        self.send(&self.push_request(&json!({ "usage_records": records }))).await.unwrap()
    }

    /// What does not come is not waited for for ever.
    pub(crate) async fn wait_until(&self, is_so: impl FnMut(&Market) -> bool) {
        tokio::time::timeout(PATIENCE, self.market.wait_until(is_so)).await.unwrap();
    }

    /// A record that is well: an hour of use, some hours ago.
    pub(crate) fn record(&self, instance: &str, sn: &str, hours_ago: u64) -> Value {
        let ago = |hours: u64| self.clock.ago(hours * 3600);
        json!({
            "instance_id": instance,
            "metering_sn": sn,
            "record_time": ago(0),
            "begin_time": ago(hours_ago),
            "end_time": ago(hours_ago - 1),
            "usage_value": "1.5",
        })
    }
}

/// The code of an answer, whichever member has it.
pub(crate) fn code(answer: &Value) -> &str {
    let code = answer.get("resultCode").or_else(|| answer.get("error_code"));
    code.unwrap_or_else(|| panic!("{answer}")).as_str().unwrap()
}

pub(crate) fn told((status, answer): &(u16, Value)) -> (u16, &str) {
    (*status, code(answer))
}
