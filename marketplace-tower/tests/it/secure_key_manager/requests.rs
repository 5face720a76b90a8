//! What each call sends: method, path, body, headers; and the traps of the contract.

use http::{HeaderMap, StatusCode};
use marketplace_tower::secure_key_manager::{
    KeyFilter, KeyId, KeyKind, KeyState, KeyStoreId, KeyVersion, Methods, PageSize, SignatureAlgorithm,
    SkmError, StandardSignature,
};
use serde_json::{Value, json};

use super::recorder::{Recorder, v1_0, v1_2, v1_3};
use super::text;

pub(super) const STORE: KeyStoreId = KeyStoreId(7);

pub(super) fn key() -> KeyId {
    KeyId::new("k1").unwrap()
}

/// Calls with a client of this version, and compares what was sent.
macro_rules! sends {
    ($credentials:expr, $answer:expr, |$client:ident| $call:expr, $line:expr, $body:expr) => {{
        let recorder = Recorder::succeeding(&$answer);
        let $client = recorder.client($credentials);
        let answer = $call.await.unwrap();
        let sent = recorder.last();
        assert_eq!(sent.line, format!($line, "https://skm.example/keymanager"));
        assert_eq!(sent.body, $body, "{}", sent.line);
        assert_eq!(sent.headers.contains_key("content-type"), !sent.body.is_null(), "{}", sent.line);
        answer
    }};
}

pub(super) use sends;

#[tokio::test]
async fn using_keys() {
    let id = key();
    let encrypted = json!({"ciphertext": "c", "keyVersion": 1});
    sends!(v1_0(), json!({}), |client| client.confirm(), "GET {}/v1.0/appkey/app/confirm", Value::Null);
    sends!(
        v1_0(),
        json!({"secret": "s"}),
        |client| client.secret(&id),
        "GET {}/v1.0/appkey/app/secrets/k1",
        Value::Null
    );
    sends!(
        v1_2(),
        json!({"keyId": "k1", "secretValue": "s"}),
        |client| client.replace_secret(&id, &text("s")),
        "PUT {}/v1.2/appkey/app/secrets/k1",
        json!({"secretValue": "s"})
    );
    sends!(
        v1_2(),
        encrypted,
        |client| client.encrypt(&id, &text("p")),
        "POST {}/v1.2/appkey/app/symmetric-keys/k1/encrypt",
        json!({"plaintext": "p"})
    );
    sends!(
        v1_3(),
        json!({"plaintext": "p", "keyVersion": 0}),
        |client| client.decrypt(&id, "c"),
        "POST {}/v1.3/appkey/app/symmetric-keys/k1/decrypt",
        json!({"ciphertext": "c"})
    );
    let local = json!({
        "localKeyPlaintext": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "localKeyCiphertext": "c", "keyVersion": 0
    });
    sends!(
        v1_0(),
        local,
        |client| client.create_local_key(&id),
        "POST {}/v1.0/appkey/app/symmetric-keys/k1/create-local-key",
        Value::Null
    );
    let listed = vec!["0x00"; 32].join(", ");
    for (credentials, version, line) in [
        (v1_0(), None, "GET https://skm.example/keymanager/v1.0/appkey/app/symmetric-keys/k1/symmetric-key"),
        // Version 1.0 has no versions, and 1.1 exists for this alone.
        (
            v1_0(),
            Some(0),
            "GET https://skm.example/keymanager/v1.1/appkey/app/symmetric-keys/k1/symmetric-key?keyVersion=0",
        ),
        (
            v1_2(),
            Some(3),
            "GET https://skm.example/keymanager/v1.2/appkey/app/symmetric-keys/k1/symmetric-key?keyVersion=3",
        ),
    ] {
        let recorder = Recorder::succeeding(&json!({"symmetricKey": listed}));
        let read = recorder.client(credentials).symmetric_key(&id, version.map(KeyVersion)).await.unwrap();
        assert_eq!((recorder.last().line.as_str(), read.key_version), (line, None));
    }
}

#[tokio::test]
async fn signing_and_reading_halves() {
    let id = key();
    let verified = json!({"result": false, "keyVersion": 2});
    let signed = sends!(
        v1_0(),
        json!({"signature": "s", "keyVersion": 2}),
        |client| client.sign(&id, &text("p")),
        "POST {}/v1.0/appkey/app/asymmetric-keys/k1/sign",
        json!({"plaintext": "p"})
    );
    assert_eq!(signed.key_version, KeyVersion(2));
    let found = sends!(
        v1_0(),
        verified,
        |client| client.verify(&id, &text("p"), "s"),
        "POST {}/v1.0/appkey/app/asymmetric-keys/k1/verify",
        json!({"plaintext": "p", "signature": "s"})
    );
    assert!(!found.matches);
    let answer = json!({
        "signature": "s", "algorithm": "RSASSA-PSS", "hashAlgorithm": "SHA-256", "mgfAlgorithm": "MGF1-SHA-256",
        "saltLength": 32, "keyVersion": 2
    });
    let signed: StandardSignature = sends!(
        v1_3(),
        answer,
        |client| client.sign_standard(&id, b"p\0", SignatureAlgorithm::Pss),
        "POST {}/v1.3/appkey/app/asymmetric-keys/k1/sign-standard",
        json!({"plaintext": "cAA=", "algorithm": "RSASSA-PSS"})
    );
    let _ = sends!(
        v1_3(),
        verified,
        |client| client.verify_standard(&id, b"p\0", &signed),
        "POST {}/v1.3/appkey/app/asymmetric-keys/k1/verify-standard",
        json!({"plaintext": "cAA=", "algorithm": "RSASSA-PSS", "signature": "s", "keyVersion": 2})
    );
    let half = json!({"keyType": "PublicKey", "key": "0x01, 0x02", "encodedKey": "AQI=", "keyVersion": 2});
    let public = sends!(
        v1_0(),
        half,
        |client| client.public_key(&id, Some(KeyVersion(2))),
        "GET {}/v1.0/appkey/app/asymmetric-keys/k1/publicKey?keyVersion=2",
        Value::Null
    );
    assert_eq!(public.der, [1, 2]);
    // Only the list is there.
    let private = sends!(
        v1_2(),
        json!({"key": "0x01, 0x02"}),
        |client| client.private_key(&id, None),
        "GET {}/v1.2/appkey/app/asymmetric-keys/k1/privateKey",
        Value::Null
    );
    assert_eq!((private.der.expose(), private.key_version), (&[1, 2][..], None));
}

#[tokio::test]
async fn listing() {
    let store = json!({"keyStoreId": 7, "name": "shop", "ip4AuthUse": "Y", "macAuthUse": "N", "certificateAuthUse": "Y"});
    sends!(
        v1_0(),
        json!({"keyStoreIdList": [7]}),
        |client| client.key_store_ids(),
        "GET {}/v1.0/appkey/app/keystores",
        Value::Null
    );
    let stores = sends!(
        v1_2(),
        json!({"keyStoreList": [store]}),
        |client| client.key_stores(),
        "GET {}/v1.2/appkey/app/keystores?detail=true",
        Value::Null
    );
    assert_eq!(stores[0].methods(), Some(Methods::IPV4.and(Methods::CERTIFICATE)));
    sends!(
        v1_3(),
        store,
        |client| client.key_store(STORE),
        "GET {}/v1.3/appkey/app/keystores/7",
        Value::Null
    );
    sends!(
        v1_0(),
        json!({"keyIdList": ["a"]}),
        |client| client.key_ids(STORE),
        "GET {}/v1.0/appkey/app/keystores/7/keys",
        Value::Null
    );
    let filter =
        KeyFilter::default().with_kind(KeyKind::Symmetric).with_name("a b&c").with_state(KeyState::Inactive);
    sends!(
        v1_0(),
        json!({"keyList": []}),
        |client| client.keys_page(STORE, &filter, 3, PageSize::new(10).unwrap()),
        "GET {}/v1.0/appkey/app/keystores/7/keys?detail=true&type=SYMMETRIC_KEY&name=a%20b%26c&status=inactive&pageNumber=3&pageSize=10",
        Value::Null
    );
    // Read as `ips`, written as `ipv4s`.
    sends!(
        v1_0(),
        json!({"ipv4List": ["10.0.0.0/8"]}),
        |client| client.ipv4s(STORE),
        "GET {}/v1.0/appkey/app/keystores/7/ips",
        Value::Null
    );
    sends!(
        v1_0(),
        json!({"macList": ["x"]}),
        |client| client.macs(STORE),
        "GET {}/v1.0/appkey/app/keystores/7/macs",
        Value::Null
    );
    sends!(
        v1_0(),
        json!({"certificateList": ["web"]}),
        |client| client.certificates(STORE),
        "GET {}/v1.0/appkey/app/keystores/7/certificates",
        Value::Null
    );
    sends!(
        v1_0(),
        json!({"ipv4List": [{"value": "10.0.0.0/8"}]}),
        |client| client.ipv4_registrations(STORE, "10.0.0.0/8"),
        "GET {}/v1.0/appkey/app/keystores/7/ips?value=10.0.0.0%2F8",
        Value::Null
    );
    let certificate =
        json!({"name": "web", "password": "clear", "expirationDate": "2027-01-01T00:00:00.000"});
    let details = sends!(
        v1_0(),
        json!({"certificateList": [certificate]}),
        |client| client.certificate_registrations(STORE, "web"),
        "GET {}/v1.0/appkey/app/keystores/7/certificates?value=web",
        Value::Null
    );
    assert_eq!(details[0].password.as_ref().unwrap().expose(), "clear");
    assert!(!format!("{details:?}").contains("clear"));
}

#[tokio::test]
async fn each_version_has_its_headers() {
    let has =
        |headers: &HeaderMap, name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    for (credentials, expected) in [
        (v1_0(), &[][..]),
        (v1_2(), &[("x-tc-authentication-id", "user"), ("x-tc-authentication-secret", "password")]),
        (v1_3(), &[("x-nhn-authorization", "Bearer granted")]),
    ] {
        let recorder = Recorder::succeeding(&json!({}));
        recorder.client(credentials).confirm().await.unwrap();
        let headers = recorder.last().headers;
        assert!(has(&headers, "x-toast-client-mac-addr", "aa:bb:cc:dd:ee:ff"));
        for (name, value) in [
            ("x-tc-authentication-id", "user"),
            ("x-tc-authentication-secret", "password"),
            ("x-nhn-authorization", "Bearer granted"),
        ] {
            let is_expected = expected.contains(&(name, value));
            assert_eq!(has(&headers, name, value), is_expected, "{name}");
            assert_eq!(headers.contains_key(name), is_expected, "{name}");
        }
        assert!(!headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn what_is_no_envelope_is_told_by_its_status() {
    for (status, page) in [(200, "<html>"), (403, "{\"message\":\"Forbidden\"}"), (502, "")] {
        let recorder = Recorder::answering(StatusCode::from_u16(status).unwrap(), page);
        let error = recorder.client(v1_0()).secret(&key()).await.unwrap_err();
        let SkmError::NotJson { status: found } = error else { panic!("{error:?}") };
        assert_eq!(found.as_u16(), status);
        assert_eq!(error.slug(), "skm-not-json");
    }
}
