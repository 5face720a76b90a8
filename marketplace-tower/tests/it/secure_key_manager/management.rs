//! Managing keys, key stores and registrations.

use std::time::Duration;

use marketplace_tower::secure_key_manager::stand_in::Role;
use marketplace_tower::secure_key_manager::{
    AuthMode, ClientCertificate, KeyKind, KeyStoreDescription, KeyVersion, MacAddress, Methods, NewKey,
    Registered, RotationPeriod, SkmError,
};

use super::{Bench, text};

const NEW: NewKey<'_> = NewKey { key_store: "shop", name: "new", description: "of a test" };

#[tokio::test]
async fn keys_are_made_and_used_and_deleted() {
    let bench = Bench::start().await;
    for credentials in [bench.project.v1_2(Role::Admin), bench.project.v1_3(Role::Admin)] {
        let client = bench.client_with(credentials);
        let secret = client.create_secret(NEW, &text("value")).await.unwrap();
        assert_eq!(secret.key_status.as_deref(), Some("ACTIVE"));
        assert_eq!(client.secret(&secret.key_id).await.unwrap().expose(), "value");
        let rotation = RotationPeriod::days(90).unwrap();
        let symmetric = client.create_symmetric_key(NEW, rotation).await.unwrap();
        client.encrypt(&symmetric.key_id, &text("p")).await.unwrap();
        let detail = client.key(bench.store, &symmetric.key_id).await.unwrap();
        assert_eq!((detail.key_type, detail.auto_rotation_period), (Some(KeyKind::Symmetric), Some(90)));
        let asymmetric = client.create_asymmetric_key(NEW, RotationPeriod::OFF).await.unwrap();
        assert_eq!(client.sign(&asymmetric.key_id, &text("p")).await.unwrap().key_version, KeyVersion(0));

        // Not before it is scheduled.
        assert!(client.delete_key_now(&secret.key_id).await.is_err());
        let scheduled = client.schedule_key_deletion(&secret.key_id).await.unwrap();
        assert!(scheduled.deletion.unwrap().wall_clock().is_some());
        let detail = client.key(bench.store, &secret.key_id).await.unwrap();
        assert!(detail.deletion.is_some());
        client.delete_key_now(&secret.key_id).await.unwrap();
        let error = client.key(bench.store, &secret.key_id).await.unwrap_err();
        assert!(matches!(error, SkmError::InvalidKeyId(_)));
    }
}

#[tokio::test]
async fn what_is_scheduled_is_gone_after_seven_days() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_2(Role::Admin));
    let key = bench.project.add_secret(bench.store, "secret", "value");
    client.schedule_key_deletion(&key).await.unwrap();
    bench.stand_in.pass_time(Duration::from_secs(6 * 86_400));
    assert_eq!(client.key_ids(bench.store).await.unwrap(), std::slice::from_ref(&key));
    bench.stand_in.pass_time(Duration::from_secs(86_401));
    assert!(client.key_ids(bench.store).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_client_lets_itself_in_by_address_mac_and_certificate() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_2(Role::Admin));
    let all = Methods::IPV4.and(Methods::MAC).and(Methods::CERTIFICATE);
    let _store = bench.project.add_key_store("strict", all, AuthMode::And);
    let store = client.key_stores().await.unwrap().into_iter().find(|store| store.name == "strict").unwrap();
    let key =
        client.create_secret(NewKey { key_store: "strict", ..NEW }, &text("value")).await.unwrap().key_id;
    let mac = MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap();
    let range = "127.0.0.1".parse().unwrap();
    client.register_ipv4("strict", range, "").await.unwrap();
    client.register_mac("strict", &mac, "").await.unwrap();
    client.register_certificate("strict", "web", &text("pass word"), 30, "").await.unwrap();
    // The console gives it out.
    let file = bench.project.download_certificate(store.key_store_id, "web").unwrap();
    let certificate = ClientCertificate::from_pkcs12(&file, "pass word").unwrap();
    let inside = bench.client_showing(Some(&mac), Some(certificate));
    assert_eq!(inside.secret(&key).await.unwrap().expose(), "value");

    for registered in [Registered::Ipv4(range), Registered::Mac(&mac), Registered::Certificate("web")] {
        assert!(client.delete_registration_now("strict", registered).await.is_err());
        client.schedule_registration_deletion("strict", registered).await.unwrap();
        let error = inside.secret(&key).await.unwrap_err();
        let is_its_own = matches!(
            (registered, &error),
            (Registered::Ipv4(_), SkmError::Ipv4AuthFailure(_))
                | (Registered::Mac(_), SkmError::Ipv4AuthFailure(_))
                | (Registered::Certificate(_), SkmError::Ipv4AuthFailure(_))
        );
        assert!(is_its_own, "{registered:?}: {error:?}");
    }
    assert_eq!(client.ipv4s(store.key_store_id).await.unwrap(), ["127.0.0.1"]);
    let pending = client.certificate_registrations(store.key_store_id, "web").await.unwrap();
    assert!(pending[0].deletion.is_some() && pending[0].expiration_date.is_some());
    for registered in [Registered::Ipv4(range), Registered::Mac(&mac), Registered::Certificate("web")] {
        client.delete_registration_now("strict", registered).await.unwrap();
    }
    assert!(client.ipv4s(store.key_store_id).await.unwrap().is_empty());
    assert!(client.macs(store.key_store_id).await.unwrap().is_empty());
    assert!(client.certificates(store.key_store_id).await.unwrap().is_empty());
}

#[tokio::test]
async fn key_stores_are_made_and_changed_and_deleted() {
    let bench = Bench::start().await;
    let client = bench.client();
    let described =
        KeyStoreDescription { name: "new", description: "d", methods: Methods::MAC, mode: AuthMode::And };
    let id = client.create_key_store(described).await.unwrap();
    let changed =
        KeyStoreDescription { name: "newer", methods: Methods::IPV4, mode: AuthMode::Or, ..described };
    client.replace_key_store(id, changed).await.unwrap();
    let store = client.key_store(id).await.unwrap();
    assert_eq!((store.name.as_str(), store.methods()), ("newer", Some(Methods::IPV4)));
    client.delete_key_store(id).await.unwrap();
    let error = client.key_store(id).await.unwrap_err();
    // A message that the guide does not have is kept.
    let SkmError::Other { message, refused } = &error else { panic!("{error:?}") };
    assert!(&**message == "Invalid Key Store" && refused.code != 0 && error.guide_message().is_none());
    assert_eq!(error.slug(), "skm-other");
}
