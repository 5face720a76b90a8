//! KooGallery's seller protocol without I/O: typed calls, signatures, length-validated replies.
//!
//! Companies that sell SaaS on Huawei Cloud's KooGallery serve an interface that KooGallery calls. This crate holds what
//! that protocol *is*; [`marketplace-tower`](https://docs.rs/marketplace-tower) serves it, and is the one to depend on.
//! There is no clock, no randomness and no I/O here: they are arguments.

// The macros name this crate by its name, here too.
extern crate self as marketplace_core;

pub mod analysis;
pub mod call;
pub mod catalogue;
mod fault;
pub mod guide;
pub mod handler;
mod instance_id;
mod key;
mod mode;
pub mod open_api;
mod order_key;
mod percent;
pub mod reply;
mod result_code;
pub mod seal;
pub mod signature;
mod text;
mod wire;
mod work;

pub use call::{DecodeError, Verified};
pub use fault::{Fault, IntoFault};
pub use guide::{Guide, kit_v1, kit_v2, licence, v1, v2};
pub use instance_id::{InstanceId, UnusableInstanceId};
pub use key::{AccessKey, EmptyKeyRing, KeyRing, KeyState, UnusableKey, UnusableKeyDocument};
pub use mode::Mode;
pub use order_key::OrderKey;
pub use reply::{Answer, Provisioning, SecretText};
pub use result_code::ResultCode;
pub use seal::Sealed;
pub use text::{FieldTooLong, Text, TooLong};
pub use wire::{
    Amount, MarketTime, OrderAmount, UnixMillis, UnusableAmount, UnusableOrderAmount, UnusableTime,
    UnusableUtcTime, UtcTime,
};
pub use work::{Thing, Work, WorkKey, WorkKind};

#[doc = include_str!("handler/attribute.md")]
pub use marketplace_macros::marketplace_handler_core as marketplace_handler;

/// What generated code names. Not for use by hand; it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use bytes::Bytes;
    pub use serde;

    pub use crate::guide;

    pub use crate::call::{
        CallText, DecodeError, Decoded, Decoder, Fields, List, RequestField, Source, decode, decode_object,
        read,
    };
    pub use crate::handler::{Context, Driver, Handler, Method, Request, RequestOf, argument, serve};
    pub use crate::reply::{
        Encoded, IntoField, Nothing, Outcome, ReplyField, ReplyMembers, ReplyOf, field, serialize_members,
        write_member,
    };
    pub use crate::{Fault, FieldTooLong, Mode, Text, TooLong};
}
