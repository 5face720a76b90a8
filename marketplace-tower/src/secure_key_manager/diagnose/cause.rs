//! What it can be.

use std::fmt;
use std::net::IpAddr;

use super::super::error::CertificateRefusal;
use super::super::id::KeyVersion;
use super::super::inventory::KeyKind;
use super::super::key_stores::Methods;
use super::super::timestamp::Timestamp;
use super::super::version::ApiVersion;

/// Why a call failed. `Display` says it in a sentence, [`action`](Self::action) what to do about it. None shows a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The appkey is not known.
    AppkeyUnknown,
    /// The appkey is right, the user's key is not.
    UserKeyRefused,
    /// Appkey and user's key are right, the user lacks the role.
    RoleMissing,
    /// Nothing at this address is as it should be.
    WrongAddress,
    /// The address is right, the call is not at its path.
    NoSuchCall(ApiVersion),
    /// The credentials are for a version without the call.
    VersionTooOld {
        /// That of the credentials.
        version: ApiVersion,
        /// The first one that has the call.
        since: ApiVersion,
    },
    /// Calls do not arrive, or their answers do not.
    NotReached,
    /// It works now.
    WorksNow,
    /// TLS was refused because of the certificate.
    CertificateRefusedInTls(CertificateRefusal),
    /// The address that the server sees is not registered.
    AddressNotRegistered(IpAddr),
    /// The same, and it is a private one: the path to the server is internal.
    AddressInternal(IpAddr),
    /// The address is registered, and its registration waits for its deletion.
    AddressPendingDeletion(IpAddr),
    /// This client sends no MAC address.
    MacNotSent,
    /// It sends one, and none arrives.
    MacNotArrived,
    /// Another one arrives than is registered.
    MacNotRegistered,
    /// It is registered in other letters.
    MacSpelledOtherwise,
    /// It is registered, and its registration waits for its deletion.
    MacPendingDeletion,
    /// This client offers no certificate.
    CertificateNotOffered,
    /// None arrives.
    CertificateNotArrived,
    /// One arrives that is not registered with this key store.
    CertificateOfOther,
    /// These certificates of the key store wait for their deletion.
    CertificatePendingDeletion(Vec<String>),
    /// These certificates of the key store have expired.
    CertificateExpired(Vec<String>),
    /// Several methods are on, and this client satisfies some of them.
    AllMethodsRequired {
        /// What the key store checks.
        methods: Methods,
        /// How many of them this client satisfies.
        satisfied: usize,
    },
    /// No key store has a key with this id.
    KeyUnknown,
    /// The key waits for its deletion.
    KeyPendingDeletion(Timestamp),
    /// The key is in service, and of this kind.
    KeyOfOtherKind(Option<KeyKind>),
    /// The key is not in service, although it does not wait for its deletion.
    KeyNotInService,
    /// There was never such a version.
    VersionNeverMade {
        /// The newest one.
        current: KeyVersion,
    },
    /// The version is gone.
    VersionDeleted {
        /// The newest one.
        current: Option<KeyVersion>,
    },
    /// The version exists and is not in service.
    VersionNotInService,
    /// What was sent was not made by this key, or has been changed.
    DataNotOfThisKey,
    /// The key was rotated since it was made, and the documents disagree on what that means for older ciphertexts.
    KeyRotated {
        /// The newest version.
        current: KeyVersion,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AppkeyUnknown => f.write_str("the appkey is not known at this address"),
            Self::UserKeyRefused => f.write_str("the appkey is right, but the user's key is not accepted"),
            Self::RoleMissing => {
                f.write_str("appkey and user's key are right, but the user lacks a role of the API")
            }
            Self::WrongAddress => f.write_str("the Secure Key Manager is not at this address"),
            Self::NoSuchCall(version) => write!(f, "the address is right, but {version} has no such call"),
            Self::VersionTooOld { version, since } => {
                write!(f, "the credentials are for {version}, and the call is in {since} and later")
            }
            Self::NotReached => f.write_str("the Secure Key Manager cannot be reached from here"),
            Self::WorksNow => f.write_str("the same works now"),
            Self::CertificateRefusedInTls(refusal) => write!(f, "the client certificate: {refusal}"),
            Self::AddressNotRegistered(address) => {
                write!(
                    f,
                    "the server sees this client as {address}, which is not registered with the key store"
                )
            }
            Self::AddressInternal(address) => {
                write!(
                    f,
                    "the server sees this client as {address}, a private address: the path to it is internal"
                )
            }
            Self::AddressPendingDeletion(address) => {
                write!(f, "the registration of {address} waits for its deletion")
            }
            Self::MacNotSent => f.write_str("this client sends no MAC address"),
            Self::MacNotArrived => {
                f.write_str("the MAC address is sent and does not arrive: something removes the header")
            }
            Self::MacNotRegistered => {
                f.write_str("the MAC address that arrives is not registered with the key store")
            }
            Self::MacSpelledOtherwise => {
                f.write_str("the MAC address is registered in other letters or with other separators")
            }
            Self::MacPendingDeletion => {
                f.write_str("the registration of the MAC address waits for its deletion")
            }
            Self::CertificateNotOffered => f.write_str("this client offers no certificate"),
            Self::CertificateNotArrived => {
                f.write_str("no certificate arrives: is there a proxy that ends TLS?")
            }
            Self::CertificateOfOther => {
                f.write_str("a certificate arrives that the key store does not have in service")
            }
            Self::CertificatePendingDeletion(names) => {
                write!(f, "certificates of the key store that wait for their deletion: {}", names.join(", "))
            }
            Self::CertificateExpired(names) => {
                write!(f, "certificates of the key store that have expired: {}", names.join(", "))
            }
            Self::AllMethodsRequired { methods, satisfied } => write!(
                f,
                "the key store checks {methods}, and this client satisfies {satisfied} of {}: that is enough in OR mode \
                 only, which the inventory does not tell",
                methods.count()
            ),
            Self::KeyUnknown => f.write_str("no key store of this appkey has a key with this id"),
            Self::KeyPendingDeletion(at) => write!(f, "the key waits for its deletion at {at}"),
            Self::KeyOfOtherKind(Some(kind)) => write!(f, "the key is in service, and of the kind {kind:?}"),
            Self::KeyOfOtherKind(None) => f.write_str("the key is in service, and perhaps of another kind"),
            Self::KeyNotInService => f.write_str("the key is not in service"),
            Self::VersionNeverMade { current } => {
                write!(f, "there was never such a version: the newest one is {current}")
            }
            Self::VersionDeleted { current: Some(current) } => {
                write!(f, "the version was deleted; the newest one is {current}")
            }
            Self::VersionDeleted { current: None } => f.write_str("the version was deleted"),
            Self::VersionNotInService => {
                f.write_str("the version is not in service: it waits for its deletion")
            }
            Self::DataNotOfThisKey => {
                f.write_str("the ciphertext or the signature was not made by this key, or has been changed")
            }
            Self::KeyRotated { current } => write!(
                f,
                "the key has been rotated up to version {current}; the documents disagree on whether older ciphertexts \
                 can still be decrypted"
            ),
        }
    }
}

impl Cause {
    /// What to do about it.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match self {
            Self::AppkeyUnknown => "copy the appkey from URL & Appkey on the console page of the same region",
            Self::UserKeyRefused => "take ID and secret of one user's key, in this order, or make a new one",
            Self::RoleMissing => "give the user `API.ADMIN`, or `API.VIEWER` for reading",
            Self::WrongAddress => "use the address of the environment, without a path of your own",
            Self::NoSuchCall(_) | Self::VersionTooOld { .. } => {
                "use credentials of the version that has the call"
            }
            Self::NotReached => "check name, port 443, proxies and certificates from this machine",
            Self::WorksNow => "try again; if it happens often, look at the network and at the times",
            Self::CertificateRefusedInTls(_) | Self::CertificateExpired(_) => {
                "make a new certificate in the console and offer that"
            }
            Self::AddressNotRegistered(_) | Self::AddressInternal(_) => {
                "register this address, or the block that it is in"
            }
            Self::AddressPendingDeletion(_)
            | Self::MacPendingDeletion
            | Self::CertificatePendingDeletion(_) => {
                "take the deletion back in the console, or register anew"
            }
            Self::MacNotSent => "give the settings the MAC address: `with_mac_address`",
            Self::MacNotArrived => "look for what removes `X-TOAST-CLIENT-MAC-ADDR` on the way",
            Self::MacNotRegistered => "register the MAC address, or send the one that is registered",
            Self::MacSpelledOtherwise => "send it letter by letter as it is registered",
            Self::CertificateNotOffered => "give the settings the certificate: `with_certificate`",
            Self::CertificateNotArrived => "let TLS pass through the proxy, or have it offer the certificate",
            Self::CertificateOfOther => "offer the certificate that the console gives out for this key store",
            Self::AllMethodsRequired { .. } => "satisfy the other methods, too, or set the key store to OR",
            Self::KeyUnknown => "compare id and appkey with the console",
            Self::KeyPendingDeletion(_) | Self::KeyNotInService => {
                "take the deletion back in the console, or use the key that replaces it"
            }
            Self::KeyOfOtherKind(_) => "make the call that is for this kind of key",
            Self::VersionNeverMade { .. } => "use a version between 0 and the newest one",
            Self::VersionDeleted { .. } => {
                "what a deleted version encrypted is lost; sign anew what it signed"
            }
            Self::VersionNotInService => "take the deletion of the version back in the console",
            Self::DataNotOfThisKey => {
                "compare it letter by letter with what was given out, and the key id with it"
            }
            Self::KeyRotated { .. } => "test with this key what older versions made, before relying on it",
        }
    }
}
