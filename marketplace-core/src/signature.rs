//! Signatures: of what KooGallery sends, and of what it is answered.

mod body_sign;
pub mod v2;

pub use body_sign::{BodySign, MalformedBodySign};
