//! What is too long, too old or too much is not sent.

use marketplace_tower::secure_key_manager::{
    AuthMode, KeyFilter, KeyId, KeyStoreDescription, KeyStoreId, KeyVersion, Methods, NewKey, PageSize,
    RotationPeriod, SignatureAlgorithm, SkmError, StandardSignature, Unit,
};
use serde_json::json;

use super::recorder::{Recorder, v1_0, v1_2, v1_3};
use super::{Bench, text};

/// The limit and the length that the error names.
fn too_long<T: std::fmt::Debug>(answer: Result<T, SkmError>) -> (usize, usize, Unit) {
    match answer.unwrap_err() {
        SkmError::TooLong { limit, length, unit, .. } => (limit, length, unit),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn texts_are_measured_before_they_are_sent() {
    let recorder = Recorder::succeeding(&json!({}));
    let client = recorder.client(v1_3());
    let key = KeyId::new("k").unwrap();
    let new = NewKey { key_store: "shop", name: "n", description: "" };
    let long = text(&"é".repeat(16 * 1024 + 1));
    let expected = (32 * 1024, 32 * 1024 + 2, Unit::Bytes);
    assert_eq!(too_long(client.encrypt(&key, &long).await), expected);
    assert_eq!(too_long(client.replace_secret(&key, &long).await), expected);
    assert_eq!(too_long(client.create_secret(new, &long).await), expected);

    let long = text(&"a".repeat(246));
    assert_eq!(too_long(client.sign(&key, &long).await), (245, 246, Unit::Bytes));
    assert_eq!(too_long(client.verify(&key, &long, "s").await), (245, 246, Unit::Bytes));

    let long = vec![0; 64 * 1024 + 1];
    let expected = (64 * 1024, 64 * 1024 + 1, Unit::Bytes);
    let algorithm = SignatureAlgorithm::Pss;
    let signature = StandardSignature { signature: String::new(), algorithm, key_version: KeyVersion(0) };
    assert_eq!(too_long(client.sign_standard(&key, &long, algorithm).await), expected);
    assert_eq!(too_long(client.verify_standard(&key, &long, &signature).await), expected);

    let name = "é".repeat(101);
    let store =
        KeyStoreDescription { name: &name, description: "", methods: Methods::IPV4, mode: AuthMode::And };
    assert_eq!(too_long(client.create_key_store(store).await), (100, 101, Unit::Characters));
    let description = "é".repeat(1001);
    let store = KeyStoreDescription { name: "n", description: &description, ..store };
    assert_eq!(
        too_long(client.replace_key_store(KeyStoreId(1), store).await),
        (1000, 1001, Unit::Characters)
    );
    let filter = KeyFilter::default().with_name(name);
    assert_eq!(too_long(client.keys(KeyStoreId(1), &filter).await), (100, 101, Unit::Characters));
    assert_eq!(recorder.count(), 0);
}

#[tokio::test]
async fn what_is_just_short_enough_is_taken() {
    let bench = Bench::start().await;
    let client = bench.client();
    let symmetric = bench.project.add_symmetric_key(bench.store, "symmetric");
    let signing = bench.project.add_asymmetric_key(bench.store, "signing");
    let long = text(&"\"".repeat(32 * 1024));
    let sealed = client.encrypt(&symmetric, &long).await.unwrap();
    assert_eq!(
        client.decrypt(&symmetric, &sealed.ciphertext).await.unwrap().plaintext.expose(),
        long.expose()
    );
    let new = NewKey { key_store: "shop", name: "long", description: "" };
    let secret = client.create_secret(new, &long).await.unwrap();
    assert_eq!(client.secret(&secret.key_id).await.unwrap().expose(), long.expose());
    let longest = text(&"a".repeat(245));
    let signed = client.sign(&signing, &longest).await.unwrap();
    assert!(client.verify(&signing, &longest, &signed.signature).await.unwrap().matches);
    let message = vec![7; 64 * 1024];
    let signed = client.sign_standard(&signing, &message, SignatureAlgorithm::Pkcs1V15).await.unwrap();
    assert!(client.verify_standard(&signing, &message, &signed).await.unwrap().matches);
}

#[tokio::test]
async fn calls_of_later_versions_are_not_sent() {
    let recorder = Recorder::succeeding(&json!({}));
    let key = KeyId::new("k").unwrap();
    let old = recorder.client(v1_0());
    let newer = recorder.client(v1_2());
    let new = NewKey { key_store: "shop", name: "n", description: "" };
    for error in [
        old.replace_secret(&key, &text("s")).await.unwrap_err(),
        old.create_secret(new, &text("s")).await.unwrap_err(),
        old.create_symmetric_key(new, RotationPeriod::OFF).await.unwrap_err(),
        old.schedule_key_deletion(&key).await.unwrap_err(),
        old.delete_key_now(&key).await.unwrap_err(),
        old.register_ipv4("shop", "10.0.0.1".parse().unwrap(), "").await.unwrap_err(),
        old.sign_standard(&key, b"m", SignatureAlgorithm::Pss).await.unwrap_err(),
        newer.sign_standard(&key, b"m", SignatureAlgorithm::Pss).await.unwrap_err(),
        newer.delete_key_store(KeyStoreId(1)).await.unwrap_err(),
    ] {
        assert!(matches!(error, SkmError::NotInVersion { .. }), "{error:?}");
    }
    assert_eq!(recorder.count(), 0);
}

#[test]
fn numbers_out_of_range_cannot_be_made() {
    for days in [0, 1, 29] {
        assert!(RotationPeriod::days(days).is_err());
    }
    for size in [0, 9, 101, 255] {
        assert!(PageSize::new(size).is_err());
    }
    assert_eq!(PageSize::new(100), Ok(PageSize::LARGEST));
}
