//! Finding out why a call failed.

mod caller;
mod cause;
mod key;
mod report;
mod store;

use super::client::Client;
use super::error::SkmError;
use super::id::{KeyId, KeyStoreId, KeyVersion};
use crate::http_client::HttpService;

pub use self::cause::Cause;
pub use self::report::{Diagnosis, Unanswered};

/// What the failed call was about. The more is said, the fewer questions are asked.
///
/// ```
/// use marketplace_tower::secure_key_manager::{KeyId, KeyStoreId, Subject};
///
/// let key = KeyId::new("0123456789abcdef0123456789abcdef")?;
/// let about = Subject::key(key).in_store(KeyStoreId(7));
/// # Ok::<(), marketplace_tower::secure_key_manager::UnusableId>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    key: Option<KeyId>,
    store: Option<KeyStoreId>,
    version: Option<KeyVersion>,
}

impl Subject {
    /// Nothing in particular.
    #[must_use]
    pub fn unknown() -> Self {
        Self::default()
    }

    /// A key. The key stores are searched for it, unless [`in_store`](Self::in_store) says which.
    #[must_use]
    pub fn key(key: KeyId) -> Self {
        Self { key: Some(key), ..Self::default() }
    }

    /// A key store.
    #[must_use]
    pub fn store(store: KeyStoreId) -> Self {
        Self { store: Some(store), ..Self::default() }
    }

    /// The key store that the key is in.
    #[must_use]
    pub fn in_store(mut self, store: KeyStoreId) -> Self {
        self.store = Some(store);
        self
    }

    /// The version that was asked for, or that encrypted or signed.
    #[must_use]
    pub fn in_version(mut self, version: KeyVersion) -> Self {
        self.version = Some(version);
        self
    }
}

impl<S: HttpService> Client<S> {
    /// Says why a call of this client failed: asks what the server sees of this client, and what the inventory says about the
    /// key and its key store.
    ///
    /// Only calls that change nothing are made, with the credentials of this client; run it where the call failed. It makes
    /// up to about a dozen calls, and more if many key stores have to be searched or many certificates are registered; each
    /// has the deadline of a call. What the inventory does not tell (AND or OR, the state of versions) is said to be open.
    pub async fn diagnose(&self, error: &SkmError, about: &Subject) -> Diagnosis {
        let mut diagnosis = Diagnosis::new(error);
        match error {
            SkmError::InvalidAppkey(_) => self.diagnose_appkey(&mut diagnosis).await,
            SkmError::UrlNotFound(_) => self.diagnose_path(&mut diagnosis).await,
            SkmError::NotJson { status } => self.diagnose_stranger(*status, &mut diagnosis).await,
            SkmError::Token { .. } => self.diagnose_user(&mut diagnosis).await,
            SkmError::NotInVersion { version, since, .. } => {
                diagnosis.found(Cause::VersionTooOld { version: *version, since: *since });
            }
            SkmError::ClientCertificate(refusal) => diagnosis.found(Cause::CertificateRefusedInTls(*refusal)),
            SkmError::Ipv4AuthFailure(_)
            | SkmError::MacAuthFailure(_)
            | SkmError::CertificateAuthFailure(_) => {
                self.diagnose_client(error, about, &mut diagnosis).await;
            }
            SkmError::InvalidKeyId(_)
            | SkmError::InvalidKeyStatus(_)
            | SkmError::InvalidKeyVersion(_)
            | SkmError::InvalidKeyVersionStatus(_)
            | SkmError::InvalidUserData(_) => self.diagnose_key(error, about, &mut diagnosis).await,
            SkmError::ServerCertificate(_)
            | SkmError::Unreachable(_)
            | SkmError::TimedOut { .. }
            | SkmError::Broken(_) => {
                self.diagnose_connection(&mut diagnosis).await;
            }
            SkmError::Other { .. }
            | SkmError::UnexpectedBody { .. }
            | SkmError::AnswerTooLong { .. }
            | SkmError::TooLong { .. } => {}
        }
        diagnosis
    }
}
