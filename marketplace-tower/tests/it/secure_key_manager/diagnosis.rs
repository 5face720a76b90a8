//! Causes that the Solution Guide leaves out.

use std::convert::Infallible;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use marketplace_tower::secure_key_manager::stand_in::Role;
use marketplace_tower::secure_key_manager::{
    ApiVersion, AppKey, AuthMode, Cause, Client, ClientCertificate, Credentials, Environment, HttpService,
    KeyId, KeyStoreDescription, MacAddress, Methods, RequestBody, Settings, SkmError, Subject, UserKey,
};
use serde_json::{Value, json};

use super::{Bench, text};

#[tokio::test]
async fn says_which_methods_are_on_and_that_all_are_required() {
    let bench = Bench::start().await;
    let both = Methods::IPV4.and(Methods::MAC);
    bench.project.set_methods(bench.store, both, AuthMode::And);
    let mac = MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap();
    bench.project.register_mac(bench.store, &mac);
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let client = bench.client_showing(None, None);
    let error = client.secret(&key).await.unwrap_err();
    let diagnosis = client.diagnose(&error, &Subject::key(key.clone())).await;
    let expected = [Cause::MacNotSent, Cause::AllMethodsRequired { methods: both, satisfied: 1 }];
    assert_eq!(diagnosis.causes(), expected, "{diagnosis}");
    assert_eq!(diagnosis.store().unwrap().methods(), Some(both));
    let report = diagnosis.to_string();
    for part in
        ["the server sees 127.0.0.1", "a MAC address did not arrive", "checks: IPv4 address, MAC address"]
    {
        assert!(report.contains(part), "{report}");
    }
    // In OR mode one is enough.
    bench.project.set_methods(bench.store, both, AuthMode::Or);
    client.secret(&key).await.unwrap();
    bench.stand_in.see_clients_as(Some("203.0.113.7".parse().unwrap()));
    let error = client.secret(&key).await.unwrap_err();
    assert!(matches!(error, SkmError::Ipv4AuthFailure(_)));
    bench.client_showing(Some(&mac), None).secret(&key).await.unwrap();
}

#[tokio::test]
async fn tells_the_appkey_from_the_users_key_and_from_the_role() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let app_key = bench.project.app_key();
    let wrong = UserKey::new("id", "secret").unwrap();
    for credentials in [Credentials::v1_2(app_key.clone(), wrong.clone()), Credentials::v1_3(app_key, wrong)]
    {
        let client = bench.client_with(credentials);
        let error = client.secret(&key).await.unwrap_err();
        match (client.version(), &error) {
            (ApiVersion::V1_2, SkmError::NotJson { status })
            | (ApiVersion::V1_3, SkmError::Token { status }) => assert_eq!(*status, StatusCode::UNAUTHORIZED),
            (_, other) => panic!("{other:?}"),
        }
        let diagnosis = client.diagnose(&error, &Subject::unknown()).await;
        assert_eq!(diagnosis.causes(), [Cause::UserKeyRefused], "{diagnosis}");
        assert!(diagnosis.seen().is_some());
    }
    for role in [Role::Viewer, Role::ConsoleOnly] {
        for credentials in [bench.project.v1_2(role), bench.project.v1_3(role)] {
            let client = bench.client_with(credentials);
            let error = client.replace_secret(&key, &text("other")).await.unwrap_err();
            let SkmError::NotJson { status: StatusCode::FORBIDDEN } = error else { panic!("{error:?}") };
            let diagnosis = client.diagnose(&error, &Subject::unknown()).await;
            assert_eq!(diagnosis.causes(), [Cause::RoleMissing], "{diagnosis}");
        }
    }
}

#[tokio::test]
async fn says_that_the_version_is_too_old() {
    let bench = Bench::start().await;
    let client = bench.client_with(bench.project.v1_2(Role::Admin));
    let store =
        KeyStoreDescription { name: "new", description: "", methods: Methods::IPV4, mode: AuthMode::Or };
    let error = client.create_key_store(store).await.unwrap_err();
    let SkmError::NotInVersion { version, since, .. } = error else { panic!("{error:?}") };
    let diagnosis = client.diagnose(&error, &Subject::unknown()).await;
    assert_eq!(diagnosis.causes(), [Cause::VersionTooOld { version, since }]);
    assert_eq!((version, since), (ApiVersion::V1_2, ApiVersion::V1_3));
    assert_eq!(bench.stand_in.calls(), 0);
}

#[tokio::test]
async fn says_what_it_could_not_ask() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let client = bench.client_showing(None, None);
    bench.stand_in.see_clients_as(Some("203.0.113.7".parse().unwrap()));
    let error = client.secret(&key).await.unwrap_err();
    drop(bench);
    let diagnosis = client.diagnose(&error, &Subject::key(key)).await;
    assert!(diagnosis.causes().is_empty() && diagnosis.seen().is_none(), "{diagnosis}");
    assert_eq!(diagnosis.unanswered()[0].operation, "confirm");
    // Then the checks of the guide are all there is.
    assert!(diagnosis.to_string().contains("check: Is the address that `confirm` shows"), "{diagnosis}");
}

#[tokio::test]
async fn says_that_nobody_is_reached_or_that_it_works_now() {
    let bench = Bench::start().await;
    let settings = bench.settings(bench.project.v1_0()).with_call_deadline(Duration::ZERO);
    let error = Client::connect(settings).unwrap().confirm().await.unwrap_err();
    assert!(matches!(error, SkmError::TimedOut { limit: Duration::ZERO, .. }));
    let client = bench.client_showing(None, None);
    let diagnosis = client.diagnose(&error, &Subject::unknown()).await;
    assert_eq!(diagnosis.causes(), [Cause::WorksNow]);
    drop(bench);
    let diagnosis = client.diagnose(&error, &Subject::unknown()).await;
    assert_eq!(diagnosis.causes(), [Cause::NotReached], "{diagnosis}");
}

#[tokio::test]
async fn every_cause_says_what_to_do() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "secret", "value");
    bench.project.schedule_deletion(&key);
    let client = bench.client();
    let error = client.secret(&key).await.unwrap_err();
    let report = client.diagnose(&error, &Subject::key(key)).await.to_string();
    assert!(report.contains("cause: the key waits for its deletion at 2"), "{report}");
    assert!(report.contains("do: take the deletion back in the console"), "{report}");
    assert!(report.contains("(shop) checks: IPv4 address"), "{report}");
}

/// A client whose service answers by the end of the path, with a message or with a body.
fn scripted(script: fn(&str) -> Result<Value, &'static str>) -> Client<impl HttpService> {
    let service = tower::service_fn(move |request: Request<RequestBody>| {
        let answer = match script(request.uri().path()) {
            Ok(body) => json!({"header": {"resultCode": 0, "isSuccessful": true}, "body": body}),
            Err(message) => {
                json!({"header": {"resultCode": 1, "resultMessage": message, "isSuccessful": false}})
            }
        };
        std::future::ready(Ok::<_, Infallible>(Response::new(answer.to_string())))
    });
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap().pem();
    let certificate = ClientCertificate::from_pem(certificate.as_bytes(), key.serialize_pem().as_bytes());
    let credentials = Credentials::v1_0(AppKey::new("app").unwrap());
    let settings = Settings::new(Environment::Public, credentials)
        .with_mac_address(MacAddress::new("aa:bb:cc:dd:ee:ff").unwrap())
        .with_certificate(certificate.unwrap());
    Client::over(service, settings).unwrap()
}

/// The answer to `confirm`: what a proxy leaves of a client.
fn confirmed(path: &str) -> Option<Value> {
    let seen = json!({"clientIp": "203.0.113.7", "clientMacHeader": null, "clientSentCertificate": false});
    path.ends_with("/confirm").then_some(seen)
}

/// The causes of a failure to read a secret.
async fn causes(client: &Client<impl HttpService>) -> Vec<Cause> {
    let error = client.secret(&KeyId::new("k1").unwrap()).await.unwrap_err();
    client.diagnose(&error, &Subject::unknown()).await.causes().to_vec()
}

#[tokio::test]
async fn names_what_is_lost_on_the_way() {
    let mac = scripted(|path| confirmed(path).ok_or("MAC auth failure"));
    assert_eq!(causes(&mac).await, [Cause::MacNotArrived]);
    let certificate = scripted(|path| confirmed(path).ok_or("certificate auth failure"));
    assert_eq!(causes(&certificate).await, [Cause::CertificateNotArrived]);
}

#[tokio::test]
async fn tells_a_wrong_address_from_a_call_that_is_not_there() {
    let elsewhere = scripted(|_| Err("URL NOT FOUND"));
    assert_eq!(causes(&elsewhere).await, [Cause::WrongAddress]);
    let older = scripted(|path| confirmed(path).ok_or("URL NOT FOUND"));
    assert_eq!(causes(&older).await, [Cause::NoSuchCall(ApiVersion::V1_0)]);
}
