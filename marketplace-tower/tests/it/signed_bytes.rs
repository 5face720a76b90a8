//! The handler sees the bytes that were signed, whatever they look like, and reads them as everybody does.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use marketplace_tower::v2::{
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, RefreshInstance, ReleaseInstance,
    UpdateInstanceStatus,
};
use marketplace_tower::{Endpoint, Fault, Layer, Ledger, MarketplaceBody, Verified, marketplace_handler};
use serde_json::Value;
use tower::{Service, ServiceExt, service_fn};

use crate::support::bodies::TestBody;
use crate::support::random::Random;
use crate::support::signing::Call;
use crate::support::{layer, send};

const BODIES: usize = 10_000;

/// What the seller's method was given.
struct Given {
    bytes: Bytes,
    orders: Vec<Option<String>>,
}

struct Shop(Arc<Mutex<Option<Given>>>);

#[marketplace_handler(billing = period)]
impl Shop {
    #[activity(newInstance)]
    async fn open(
        &self,
        order: NewInstance,
        bytes: Bytes,
        call: Verified,
    ) -> Result<NewInstanceReply, Fault> {
        assert_eq!(&bytes, call.body());
        let orders = [Some(order.order_id()), order.order_line_id(), order.business_id()];
        let orders = orders.map(|text| text.map(str::to_owned)).into();
        *self.0.lock().unwrap() = Some(Given { bytes, orders });
        Err(Fault::processing())
    }

    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance, bytes: Bytes) -> Result<(), Fault> {
        let orders = [Some(end.instance_id()), end.order_id(), end.order_line_id()];
        let orders = orders.map(|text| text.map(str::to_owned)).into();
        *self.0.lock().unwrap() = Some(Given { bytes, orders });
        Ok(())
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(refreshInstance)]
    async fn renew(&self, _: RefreshInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, _: UpdateInstanceStatus) -> Result<(), Fault> {
        Ok(())
    }
}

const RELEASE: [&str; 3] = ["instanceId", "orderId", "orderLineId"];
const PURCHASE: [&str; 3] = ["orderId", "orderLineId", "businessId"];

/// A call with members in any order, written in any way. Some name a member twice.
fn body(random: &mut Random) -> (String, [&'static str; 3]) {
    let (activity, fields) =
        if random.once_in(2) { ("releaseInstance", RELEASE) } else { ("newInstance", PURCHASE) };
    let mut members = vec![("activity".to_owned(), quoted(random, activity))];
    for field in fields {
        let text = text(random);
        members.push((field.to_owned(), quoted(random, &text)));
    }
    for _ in 0..random.below(4) {
        let name = format!("extra{}", text(random));
        members.push((name, any_value(random, 3)));
    }
    if random.once_in(4) {
        let twice = random.pick(&members).0.clone();
        let again = text(random);
        members.push((twice, quoted(random, &again)));
    }
    // In the order of the wire, or in any other.
    if !random.once_in(3) {
        random.shuffle(&mut members);
    }
    let mut body = blank(random);
    body.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        let name = quoted(random, name);
        let comma = if at == 0 { "" } else { "," };
        for part in [comma, &blank(random), &name, &blank(random), ":", &blank(random), value, &blank(random)]
        {
            body.push_str(part);
        }
    }
    body.push('}');
    (body + &blank(random), fields)
}

fn blank(random: &mut Random) -> String {
    if random.once_in(3) { (*random.pick(&[" ", "\n", "\t ", "\r\n  "])).to_owned() } else { String::new() }
}

/// One to thirteen letters, some that JSON escapes, some outside the first plane. All blank it would be no text.
fn text(random: &mut Random) -> String {
    let letters = ['a', 'Z', '7', '-', '/', '"', '\\', ' ', 'é', '实', '例', '😀', '\u{2028}', '\n', '\u{1}'];
    let text: String = (0..=random.below(12)).map(|_| *random.pick(&letters)).collect();
    if text.trim().is_empty() { text + "a" } else { text }
}

/// A JSON string, escaped where it must be, and at times where it need not.
fn quoted(random: &mut Random, text: &str) -> String {
    let mut json = "\"".to_owned();
    for letter in text.chars() {
        if random.once_in(6) || letter < ' ' {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let escape = format!("\\u{unit:04x}");
                json += &if random.once_in(2) { escape } else { format!("\\u{unit:04X}") };
            }
        } else if matches!(letter, '"' | '\\') || letter == '/' && random.once_in(2) {
            json.push('\\');
            json.push(letter);
        } else {
            json.push(letter);
        }
    }
    json + "\""
}

fn any_value(random: &mut Random, depth: usize) -> String {
    let blank = blank(random);
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 => (*random.pick(&["0", "-1", "1.50", "1e3", "12345678901234567890123", "0.1"])).to_owned(),
        3 | 4 => {
            let text = text(random);
            quoted(random, &text)
        }
        5 => format!("[{blank}{},{}]", any_value(random, depth - 1), any_value(random, depth - 1)),
        _ => format!(
            "{{{blank}\"b\":{},\"a\"{blank}:{}}}",
            any_value(random, depth - 1),
            any_value(random, depth - 1)
        ),
    }
}

/// Is no member of the object given twice? serde_json's own `Value` would take the last one.
fn is_unambiguous(body: &str) -> bool {
    struct Names(Vec<String>);
    impl<'de> serde::Deserialize<'de> for Names {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Names;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                    let mut names = Vec::new();
                    while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        names.push(name);
                    }
                    Ok(Names(names))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let Names(names) = serde_json::from_str(body).unwrap();
    let known =
        |name: &&String| ["activity"].iter().chain(&RELEASE).chain(&PURCHASE).any(|known| known == name);
    let mut known: Vec<_> = names.iter().filter(known).collect();
    let count = known.len();
    known.sort();
    known.dedup();
    known.len() == count
}

#[tokio::test]
async fn the_handler_sees_the_signed_bytes_and_reads_them_as_everybody_does() {
    let mut random = Random::seeded(13);
    let given = Arc::new(Mutex::new(None));
    let (mut read, mut ambiguous) = (0, 0);
    for _ in 0..BODIES {
        let (body, fields) = body(&mut random);
        // A ledger for each: the same release again would not reach the handler.
        let service = layer().layer(Endpoint::new(Shop(Arc::clone(&given)), Ledger::memory()));
        let value: Value = serde_json::from_str(&body).unwrap();
        let travelled = TestBody::frames(body.as_bytes(), 1 + random.below(body.len()));
        let answered = send(&service, Call::new(body.clone()).request_with(travelled)).await.unwrap();
        match given.lock().unwrap().take() {
            Some(Given { bytes, orders }) => {
                assert!(is_unambiguous(&body), "{body}");
                assert_eq!(bytes, body);
                for (field, found) in fields.iter().zip(orders) {
                    assert_eq!(found.as_deref(), value[*field].as_str(), "{field} of {body}");
                }
                read += 1;
            }
            None => {
                assert!(!is_unambiguous(&body), "{:?} {body}", answered.refusal);
                let refusal = answered.refusal.unwrap();
                // Of two activities the first may be one that nobody serves.
                assert!(
                    refusal.to_string().contains("more than once") || refusal.slug() == "unknown-activity",
                    "{refusal} {body}"
                );
                ambiguous += 1;
            }
        }
    }
    assert_eq!(read + ambiguous, BODIES);
    assert!(read > BODIES / 2 && ambiguous > BODIES / 20, "{read} {ambiguous}");
}

#[tokio::test]
async fn a_plain_service_gets_any_signed_bytes() {
    let mut random = Random::seeded(14);
    let seen = Arc::new(Mutex::new(Bytes::new()));
    let sees = Arc::clone(&seen);
    let inner = service_fn(move |request: Request<MarketplaceBody<TestBody>>| {
        let seen = Arc::clone(&sees);
        async move {
            *seen.lock().unwrap() = request.into_body().collect().await.unwrap().to_bytes();
            Ok::<_, std::convert::Infallible>(http::Response::new(TestBody::of("{}")))
        }
    });
    let mut service = layer().layer(inner);
    for _ in 0..BODIES / 10 {
        let body: Vec<u8> =
            (0..random.below(300)).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        let travelled = TestBody::frames(&body, 1 + random.below(100));
        let request = Call::new(body.clone()).request_with(travelled);
        service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(*seen.lock().unwrap(), body);
    }
}
