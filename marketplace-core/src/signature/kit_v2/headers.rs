//! The three headers of a signed call.

use std::fmt;

use crate::signature::v2::{Stamp, parse_nonce, parse_signature};

/// The headers of a signed call: `x-sign`, `x-timestamp` and `x-nonce`.
///
/// Their forms are those of the parameters of [V2](crate::signature::v2::SignedQuery), for the same reason: the text that
/// is signed has no separators.
#[derive(Debug, Clone, Copy)]
pub struct SignedHeaders<'h> {
    pub(super) sign: [u8; 32],
    pub(super) timestamp: Stamp<'h>,
    pub(super) nonce: &'h str,
}

impl<'h> SignedHeaders<'h> {
    /// Reads the values of the headers, as far as they are there.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] names the header and the rule.
    pub fn parse(
        sign: Option<&str>,
        timestamp: Option<&'h str>,
        nonce: Option<&'h str>,
    ) -> Result<Self, HeaderError> {
        // The order in which the vendor's sample looks at them.
        let timestamp = present(timestamp, Header::Timestamp)?;
        let nonce = present(nonce, Header::Nonce)?;
        let sign = present(sign, Header::Sign)?;
        let timestamp = Stamp::parse(timestamp).ok_or(HeaderError::Malformed(Header::Timestamp))?;
        let nonce = parse_nonce(nonce).ok_or(HeaderError::Malformed(Header::Nonce))?;
        let sign = parse_signature(sign).ok_or(HeaderError::Malformed(Header::Sign))?;
        if timestamp.may_be_cut_from(nonce) {
            return Err(HeaderError::Ambiguous);
        }
        Ok(Self { sign, timestamp, nonce })
    }

    /// When the call was signed, as its sender says. Nothing vouches for it before the signature is verified.
    #[must_use]
    pub fn timestamp(&self) -> Stamp<'h> {
        self.timestamp
    }

    /// The sender's random text.
    #[must_use]
    pub fn nonce(&self) -> &'h str {
        self.nonce
    }
}

/// One of the three headers of a signed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// `x-sign`: 64 hexadecimal digits of either case.
    Sign,
    /// `x-timestamp`: 10 or 13 digits.
    Timestamp,
    /// `x-nonce`: 1 to 128 letters, digits, `-`, `_`, `.` or `~`.
    Nonce,
}

impl Header {
    /// The header's name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sign => "x-sign",
            Self::Timestamp => "x-timestamp",
            Self::Nonce => "x-nonce",
        }
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong with the headers of a call of the kit V2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The header is not there, or empty.
    #[error("the header `{0}` is missing")]
    Missing(Header),
    /// The header does not have its form.
    #[error("the header `{0}` is not {form}", form = form(*.0))]
    Malformed(Header),
    /// The seconds and the end of the nonce could together be milliseconds: one signature, two readings.
    #[error("the headers `x-nonce` and `x-timestamp` can be read in two ways")]
    Ambiguous,
}

fn form(header: Header) -> &'static str {
    match header {
        Header::Sign => "64 hexadecimal digits",
        Header::Timestamp => "10 or 13 digits",
        Header::Nonce => "1 to 128 letters or digits",
    }
}

fn present(value: Option<&str>, header: Header) -> Result<&str, HeaderError> {
    value.filter(|value| !value.is_empty()).ok_or(HeaderError::Missing(header))
}
