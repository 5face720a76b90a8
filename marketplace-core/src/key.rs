//! Access keys.

mod access_key;
mod document;
mod ring;
mod service;

pub(crate) use access_key::HmacSha256;
pub use access_key::{AccessKey, UnusableKey};
pub use document::UnusableKeyDocument;
pub use ring::{EmptyKeyRing, KeyRing};
pub use service::KeyState;
