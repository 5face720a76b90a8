//! Signatures: of what KooGallery sends, and of what it is answered.

mod body_sign;
mod scheme;
pub mod v1;
pub mod v2;

pub use body_sign::{BodySign, MalformedBodySign};
pub use scheme::Scheme;
