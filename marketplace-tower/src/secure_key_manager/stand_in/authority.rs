//! Certificates of the stand-in: its own, and those of clients.

use std::sync::Arc;
use std::time::Duration;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};

use super::clock::{Clock, Time};
use super::crypto::random_id;
use crate::BoxError;

const DAY: Duration = Duration::from_secs(86_400);

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

/// A client certificate that was made.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) der: CertificateDer<'static>,
    pub(super) pem: String,
    key: Arc<KeyPair>,
}

impl Authority {
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        // Each has a name of its own, or a certificate of one would look like a forged one of the other.
        let name = format!("Secure Key Manager stand-in {}", random_id());
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let certificate = params.self_signed(&key)?;
        let pem = certificate.pem();
        Ok(Self { issuer: Issuer::new(params, key), certificate: certificate.der().clone(), pem })
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS that takes certificates of this authority, and clients without one.
    pub(super) fn server(&self, clock: Clock) -> Result<ServerConfig, BoxError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        let certificate = params.signed_by(&key, &self.issuer)?;
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()?;
        let mut config = ServerConfig::builder_with_details(provider, Arc::new(clock))
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // A session that is taken up again would not show whether its certificate has expired meanwhile.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }

    /// A certificate for so many days from now.
    pub(super) fn client(&self, name: &str, now: Time, days: u32) -> Result<Issued, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = date_time_ymd(1970, 1, 1) + now.saturating_sub(DAY);
        params.not_after = date_time_ymd(1970, 1, 1) + now + DAY * days;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Issued { der: certificate.der().clone(), pem: certificate.pem(), key: Arc::new(key) })
    }
}

impl Issued {
    pub(super) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// As the console lets it be downloaded.
    pub(super) fn pkcs12(&self, name: &str, password: &str) -> Option<Vec<u8>> {
        let key = PrivateKey::from_der(self.key.serialized_der()).ok()?;
        let certificate = Certificate::from_der(&self.der).ok()?;
        let mut file = KeyStore::new();
        let chain = PrivateKeyChain::new("1", key, [certificate]);
        file.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
        file.writer(password).write().ok()
    }
}
