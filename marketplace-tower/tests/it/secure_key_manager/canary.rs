//! Secrets appear in no `Debug`, no `Display`, no error and no log.

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use http::Request;
use marketplace_tower::secure_key_manager::stand_in::Role;
use marketplace_tower::secure_key_manager::{
    AppKey, AuthMode, Client, ClientCertificate, Credentials, KeyId, MacAddress, Methods, NewKey, Registered,
    RequestBody, Settings, SkmError, Subject, Transport, UserKey,
};
use tower::ServiceBuilder;

use super::recorder::Recorder;
use super::{Bench, text};
use crate::support::events::Events;

const VALUE: &str = "canary-value\n\"quoted\"";
const MAC: &str = "ca:4a:17:ca:4a:17";
const PASSWORD: &str = "canary-password";

/// Everything that was shown.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn debug(&mut self, thing: &impl Debug) {
        let _ = write!(self.0, "{thing:?} {thing:#?} ");
    }

    fn error(&mut self, error: &SkmError) {
        self.debug(error);
        let mut at: Option<&dyn Error> = Some(error);
        while let Some(cause) = at {
            let _ = write!(self.0, "{cause} ");
            at = cause.source();
        }
    }

    fn holds_none_of(&self, secrets: &[&str]) {
        for secret in secrets {
            assert!(!self.0.contains(secret), "{secret} is shown");
            assert!(!self.0.contains(&format!("{:?}", secret.as_bytes())), "the bytes of {secret} are shown");
        }
    }
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let events = Events::catch();
    let mut shown = Shown::default();
    let bench = Bench::start().await;
    bench.project.set_methods(bench.store, Methods::IPV4.and(Methods::MAC), AuthMode::And);
    let mac = MacAddress::new(MAC).unwrap();
    bench.project.register_mac(bench.store, &mac);
    let file = bench.project.issue_certificate(bench.store, "web", PASSWORD, 30);
    let certificate = ClientCertificate::from_pkcs12(&file, PASSWORD).unwrap();
    let user = bench.project.add_user(Role::Admin);
    shown.debug(&(&mac, &certificate, &user, bench.project.app_key(), &bench.stand_in, &bench.project));
    for credentials in [
        Credentials::v1_0(bench.project.app_key()),
        Credentials::v1_2(bench.project.app_key(), user.clone()),
        Credentials::v1_3(bench.project.app_key(), user),
    ] {
        let settings: Settings =
            bench.settings(credentials).with_mac_address(mac.clone()).with_certificate(certificate.clone());
        shown.debug(&settings);
        let client = Client::connect(settings).unwrap();
        shown.debug(&client);
        uses(&client, &bench, &mac, &mut shown).await;
    }
    // Its errors, and what is found out about them.
    bench.stand_in.see_clients_as(Some("203.0.113.7".parse().unwrap()));
    let key = bench.project.add_symmetric_key(bench.store, "symmetric");
    let paths = Arc::new(Mutex::new(String::new()));
    let settings = bench.settings(bench.project.v1_0()).with_mac_address(mac.clone());
    let service = ServiceBuilder::new().map_request({
        let paths = Arc::clone(&paths);
        move |request: Request<RequestBody>| {
            paths.lock().unwrap().push_str(request.uri().path());
            request
        }
    });
    let client = Client::over(service.service(Transport::new(&settings).unwrap()), settings).unwrap();
    let error = client.encrypt(&key, &text(VALUE)).await.unwrap_err();
    shown.error(&error);
    let diagnosis = client.diagnose(&error, &Subject::key(key)).await;
    shown.debug(&diagnosis);
    shown.0.push_str(&diagnosis.to_string());
    for line in events.take() {
        shown.0.push_str(&line.text);
    }
    assert!(shown.0.len() > 1000);
    let paths = paths.lock().unwrap();
    let app_key = paths.split('/').nth(4).filter(|app_key| app_key.len() == 32).unwrap();
    shown.holds_none_of(&["canary", VALUE, MAC, PASSWORD, app_key]);
}

/// Uses keys and shows every answer.
async fn uses(client: &Client, bench: &Bench, mac: &MacAddress, shown: &mut Shown) {
    let secret = bench.project.add_secret(bench.store, "secret", VALUE);
    let symmetric = bench.project.add_symmetric_key(bench.store, "symmetric");
    let asymmetric = bench.project.add_asymmetric_key(bench.store, "asymmetric");
    let value = text(VALUE);
    shown.debug(&value);
    shown.debug(&client.confirm().await.unwrap());
    let read = client.secret(&secret).await.unwrap();
    assert_eq!(read.expose(), VALUE);
    shown.debug(&read);
    let sealed = client.encrypt(&symmetric, &value).await.unwrap();
    shown.debug(&sealed);
    shown.debug(&client.decrypt(&symmetric, &sealed.ciphertext).await.unwrap());
    let local = client.create_local_key(&symmetric).await.unwrap();
    shown.debug(&local);
    let key = client.symmetric_key(&symmetric, None).await.unwrap();
    shown.debug(&key);
    let private = client.private_key(&asymmetric, None).await.unwrap();
    shown.debug(&private);
    for bytes in [local.plaintext.expose(), key.bytes.expose(), private.der.expose()] {
        assert!(!shown.0.contains(&format!("{:?}", &bytes[..8]).replace(['[', ']'], "")));
    }
    shown.debug(&client.macs(bench.store).await.unwrap());
    shown.debug(&client.mac_registrations(bench.store, mac).await.unwrap());
    shown.debug(&client.certificate_registrations(bench.store, "web").await.unwrap());
    // Failures of calls that carry secrets; some are not sent at all.
    let nowhere = KeyId::new("nowhere").unwrap();
    let new = NewKey { key_store: "no such store", name: "n", description: "d" };
    for error in [
        client.encrypt(&nowhere, &value).await.map(|_| ()).unwrap_err(),
        client.sign(&symmetric, &value).await.map(|_| ()).unwrap_err(),
        client.replace_secret(&nowhere, &value).await.map(|_| ()).unwrap_err(),
        client.create_secret(new, &value).await.map(|_| ()).unwrap_err(),
        client.register_mac("no such store", mac, "").await.unwrap_err(),
        client.register_certificate("no such store", "web", &text(PASSWORD), 1, "").await.unwrap_err(),
        client.delete_registration_now("no such store", Registered::Mac(mac)).await.map(|_| ()).unwrap_err(),
        client.encrypt(&symmetric, &text(&VALUE.repeat(4000))).await.map(|_| ()).unwrap_err(),
    ] {
        shown.error(&error);
    }
}

#[tokio::test]
async fn a_message_that_repeats_what_was_sent_is_withheld() {
    let say = |message: &str| {
        let header = serde_json::json!({"resultCode": 9, "resultMessage": message, "isSuccessful": false});
        Recorder::answering(http::StatusCode::OK, serde_json::json!({"header": header}).to_string())
    };
    let credentials = || {
        let user = UserKey::new("canary-id", "canary-secret").unwrap();
        Credentials::v1_2(AppKey::new("canary-app").unwrap(), user)
    };
    let key = KeyId::new("k").unwrap();
    for message in [
        &format!("cannot encrypt {VALUE}"),
        "no appkey canary-app",
        "user canary-id is unknown",
        "canary-secret is wrong",
        "who is aa:bb:cc:dd:ee:ff?",
    ] {
        let error = say(message).client(credentials()).encrypt(&key, &text(VALUE)).await.unwrap_err();
        let SkmError::Other { message, .. } = &error else { panic!("{error:?}") };
        assert!(message.contains("withheld"), "{message}");
        let mut shown = Shown::default();
        shown.error(&error);
        shown.holds_none_of(&["canary", "aa:bb"]);
    }
    let error = say("the store is busy").client(credentials()).encrypt(&key, &text(VALUE)).await.unwrap_err();
    assert!(error.to_string().contains("`the store is busy`"));
}
