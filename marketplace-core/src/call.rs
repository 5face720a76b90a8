//! A call, from its verification to its typed request.

mod decode;
mod digits;
mod extend_params;
mod field;
mod from_text;
mod instance_ids;
mod list;
mod parameter_value;
mod parameters;
mod plain;
mod sealed_field;
mod skipped;
mod text;
mod verified;
mod yes_no;

pub use decode::{DecodeError, Decoded, Decoder, Fields, Source, decode, decode_object, read};
pub use digits::Digits;
pub use extend_params::{ExtendParam, ExtendParams, ExtendParamsView, UnreadableExtendParams};
pub use field::RequestField;
pub(crate) use from_text::from_text;
pub use instance_ids::{InstanceIdList, InstanceIds};
pub use list::List;
pub(crate) use parameters::Parameters;
pub use sealed_field::{SealedEmail, SealedField, SealedMobilePhone};
pub(crate) use skipped::is_too_deep;
pub use text::CallText;
pub(crate) use verified::Content;
pub use verified::Verified;
pub use yes_no::YesNo;
