//! A call, from its verification to its typed request.

mod bare_names;
mod beijing_time;
mod decode;
mod field;
mod instance_ids;
mod json_list;
mod json_text;
mod list;
mod parameter_value;
mod parameters;
mod plain;
mod scalar;
mod skipped;
mod text;
mod true_or_false;
mod verified;

pub use beijing_time::BeijingTime;
pub use decode::{DecodeError, Decoded, Decoder, Fields, Source, decode, decode_object, read};
pub use field::RequestField;
pub use instance_ids::{InstanceIdList, InstanceIds};
pub use json_list::JsonList;
pub(crate) use json_text::from_json_text;
pub use list::List;
pub(crate) use parameters::Parameters;
pub(crate) use scalar::{Perhaps, scalar_field};
pub use text::CallText;
pub use true_or_false::TrueOrFalse;
pub(crate) use verified::Content;
pub use verified::Verified;
