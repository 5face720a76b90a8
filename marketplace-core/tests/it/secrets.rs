//! Secrets never leave: an access key, a first password, and the signature that would have been right.

use std::error::Error;
use std::fmt::{Debug, Display};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Request as _, StandIn};
use marketplace_core::reply::{Outcome as _, ReplyOf as _};
use marketplace_core::signature::BodySign;
use marketplace_core::signature::v2::{Incoming, SignedQuery, SortStep};
use marketplace_core::v2::{AppInfo, InstanceInfo, NewInstance, QueryInstance, QueryInstanceReply};
use marketplace_core::{
    AccessKey, Answer, EmptyKeyRing, Fault, IntoFault, KeyRing, Mode, Provisioning, ResultCode, SecretText,
};

use crate::calls::{Call, query};

const CANARY: &str = "canary-7f3a-9c21-e0b4";

/// Everything that was shown somewhere.
#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn debug(&mut self, value: &impl Debug) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn display(&mut self, value: &impl Display) {
        self.0.push(value.to_string());
    }

    fn error(&mut self, error: &(impl Error + 'static)) {
        self.debug(error);
        let mut next: Option<&dyn Error> = Some(error);
        while let Some(error) = next {
            self.display(&error);
            next = error.source();
        }
    }

    /// A secret as text, as numbers, in hexadecimal and in base64, whole or its first half.
    fn never_shows(&self, secret: &[u8]) {
        assert!(self.0.len() > 10, "there is something to look at");
        for secret in [secret, &secret[..secret.len() / 2]] {
            let numbers = format!("{secret:?}");
            let numbers = numbers.trim_matches(['[', ']']);
            let base64 = STANDARD.encode(secret);
            // The last letters of base64 depend on what follows.
            let base64 = &base64[..secret.len() / 3 * 4];
            for form in [
                String::from_utf8_lossy(secret).into_owned(),
                numbers.to_owned(),
                numbers.replace(", ", ",\n    "),
                const_hex::encode(secret),
                const_hex::encode_upper(secret),
                base64.to_owned(),
            ] {
                for shown in &self.0 {
                    assert!(!shown.contains(&form), "{form} is shown in {shown}");
                }
            }
        }
    }
}

#[test]
fn access_keys_are_not_shown() {
    let mut shown = Shown::default();
    let key = AccessKey::named("2026", CANARY).unwrap();
    let ring = KeyRing::new([key.clone(), AccessKey::new(format!("{CANARY}-2")).unwrap()]).unwrap();
    shown.debug(&key);
    shown.debug(&Some(&key));
    shown.display(&key.name());
    shown.debug(&ring);
    shown.debug(&ring.iter().collect::<Vec<_>>());
    shown.debug(&KeyRing::from(key.clone()));

    for slip in [
        format!("{CANARY}\n"),
        format!(" {CANARY}"),
        format!("\"{CANARY}\""),
        format!("“{CANARY}”"),
        format!("\u{feff}{CANARY}"),
        format!("{CANARY}\0{CANARY}"),
        String::new(),
    ] {
        shown.error(&AccessKey::new(slip).unwrap_err());
    }
    shown.error(&EmptyKeyRing);

    let call =
        Call::signed(CANARY, "n", "1680508066618", br#"{"activity":"queryInstance","instanceId":"1"}"#);
    let text = call.query();
    let query = SignedQuery::parse(&text).unwrap();
    shown.debug(&query);
    let body = Bytes::from(call.body.clone());
    let mut incoming = Incoming::new(&ring, &query, 0);
    shown.debug(&incoming);
    incoming.push(body.clone());
    shown.debug(&incoming);
    let verified = incoming.verify(&ring, SortStep::On).unwrap();
    shown.debug(&verified);
    shown.debug(&verified.key());
    let context = Context::new(verified.clone(), Mode::Live);
    shown.debug(&context);
    let request = QueryInstance::decode(CallText::new(verified.body().clone()).unwrap()).unwrap();
    shown.debug(&request);
    shown.debug(&request.stand_in(&StandIn::default()));

    let sign = BodySign::of(&key, &body);
    shown.debug(&sign);
    shown.display(&sign);
    shown.error(&BodySign::verify(&key, &body, CANARY).unwrap_err());
    shown.never_shows(CANARY.as_bytes());
}

/// Who sends a wrong signature must not be told the right one, nor may a log that the sender can read.
#[test]
fn the_right_signature_is_not_shown() {
    let mut shown = Shown::default();
    let call =
        Call::signed(CANARY, "n", "1680508066618", br#"{"activity":"queryInstance","instanceId":"1"}"#);
    let wrong = query(&"0".repeat(64), &call.timestamp, &call.nonce);
    let wrong = SignedQuery::parse(&wrong).unwrap();
    let mut incoming = Incoming::new(&call.ring, &wrong, 0);
    shown.debug(&incoming);
    incoming.push(Bytes::from(call.body.clone()));
    shown.debug(&incoming);
    shown.debug(&wrong);
    for sort_step in [SortStep::On, SortStep::Off] {
        let mut incoming = Incoming::new(&call.ring, &wrong, 0);
        incoming.push(Bytes::from(call.body.clone()));
        shown.error(&incoming.verify(&call.ring, sort_step).unwrap_err());
    }
    for text in ["", "signature=1&timestamp=2&nonce=3", "nonce=a&nonce=b", &"x".repeat(5000)] {
        shown.error(&SignedQuery::parse(text).unwrap_err());
    }
    let right = const_hex::decode(&call.signature).unwrap();
    shown.never_shows(&right);

    // Of a verified call, the MAC is the business of the replay store alone.
    let verified = call.accepts(&call.query(), &call.body, SortStep::On).unwrap();
    shown.debug(&verified);
    shown.debug(&Context::new(verified, Mode::Debug));
    shown.never_shows(&right);

    let key = call.ring.first();
    let sign = BodySign::of(key, b"{}");
    let base64 = sign.as_str().split('"').nth(3).unwrap().to_owned();
    let mut shown = Shown::default();
    for header in [
        "",
        "sign_type=\"HMAC-SHA256\"",
        "sign_type=\"HMAC-SHA256\", signature=\"x\"",
        &format!("signature=\"{base64}\""),
    ] {
        shown.error(&BodySign::verify(key, b"{}", header).unwrap_err());
    }
    shown.never_shows(base64.as_bytes());
    shown.never_shows(&STANDARD.decode(base64).unwrap());
}

fn reply() -> QueryInstanceReply {
    let app_info = AppInfo::new("https://shop.example/").and_then(|info| info.with_password(CANARY)).unwrap();
    let info = InstanceInfo::new("tenant-7").and_then(|info| info.with_app_info(app_info)).unwrap();
    QueryInstanceReply::new(vec![info]).unwrap()
}

fn context() -> Context {
    let call =
        Call::signed("key", "n", "1680508066618", br#"{"activity":"queryInstance","instanceId":"tenant-7"}"#);
    Context::new(call.accepts(&call.query(), &call.body, SortStep::On).unwrap(), Mode::Live)
}

#[test]
fn first_passwords_are_shown_in_the_answer_only() {
    let mut shown = Shown::default();
    shown.debug(&SecretText::<128>::new(CANARY).unwrap());
    shown.error(&SecretText::<4>::new(CANARY).unwrap_err());
    let long = CANARY.repeat(10);
    shown.error(&AppInfo::new("u").unwrap().with_password(long.as_str()).unwrap_err());
    shown.error(&AppInfo::new("u").unwrap().with_password(long).unwrap_err().into_fault());
    let reply = reply();
    shown.debug(&reply);
    shown.debug(&reply.info());
    shown.debug(&reply.info()[0].app_info());
    shown.debug(&Provisioning::Ready(reply.clone()));
    shown.debug(&reply.clone().encode(&context()).unwrap());
    let outcome: Result<_, Fault> = Ok(reply);
    shown.debug(&outcome);
    let answer = outcome.into_answer(&context());
    assert!(str::from_utf8(answer.body()).unwrap().contains(CANARY), "the customer needs it");
    shown.debug(&answer);
    shown.debug(&Answer::repeated(answer.body().clone()));
    shown.never_shows(CANARY.as_bytes());
}

/// What caused a failure is for the operator: it is in `source`, not in what is answered.
#[test]
fn causes_of_faults_are_not_answered() {
    let fault = Fault::internal(format!("cannot open postgres://{CANARY}@db"));
    assert_eq!(fault.to_string(), "000005: internal error");
    let answer = Answer::from(fault);
    assert!(!String::from_utf8_lossy(answer.body()).contains(CANARY));
    assert!(answer.fault().and_then(Error::source).is_some_and(|cause| cause.to_string().contains(CANARY)));

    // A reply that names another instance is a mistake of the seller's, which the customer is not told either.
    let body = br#"{"activity":"newInstance","businessId":"b","orderId":"o","orderLineId":"l"}"#;
    let call = Call::signed("key", "n", "1680508066618", body);
    let verified = call.accepts(&call.query(), &call.body, SortStep::On).unwrap();
    let reserved = marketplace_core::InstanceId::new("reserved").unwrap();
    let context = Context::new(verified, Mode::Live).with_reserved(reserved);
    let reply = marketplace_core::v2::NewInstanceReply::new(CANARY);
    let answer = marketplace_core::reply::Outcome::<NewInstance>::into_answer(reply, &context);
    assert_eq!(answer.code(), ResultCode::INTERNAL_ERROR);
    assert!(!String::from_utf8_lossy(answer.body()).contains(CANARY));
}
