//! A call, from its verification to its typed request.

mod bare_names;
mod decode;
mod field;
mod instance_ids;
mod json_list;
mod json_text;
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
pub use json_list::JsonList;
pub use list::List;
pub(crate) use parameters::Parameters;
pub use text::CallText;
pub(crate) use verified::Content;
pub use verified::Verified;
