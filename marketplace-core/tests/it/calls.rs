//! Signed calls to try things on.

use bytes::Bytes;
use marketplace_core::signature::v2::{self, Incoming, SignedQuery, SortStep};
use marketplace_core::{AccessKey, KeyRing, Verified};

use crate::random::Random;

const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A call as KooGallery signs it.
pub(crate) struct Call {
    pub(crate) ring: KeyRing,
    pub(crate) nonce: String,
    pub(crate) timestamp: String,
    pub(crate) body: Vec<u8>,
    /// 64 digits, upper case.
    pub(crate) signature: String,
}

impl Call {
    pub(crate) fn signed(key: &str, nonce: &str, timestamp: &str, body: &[u8]) -> Self {
        let key = AccessKey::new(key).unwrap();
        let query = v2::sign(&key, nonce, timestamp, body);
        let signature = query.strip_prefix("signature=").unwrap()[..64].to_owned();
        Self {
            ring: KeyRing::from(key),
            nonce: nonce.to_owned(),
            timestamp: timestamp.to_owned(),
            body: body.to_owned(),
            signature,
        }
    }

    /// Key, nonce, timestamp and body at random; the body compact and its members ascending, like every known one.
    pub(crate) fn random(random: &mut Random) -> Self {
        let key = format!("{}-{}", random.text(ALPHANUMERIC, 8), random.text(ALPHANUMERIC, 27));
        let nonce_length = random.one_of(&[16, 32, 64]);
        let nonce = random.text(ALPHANUMERIC, nonce_length);
        let seconds = 1_600_000_000 + random.number() % 300_000_000;
        let timestamp = if random.once_in(2) {
            seconds.to_string()
        } else {
            (seconds * 1000 + random.number() % 1000).to_string()
        };
        Self::signed(&key, &nonce, &timestamp, body(random).as_bytes())
    }

    pub(crate) fn query(&self) -> String {
        query(&self.signature, &self.timestamp, &self.nonce)
    }

    /// Is this accepted in its place?
    pub(crate) fn accepts(&self, query: &str, body: &[u8], sort_step: SortStep) -> Option<Verified> {
        verify(&self.ring, query, body, sort_step)
    }
}

pub(crate) fn query(signature: &str, timestamp: &str, nonce: &str) -> String {
    format!("signature={signature}&timestamp={timestamp}&nonce={nonce}")
}

/// The whole verification: the query is parsed, the body arrives, the signature is compared.
pub(crate) fn verify(ring: &KeyRing, query: &str, body: &[u8], sort_step: SortStep) -> Option<Verified> {
    let query = SignedQuery::parse(query).ok()?;
    let mut incoming = Incoming::new(ring, &query, body.len());
    incoming.push(Bytes::copy_from_slice(body));
    incoming.verify(ring, sort_step).ok()
}

/// The body of a call: an object as `serde_json` writes it, compact and with ascending names.
pub(crate) fn body(random: &mut Random) -> String {
    object(random).to_string()
}

pub(crate) fn object(random: &mut Random) -> serde_json::Value {
    let id = random.text(ALPHANUMERIC, 17);
    let mut object = match random.below(4) {
        0 => serde_json::json!({"activity": "queryInstance", "instanceId": id}),
        1 => serde_json::json!({"activity": "newInstance", "businessId": random.text(ALPHANUMERIC, 36),
            "orderId": id, "orderLineId": format!("{id}-000001")}),
        2 => serde_json::json!({"activity": "changeInstanceCheck", "instanceId": id,
            "productInfo": [{"linearValue": random.below(1000), "productId": id, "productName": "产品 🦀/"}]}),
        _ => {
            serde_json::json!({"activity": "refreshInstance", "expireTime": "20261124023618", "instanceId": id,
            "orderId": id, "orderLineId": format!("{id}-000001"), "scene": "RENEWAL"})
        }
    };
    if random.once_in(2) {
        object["testFlag"] = random.below(2).to_string().into();
    }
    object
}
