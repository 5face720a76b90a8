//! KooGallery as a seller of everything meets it: one line, two keys, four ways to sign.

use std::path::Path;

use marketplace_tower::signature::{kit_v1, kit_v2, v1};
use marketplace_tower::{AccessKey, MarketTime};
use rehearsal::{Answer, KooGallery, Line, now_millis};
use serde_json::Value;

use super::stored::Stored;

pub(super) const SUCCESS: &str = "000000";
pub(super) const NOT_AUTHENTIC: &str = "000001";
pub(super) const INVALID: &str = "000002";
pub(super) const UNKNOWN: &str = "000003";

/// Calls one shop. Clones call the same one.
#[derive(Clone)]
pub(super) struct Market {
    line: Line,
    v2: KooGallery,
    kit: AccessKey,
    stored: Stored,
}

/// The generations of the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    First,
    Second,
}

/// The parameters of a V1 call, in the order in which they travel.
#[derive(Clone)]
pub(super) struct Call(Vec<(&'static str, String)>);

impl Market {
    pub(super) fn new(line: Line, access: AccessKey, kit: AccessKey, database: &Path) -> Self {
        Self { v2: KooGallery::on(line.clone(), access), line, kit, stored: Stored::new(database) }
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Calls of V2 and about licences.
    pub(super) fn v2(&self) -> &KooGallery {
        &self.v2
    }

    /// The key of all but the kit.
    pub(super) fn access_key(&self) -> &AccessKey {
        self.v2.key()
    }

    pub(super) fn kit_key(&self) -> &AccessKey {
        &self.kit
    }

    /// What the shop has written down.
    pub(super) fn stored(&self) -> &Stored {
        &self.stored
    }

    /// A number that no other call has.
    pub(super) fn number(&self) -> String {
        self.line.number()
    }

    // ---- V1

    /// The call that follows when somebody has paid for this order, with the fewest parameters that were ever seen.
    pub(super) fn purchase(&self, order: &str) -> Call {
        Call::new("newInstance")
            .with("businessId", self.line.business_id())
            .with("customerId", "68cbc86abc2018ab880d92f36422fa0e")
            .with("orderId", order)
            .with("productId", "00301-666666-0--0")
    }

    /// Makes a V1 call as it should be made, and wants this result code.
    pub(super) async fn ask(&self, code: &str, call: &Call) -> Result<Answer, String> {
        self.get(code, &call.signed(self.access_key())).await
    }

    /// Makes a V1 call with any query, and wants this result code.
    pub(super) async fn get(&self, code: &str, query: &str) -> Result<Answer, String> {
        let answer = self.line.exchange("GET", &format!("?{query}"), &[], b"").await?;
        answer.judged(200, self.access_key())?.expect(code)
    }

    // ---- the kit

    /// Makes a call of the kit as it should be made, and wants this result code.
    pub(super) async fn sync(
        &self,
        generation: Generation,
        code: &str,
        name: &str,
        call: &Value,
    ) -> Result<Answer, String> {
        self.sync_with(generation, &self.kit, code, name, call).await
    }

    /// The same, signed with this key.
    pub(super) async fn sync_with(
        &self,
        generation: Generation,
        key: &AccessKey,
        code: &str,
        name: &str,
        call: &Value,
    ) -> Result<Answer, String> {
        let body = stamped(call).to_string();
        let headers = match generation {
            Generation::First => kit_v1_headers(key, &body)?,
            Generation::Second => self.kit_v2_headers(key, now_millis(), &body),
        };
        self.post_kit(generation, code, name, &headers, body.as_bytes()).await
    }

    /// The headers that sign a body of the second generation at this time.
    pub(super) fn kit_v2_headers(
        &self,
        key: &AccessKey,
        millis: u64,
        body: &str,
    ) -> Vec<(&'static str, String)> {
        let (nonce, timestamp) = (self.line.nonce(), millis.to_string());
        let sign = kit_v2::sign(key, &nonce, &timestamp, body.as_bytes());
        vec![("x-sign", sign), ("x-timestamp", timestamp), ("x-nonce", nonce)]
    }

    /// Posts to a path of the kit with any headers, and wants this result code.
    pub(super) async fn post_kit(
        &self,
        generation: Generation,
        code: &str,
        name: &str,
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<Answer, String> {
        self.send_kit("POST", generation, 200, name, headers, body).await?.expect(code)
    }

    /// Sends anything to a path of the kit, and wants this status and an answer that is signed with the kit's key.
    pub(super) async fn send_kit(
        &self,
        method: &str,
        generation: Generation,
        status: u16,
        name: &str,
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<Answer, String> {
        let path = match generation {
            Generation::First => format!("/produceAPI/{name}"),
            Generation::Second => format!("/produceAPI/v2/{name}"),
        };
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.line.exchange(method, &path, &headers, body).await?;
        answer.judged(status, &self.kit)
    }
}

impl Generation {
    pub(super) const BOTH: [Self; 2] = [Self::First, Self::Second];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "kit V1",
            Self::Second => "kit V2",
        }
    }
}

impl Call {
    pub(super) fn new(activity: &'static str) -> Self {
        Self(vec![("activity", activity.to_owned())])
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Another value for a parameter that is there.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        for (_, old) in self.0.iter_mut().filter(|(other, _)| *other == name) {
            value.clone_into(old);
        }
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self
    }

    pub(super) fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    pub(super) fn activity(&self) -> &str {
        self.value("activity").unwrap_or_default()
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// The query: the parameters, stamped now unless they are, and their token under this key.
    pub(super) fn signed(&self, key: &AccessKey) -> String {
        let call = match self.0.iter().any(|(name, _)| *name == "timeStamp") {
            true => self.clone(),
            false => self.clone().with("timeStamp", time(0)),
        };
        let parameters: Vec<_> = call.0.iter().map(|(name, value)| (*name, value.as_str())).collect();
        v1::sign(key, &parameters)
    }
}

/// The header that signs a body of the first generation.
pub(super) fn kit_v1_headers(key: &AccessKey, body: &str) -> Result<Vec<(&'static str, String)>, String> {
    let token = kit_v1::sign(key, body.as_bytes()).ok_or_else(|| format!("{body} cannot be signed"))?;
    Ok(vec![("authToken", token)])
}

/// A call of the kit with its `timeStamp`, which is of China's time.
pub(super) fn stamped(call: &Value) -> Value {
    let mut call = call.clone();
    if let Some(members) = call.as_object_mut() {
        members.entry("timeStamp").or_insert_with(|| time(8).into());
    }
    call
}

/// The time in 17 digits, this many hours ahead of UTC.
pub(super) fn time(hours: i64) -> String {
    let millis = i64::try_from(now_millis()).unwrap_or_default() + hours * 3_600_000;
    MarketTime::from_unix_millis(millis).map(|time| time.to_string()).unwrap_or_default()
}
