//! The two signatures, made from the vendor's page with the `hmac` and `sha2` crates alone.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request};
use sha2::Sha256;

use super::bodies::TestBody;
use super::{KEY, NOW};

fn hmac(key: &str, message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .unwrap()
        .chain_update(message)
        .finalize()
        .into_bytes()
        .into()
}

/// `HMAC(key, key ‖ nonce ‖ timestamp ‖ hex(HMAC(key, body)))`, in capitals.
pub(crate) fn signature(key: &str, nonce: &str, timestamp: &str, body: &[u8]) -> String {
    let inner = const_hex::encode(hmac(key, body));
    const_hex::encode_upper(hmac(key, format!("{key}{nonce}{timestamp}{inner}").as_bytes()))
}

/// Does this value of `Body-Sign` have the vendor's form, and sign these bytes?
pub(crate) fn body_sign_is_valid(key: &str, body: &[u8], value: &str) -> bool {
    value == format!(r#"sign_type="HMAC-SHA256", signature="{}""#, STANDARD.encode(hmac(key, body)))
}

/// One signed call, as KooGallery would make it. Each has a nonce of its own.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) key: String,
    pub(crate) nonce: String,
    pub(crate) timestamp: String,
    pub(crate) body: Bytes,
    pub(crate) path: String,
}

impl Call {
    pub(crate) fn new(body: impl Into<Bytes>) -> Self {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        Self {
            key: KEY.to_owned(),
            // A letter at the end: digits there and a stamp in seconds can be read in two ways, and are then refused.
            nonce: format!("nonce{}x", NONCE.fetch_add(1, Ordering::Relaxed)),
            timestamp: NOW.to_string(),
            body: body.into(),
            path: "/saasproduce".to_owned(),
        }
    }

    pub(crate) fn with_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    pub(crate) fn with_timestamp(mut self, timestamp: impl ToString) -> Self {
        self.timestamp = timestamp.to_string();
        self
    }

    pub(crate) fn with_nonce(mut self, nonce: &str) -> Self {
        nonce.clone_into(&mut self.nonce);
        self
    }

    #[cfg(feature = "server")]
    pub(crate) fn with_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(crate) fn signature(&self) -> String {
        signature(&self.key, &self.nonce, &self.timestamp, &self.body)
    }

    pub(crate) fn query(&self) -> String {
        format!("signature={}&timestamp={}&nonce={}", self.signature(), self.timestamp, self.nonce)
    }

    /// The path and the query.
    pub(crate) fn target(&self) -> String {
        format!("{}?{}", self.path, self.query())
    }

    /// The call in one frame.
    pub(crate) fn request(&self) -> Request<TestBody> {
        self.request_with(TestBody::of(self.body.clone()))
    }

    /// The signed head with another body.
    pub(crate) fn request_with<B>(&self, body: B) -> Request<B> {
        request(&self.target(), body)
    }
}

/// A POST.
pub(crate) fn request<B>(target: &str, body: B) -> Request<B> {
    Request::builder().method(Method::POST).uri(target).body(body).unwrap()
}

/// The query of a V1 call: these parameters and their token. The values are written as they are.
pub(crate) fn v1_query(key: &str, parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    let text: Vec<_> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let stamp = sorted.iter().find(|(name, _)| *name == "timeStamp").unwrap().1;
    let token = STANDARD.encode(hmac(&format!("{key}{stamp}"), text.join("&").as_bytes()));
    format!("{}&authToken={}", text.join("&"), token.replace('+', "%2B"))
}

/// A V1 call.
pub(crate) fn v1_request(key: &str, parameters: &[(&str, &str)]) -> Request<TestBody> {
    let mut request = request(&format!("/saasproduce?{}", v1_query(key, parameters)), TestBody::default());
    *request.method_mut() = Method::GET;
    request
}

/// A call of the first kit whose members are these texts.
pub(crate) fn kit_v1_request(key: &str, name: &str, members: &[(&str, &str)]) -> Request<TestBody> {
    let mut sorted: Vec<_> = members.iter().filter(|(_, value)| !value.is_empty()).collect();
    sorted.sort_unstable();
    let text: Vec<_> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let stamp = members.iter().find(|(name, _)| *name == "timeStamp").unwrap().1;
    let token = STANDARD.encode(hmac(&format!("{key}{stamp}"), text.join("&").as_bytes()));
    let body: serde_json::Map<_, _> =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let body = TestBody::of(serde_json::to_vec(&body).unwrap());
    let mut request = request(&format!("/saasproduce/produceAPI/{name}"), body);
    request.headers_mut().insert("authtoken", token.parse().unwrap());
    request
}

/// A call of the second kit, of which `travels` is sent and `signed` is signed.
pub(crate) fn kit_v2_request(
    key: &str,
    name: &str,
    nonce: &str,
    stamp: u64,
    signed: &str,
    travels: &str,
) -> Request<TestBody> {
    let sign = hmac(key, format!("{key}{nonce}{stamp}{signed}").as_bytes());
    let path = format!("/saasproduce/produceAPI/v2/{name}");
    let mut request = request(&path, TestBody::of(travels.to_owned()));
    for (name, value) in [
        ("x-sign", const_hex::encode(sign)),
        ("x-timestamp", stamp.to_string()),
        ("x-nonce", nonce.to_owned()),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}
