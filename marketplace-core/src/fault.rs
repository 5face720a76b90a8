//! What a seller answers when something went wrong.

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error;

use crate::{FieldTooLong, ResultCode, Text};

/// A failure as KooGallery is told it: a result code and a message that the seller wrote.
///
/// What caused it is kept for the operator and never leaves the process.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Fault {
    code: ResultCode,
    message: Text<255>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A failure with a code and a message. A message of more than 255 UTF-16 units is cut, so that the answer is kept.
    ///
    /// A code of success makes no failure: it becomes `000005`.
    #[must_use]
    pub fn new(code: ResultCode, message: impl Into<Cow<'static, str>>) -> Self {
        let code = if code == ResultCode::SUCCESS { ResultCode::INTERNAL_ERROR } else { code };
        Self { code, message: Text::truncated(message), source: None }
    }

    /// `000003`: this instance was never issued.
    #[must_use]
    pub fn instance_not_found() -> Self {
        Self::new(ResultCode::INSTANCE_NOT_FOUND, "the instance does not exist")
    }

    /// `000004`: the instance is still being set up.
    #[must_use]
    pub fn processing() -> Self {
        Self::new(ResultCode::PROCESSING, "the request is being processed")
    }

    /// `000005`, caused by something that only the operator sees.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(ResultCode::INTERNAL_ERROR, "internal error").with_source(source)
    }

    /// Adds the cause, for the operator.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The code that is answered.
    #[must_use]
    pub fn code(&self) -> ResultCode {
        self.code
    }

    /// The message that is answered.
    #[must_use]
    pub fn message(&self) -> &Text<255> {
        &self.message
    }
}

/// Turns a seller's own error into a result code: the one place where that is decided.
///
/// ```
/// use marketplace_core::{Fault, IntoFault, ResultCode};
///
/// enum ShopError { NoSuchTenant, Database(std::io::Error) }
///
/// impl IntoFault for ShopError {
///     fn into_fault(self) -> Fault {
///         match self {
///             ShopError::NoSuchTenant => Fault::new(ResultCode::INSTANCE_NOT_FOUND, "no such tenant"),
///             ShopError::Database(error) => Fault::internal(error),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no result code",
    label = "this error cannot be answered to KooGallery",
    note = "implement `IntoFault` for it: which result code and which message does the caller get?"
)]
pub trait IntoFault {
    /// The code and message that KooGallery is given.
    fn into_fault(self) -> Fault;
}

impl IntoFault for Fault {
    fn into_fault(self) -> Fault {
        self
    }
}

impl IntoFault for Infallible {
    fn into_fault(self) -> Fault {
        match self {}
    }
}

/// `000005`: an answer that does not fit the vendor's table is the seller's fault, not the caller's.
impl IntoFault for FieldTooLong {
    fn into_fault(self) -> Fault {
        Fault::internal(self)
    }
}

impl From<FieldTooLong> for Fault {
    fn from(error: FieldTooLong) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_an_answer_whose_message_is_too_long() {
        let fault = Fault::new(ResultCode::SOLD_OUT, "实".repeat(300));
        assert_eq!(fault.message().as_str().chars().count(), 255);
    }

    #[test]
    fn never_fails_with_success() {
        assert_eq!(Fault::new(ResultCode::SUCCESS, "done").code(), ResultCode::INTERNAL_ERROR);
    }

    #[test]
    fn shows_its_cause_to_the_operator_only() {
        let fault = Fault::internal("disk full");
        assert_eq!(fault.to_string(), "000005: internal error");
        assert_eq!(fault.source().map(ToString::to_string).as_deref(), Some("disk full"));
    }
}
