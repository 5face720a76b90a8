//! A client of NHN Cloud's Secure Key Manager: secrets and keys that are not on the seller's machines.
//!
//! A key store holds three kinds of keys: confidential data (texts), symmetric keys and asymmetric keys. [`Client`] reads
//! and uses them, and with newer versions of the API manages them. Two layers decide: the [`Credentials`] say who calls, and
//! the key store says which clients may use it, by IPv4 address, by a header with a MAC address, by a client certificate,
//! or by several of these.
//!
//! When a call fails, [`SkmError`] says which message of the vendor's Solution Guide it was, and [`Client::diagnose`] asks
//! around and says which cause. [`stand_in`], with the feature `test-util`, is a Secure Key Manager for tests and for work
//! without a network.
//!
//! Vendor's pages: docs.nhncloud.com → Security → Secure Key Manager: API Guide v1.0 to v1.3, Solution Guide, Key Rotation
//! Guide, as of 2026-06-09.

mod asymmetric;
mod client;
mod confidential;
mod confirm;
mod credentials;
mod diagnose;
mod envelope;
mod environment;
mod error;
mod id;
mod identity;
mod inventory;
mod key_stores;
mod keys;
mod registrations;
mod secret;
mod settings;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod stand_in;
mod symmetric;
mod timestamp;
mod token;
mod transport;
mod version;

pub use self::asymmetric::{
    PrivateKey, PublicKey, Signature, SignatureAlgorithm, StandardSignature, Verification,
};
pub use self::client::Client;
pub use self::confidential::ReplacedSecret;
pub use self::confirm::Confirmation;
pub use self::credentials::{AppKey, Credentials, UnusableUserKey, UserKey};
pub use self::diagnose::{Cause, Diagnosis, Subject, Unanswered};
pub use self::environment::Environment;
pub use self::error::{CertificateRefusal, Refused, SkmError, Stage, Unit};
pub use self::id::{KeyId, KeyStoreId, KeyVersion, UnusableId};
pub use self::identity::{
    ClientCertificate, Ipv4Range, MacAddress, UnusableCertificate, UnusableMac, UnusableRange,
};
pub use self::inventory::{
    CertificateRegistration, KeyDetail, KeyFilter, KeyKind, KeyState, KeyStore, PageSize, Registration,
    UnusablePageSize,
};
pub use self::key_stores::{AuthMode, KeyStoreDescription, Methods};
pub use self::keys::{CreatedKey, KeyDeletion, NewKey, RotationPeriod, RotationTooShort};
pub use self::registrations::{Registered, RegistrationDeletion};
pub use self::secret::{SecretBytes, SecretValue};
pub use self::settings::{Settings, UnusableSettings};
pub use self::symmetric::{Decrypted, Encrypted, LocalKey, SymmetricKey};
pub use self::timestamp::{Timestamp, WallClock};
pub use self::transport::Transport;
pub use self::version::ApiVersion;
pub use crate::http_client::{BaseAddress, HttpService, RequestBody, ResponseBody, UnusableAddress};
