//! Whom a client trusts, and what it shows.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};

/// Authorities beside Mozilla's.
#[derive(Clone, Default)]
pub(crate) struct ExtraRoots(Vec<CertificateDer<'static>>);

/// There is no certificate in the PEM text that can be an authority's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoCertificate;

impl ExtraRoots {
    /// Adds all that the text has, at least one; nothing if one of them cannot be an authority's.
    pub(crate) fn add_pem(&mut self, pem: &[u8]) -> Result<(), NoCertificate> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let read = read.ok().filter(|read| !read.is_empty()).ok_or(NoCertificate)?;
        for certificate in &read {
            RootCertStore::empty().add(certificate.clone()).map_err(|_| NoCertificate)?;
        }
        self.0.extend(read);
        Ok(())
    }

    fn and_mozillas(&self) -> RootCertStore {
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        roots.add_parsable_certificates(self.0.iter().cloned());
        roots
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraRoots({})", self.0.len())
    }
}

/// TLS for HTTP/1.1, with certificates verified strictly.
pub(crate) fn client_config(
    roots: &ExtraRoots,
    shown: Option<CertifiedKey>,
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots.and_mozillas());
    let mut config = match shown {
        None => config.with_no_client_auth(),
        Some(shown) => config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(shown))),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
