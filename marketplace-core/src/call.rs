//! A call, from its verification to its typed request.

mod decode;
mod field;
mod instance_ids;
mod list;
mod parameter_value;
mod parameters;
mod plain;
mod skipped;
mod text;
mod verified;

pub use decode::{DecodeError, Decoded, Decoder, Fields, Source, decode, decode_object, read};
pub use field::RequestField;
pub use instance_ids::{InstanceIdList, InstanceIds};
pub use list::List;
pub(crate) use parameters::Parameters;
pub(crate) use skipped::is_too_deep;
pub use text::CallText;
pub(crate) use verified::Content;
pub use verified::Verified;
