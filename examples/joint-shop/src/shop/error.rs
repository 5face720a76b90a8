//! What can go wrong in this shop, and what KooGallery is told of it.

use marketplace_tower::{CannotOpen, CannotSeal, Fault, FieldTooLong, IntoFault, ResultCode};

use crate::database::DatabaseError;

/// What can go wrong in this shop.
#[derive(Debug)]
pub(crate) enum ShopError {
    NoSuchInstance(String),
    NoSuchLicence,
    /// As many online licences as were bought are in use.
    NoLicenceLeft,
    /// An online licence would be valid when the order is not.
    OutsideOrder(&'static str),
    NoExpiry,
    NoFingerprint,
    /// Nobody has told the shop the key of client secrets.
    NoPrivateKey,
    ClientSecret(CannotOpen),
    Sealing(CannotSeal),
    Randomness(getrandom::Error),
    Database(DatabaseError),
    Reply(FieldTooLong),
}

/// The one place where failures become result codes. Sources are for the operator.
impl IntoFault for ShopError {
    fn into_fault(self) -> Fault {
        match self {
            Self::NoSuchInstance(id) => {
                Fault::instance_not_found().with_source(format!("no instance `{id}`"))
            }
            Self::NoSuchLicence => {
                Fault::new(ResultCode::INSTANCE_NOT_FOUND, "the licence code does not exist")
            }
            Self::NoLicenceLeft => {
                Fault::new(ResultCode::LICENCE_QUOTA_EXCEEDED, "the licence quota is used up")
            }
            Self::OutsideOrder(why) => {
                Fault::new(ResultCode::OUTSIDE_ORDER_VALIDITY, "outside the validity of the order")
                    .with_source(why)
            }
            Self::NoExpiry => Fault::new(ResultCode::EXPIRY_TIME_REQUIRED, "the expiry time is required"),
            Self::NoFingerprint => {
                Fault::new(ResultCode::DEVICE_FINGERPRINT_REQUIRED, "the device fingerprint is required")
            }
            Self::NoPrivateKey => Fault::internal("KOOGALLERY_KIT_PRIVATE_KEY is not set"),
            Self::ClientSecret(error) => error.into_fault(),
            Self::Sealing(error) => error.into_fault(),
            Self::Randomness(error) => Fault::internal(error),
            Self::Database(error) => Fault::internal(error),
            Self::Reply(error) => error.into_fault(),
        }
    }
}

macro_rules! from {
    ($($error:ty => $variant:ident,)+) => {$(
        impl From<$error> for ShopError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )+};
}

from! {
    CannotOpen => ClientSecret,
    CannotSeal => Sealing,
    getrandom::Error => Randomness,
    DatabaseError => Database,
    FieldTooLong => Reply,
}
