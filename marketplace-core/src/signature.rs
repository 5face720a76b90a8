//! Signatures: of what KooGallery sends, and of what it is answered.

mod body_sign;
mod canonical;
mod incoming;
mod kept;
pub mod kit_v1;
pub mod kit_v2;
pub(crate) mod pair;
mod scheme;
pub mod sdk_hmac;
mod signer;
mod token;
pub mod usage_push;
pub mod v1;
pub mod v2;

pub use body_sign::{BodySign, MalformedBodySign};
pub use canonical::{SortOrder, SortStep};
pub use incoming::Incoming;
pub use scheme::Scheme;
pub use signer::Unverified;
