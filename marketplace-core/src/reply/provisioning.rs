//! Ready now, or later.

use super::ReplyOf;
use super::answer::Encoded;
use crate::handler::{Context, Request};
use crate::reply::{ReplyMembers, answer_body};
use crate::{Fault, InstanceId, ResultCode};

/// The answer of an activity that may take its time.
///
/// KooGallery gives up on an answer after 5 seconds (some pages say 20). A tenant that takes longer to set up is answered
/// [`Provisioning::Pending`], result code `000004`; after a `newInstance`, KooGallery then calls `queryInstance` for the
/// instance id until that answers `000000`. After a `getLicenseAsync`, the seller uploads the licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provisioning<R> {
    /// Done: `000000`.
    Ready(R),
    /// Not done yet: `000004`, with the reserved instance id where the activity has one.
    Pending,
}

/// An activity that the protocol allows to be answered later.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be answered later",
    label = "`Provisioning` is not allowed here",
    note = "only `newInstance`, `queryInstance`, `getLicense` and `getLicenseAsync` may be answered with `Provisioning`"
)]
pub trait AnswersLater {}

impl<A: Request + AnswersLater, R: ReplyOf<A>> ReplyOf<A> for Provisioning<R> {
    fn encode(self, context: &Context) -> Result<Encoded, Fault> {
        match self {
            Self::Ready(reply) => reply.encode(context),
            Self::Pending => {
                Ok(Encoded { code: ResultCode::PROCESSING, body: processing(context.reserved()) })
            }
        }
    }
}

/// `000004`, with the reserved instance id if there is one.
pub(crate) fn processing(reserved: Option<&InstanceId>) -> bytes::Bytes {
    struct Pending<'a>(Option<&'a str>);
    impl ReplyMembers for Pending<'_> {
        fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
            self.0.map_or(Ok(()), |id| map.serialize_entry("instanceId", id))
        }
    }
    let id = reserved.map(InstanceId::as_str);
    answer_body(ResultCode::PROCESSING, "the request is being processed", &Pending(id))
}
