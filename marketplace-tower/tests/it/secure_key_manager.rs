//! The client of the Secure Key Manager, over TLS against the stand-in, and request by request against a recorder.

mod canary;
mod connection;
mod data;
mod diagnosis;
mod guide;
mod inventory;
mod limits;
mod management;
mod managing_requests;
mod recorder;
mod requests;
mod tokens;

use std::time::Duration;

use marketplace_tower::secure_key_manager::stand_in::{Project, Role, StandIn};
use marketplace_tower::secure_key_manager::{
    AuthMode, Client, ClientCertificate, Credentials, KeyStoreId, MacAddress, Methods, SecretValue, Settings,
};

/// A stand-in with one project, and a key store in it that lets this machine in.
struct Bench {
    stand_in: StandIn,
    project: Project,
    store: KeyStoreId,
}

impl Bench {
    async fn start() -> Self {
        let stand_in = StandIn::start().await.unwrap();
        let project = stand_in.add_project();
        let store = project.add_key_store("shop", Methods::IPV4, AuthMode::And);
        project.register_ipv4(store, "127.0.0.0/8".parse().unwrap());
        Self { stand_in, project, store }
    }

    /// With all rights of version 1.3.
    fn client(&self) -> Client {
        self.client_with(self.project.v1_3(Role::Admin))
    }

    fn client_with(&self, credentials: Credentials) -> Client {
        Client::connect(self.settings(credentials)).unwrap()
    }

    fn settings(&self, credentials: Credentials) -> Settings {
        // On a busy machine, what has no deadline of its own in a test is not to fail by one.
        self.stand_in
            .settings(credentials)
            .with_connect_deadline(Duration::from_secs(60))
            .with_call_deadline(Duration::from_secs(60))
    }

    /// Of version 1.0, with a MAC address and a certificate.
    fn client_showing(&self, mac: Option<&MacAddress>, certificate: Option<ClientCertificate>) -> Client {
        let mut settings = self.settings(self.project.v1_0());
        if let Some(mac) = mac {
            settings = settings.with_mac_address(mac.clone());
        }
        if let Some(certificate) = certificate {
            settings = settings.with_certificate(certificate);
        }
        Client::connect(settings).unwrap()
    }
}

fn text(text: &str) -> SecretValue {
    SecretValue::new(text)
}
