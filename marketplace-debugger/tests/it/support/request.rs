//! What a fault has to know of a request.

use bytes::Bytes;
use http::request::Parts;
use marketplace_core::signature::{kit_v2, v1, v2};
use serde_json::Value;

use super::key;

/// A request that was read whole.
pub(crate) struct Asked {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    /// Was its length told at the beginning?
    pub(crate) is_length_told: bool,
}

impl Asked {
    pub(crate) fn parameters(&self, name: &str) -> Vec<&str> {
        let query = self.head.uri.query().unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let headers = self.head.headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).chain(headers).collect()
    }

    /// What a replay has in common with the first call.
    pub(crate) fn identity(&self) -> (String, Bytes) {
        let nonce = self.parameters("x-nonce").concat();
        (format!("{}{nonce}", self.head.uri), self.body.clone())
    }

    pub(crate) fn is_v1(&self) -> bool {
        self.head.method == http::Method::GET
    }

    /// A field of the body, or of the query of V1.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        if self.is_v1() {
            return self.parameters(name).first().map(|value| (*value).to_owned());
        }
        match serde_json::from_slice::<Value>(&self.body).ok()?.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    pub(crate) fn activity(&self) -> String {
        match self.head.uri.path().rsplit_once("/produceAPI/") {
            Some((_, name)) => name.trim_start_matches("v2/").to_owned(),
            None => self.field("activity").unwrap_or_default(),
        }
    }

    pub(crate) fn is_debugging(&self) -> bool {
        self.field("testFlag").as_deref() == Some("1")
    }

    /// The time in a query or a header, in milliseconds, from now.
    pub(crate) fn ahead(&self) -> Option<i64> {
        let stamp = self.parameters("timestamp").into_iter().chain(self.parameters("x-timestamp")).next()?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Some(stamp.parse::<i64>().ok()? - i64::try_from(now.as_millis()).unwrap())
    }

    /// The signature that is right for it.
    pub(crate) fn right_signature(&self) -> Option<String> {
        let one = |name| self.parameters(name).first().map(|value| (*value).to_owned());
        let key = key();
        if let (Some(timestamp), Some(nonce)) = (one("timestamp"), one("nonce")) {
            let query = v2::sign(&key, &nonce, &timestamp, &self.body);
            return query.split('&').next()?.strip_prefix("signature=").map(ToOwned::to_owned);
        }
        if let (Some(timestamp), Some(nonce)) = (one("x-timestamp"), one("x-nonce")) {
            return Some(kit_v2::sign(&key, &nonce, &timestamp, &self.body));
        }
        if !self.is_v1() {
            return None;
        }
        let query = self.head.uri.query().unwrap_or_default();
        let pairs: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| *name != "authToken")
            .collect();
        let signed = v1::sign(&key, &pairs);
        let token = signed.rsplit_once("authToken=")?.1;
        Some(token.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
    }

    /// Is its time in the minute that KooGallery allows?
    pub(crate) fn is_fresh(&self) -> bool {
        self.ahead().is_some_and(|ahead| ahead.abs() < 60_000)
    }
}
