//! Using keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use marketplace_tower::secure_key_manager::stand_in::Role;
use marketplace_tower::secure_key_manager::{KeyVersion, MacAddress, SignatureAlgorithm, SkmError};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaKeyPair, RsaParameters, UnparsedPublicKey,
};

use super::{Bench, text};

#[tokio::test]
async fn confirm_shows_what_the_server_sees() {
    let bench = Bench::start().await;
    let mac = MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap();
    let _file = bench.project.issue_certificate(bench.store, "web", "password", 30);
    let certificate = bench.project.client_certificate(bench.store, "web");
    let seen = bench.client_showing(Some(&mac), certificate).confirm().await.unwrap();
    assert_eq!(seen.address(), Some("127.0.0.1".parse().unwrap()));
    assert_eq!(seen.mac().unwrap().expose(), mac.expose());
    assert!(seen.sent_certificate());
    let seen = bench.client_showing(None, None).confirm().await.unwrap();
    assert!(seen.mac().is_none() && !seen.sent_certificate());
}

#[tokio::test]
async fn secrets_are_read_and_replaced() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "database", "first \"quoted\"\n🔑 \\ é");
    for credentials in
        [bench.project.v1_0(), bench.project.v1_2(Role::Viewer), bench.project.v1_3(Role::Viewer)]
    {
        let client = bench.client_with(credentials);
        assert_eq!(client.secret(&key).await.unwrap().expose(), "first \"quoted\"\n🔑 \\ é");
    }
    for (credentials, value) in
        [(bench.project.v1_2(Role::Admin), "second"), (bench.project.v1_3(Role::Admin), "third\u{1}")]
    {
        let client = bench.client_with(credentials);
        let replaced = client.replace_secret(&key, &text(value)).await.unwrap();
        assert_eq!((replaced.key_id, replaced.name.as_deref()), (key.clone(), Some("database")));
        assert!(replaced.last_change_datetime.unwrap().wall_clock().is_some());
        assert_eq!(client.secret(&key).await.unwrap().expose(), value);
    }
}

#[tokio::test]
async fn texts_are_encrypted_and_decrypted() {
    let bench = Bench::start().await;
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    for credentials in
        [bench.project.v1_0(), bench.project.v1_2(Role::Viewer), bench.project.v1_3(Role::Viewer)]
    {
        let client = bench.client_with(credentials);
        for plaintext in ["", "hello", "한국어 🔑"] {
            let sealed = client.encrypt(&key, &text(plaintext)).await.unwrap();
            assert_eq!(sealed.key_version, KeyVersion(0));
            let opened = client.decrypt(&key, &sealed.ciphertext).await.unwrap();
            assert_eq!((opened.plaintext.expose(), opened.key_version), (plaintext, KeyVersion(0)));
        }
    }
}

#[tokio::test]
async fn a_rotated_key_encrypts_anew_and_may_or_may_not_decrypt_the_old() {
    let bench = Bench::start().await;
    let client = bench.client();
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    let old = client.encrypt(&key, &text("old")).await.unwrap();
    bench.project.rotate(&key);
    assert_eq!(client.encrypt(&key, &text("new")).await.unwrap().key_version, KeyVersion(1));
    assert_eq!(client.decrypt(&key, &old.ciphertext).await.unwrap().plaintext.expose(), "old");
    bench.stand_in.refuse_older_versions(true);
    let error = client.decrypt(&key, &old.ciphertext).await.unwrap_err();
    assert!(matches!(error, SkmError::InvalidKeyVersion(_)), "{error:?}");
}

#[tokio::test]
async fn local_keys_are_sealed_and_opened() {
    let bench = Bench::start().await;
    let client = bench.client();
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    let local = client.create_local_key(&key).await.unwrap();
    assert_eq!((local.plaintext.expose().len(), local.key_version), (32, KeyVersion(0)));
    let opened = client.open_local_key(&key, &local.ciphertext).await.unwrap();
    assert_eq!(opened.expose(), local.plaintext.expose());
    // Any other ciphertext decrypts, and is no key.
    let sealed = client.encrypt(&key, &text("no key")).await.unwrap();
    let error = client.open_local_key(&key, &sealed.ciphertext).await.unwrap_err();
    assert!(matches!(error, SkmError::UnexpectedBody { operation: "open_local_key" }));
}

#[tokio::test]
async fn symmetric_keys_are_read_by_version_in_all_versions_of_the_api() {
    let bench = Bench::start().await;
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    bench.project.rotate(&key);
    let mut first = None;
    for credentials in
        [bench.project.v1_0(), bench.project.v1_2(Role::Viewer), bench.project.v1_3(Role::Viewer)]
    {
        let client = bench.client_with(credentials);
        let current = client.symmetric_key(&key, None).await.unwrap();
        let versions = [KeyVersion(0), KeyVersion(1)];
        let mut read = Vec::new();
        for version in versions {
            let key = client.symmetric_key(&key, Some(version)).await.unwrap();
            assert_eq!((key.key_version, key.bytes.expose().len()), (Some(version), 32));
            read.push(key.bytes.expose().to_vec());
        }
        assert_eq!(current.bytes.expose(), read[1]);
        assert_ne!(read[0], read[1]);
        assert_eq!(first.get_or_insert(read.clone()), &read);
    }
}

#[tokio::test]
async fn a_signature_that_does_not_match_is_no_error() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_0());
    let key = bench.project.add_asymmetric_key(bench.store, "signing");
    let signed = client.sign(&key, &text("hello")).await.unwrap();
    for (plaintext, matches) in [("hello", true), ("Hello", false)] {
        let verified = client.verify(&key, &text(plaintext), &signed.signature).await.unwrap();
        assert_eq!((verified.matches, verified.key_version), (matches, KeyVersion(0)));
    }
    // After a rotation, too: the version is in the signature.
    bench.project.rotate(&key);
    assert!(client.verify(&key, &text("hello"), &signed.signature).await.unwrap().matches);
}

#[tokio::test]
async fn standard_signatures_are_what_others_verify() {
    let bench = Bench::start().await;
    let client = bench.client();
    let key = bench.project.add_asymmetric_key(bench.store, "signing");
    bench.project.rotate(&key);
    let message: Vec<u8> = (0..=255).collect();
    for (algorithm, parameters) in [
        (SignatureAlgorithm::Pss, &RSA_PSS_2048_8192_SHA256 as &'static RsaParameters),
        (SignatureAlgorithm::Pkcs1V15, &RSA_PKCS1_2048_8192_SHA256),
    ] {
        let signed = client.sign_standard(&key, &message, algorithm).await.unwrap();
        assert_eq!((signed.algorithm, signed.key_version), (algorithm, KeyVersion(1)));
        assert!(client.verify_standard(&key, &message, &signed).await.unwrap().matches);
        assert!(!client.verify_standard(&key, b"other", &signed).await.unwrap().matches);

        let public = client.public_key(&key, Some(signed.key_version)).await.unwrap();
        // The SubjectPublicKeyInfo of a 2048-bit RSA key has a frame of 24 bytes.
        let public = UnparsedPublicKey::new(parameters, &public.der[24..]);
        public.verify(&message, &STANDARD.decode(&signed.signature).unwrap()).unwrap();
    }
}

#[tokio::test]
async fn the_halves_of_a_key_belong_together_and_the_public_one_is_for_everybody() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_0());
    let key = bench.project.add_asymmetric_key(bench.store, "signing");
    bench.project.rotate(&key);
    let mut seen = Vec::new();
    for version in [None, Some(KeyVersion(0)), Some(KeyVersion(1))] {
        let private = client.private_key(&key, version).await.unwrap();
        let public = client.public_key(&key, version).await.unwrap();
        assert_eq!(private.key_version, Some(version.unwrap_or(KeyVersion(1))));
        let pair = RsaKeyPair::from_pkcs8(private.der.expose()).unwrap();
        assert_eq!(ring::signature::KeyPair::public_key(&pair).as_ref(), &public.der[24..]);
        seen.push(public.der);
    }
    assert!(seen[0] == seen[2] && seen[0] != seen[1]);

    bench.stand_in.see_clients_as(Some("203.0.113.7".parse().unwrap()));
    client.public_key(&key, None).await.unwrap();
    let error = client.private_key(&key, None).await.unwrap_err();
    assert!(matches!(error, SkmError::Ipv4AuthFailure(_)));
}
