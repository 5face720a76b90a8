//! What no implementation of a call can leave out.

use std::hint::black_box;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

pub(crate) const KEY: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const NONCE: &str = "RLLUammMSInlrNWb";
pub(crate) const STAMP: &str = "1680508066618";
pub(crate) const INSTANCE: &str = "03pf80c2bae96vc49b80b917bea776d7";
const BODY: &[u8] = include_bytes!("../marketplace-core/tests/data/new_instance_early.json");

/// The body of every call: the example of the vendor's signature page, 778 bytes. Counted, as a server hands it on.
pub(crate) fn body() -> Bytes {
    let body = Bytes::copy_from_slice(BODY.trim_ascii_end());
    assert_eq!(body.len(), 778);
    body
}

/// What no implementation can leave out: three MACs with a prepared key, a typed parse, and writing the answer.
pub(crate) struct Parts {
    key: Hmac<Sha256>,
    body: Bytes,
    canonical: Vec<u8>,
    answer: Bytes,
}

impl Parts {
    pub(crate) fn new(body: &Bytes) -> Self {
        let key = Hmac::new_from_slice(KEY.as_bytes()).unwrap();
        let canonical = [KEY.as_bytes(), NONCE.as_bytes(), STAMP.as_bytes(), &[b'0'; 64]].concat();
        let mut this = Self { key, body: body.clone(), canonical, answer: Bytes::new() };
        this.answer = this.answer();
        this
    }

    pub(crate) fn all(&self) {
        black_box(self.mac_body());
        black_box(self.mac_canonical());
        black_box(self.parse());
        black_box(self.answer());
        black_box(self.mac_answer());
    }

    fn mac(&self, message: &[u8]) -> [u8; 32] {
        self.key.clone().chain_update(black_box(message)).finalize().into_bytes().into()
    }

    pub(crate) fn mac_body(&self) -> [u8; 32] {
        self.mac(&self.body)
    }

    pub(crate) fn mac_canonical(&self) -> [u8; 32] {
        self.mac(&self.canonical)
    }

    pub(crate) fn mac_answer(&self) -> [u8; 32] {
        self.mac(&self.answer)
    }

    pub(crate) fn parse(&self) -> Plain<'_> {
        serde_json::from_str(str::from_utf8(black_box(&self.body)).unwrap()).unwrap()
    }

    pub(crate) fn answer(&self) -> Bytes {
        let answer = PlainAnswer { result_code: "000000", result_msg: "success.", instance_id: INSTANCE };
        let mut out = Vec::with_capacity(128);
        serde_json::to_writer(&mut out, black_box(&answer)).unwrap();
        Bytes::from(out)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainAnswer<'a> {
    result_code: &'a str,
    result_msg: &'a str,
    instance_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
pub(crate) struct Plain<'a> {
    activity: &'a str,
    #[serde(borrow)]
    buyer_info: PlainBuyer<'a>,
    #[serde(borrow)]
    order_info: Vec<PlainOrder<'a>>,
    test_flag: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct PlainBuyer<'a> {
    customer_id: &'a str,
    customer_name: &'a str,
    user_id: &'a str,
    user_name: &'a str,
    mobile_phone: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct PlainOrder<'a> {
    business_id: &'a str,
    order_id: &'a str,
    trial_flag: &'a str,
    order_amount: f64,
    charging_mode: &'a str,
    period_type: &'a str,
    period_number: i64,
    provision_type: i64,
    #[serde(borrow)]
    product_info: Vec<PlainProduct<'a>>,
    create_time: &'a str,
    expire_time: &'a str,
    #[serde(borrow)]
    extend_params: Vec<PlainParam<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct PlainProduct<'a> {
    sku_code: &'a str,
    product_id: &'a str,
    linear_value: i64,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainParam<'a> {
    name: &'a str,
    value: &'a str,
}
