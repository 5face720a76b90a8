//! The vendor's result codes.

use std::fmt;

use serde::{Serialize, Serializer};

/// A six-digit result code of KooGallery.
///
/// The set belongs to the vendor and grows, so it is a newtype with constants. Sources: result code pages
/// `topic_0070649099` (international) and `zh-cn_topic_0070649421` (China); the European page stops at `000100`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultCode([u8; 6]);

impl ResultCode {
    /// `000000`: done. The only code that the debugging console counts as success.
    pub const SUCCESS: Self = Self(*b"000000");
    /// `000001`: authentication failed.
    pub const AUTHENTICATION_FAILED: Self = Self(*b"000001");
    /// `000002`: a parameter of the request is not valid.
    pub const INVALID_PARAMETER: Self = Self(*b"000002");
    /// `000003`: the instance id does not exist; for licences, the licence code.
    pub const INSTANCE_NOT_FOUND: Self = Self(*b"000003");
    /// `000004`: the request is being processed. After `newInstance`, `queryInstance` is polled.
    pub const PROCESSING: Self = Self(*b"000004");
    /// `000005`: another internal error.
    pub const INTERNAL_ERROR: Self = Self(*b"000005");
    /// `000100`: no instance resource can be allotted.
    pub const NO_INSTANCE_AVAILABLE: Self = Self(*b"000100");
    /// `000101`: the mobile number is missing or already in use.
    pub const MOBILE_NUMBER_UNUSABLE: Self = Self(*b"000101");
    /// `000102`: the e-mail address is missing or already in use.
    pub const EMAIL_UNUSABLE: Self = Self(*b"000102");
    /// `000103`: the product is already bought and cannot be bought again.
    pub const ALREADY_BOUGHT: Self = Self(*b"000103");
    /// `000104`: an internal error of this product.
    pub const PRODUCT_ERROR: Self = Self(*b"000104");
    /// `000105`: this account already has the benefit.
    pub const BENEFIT_ALREADY_HELD: Self = Self(*b"000105");
    /// `000106`: sold out.
    pub const SOLD_OUT: Self = Self(*b"000106");
    /// `000107`: the e-mail domain already exists in the SaaS.
    pub const EMAIL_DOMAIN_EXISTS: Self = Self(*b"000107");
    /// `000900`: the licence quota does not suffice (online licences).
    pub const LICENCE_QUOTA_EXCEEDED: Self = Self(*b"000900");
    /// `000901`: outside the validity of the order (online licences).
    pub const OUTSIDE_ORDER_VALIDITY: Self = Self(*b"000901");
    /// `000902`: the expiry time is required (online licences).
    pub const EXPIRY_TIME_REQUIRED: Self = Self(*b"000902");
    /// `000903`: the device fingerprint is required (online licences).
    pub const DEVICE_FINGERPRINT_REQUIRED: Self = Self(*b"000903");

    /// Reads a code that has no constant here yet: exactly six ASCII digits.
    #[must_use]
    pub const fn from_text(code: &str) -> Option<Self> {
        let [a, b, c, d, e, f] = *code.as_bytes() else { return None };
        let digits = [a, b, c, d, e, f];
        let mut rest = digits.as_slice();
        while let [digit, tail @ ..] = rest {
            if !digit.is_ascii_digit() {
                return None;
            }
            rest = tail;
        }
        Some(Self(digits))
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("000005")
    }
}

impl fmt::Debug for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ResultCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_six_digits_and_nothing_else() {
        assert_eq!(ResultCode::from_text("000003"), Some(ResultCode::INSTANCE_NOT_FOUND));
        for wrong in ["", "00000", "0000004", "00000a", "+00001", "０00000"] {
            assert_eq!(ResultCode::from_text(wrong), None, "{wrong}");
        }
    }
}
