//! Access keys.

mod access_key;
mod ring;

pub(crate) use access_key::HmacSha256;
pub use access_key::{AccessKey, UnusableKey};
pub use ring::{EmptyKeyRing, KeyRing};
