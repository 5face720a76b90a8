//! Sealed texts: personal data and first passwords, encrypted under the access key.
//!
//! KooGallery sends the buyer's mobile phone and e-mail address sealed, and the seller answers with a sealed account
//! and first password. A sealed text is 16 letters and digits, which are the initialisation vector, and then base64 of
//! AES in CBC mode. The AES key is what Java makes of the access key.
//!
//! Sealing hides; it does not prove who wrote. A sealed text is opened after the call's signature has been verified,
//! and whatever goes wrong in opening is one error that says no more, so that nobody can ask his way to the plain text.
//!
//! Pages: `newInstance` `topic_0070649013` (2025-11-13), FAQ `topic_0082027567` (2025-11-13), Guide V1.0.

mod aes_cbc;
mod iv;
mod java_prng;
mod key_size;
mod keys;
mod open;
mod opened;
#[cfg(feature = "kit")]
mod rsa_oaep;
mod sealed;
mod tools;
#[cfg(test)]
mod vectors;

pub use iv::Iv;
pub use key_size::KeySize;
pub(crate) use keys::SealKeys;
pub(crate) use open::{Shape, open};
pub use opened::{CannotOpen, Opened};
#[cfg(feature = "kit")]
pub use rsa_oaep::{ClientSecretKey, UnusableRsaKey};
pub(crate) use sealed::seal;
pub use sealed::{SealError, Sealed};
pub use tools::{open_unverified_for_tools, seal_with_iv};
