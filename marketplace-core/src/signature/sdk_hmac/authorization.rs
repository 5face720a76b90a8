//! The header `Authorization`.

use std::fmt;

use super::ALGORITHM;

/// `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`: one blank and no comma after the algorithm, comma and blank between
/// the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorization<'h> {
    pub(super) access: &'h str,
    pub(super) signed: &'h str,
    pub(super) signature: &'h str,
}

impl<'h> Authorization<'h> {
    /// Reads exactly this form.
    ///
    /// # Errors
    ///
    /// [`MalformedAuthorization`]
    pub fn parse(value: &'h str) -> Result<Self, MalformedAuthorization> {
        let rest = value.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(" Access="));
        let (access, rest) =
            rest.and_then(|rest| rest.split_once(", SignedHeaders=")).ok_or(MalformedAuthorization)?;
        let (signed, signature) = rest.split_once(", Signature=").ok_or(MalformedAuthorization)?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if access.is_empty() || signed.is_empty() || signature.len() != 64 || !signature.bytes().all(is_hex) {
            return Err(MalformedAuthorization);
        }
        Ok(Self { access, signed, signature })
    }

    /// The access key id.
    #[must_use]
    pub fn access_key_id(&self) -> &'h str {
        self.access
    }

    /// The names of the signed headers.
    pub fn signed_headers(&self) -> impl Iterator<Item = &'h str> + use<'h> {
        self.signed.split(';')
    }
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { access, signed, signature } = self;
        write!(f, "{ALGORITHM} Access={access}, SignedHeaders={signed}, Signature={signature}")
    }
}

/// Not `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…` with 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`, with 64 hexadecimal digits in lower case"
)]
pub struct MalformedAuthorization;
