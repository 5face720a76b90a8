//! `Body-Sign`, the signature of an answer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

use crate::AccessKey;

const BEFORE: &[u8] = b"sign_type=\"HMAC-SHA256\", signature=\"";
const BASE64: usize = 44;
const LENGTH: usize = BEFORE.len() + BASE64 + 1;

/// The value of the header `Body-Sign`: base64 of the HMAC-SHA256 of the whole body of an answer.
///
/// `sign_type="HMAC-SHA256", signature="…"`. The vendor looks the header's name up by exact case, and wants both values
/// in double quotes (pages "Body-Sign" 2023-12-04, FAQ 2025-11-13). The pages print a blank after `signature=`; known
/// sellers pass with and without it, and this writes none.
///
/// ```
/// use marketplace_core::{AccessKey, signature::BodySign};
///
/// let key = AccessKey::new("test-access-key-0123456789abcdef")?;
/// let sign = BodySign::of(&key, br#"{"resultCode":"000000","resultMsg":"success"}"#);
/// assert_eq!(sign.as_str(), r#"sign_type="HMAC-SHA256", signature="5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=""#);
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[derive(Clone, Copy)]
pub struct BodySign([u8; LENGTH]);

impl BodySign {
    /// The header's name, in the only spelling that KooGallery finds.
    pub const NAME: &'static str = "Body-Sign";

    /// Signs the bytes that will be written. They must not change afterwards.
    #[must_use]
    pub fn of(key: &AccessKey, body: &[u8]) -> Self {
        let mac = key.mac_of(body);
        let mut value = [b'"'; LENGTH];
        let (before, rest) = value.split_at_mut(BEFORE.len());
        before.copy_from_slice(BEFORE);
        if let Some(room) = rest.get_mut(..BASE64) {
            // 32 bytes are always 44 letters of base64; a failure would leave quotes, which no key verifies.
            let _letters = STANDARD.encode_slice(mac, room);
        }
        Self(value)
    }

    /// Does this header value sign these bytes under this key? In constant time, once the value has the right form.
    ///
    /// # Errors
    ///
    /// [`MalformedBodySign`] if the value does not have the form that KooGallery reads. Blanks around `=` and `,`
    /// are allowed, as on the vendor's pages.
    pub fn verify(key: &AccessKey, body: &[u8], header: &str) -> Result<bool, MalformedBodySign> {
        let provided = parse(header)?;
        Ok(bool::from(key.mac_of(body).ct_eq(&provided)))
    }

    /// The header's value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The header's value, as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for BodySign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BodySign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A `Body-Sign` header whose two quoted values cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the form sign_type=\"HMAC-SHA256\", signature=\"<44 letters of base64>\"")]
pub struct MalformedBodySign;

fn parse(header: &str) -> Result<[u8; 32], MalformedBodySign> {
    let (kind, signature) = header.split_once(',').ok_or(MalformedBodySign)?;
    if quoted(kind, "sign_type")? != "HMAC-SHA256" {
        return Err(MalformedBodySign);
    }
    let mut mac = [0; 33];
    match STANDARD.decode_slice(quoted(signature, "signature")?, &mut mac) {
        Ok(32) => mac.first_chunk().copied().ok_or(MalformedBodySign),
        _ => Err(MalformedBodySign),
    }
}

fn quoted<'h>(part: &'h str, name: &str) -> Result<&'h str, MalformedBodySign> {
    part.trim()
        .strip_prefix(name)
        .and_then(|rest| rest.trim_start().strip_prefix('='))
        .and_then(|rest| rest.trim_start().strip_prefix('"'))
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or(MalformedBodySign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_form_of_the_pages_and_no_other() {
        let key = AccessKey::new("test-access-key-0123456789abcdef").unwrap();
        let body = br#"{"resultCode":"000000","resultMsg":"success"}"#;
        let sign = "5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=";
        for header in [
            format!("sign_type=\"HMAC-SHA256\", signature=\"{sign}\""),
            format!("sign_type=\"HMAC-SHA256\", signature= \"{sign}\""),
            format!("sign_type=\"HMAC-SHA256\",signature=\"{sign}\""),
        ] {
            assert_eq!(BodySign::verify(&key, body, &header), Ok(true), "{header}");
            assert_eq!(BodySign::verify(&key, b"{}", &header), Ok(false), "{header}");
        }
        for header in [
            String::new(),
            format!("sign_type=HMAC-SHA256, signature={sign}"),
            format!("signature=\"{sign}\""),
            format!("sign_type=\"HMAC-SHA1\", signature=\"{sign}\""),
            "sign_type=\"HMAC-SHA256\", signature=\"c2hvcnQ=\"".to_owned(),
            "sign_type=\"HMAC-SHA256\", signature=\"705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22\""
                .to_owned(),
        ] {
            assert_eq!(BodySign::verify(&key, body, &header), Err(MalformedBodySign), "{header}");
        }
    }
}
