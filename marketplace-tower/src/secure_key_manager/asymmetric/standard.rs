//! Signatures in standard form, which others can verify.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::client::{Call, Client, at_most};
use super::super::error::SkmError;
use super::super::id::{KeyId, KeyVersion};
use super::super::secret::{Exposed, encoded};
use super::super::version::ApiVersion;
use super::Verification;
use crate::http_client::HttpService;

/// The longest message, in bytes before Base64: 64 KB.
const LONGEST_MESSAGE: usize = 64 * 1024;

/// How a message is signed; with SHA-256 in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PSS with MGF1-SHA-256 and 32 bytes of salt.
    #[serde(rename = "RSASSA-PSS")]
    Pss,
    /// RSASSA-PKCS1-v1_5
    #[serde(rename = "RSASSA-PKCS1-v1_5")]
    Pkcs1V15,
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pss => "RSASSA-PSS",
            Self::Pkcs1V15 => "RSASSA-PKCS1-v1_5",
        })
    }
}

/// A signature in standard form: everything that verifying it needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandardSignature {
    /// Base64.
    pub signature: String,
    /// How it was made.
    pub algorithm: SignatureAlgorithm,
    /// The version of the key that signed. Verifying needs it.
    pub key_version: KeyVersion,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ask<'a> {
    plaintext: Exposed<'a>,
    algorithm: SignatureAlgorithm,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_version: Option<KeyVersion>,
}

impl<S: HttpService> Client<S> {
    /// Signs a message of at most 64 KB in a form that others can verify with the public key. Needs version 1.3.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] and [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn sign_standard(
        &self,
        key: &KeyId,
        message: &[u8],
        algorithm: SignatureAlgorithm,
    ) -> Result<StandardSignature, SkmError> {
        let operation = "sign_standard";
        self.needs(ApiVersion::V1_3, operation)?;
        at_most("message to sign", message.len(), LONGEST_MESSAGE)?;
        let plaintext = encoded(message);
        let ask = Ask { plaintext: Exposed(&plaintext), algorithm, signature: None, key_version: None };
        let call = Call::post(operation, format!("/asymmetric-keys/{key}/sign-standard"));
        self.call(call.with(&ask)).await
    }

    /// Verifies what [`sign_standard`](Self::sign_standard) made. Needs version 1.3.
    ///
    /// # Errors
    ///
    /// As [`sign_standard`](Self::sign_standard). A signature that does not match is no error: look at
    /// [`Verification::matches`].
    pub async fn verify_standard(
        &self,
        key: &KeyId,
        message: &[u8],
        signature: &StandardSignature,
    ) -> Result<Verification, SkmError> {
        let operation = "verify_standard";
        self.needs(ApiVersion::V1_3, operation)?;
        at_most("message to verify", message.len(), LONGEST_MESSAGE)?;
        let plaintext = encoded(message);
        let ask = Ask {
            plaintext: Exposed(&plaintext),
            algorithm: signature.algorithm,
            signature: Some(&signature.signature),
            key_version: Some(signature.key_version),
        };
        let call = Call::post(operation, format!("/asymmetric-keys/{key}/verify-standard"));
        self.call(call.with(&ask)).await
    }
}
