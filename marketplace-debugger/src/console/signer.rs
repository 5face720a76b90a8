//! Signing calls, as KooGallery does it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use marketplace_core::analysis::CapturedRequest;
use marketplace_core::signature::{kit_v1, kit_v2, v1, v2};
use marketplace_core::{AccessKey, Guide, MarketTime, UnixMillis};
use serde_json::Value;

use crate::case::Content;
use crate::fields::{Fields, as_text};
use crate::transport::Framing;

/// How far the kits' clock is ahead of UTC.
const BEIJING: u64 = 8 * 60 * 60 * 1000;

/// What the time is.
pub(crate) type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// Signs calls of one guide to one address.
pub(crate) struct Signer {
    pub(crate) guide: Guide,
    pub(crate) key: AccessKey,
    /// Scheme, host and port; nothing in process.
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) clock: Clock,
    pub(crate) overrides: BTreeMap<String, String>,
    /// Tells this run from others.
    pub(crate) run: String,
    pub(crate) count: u64,
}

impl Signer {
    /// A text that no other call has.
    pub(crate) fn unique(&mut self) -> String {
        self.count += 1;
        format!("{}x{}", self.run, self.count)
    }

    /// Replaces the fields that somebody wants to be others.
    pub(crate) fn overridden(&self, mut fields: Fields) -> Fields {
        for (name, value) in &mut fields {
            if let Some(other) = self.overrides.get(name) {
                *value = match (&*value, other.parse::<i64>()) {
                    (Value::Number(_), Ok(number)) => number.into(),
                    _ => other.clone().into(),
                };
            }
        }
        fields
    }

    /// Signs a call as it should be signed, now.
    pub(crate) fn sign(&mut self, activity: &str, content: Content) -> Signed {
        self.sign_at(activity, content, (self.clock)())
    }

    /// Signs a call as of another time.
    pub(crate) fn sign_at(&mut self, activity: &str, content: Content, at: UnixMillis) -> Signed {
        self.sign_with(None, activity, content, at)
    }

    /// Signs it with another key.
    pub(crate) fn sign_with(
        &mut self,
        other: Option<&AccessKey>,
        activity: &str,
        content: Content,
        at: UnixMillis,
    ) -> Signed {
        let mut fields = match content {
            Content::Fields(fields) => self.overridden(fields),
            Content::Body(body) => return self.sign_body(other, activity, body, at),
        };
        match self.guide {
            Guide::V1 => {
                fields.insert("activity".to_owned(), activity.into());
                fields.insert("timeStamp".to_owned(), market_time(at.0).into());
                self.sign_query(other, &fields)
            }
            Guide::KitV1 | Guide::KitV2 => {
                fields.insert("timeStamp".to_owned(), market_time(at.0.saturating_add(BEIJING)).into());
                self.sign_body(other, activity, json(&fields), at)
            }
            _ => {
                fields.insert("activity".to_owned(), activity.into());
                self.sign_body(other, activity, json(&fields), at)
            }
        }
    }

    fn sign_query(&self, other: Option<&AccessKey>, fields: &Fields) -> Signed {
        let texts: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), as_text(value))).collect();
        let pairs: Vec<_> = texts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut signed = self.begin("GET", "", Bytes::new());
        signed.headers.push(("Accept".to_owned(), "application/json".to_owned()));
        let ours = v1::sign(&self.key, &pairs);
        signed.add_query(&other.map_or_else(|| ours.clone(), |other| v1::sign(other, &pairs)));
        signed.right = decoded(ours.rsplit_once("authToken=").map_or("", |(_, token)| token));
        signed
    }

    fn sign_body(
        &mut self,
        other: Option<&AccessKey>,
        activity: &str,
        body: Bytes,
        at: UnixMillis,
    ) -> Signed {
        let (stamp, nonce) = (at.0.to_string(), format!("{}n", self.unique()));
        match self.guide {
            Guide::KitV1 => {
                let mut signed = self.begin("POST", &format!("/produceAPI/{activity}"), body);
                signed.right = kit_v1::sign(&self.key, &signed.body).unwrap_or_default();
                let token = match other {
                    None => signed.right.clone(),
                    Some(other) => kit_v1::sign(other, &signed.body).unwrap_or_default(),
                };
                signed.headers.push(("authToken".to_owned(), token));
                signed
            }
            Guide::KitV2 => {
                let mut signed = self.begin("POST", &format!("/produceAPI/v2/{activity}"), body);
                signed.right = kit_v2::sign(&self.key, &nonce, &stamp, &signed.body);
                let sign = match other {
                    None => signed.right.clone(),
                    Some(other) => kit_v2::sign(other, &nonce, &stamp, &signed.body),
                };
                for (name, value) in [("x-sign", sign), ("x-timestamp", stamp), ("x-nonce", nonce)] {
                    signed.headers.push((name.to_owned(), value));
                }
                signed
            }
            _ => {
                let mut signed = self.begin("POST", "", body);
                let ours = v2::sign(&self.key, &nonce, &stamp, &signed.body);
                let query = other.map(|other| v2::sign(other, &nonce, &stamp, &signed.body));
                signed.add_query(query.as_deref().unwrap_or(&ours));
                let ours = ours.split('&').find_map(|pair| pair.strip_prefix("signature="));
                signed.right = ours.unwrap_or_default().to_owned();
                signed
            }
        }
    }

    fn begin(&self, method: &'static str, path: &str, body: Bytes) -> Signed {
        let base = if path.is_empty() { &*self.path } else { self.path.trim_end_matches('/') };
        let mut signed = Signed {
            method,
            address: format!("{}{base}{path}", self.origin),
            query: Vec::new(),
            headers: vec![(
                "User-Agent".to_owned(),
                concat!("marketplace-debugger/", env!("CARGO_PKG_VERSION")).to_owned(),
            )],
            body,
            framing: Framing::Length,
            right: String::new(),
        };
        if let Some(query) = &self.query {
            signed.add_query(query);
        }
        if method == "POST" {
            let kind = "application/json;charset=utf8";
            signed.headers.push(("Accept".to_owned(), "application/json".to_owned()));
            signed.headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
        signed
    }
}

/// A call that is signed, in parts, so that something can be done to it.
#[derive(Clone)]
pub(crate) struct Signed {
    method: &'static str,
    address: String,
    /// As it travels.
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) framing: Framing,
    /// The signature that is right for it: nobody may be told.
    pub(crate) right: String,
}

impl Signed {
    fn add_query(&mut self, query: &str) {
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.query.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Was it sent with the signature that is right for it?
    pub(crate) fn is_signed_rightly(&self) -> bool {
        let sent = ["signature", "authToken", "x-sign"].into_iter().find_map(|name| self.value(name));
        sent.is_some_and(|sent| decoded(sent) == self.right)
    }

    /// The value of a parameter or of a header.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut all = self.query.iter().chain(&self.headers);
        all.find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Gives a parameter or a header another value.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        for (known, old) in self.query.iter_mut().chain(&mut self.headers) {
            if known == name {
                value.clone_into(old);
            }
        }
    }

    /// Takes a parameter or a header away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.query.retain(|(known, _)| known != name);
        self.headers.retain(|(known, _)| known != name);
    }

    /// Gives a parameter or a header a second time, with another value.
    pub(crate) fn repeat(&mut self, name: &str, value: &str) {
        let is_header = self.headers.iter().any(|(known, _)| known == name);
        let place = if is_header { &mut self.headers } else { &mut self.query };
        place.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn request(&self) -> CapturedRequest {
        let query: Vec<_> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let target = match query.is_empty() {
            true => self.address.clone(),
            false => format!("{}?{}", self.address, query.join("&")),
        };
        let request = CapturedRequest::new(self.method, target).with_body(self.body.clone());
        self.headers.iter().fold(request, |request, (name, value)| request.with_header(name, value))
    }
}

/// Base64 as it was before it was put into a query.
fn decoded(token: &str) -> String {
    token.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
}

pub(crate) fn json(fields: &Fields) -> Bytes {
    serde_json::to_vec(fields).unwrap_or_default().into()
}

/// `yyyyMMddHHmmssSSS`.
fn market_time(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(|millis| MarketTime::from_unix_millis(millis).ok());
    time.map_or_else(String::new, |time| time.to_string())
}
