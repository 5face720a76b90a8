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

#![allow(dead_code, unused_imports)] // until the access key holds the keys

mod java_prng;
#[cfg(test)]
mod vectors;
