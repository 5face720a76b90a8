//! Personal data of the buyer, sealed.

use std::fmt;

use serde::de::Deserializer;

use super::field::{RequestField, Span};
use super::source::{Decoder, Source};
use crate::seal::{CannotOpen, KeySize, Opened, Shape, open};
use crate::{Fault, IntoFault, Text, Verified};

/// The buyer's mobile number, sealed: at most 256 UTF-16 units. Without a country code. Seen as a [`SealedField`].
#[derive(Debug)]
pub struct SealedMobilePhone;

/// The buyer's e-mail address, sealed: at most 256 UTF-16 units. Seen as a [`SealedField`].
#[derive(Debug)]
pub struct SealedEmail;

/// A sealed text of a call. It is opened with the key that signed the call, and so only once the call was verified.
///
/// ```
/// use marketplace_core::seal::CannotOpen;
/// use marketplace_core::v1::NewInstance;
/// use marketplace_core::Verified;
///
/// fn welcome(order: &NewInstance, call: &Verified) -> Result<(), CannotOpen> {
///     if let Some(email) = order.email() {
///         let _address = email.open(call)?.as_str();
///     }
///     Ok(())
/// }
/// ```
///
/// Whoever could have texts opened that KooGallery did not send would learn, text by text, what others say. So there is
/// no way to open one without the [`Verified`] call:
///
/// ```compile_fail,E0061
/// use marketplace_core::v1::NewInstance;
///
/// fn welcome(order: &NewInstance) {
///     let _address = order.email().map(|email| email.open());
/// }
/// ```
#[derive(Clone, Copy)]
pub struct SealedField<'a> {
    text: &'a str,
    shape: Shape,
}

impl<'a> SealedField<'a> {
    /// The sealed text as it arrived: 16 letters and digits, then base64.
    #[must_use]
    pub fn as_sent(&self) -> &'a str {
        self.text
    }

    /// Opens it with the key of the verified call, trying 256 bits before 128.
    ///
    /// A buyer without a number or an address may have an empty one.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`], whatever is wrong.
    pub fn open(&self, call: &Verified) -> Result<Opened, CannotOpen> {
        self.open_with(call, KeySize::default())
    }

    /// Opens it with the key of the verified call, trying this size before the other. Both are tried always, because
    /// KooGallery has been seen to seal with 256 bits what was set to 128.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`], whatever is wrong.
    pub fn open_with(&self, call: &Verified, size: KeySize) -> Result<Opened, CannotOpen> {
        open(call.key().seal_keys(), size, self.text, self.shape)
    }
}

/// Does not show the text.
impl fmt::Debug for SealedField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedField(…)")
    }
}

macro_rules! sealed_field {
    ($($field:ident = $shape:expr,)+) => {$(
        impl RequestField for $field {
            type Stored = Span;
            type View<'a> = SealedField<'a>;

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                decoder: &mut Decoder<'de>,
            ) -> Result<Span, D::Error> {
                Text::<256>::decode(deserializer, decoder)
            }

            fn decode_optional<'de, D: Deserializer<'de>>(
                deserializer: D,
                decoder: &mut Decoder<'de>,
            ) -> Result<Option<Span>, D::Error> {
                Text::<256>::decode_optional(deserializer, decoder)
            }

            fn view<'a>(stored: &'a Span, source: &'a Source) -> SealedField<'a> {
                SealedField { text: source.get(*stored), shape: $shape }
            }
        }
    )+};
}

sealed_field! {
    SealedMobilePhone = Shape::MobilePhone,
    SealedEmail = Shape::Email,
}

/// `000005`: the signature was right, so the text should be. For the operator to see to.
impl IntoFault for CannotOpen {
    fn into_fault(self) -> Fault {
        Fault::internal(self)
    }
}

impl From<CannotOpen> for Fault {
    fn from(error: CannotOpen) -> Self {
        Self::internal(error)
    }
}
