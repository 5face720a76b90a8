//! The certificate that the console gives out for a key store.

use std::fmt;
use std::sync::Arc;

use p12_keystore::{Certificate, Pkcs12Archive};
use rustls::InconsistentKeys;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use zeroize::{Zeroize as _, Zeroizing};

/// A client certificate with its private key, offered in TLS when the server asks for one.
///
/// The console makes one for a key store, under a password, and lets it be downloaded as PKCS#12 (`.p12`). Cheap to clone.
/// `Debug` shows how long the chain is and nothing else. The texts and files that are given are wiped where they are copied;
/// what the libraries of TLS and of PKCS#12 keep is not theirs to wipe.
#[derive(Clone)]
pub struct ClientCertificate(Arc<CertifiedKey>);

impl ClientCertificate {
    /// Reads a PKCS#12 file: what the console lets be downloaded. The password is the one that was chosen there.
    ///
    /// # Errors
    ///
    /// [`UnusableCertificate`] says what is not right with it.
    pub fn from_pkcs12(file: &[u8], password: &str) -> Result<Self, UnusableCertificate> {
        let archive =
            Pkcs12Archive::from_pkcs12(file, password).map_err(|_| UnusableCertificate::NotOpened)?;
        let key = archive.keys.first().ok_or(UnusableCertificate::NoKey)?;
        let key = Zeroizing::new(key.key.as_der().to_vec());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.as_slice()));
        let all: Vec<&Certificate> = archive.certs.iter().map(|bag| &bag.cert).collect();
        if all.is_empty() {
            return Err(UnusableCertificate::NoCertificate);
        }
        // Which certificate is the key's own is told by the key, for not every file says it; the surest first.
        let key = any_supported_type(&key).map_err(|_| UnusableCertificate::NoKey)?;
        let pairs = all.iter().map(|own| CertifiedKey::new(chain(own, &all), Arc::clone(&key)));
        let pairs: Vec<CertifiedKey> = pairs.filter(|pair| is_pair(pair) != Some(false)).collect();
        let surest = pairs.iter().find(|pair| is_pair(pair).is_some()).or(pairs.first());
        surest.map(|pair| Self(Arc::new(pair.clone()))).ok_or(UnusableCertificate::NotItsKey)
    }

    /// Reads PEM: the certificate, those that issued it behind it, and the private key, in one text or two.
    ///
    /// # Errors
    ///
    /// [`UnusableCertificate`] says what is not right with it.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, UnusableCertificate> {
        let chain = certificates(chain)?;
        let own = chain.first().ok_or(UnusableCertificate::NoCertificate)?;
        Certificate::from_der(own).map_err(|_| UnusableCertificate::NoCertificate)?;
        let mut key = PrivateKeyDer::from_pem_slice(key).map_err(|_| UnusableCertificate::NoKey)?;
        let signing = any_supported_type(&key);
        key.zeroize();
        let pair = CertifiedKey::new(chain, signing.map_err(|_| UnusableCertificate::NoKey)?);
        match is_pair(&pair) {
            Some(false) => Err(UnusableCertificate::NotItsKey),
            _ => Ok(Self(Arc::new(pair))),
        }
    }

    pub(in super::super) fn certified_key(&self) -> CertifiedKey {
        (*self.0).clone()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({})", self.0.cert.len())
    }
}

/// Why there is no certificate to offer. Nothing of the file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableCertificate {
    /// Not PKCS#12, or under another password.
    #[error(
        "the file cannot be opened: it is not PKCS#12, or the password is not the one chosen in the console"
    )]
    NotOpened,
    /// There is no certificate in it.
    #[error("there is no certificate in it that can be read")]
    NoCertificate,
    /// There is no private key in it.
    #[error("there is no private key in it that can be used: RSA, P-256, P-384 or Ed25519, not encrypted")]
    NoKey,
    /// Key and certificate are not a pair.
    #[error("the private key is not that of the certificate")]
    NotItsKey,
}

/// The certificates of a PEM text, at least one.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, UnusableCertificate> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok().filter(|read| !read.is_empty()).ok_or(UnusableCertificate::NoCertificate)
}

/// Do certificate and key belong together? `None` if rustls cannot read the certificate, which is an old one (X.509 version 1)
/// then, and can be offered nevertheless.
fn is_pair(pair: &CertifiedKey) -> Option<bool> {
    match pair.keys_match() {
        Ok(()) => Some(true),
        Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Some(false),
        Err(_) => None,
    }
}

/// A certificate, and behind it those that issued it.
fn chain(own: &Certificate, all: &[&Certificate]) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![own];
    while let Some(last) = chain.last()
        && let Some(issuer) = all.iter().find(|one| one.subject() == last.issuer() && !chain.contains(one))
    {
        chain.push(issuer);
    }
    chain.into_iter().map(|one| CertificateDer::from(one.as_der().to_vec())).collect()
}
