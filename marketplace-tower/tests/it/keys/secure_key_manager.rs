//! Keys in a Secure Key Manager that stands in for the vendor's.

use std::time::Duration;

use marketplace_tower::secure_key_manager::stand_in::{Project, Role, StandIn};
use marketplace_tower::secure_key_manager::{AuthMode, Client, KeyId, Methods, SecretValue, SkmError};
use marketplace_tower::{KeyProvider, KeyProviderError, KeyRefresh, Keys, SecureKeyManagerKeys};
use tokio::time::sleep;

use super::{ask, layer, signed};
use crate::support::{INTERNAL_ERROR, KEY, SECOND_KEY, within};

fn document(keys: &[(&str, u32)]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|(key, version)| format!(r#"{{"id":"base","version":{version},"key":"{key}"}}"#))
        .collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// A stand-in with one secret, and a client that may read and write it.
async fn stand_in(secret: &str) -> (StandIn, Project, KeyId, Client) {
    let stand_in = StandIn::start().await.unwrap();
    let project = stand_in.add_project();
    let store = project.add_key_store("shop", Methods::IPV4, AuthMode::And);
    project.register_ipv4(store, "127.0.0.1".parse().unwrap());
    let key = project.add_secret(store, "koogallery", secret);
    let client = Client::connect(stand_in.settings(project.v1_2(Role::Admin))).unwrap();
    (stand_in, project, key, client)
}

fn often() -> KeyRefresh {
    KeyRefresh::default().every(Duration::from_millis(100)).with_timeout(Duration::from_secs(2))
}

#[tokio::test]
async fn a_rotation_of_the_secret_reaches_the_layer_and_no_request_asks_for_a_key() {
    let (stand_in, _project, key, client) = stand_in(&document(&[(KEY, 1)])).await;
    let keys =
        Keys::provided(SecureKeyManagerKeys::secret(client.clone(), key.clone()), often()).await.unwrap();
    let layer = layer(keys.clone());
    for (text, first) in [(document(&[(SECOND_KEY, 2), (KEY, 1)]), 2), (document(&[(SECOND_KEY, 3)]), 3)] {
        client.replace_secret(&key, &SecretValue::from(text)).await.unwrap();
        within(async {
            while keys.ring().first().version() != Some(first) {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
        assert_eq!(ask(&layer, signed(KEY)).await.slug().is_none(), first == 2);
    }
    drop(keys);
    let once = Keys::provided(
        SecureKeyManagerKeys::secret(client, key),
        KeyRefresh::default().every(Duration::from_secs(3600)),
    );
    let layer = super::layer(once.await.unwrap());
    let calls = stand_in.calls();
    for _ in 0..50 {
        assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    }
    assert!(stand_in.calls() <= calls + 2, "requests asked for keys");
}

#[tokio::test]
async fn keys_that_are_sealed_with_a_symmetric_key_are_opened_at_start() {
    let (_stand_in, project, _, client) = stand_in("unused").await;
    let store = project.add_key_store("wraps", Methods::IPV4, AuthMode::And);
    project.register_ipv4(store, "127.0.0.1".parse().unwrap());
    let wraps = project.add_symmetric_key(store, "wraps");
    let sealed = client.encrypt(&wraps, &SecretValue::from(document(&[(KEY, 7)]))).await.unwrap();
    let provider = SecureKeyManagerKeys::sealed(client, wraps, sealed.ciphertext);
    assert_eq!(provider.load().await.unwrap().first().version(), Some(7));
}

#[tokio::test]
async fn a_secure_key_manager_that_is_gone_for_too_long_ends_the_service_with_a_signed_answer() {
    let (stand_in, _project, key, client) = stand_in(&document(&[(KEY, 1)])).await;
    let refresh = often().with_max_stale(Duration::from_secs(2));
    let layer = layer(Keys::provided(SecureKeyManagerKeys::secret(client, key), refresh).await.unwrap());
    drop(stand_in);
    within(async {
        loop {
            let answered = ask(&layer, signed(KEY)).await;
            assert!(answered.is_signed_by(KEY));
            if answered.slug() == Some("keys-stale") {
                assert_eq!(&answered.body[..], INTERNAL_ERROR);
                return;
            }
            assert_eq!(answered.slug(), None);
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_never_shown() {
    let (_stand_in, _project, key, client) = stand_in(" canary-with-a-blank").await;
    let provider = SecureKeyManagerKeys::secret(client.clone(), key.clone());
    let error = provider.load().await.unwrap_err();
    assert!(matches!(error, KeyProviderError::Unusable { .. }));
    assert!(error.to_string().contains(&key.to_string()), "{error}");
    let other = KeyId::new("0123456789abcdef0123456789abcdef").unwrap();
    let missing = SecureKeyManagerKeys::secret(client, other).load().await.unwrap_err();
    let KeyProviderError::Provider { source } = &missing else { panic!("{missing:?}") };
    assert!(matches!(source.downcast_ref(), Some(SkmError::InvalidKeyId(_))), "{missing:?}");
    assert!(!format!("{error} {error:?} {provider:?} {missing:?}").contains("canary"));
}
