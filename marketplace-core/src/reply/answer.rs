//! From what a method returns to the bytes that are answered.

use std::fmt;

use bytes::Bytes;

use crate::handler::{Context, Request};
use crate::reply::provisioning::processing;
use crate::reply::{Nothing, answer_body};
use crate::{Fault, InstanceId, IntoFault, ResultCode};

/// The message of every success that the seller gave none.
pub(crate) const SUCCESS: &str = "success.";

/// A complete answer: the code, and the body to be signed and written as it is.
pub struct Answer {
    code: ResultCode,
    body: Bytes,
    fault: Option<Fault>,
}

impl Answer {
    /// `000000` and nothing else.
    #[must_use]
    pub fn success() -> Self {
        let body = Bytes::from_static(br#"{"resultCode":"000000","resultMsg":"success."}"#);
        Self { code: ResultCode::SUCCESS, body, fault: None }
    }

    /// `000004`, with the reserved instance id if there is one.
    #[must_use]
    pub fn processing(reserved: Option<&InstanceId>) -> Self {
        Self { code: ResultCode::PROCESSING, body: processing(reserved), fault: None }
    }

    /// An answer of success that was written before, given again.
    #[must_use]
    pub fn repeated(body: Bytes) -> Self {
        Self { code: ResultCode::SUCCESS, body, fault: None }
    }

    /// The result code.
    #[must_use]
    pub fn code(&self) -> ResultCode {
        self.code
    }

    /// The body, as it has to be written.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body, as it has to be written.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// What went wrong, for the operator.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    pub(crate) fn encoded(encoded: Encoded) -> Self {
        Self { code: encoded.code, body: encoded.body, fault: None }
    }
}

/// Does not show the body: it may hold a first password.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code)
            .field("length", &self.body.len())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        let body = answer_body(fault.code(), fault.message().as_str(), &Nothing);
        Self { code: fault.code(), body, fault: Some(fault) }
    }
}

/// A reply that has been written.
#[doc(hidden)]
pub struct Encoded {
    pub(crate) code: ResultCode,
    pub(crate) body: Bytes,
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("code", &self.code)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Encoded {
    /// The body.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// `000000` with these members.
    pub fn success(members: &impl super::ReplyMembers) -> Self {
        let message = members.result_msg().map_or(SUCCESS, |message| message.as_str());
        Self { code: ResultCode::SUCCESS, body: answer_body(ResultCode::SUCCESS, message, members) }
    }
}

/// A type that answers the activity whose request is `A`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the reply of `{A}`",
    label = "not the reply of this activity",
    note = "the reply of an activity is the `…Reply` beside its request, or `()` where the vendor asks for a result only"
)]
pub trait ReplyOf<A: Request> {
    /// Writes it.
    #[doc(hidden)]
    fn encode(self, context: &Context) -> Result<Encoded, Fault>;
}

/// What a method of a handler returns: `Result<reply, error>`.
#[diagnostic::on_unimplemented(
    message = "a marketplace method returns a `Result`, not `{Self}`",
    label = "not a `Result`",
    note = "return `Result<reply, error>`; if it cannot fail, the error is `std::convert::Infallible`"
)]
pub trait Outcome<A: Request> {
    /// Writes it.
    #[doc(hidden)]
    fn into_answer(self, context: &Context) -> Answer;
}

impl<A: Request, T: ReplyOf<A>, E: IntoFault> Outcome<A> for Result<T, E> {
    fn into_answer(self, context: &Context) -> Answer {
        match self {
            Ok(reply) => reply.encode(context).map_or_else(Answer::from, Answer::encoded),
            Err(error) => Answer::from(error.into_fault()),
        }
    }
}
