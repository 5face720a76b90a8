//! The types that can stand in an answer.

use serde::Serialize;

use crate::seal::Sealed;
use crate::{Amount, FieldTooLong, InstanceId, MarketTime, SecretText, Text, TooLong};

/// A type that a field of an answer can have: its length is part of the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an answer",
    label = "its length has no limit",
    note = "use `Text<MAX>`, `SecretText<MAX>`, `Sealed<MAX>`, `Amount`, `MarketTime`, an object of the message macro, or `Option` or `Vec` of these"
)]
pub trait ReplyField: Serialize {}

impl<const MAX: usize> ReplyField for Text<MAX> {}
impl<const MAX: usize> ReplyField for SecretText<MAX> {}
impl<const MAX: usize> ReplyField for Sealed<MAX> {}
impl ReplyField for Amount {}
impl ReplyField for MarketTime {}
impl<T: ReplyField> ReplyField for Vec<T> {}
impl<T: ReplyField> ReplyField for Option<T> {}

/// What the constructor of an answer takes for a field of type `F`: anything that becomes one or is too long for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not become a `{F}`",
    note = "a `Sealed<MAX>` is what `Sealer::seal` makes of a text; the `Sealer` is an argument of the method"
)]
pub trait IntoField<F> {
    /// The field.
    ///
    /// # Errors
    ///
    /// [`TooLong`] if it is longer than the field allows.
    fn into_field(self) -> Result<F, TooLong>;
}

/// What was given, as the field of this name on the wire.
#[doc(hidden)]
pub fn field<F>(name: &'static str, value: impl IntoField<F>) -> Result<F, FieldTooLong> {
    value.into_field().map_err(|error| error.in_field(name))
}

impl<const MAX: usize> IntoField<Text<MAX>> for Text<MAX> {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        Ok(self)
    }
}

impl<const MAX: usize> IntoField<Text<MAX>> for &str {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        Text::new(self.to_owned())
    }
}

impl<const MAX: usize> IntoField<Text<MAX>> for String {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        Text::new(self)
    }
}

impl<const MAX: usize> IntoField<Text<MAX>> for &String {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        self.as_str().into_field()
    }
}

impl<const MAX: usize> IntoField<Text<MAX>> for InstanceId {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        Text::shared(self.into_inner())
    }
}

impl<const MAX: usize> IntoField<Text<MAX>> for &InstanceId {
    fn into_field(self) -> Result<Text<MAX>, TooLong> {
        self.clone().into_field()
    }
}

impl<const MAX: usize> IntoField<SecretText<MAX>> for SecretText<MAX> {
    fn into_field(self) -> Result<SecretText<MAX>, TooLong> {
        Ok(self)
    }
}

impl<const MAX: usize> IntoField<SecretText<MAX>> for String {
    fn into_field(self) -> Result<SecretText<MAX>, TooLong> {
        SecretText::new(self)
    }
}

impl<const MAX: usize> IntoField<SecretText<MAX>> for &str {
    fn into_field(self) -> Result<SecretText<MAX>, TooLong> {
        SecretText::new(self.to_owned())
    }
}

impl<const MAX: usize> IntoField<Sealed<MAX>> for Sealed<MAX> {
    fn into_field(self) -> Result<Sealed<MAX>, TooLong> {
        Ok(self)
    }
}

impl<T> IntoField<Vec<T>> for Vec<T> {
    fn into_field(self) -> Result<Vec<T>, TooLong> {
        Ok(self)
    }
}

impl IntoField<Amount> for Amount {
    fn into_field(self) -> Result<Amount, TooLong> {
        Ok(self)
    }
}

impl IntoField<MarketTime> for MarketTime {
    fn into_field(self) -> Result<MarketTime, TooLong> {
        Ok(self)
    }
}
