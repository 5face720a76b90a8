//! Promise 25: keys that rotate, and what is done when there are none.

mod file;
mod rotation;

use std::sync::{Arc, Mutex};

use marketplace_tower::{
    AccessKey, KeyProvider, KeyProviderError, KeyRing, KeyState, Keys, Layer, MarketplaceLayer, Replay,
    StoreFuture, UnixMillis,
};
use tokio::sync::Notify;

use crate::support::bodies::TestBody;
use crate::support::signing::Call;
use crate::support::{Answered, FOREIGN_KEY, KEY, NOW, SECOND_KEY, send};

/// A provider that has what the test gives it.
#[derive(Debug, Clone, Default)]
struct Vault(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// `None`: it is down.
    ring: Mutex<Option<KeyRing>>,
    hangs: Mutex<bool>,
    changed: Notify,
    asked: Mutex<usize>,
}

impl Vault {
    fn with(ring: KeyRing) -> Self {
        let vault = Self::default();
        vault.put(Some(ring));
        vault
    }

    fn put(&self, ring: Option<KeyRing>) {
        *self.0.ring.lock().unwrap() = ring;
    }

    fn asked(&self) -> usize {
        *self.0.asked.lock().unwrap()
    }
}

impl KeyProvider for Vault {
    fn load(&self) -> StoreFuture<'_, Result<KeyRing, KeyProviderError>> {
        *self.0.asked.lock().unwrap() += 1;
        if *self.0.hangs.lock().unwrap() {
            return StoreFuture::boxed(std::future::pending());
        }
        let ring = self.0.ring.lock().unwrap().clone();
        StoreFuture::ready(ring.ok_or_else(|| KeyProviderError::provider("the vault is sealed")))
    }

    fn changed(&self) -> StoreFuture<'_, ()> {
        StoreFuture::boxed(self.0.changed.notified())
    }
}

fn key(name: &str, text: &str, version: u32) -> AccessKey {
    AccessKey::named(name, text).unwrap().with_version(version)
}

fn layer(keys: impl Into<Keys>) -> MarketplaceLayer {
    MarketplaceLayer::new(keys, Replay::memory()).with_test_clock(|| UnixMillis(NOW))
}

async fn ask(layer: &MarketplaceLayer, call: Call) -> Answered {
    let service =
        layer.layer(crate::layer::answering::<TestBody>(|| http::Response::new(TestBody::of("answer"))));
    send(&service, call.request()).await.unwrap()
}

fn signed(key: &str) -> Call {
    Call::new("{}").with_key(key)
}

#[tokio::test]
async fn a_disabled_key_verifies_nothing_and_one_that_leaves_is_told() {
    let ring = KeyRing::new([
        key("old", KEY, 1).in_state(KeyState::Disabled),
        key("base", FOREIGN_KEY, 2).in_state(KeyState::ScheduledForDeletion),
        key("base", SECOND_KEY, 3),
    ])
    .unwrap();
    let keys = Keys::from(ring);
    let layer = layer(keys.clone());
    let refused = ask(&layer, signed(KEY)).await;
    assert_eq!(refused.slug(), Some("signature"));
    // Refusals are signed with what is in service, and not with the first of the ring.
    assert!(refused.is_signed_by(SECOND_KEY));

    let events = crate::support::events::Events::catch();
    let answered = ask(&layer, signed(FOREIGN_KEY)).await;
    assert!(answered.is_signed_by(FOREIGN_KEY) && answered.slug().is_none());
    let told = events.take_ours();
    assert!(
        told.iter()
            .any(|line| line.text.contains("scheduled for deletion") && line.text.contains("version=2")),
        "{told:?}"
    );
    assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    let usage: Vec<_> =
        keys.usage().into_iter().map(|used| (used.version, used.verified, used.last)).collect();
    assert_eq!(usage.len(), 3);
    for expected in
        [(Some(1), 0, None), (Some(2), 1, Some(UnixMillis(NOW))), (Some(3), 1, Some(UnixMillis(NOW)))]
    {
        assert!(usage.contains(&expected), "{usage:?}");
    }
}

#[tokio::test]
async fn a_key_serves_its_time_and_its_address() {
    let ring = KeyRing::new([
        key("tenant-1", KEY, 1).on_routes(["/one"]),
        key("tenant-2", SECOND_KEY, 1).on_routes(["/two"]).not_after(UnixMillis(NOW)),
        key("next", FOREIGN_KEY, 1).not_before(UnixMillis(NOW + 1)),
    ])
    .unwrap();
    let layer = layer(ring);
    let at = |key: &str, path: &str| {
        let mut call = signed(key);
        path.clone_into(&mut call.path);
        call
    };
    for (key, path, slug, signer) in [
        (KEY, "/one", None, KEY),
        (KEY, "/two", Some("signature"), SECOND_KEY),
        (SECOND_KEY, "/two", None, SECOND_KEY),
        (SECOND_KEY, "/one", Some("signature"), KEY),
        (FOREIGN_KEY, "/one", Some("signature"), KEY),
        (KEY, "/three", Some("no-key"), KEY),
    ] {
        let answered = ask(&layer, at(key, path)).await;
        assert_eq!(answered.slug(), slug, "{key} {path}");
        assert!(answered.is_signed_by(signer), "{key} {path}");
    }
    let layer = layer.with_test_clock(|| UnixMillis(NOW + 1));
    assert_eq!(ask(&layer, at(SECOND_KEY, "/two")).await.slug(), Some("signature"));
    assert!(ask(&layer, at(FOREIGN_KEY, "/two")).await.slug().is_none());
}

#[tokio::test]
async fn every_verified_call_is_shown_to_the_hook() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&seen);
    let layer = layer(KeyRing::new([key("a", KEY, 1), key("b", SECOND_KEY, 2)]).unwrap()).with_verified_hook(
        move |verified| {
            hook.lock().unwrap().push((verified.key().name().to_owned(), verified.key().version()));
        },
    );
    for key in [SECOND_KEY, FOREIGN_KEY, KEY] {
        ask(&layer, signed(key)).await;
    }
    assert_eq!(*seen.lock().unwrap(), [("b".to_owned(), Some(2)), ("a".to_owned(), Some(1))]);
}
