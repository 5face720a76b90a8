//! Listing with pages.

use std::collections::BTreeSet;

use marketplace_tower::secure_key_manager::{KeyFilter, KeyKind, KeyState, KeyStoreId, PageSize, SkmError};
use serde_json::json;

use super::Bench;
use super::recorder::{Recorder, v1_0};

#[tokio::test]
async fn all_pages_are_read() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_0());
    let mut made = BTreeSet::new();
    for count in [0, 1, 99, 100, 101, 230] {
        while made.len() < count {
            made.insert(bench.project.add_secret(bench.store, &format!("secret {}", made.len()), "value"));
        }
        let keys = client.keys(bench.store, &KeyFilter::default()).await.unwrap();
        assert_eq!(keys.len(), count);
        assert_eq!(keys.into_iter().map(|key| key.key_id).collect::<BTreeSet<_>>(), made);
    }
    let (size, all) = (PageSize::new(50).unwrap(), KeyFilter::default());
    let page = |number| client.keys_page(bench.store, &all, number, size);
    assert_eq!(page(5).await.unwrap().len(), 30);
    assert!(page(6).await.unwrap().is_empty());
}

#[tokio::test]
async fn filters_are_applied() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_0());
    let secret = bench.project.add_secret(bench.store, "a b", "value");
    let symmetric = bench.project.add_symmetric_key(bench.store, "a b");
    let pending = bench.project.add_asymmetric_key(bench.store, "c");
    bench.project.schedule_deletion(&pending);
    for (filter, expected) in [
        (KeyFilter::default().with_kind(KeyKind::Symmetric), vec![&symmetric]),
        (KeyFilter::default().with_name("a b").with_kind(KeyKind::Secret), vec![&secret]),
        (KeyFilter::default().with_state(KeyState::Inactive), vec![&pending]),
        (KeyFilter::default().with_state(KeyState::Active).with_name("c"), vec![]),
    ] {
        let keys = client.keys(bench.store, &filter).await.unwrap();
        assert_eq!(keys.iter().map(|key| &key.key_id).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_server_that_knows_no_pages_does_not_keep_the_client_for_ever() {
    let keys: Vec<_> = (0..100).map(|number| json!({"keyId": format!("k{number}")})).collect();
    let recorder = Recorder::succeeding(&json!({"keyList": keys}));
    let error = recorder.client(v1_0()).keys(KeyStoreId(1), &KeyFilter::default()).await.unwrap_err();
    assert!(matches!(error, SkmError::UnexpectedBody { operation: "keys_page" }));
    assert_eq!(recorder.count(), 2);
}
