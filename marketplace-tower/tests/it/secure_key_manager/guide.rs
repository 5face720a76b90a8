//! Every row of the Solution Guide: the stand-in produces it, the client returns its variant, the diagnosis names the cause,
//! and the catalogue has the checks.

use http::StatusCode;
use marketplace_tower::catalogue::Kind;
use marketplace_tower::secure_key_manager::stand_in::StandIn;
use marketplace_tower::secure_key_manager::{
    AppKey, AuthMode, Cause, CertificateRefusal, Client, Credentials, Environment, KeyId, KeyKind,
    KeyVersion, MacAddress, Methods, Settings, SkmError, Subject, UserKey,
};

use super::{Bench, text};

/// A row: the message, and what the diagnosis has to find.
async fn holds(
    client: &Client,
    error: SkmError,
    message: &str,
    about: &Subject,
    is_cause: impl Fn(&Cause) -> bool,
) {
    assert_eq!(error.guide_message(), Some(message), "{error}");
    let refused = error.refused().unwrap();
    assert_ne!(refused.code, 0);
    assert!(error.to_string().contains(&format!("code {}, HTTP {}", refused.code, refused.status.as_u16())));
    has_checks(&error);
    let diagnosis = client.diagnose(&error, about).await;
    assert!(
        diagnosis.causes().first().is_some_and(is_cause),
        "{message}: {diagnosis}\n{:?}",
        diagnosis.causes()
    );
    assert_eq!(diagnosis.entry(), error.entry());
}

fn has_checks(error: &SkmError) {
    let entry = error.entry();
    assert!(entry.is(Kind::SecureKeyManager) && !entry.checks.is_empty(), "{error}");
    assert_eq!(entry.slug, error.slug());
}

#[tokio::test]
async fn invalid_appkey() {
    let bench = Bench::start().await;
    let client = bench.client_with(Credentials::v1_0(AppKey::new("nobodys").unwrap()));
    let error = client.confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::InvalidAppkey(_)));
    holds(&client, error, "Invalid Appkey", &Subject::unknown(), |cause| *cause == Cause::AppkeyUnknown)
        .await;
}

#[tokio::test]
async fn invalid_key_id() {
    let bench = Bench::start().await;
    let client = bench.client();
    let unknown = KeyId::new("0123456789abcdef0123456789abcdef").unwrap();
    let error = client.secret(&unknown).await.unwrap_err();
    assert!(matches!(error, SkmError::InvalidKeyId(_)));
    let about = Subject::key(unknown);
    holds(&client, error, "Invalid Key ID", &about, |cause| *cause == Cause::KeyUnknown).await;

    let pending = bench.project.add_secret(bench.store, "pending", "value");
    bench.project.schedule_deletion(&pending);
    let error = client.secret(&pending).await.unwrap_err();
    let about = Subject::key(pending.clone());
    holds(&client, error, "Invalid Key ID", &about, |cause| matches!(cause, Cause::KeyPendingDeletion(_)))
        .await;
    bench.project.cancel_deletion(&pending);
    client.secret(&pending).await.unwrap();

    let symmetric = bench.project.add_symmetric_key(bench.store, "symmetric");
    let error = client.secret(&symmetric).await.unwrap_err();
    let about = Subject::key(symmetric).in_store(bench.store);
    let is_cause = |cause: &Cause| *cause == Cause::KeyOfOtherKind(Some(KeyKind::Symmetric));
    holds(&client, error, "Invalid Key ID", &about, is_cause).await;
}

#[tokio::test]
async fn invalid_key_version_and_its_status() {
    let bench = Bench::start().await;
    let client = bench.client();
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    let about = Subject::key(key.clone());
    let sealed = client.encrypt(&key, &text("hello")).await.unwrap();
    assert_eq!(bench.project.rotate(&key), Some(KeyVersion(1)));

    bench.project.set_in_service(&key, KeyVersion(0), false);
    let error = client.decrypt(&key, &sealed.ciphertext).await.unwrap_err();
    assert!(matches!(error, SkmError::InvalidKeyVersionStatus(_)));
    let is_cause = |cause: &Cause| *cause == Cause::VersionNotInService;
    holds(&client, error, "Invalid Key Version Status", &about, is_cause).await;

    bench.project.delete_version(&key, KeyVersion(0));
    let error = client.decrypt(&key, &sealed.ciphertext).await.unwrap_err();
    assert!(matches!(error, SkmError::InvalidKeyVersion(_)));
    let is_cause = |cause: &Cause| *cause == Cause::VersionDeleted { current: Some(KeyVersion(1)) };
    holds(&client, error, "Invalid Key Version", &about, is_cause).await;

    let error = client.symmetric_key(&key, Some(KeyVersion(9))).await.unwrap_err();
    let about = about.in_version(KeyVersion(9));
    let is_cause = |cause: &Cause| *cause == Cause::VersionNeverMade { current: KeyVersion(1) };
    holds(&client, error, "Invalid Key Version", &about, is_cause).await;
}

#[tokio::test]
async fn invalid_user_data() {
    let bench = Bench::start().await;
    let client = bench.client();
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    let other = bench.project.add_symmetric_key(bench.store, "other");
    let sealed = client.encrypt(&other, &text("hello")).await.unwrap();
    let about = Subject::key(key.clone());
    for ciphertext in [sealed.ciphertext.as_str(), "AAAA", "no Base64!"] {
        let error = client.decrypt(&key, ciphertext).await.unwrap_err();
        assert!(matches!(error, SkmError::InvalidUserData(_)));
        let is_cause = |cause: &Cause| *cause == Cause::DataNotOfThisKey;
        holds(&client, error, "Invalid User Data", &about, is_cause).await;
    }
    bench.project.rotate(&key);
    let error = client.decrypt(&key, &sealed.ciphertext).await.unwrap_err();
    let diagnosis = client.diagnose(&error, &about).await;
    assert!(diagnosis.causes().contains(&Cause::KeyRotated { current: KeyVersion(1) }), "{diagnosis}");

    let signing = bench.project.add_asymmetric_key(bench.store, "signing");
    let error = client.verify(&signing, &text("hello"), "AAAAAAAA").await.unwrap_err();
    holds(&client, error, "Invalid User Data", &Subject::key(signing), |cause| {
        *cause == Cause::DataNotOfThisKey
    })
    .await;
}

#[tokio::test]
async fn invalid_key_status() {
    let bench = Bench::start().await;
    let client = bench.client();
    let symmetric = bench.project.add_symmetric_key(bench.store, "symmetric");
    let signing = bench.project.add_asymmetric_key(bench.store, "signing");
    let sealed = client.encrypt(&symmetric, &text("hello")).await.unwrap();
    let signed = client.sign(&signing, &text("hello")).await.unwrap();
    bench.project.schedule_deletion(&symmetric);
    bench.project.schedule_deletion(&signing);
    let decrypting = client.decrypt(&symmetric, &sealed.ciphertext).await.unwrap_err();
    let verifying = client.verify(&signing, &text("hello"), &signed.signature).await.unwrap_err();
    for (error, key) in [(decrypting, symmetric), (verifying, signing)] {
        assert!(matches!(error, SkmError::InvalidKeyStatus(_)));
        let about = Subject::key(key);
        let is_cause = |cause: &Cause| matches!(cause, Cause::KeyPendingDeletion(_));
        holds(&client, error, "Invalid Key Status", &about, is_cause).await;
    }
}

#[tokio::test]
async fn ipv4_auth_failure() {
    let bench = Bench::start().await;
    let client = bench.client_showing(None, None);
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let about = Subject::key(key.clone());
    for (seen, is_private) in [("203.0.113.7", false), ("10.1.2.3", true)] {
        let seen = seen.parse().unwrap();
        bench.stand_in.see_clients_as(Some(seen));
        let error = client.secret(&key).await.unwrap_err();
        assert!(matches!(error, SkmError::Ipv4AuthFailure(_)));
        let expected =
            if is_private { Cause::AddressInternal(seen) } else { Cause::AddressNotRegistered(seen) };
        holds(&client, error, "IPv4 Auth Failure", &about, |cause| *cause == expected).await;
    }
    bench.stand_in.see_clients_as(None);
    bench.project.schedule_registration_deletion(bench.store, "127.0.0.0/8");
    let error = client.secret(&key).await.unwrap_err();
    let here = "127.0.0.1".parse().unwrap();
    let is_cause = |cause: &Cause| *cause == Cause::AddressPendingDeletion(here);
    holds(&client, error, "IPv4 Auth Failure", &about, is_cause).await;
}

#[tokio::test]
async fn mac_auth_failure() {
    let bench = Bench::start().await;
    bench.project.set_methods(bench.store, Methods::MAC, AuthMode::And);
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let about = Subject::key(key.clone());
    let registered = MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap();
    bench.project.register_mac(bench.store, &registered);
    let shouted = MacAddress::new("AA-BB-CC-DD-EE-FF").unwrap();
    let foreign = MacAddress::new("aa:bb:cc:dd:ee:00").unwrap();
    for (mac, expected) in [
        (None, Cause::MacNotSent),
        (Some(&shouted), Cause::MacSpelledOtherwise),
        (Some(&foreign), Cause::MacNotRegistered),
    ] {
        let client = bench.client_showing(mac, None);
        let error = client.secret(&key).await.unwrap_err();
        assert!(matches!(error, SkmError::MacAuthFailure(_)));
        holds(&client, error, "MAC Auth Failure", &about, |cause| *cause == expected).await;
    }
    let client = bench.client_showing(Some(&registered), None);
    client.secret(&key).await.unwrap();
    bench.project.schedule_registration_deletion(bench.store, registered.expose());
    let error = client.secret(&key).await.unwrap_err();
    holds(&client, error, "MAC Auth Failure", &about, |cause| *cause == Cause::MacPendingDeletion).await;
}

#[tokio::test]
async fn certificate_auth_failure() {
    let bench = Bench::start().await;
    bench.project.set_methods(bench.store, Methods::CERTIFICATE, AuthMode::And);
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let about = Subject::key(key.clone());
    let other = bench.project.add_key_store("other", Methods::CERTIFICATE, AuthMode::And);
    for store in [bench.store, other] {
        assert!(!bench.project.issue_certificate(store, "web", "password", 365).is_empty());
    }
    let of = |store| bench.project.client_certificate(store, "web");
    for (certificate, expected) in
        [(None, Cause::CertificateNotOffered), (of(other), Cause::CertificateOfOther)]
    {
        let client = bench.client_showing(None, certificate);
        let error = client.secret(&key).await.unwrap_err();
        assert!(matches!(error, SkmError::CertificateAuthFailure(_)));
        holds(&client, error, "Certificate Auth Failure", &about, |cause| *cause == expected).await;
    }
    let client = bench.client_showing(None, of(bench.store));
    assert_eq!(client.secret(&key).await.unwrap().expose(), "value");
    bench.project.schedule_registration_deletion(bench.store, "web");
    let error = client.secret(&key).await.unwrap_err();
    let expected = Cause::CertificatePendingDeletion(vec!["web".to_owned()]);
    holds(&client, error, "Certificate Auth Failure", &about, |cause| *cause == expected).await;
}

#[tokio::test]
async fn certificates_that_tls_refuses() {
    let bench = Bench::start().await;
    bench.project.set_methods(bench.store, Methods::CERTIFICATE, AuthMode::And);
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let elsewhere = StandIn::start().await.unwrap();
    let foreign = elsewhere.add_project();
    let store = foreign.add_key_store("shop", Methods::CERTIFICATE, AuthMode::And);
    let _file = foreign.issue_certificate(store, "web", "password", 365);
    let foreign = foreign.client_certificate(store, "web");
    let _file = bench.project.issue_certificate(bench.store, "short", "password", 1);
    let short = bench.project.client_certificate(bench.store, "short");
    bench.stand_in.pass_time(std::time::Duration::from_secs(3 * 86_400));
    for (certificate, expected) in
        [(foreign, CertificateRefusal::UnknownAuthority), (short, CertificateRefusal::Expired)]
    {
        let client = bench.client_showing(None, certificate);
        let error = client.secret(&key).await.unwrap_err();
        let SkmError::ClientCertificate(refusal) = error else { panic!("{error:?}") };
        assert_eq!(refusal, expected);
        has_checks(&error);
        let diagnosis = client.diagnose(&error, &Subject::key(key.clone())).await;
        assert_eq!(diagnosis.causes(), [Cause::CertificateRefusedInTls(expected)]);
    }
}

#[tokio::test]
async fn url_not_found() {
    let bench = Bench::start().await;
    let astray: marketplace_tower::secure_key_manager::BaseAddress =
        format!("{}/api", bench.stand_in.base_address()).parse().unwrap();
    let settings = Settings::new(Environment::Custom(astray), bench.project.v1_0())
        .with_root_certificates(bench.stand_in.authority_pem().as_bytes())
        .unwrap();
    let client = Client::connect(settings).unwrap();
    let error = client.confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::UrlNotFound(_)));
    holds(&client, error, "URL NOT FOUND", &Subject::unknown(), |cause| *cause == Cause::WrongAddress).await;
}

#[tokio::test]
async fn the_status_and_the_letter_case_of_a_failure_do_not_matter() {
    let bench = Bench::start().await;
    bench.stand_in.write_messages_in_lower_case(true);
    let unknown = KeyId::new("unknown").unwrap();
    for status in
        [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR]
    {
        bench.stand_in.answer_failures_with(status);
        let user = UserKey::new("nobody", "nothing").unwrap();
        for client in [bench.client(), bench.client_with(Credentials::v1_2(bench.project.app_key(), user))] {
            match client.secret(&unknown).await.unwrap_err() {
                SkmError::InvalidKeyId(refused) => assert_eq!(refused.status, status),
                SkmError::NotJson { status } => assert_eq!(status, StatusCode::UNAUTHORIZED),
                other => panic!("{other:?}"),
            }
        }
    }
}
