//! The keys, and the signatures that were never sent, appear nowhere.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use http::Response;
use marketplace_tower::Layer;
use tower::{Service, ServiceExt};

use super::refusals::{Refused, every_refusal};
use super::{BODY, answering, inner};
use crate::support::bodies::{Step, TestBody};
use crate::support::events::Events;
use crate::support::signing::{Call, signature};
use crate::support::{KEY, SECOND_KEY, layer, read, send, within};

/// What was said, and never may hold a secret.
#[derive(Default)]
struct Said(String);

impl Said {
    fn add(&mut self, what: impl Debug) {
        self.0.push_str(&format!("{what:?} {what:#?}\n"));
    }

    fn assert_without(&self, secret: &str) {
        let (said, secret) = (self.0.to_lowercase(), secret.to_lowercase());
        assert!(!said.contains(&secret), "{secret}");
        // Nor as a list of bytes.
        let bytes: Vec<_> = secret.bytes().take(12).map(|byte| byte.to_string()).collect();
        assert!(!said.contains(&bytes.join(", ")), "{secret}");
    }
}

#[tokio::test(start_paused = true)]
async fn keys_and_right_signatures_are_never_shown() {
    let events = Events::catch();
    let mut said = Said::default();
    for refused in every_refusal() {
        let hooked = Arc::new(Mutex::new(String::new()));
        let hook = Arc::clone(&hooked);
        let layer = refused
            .layer()
            .with_refusal_hook(move |refusal| *hook.lock().unwrap() += &format!("{refusal:?} {refusal}"));
        said.add(&layer);
        let mut service = layer.layer(inner().0);
        let Refused { request, .. } = refused;
        let future = service.ready().await.unwrap().call(request);
        said.add(&future);
        said.add(read(within(future).await.unwrap()).await);
        said.add(hooked.lock().unwrap().as_str());
    }

    // What a stranger would have had to send.
    let stranger = Call::new(BODY);
    let mut target = stranger.target();
    target = target.replace(&stranger.signature(), &"0".repeat(64));
    let service = layer().layer(answering::<TestBody>(|| {
        Response::new(TestBody::script([Step::Data("x".into()), Step::Fail]))
    }));
    said.add(layer().layer(()));
    said.add(send(&service, crate::support::signing::request(&target, TestBody::of(BODY))).await.unwrap());
    // And calls that succeed, fail inside, and are repeated.
    let call = Call::new(BODY).with_key(SECOND_KEY);
    for _ in 0..2 {
        said.add(send(&service, call.request()).await.unwrap());
    }
    let lines = events.take();
    assert!(lines.len() > 50, "{}", lines.len());
    said.add(lines);

    for key in [KEY, SECOND_KEY] {
        said.assert_without(key);
        said.assert_without(&signature(key, &stranger.nonce, &stranger.timestamp, BODY.as_bytes()));
    }
}
