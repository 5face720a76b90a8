//! What a call can have wrong, by guide.

use marketplace_core::Guide;

use crate::transport::Framing;

const NOT_AUTHENTIC: &[&str] = &["000001"];
const INVALID: &[&str] = &["000002"];
/// What the vendor's sample answers, and what its pages would have.
const EITHER: &[&str] = &["000001", "000002"];

/// One thing that is wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    /// The signature has another digit.
    Tampered(&'static str),
    /// Somebody else signed it.
    OtherKey,
    /// A field was changed after signing.
    Altered(&'static str),
    /// A parameter or header of the signature is missing.
    Without(&'static str),
    /// It is there twice, with two values.
    Twice(&'static str),
    /// It is ten minutes old.
    Stale,
    /// It is of the future.
    Future,
    /// It was accepted before.
    Replayed,
    /// A field is missing; the signature is right.
    WithoutField(&'static str),
    /// The body is cut off; the signature is right.
    NotJson,
    /// The activity is none.
    UnknownActivity,
    /// The body is far too long; the signature is right.
    TooLong(Framing),
}

/// A call with a defect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    pub(super) defect: Defect,
    /// Why there is no such call in this guide.
    pub(super) impossible: Option<&'static str>,
}

impl Probe {
    pub(super) fn name(&self) -> String {
        match self.defect {
            Defect::Tampered(_) => "a wrong signature is refused".to_owned(),
            Defect::OtherKey => "the signature of another key is refused".to_owned(),
            Defect::Altered(_) => "a call that was altered after signing is refused".to_owned(),
            Defect::Without(parameter) => format!("a call without `{parameter}` is refused"),
            Defect::Twice(parameter) => format!("a call with `{parameter}` twice is refused"),
            Defect::Stale => "a call of ten minutes ago is refused".to_owned(),
            Defect::Future => "a call of the future is refused".to_owned(),
            Defect::Replayed => "the same signed call again is refused".to_owned(),
            Defect::WithoutField(field) => format!("a call without the field `{field}` is refused"),
            Defect::NotJson => "a body that is cut off is refused".to_owned(),
            Defect::UnknownActivity => "an unknown activity is refused".to_owned(),
            Defect::TooLong(framing) => {
                format!("a body that is far too long, {}, is refused", framing.words())
            }
        }
    }

    pub(super) fn slug(&self) -> &'static str {
        match self.defect {
            Defect::Replayed => "replay-accepted",
            Defect::UnknownActivity => "unknown-activity-accepted",
            Defect::TooLong(_) => "oversize-accepted",
            _ => "refusal-accepted",
        }
    }

    /// The codes that are right.
    pub(super) fn codes(&self) -> &'static [&'static str] {
        match self.defect {
            Defect::Tampered(_) | Defect::OtherKey | Defect::Altered(_) => NOT_AUTHENTIC,
            Defect::WithoutField(_) | Defect::UnknownActivity => INVALID,
            _ => EITHER,
        }
    }
}

/// Everything that can be wrong with a call of this guide.
pub(super) fn all(guide: Guide) -> Vec<Probe> {
    let shape = Shape::of(guide);
    let mut defects =
        vec![Defect::Tampered(shape.signature), Defect::OtherKey, Defect::Altered(shape.altered)];
    defects.extend(shape.parameters.iter().map(|parameter| Defect::Without(parameter)));
    defects
        .extend(shape.parameters.iter().filter(|name| **name != "activity").map(|name| Defect::Twice(name)));
    defects.extend([Defect::Stale, Defect::Future, Defect::Replayed]);
    defects.extend(shape.fields.iter().map(|field| Defect::WithoutField(field)));
    defects.extend([
        Defect::NotJson,
        Defect::UnknownActivity,
        Defect::TooLong(Framing::Length),
        Defect::TooLong(Framing::Chunks),
    ]);
    defects.into_iter().map(|defect| Probe { defect, impossible: shape.impossible(defect) }).collect()
}

/// How the calls of a guide look.
struct Shape {
    /// Where the signature is.
    signature: &'static str,
    /// What the signature is made of.
    parameters: &'static [&'static str],
    /// A field that is signed.
    altered: &'static str,
    /// The fields without which there is no call.
    fields: &'static [&'static str],
    has_time: bool,
    has_body: bool,
    is_kit: bool,
}

impl Shape {
    fn of(guide: Guide) -> Self {
        match guide {
            Guide::V1 => Self {
                signature: "authToken",
                parameters: &["authToken", "timeStamp", "activity"],
                altered: "orderId",
                fields: &["customerId", "businessId", "orderId", "productId"],
                has_time: false,
                has_body: false,
                is_kit: false,
            },
            Guide::KitV1 => Self {
                signature: "authToken",
                parameters: &["authToken"],
                altered: "tenantId",
                fields: &["tenantId", "tenantCode", "flag"],
                has_time: false,
                has_body: true,
                is_kit: true,
            },
            Guide::KitV2 => Self {
                signature: "x-sign",
                parameters: &["x-sign", "x-timestamp", "x-nonce"],
                altered: "tenantId",
                fields: &["tenantId", "tenantCode", "flag"],
                has_time: true,
                has_body: true,
                is_kit: true,
            },
            _ => Self {
                signature: "signature",
                parameters: &["signature", "timestamp", "nonce"],
                altered: "orderId",
                fields: &["activity", "orderId", "orderLineId", "businessId"],
                has_time: true,
                has_body: true,
                is_kit: false,
            },
        }
    }

    fn impossible(&self, defect: Defect) -> Option<&'static str> {
        match defect {
            Defect::Stale | Defect::Future if !self.has_time => Some("this guide has no rule about time"),
            Defect::Replayed if !self.has_time => {
                Some("this guide has no nonce: a repeat cannot be told from a replay")
            }
            Defect::NotJson | Defect::TooLong(_) if !self.has_body => {
                Some("calls of this guide have no body")
            }
            Defect::UnknownActivity if self.is_kit => {
                Some("an activity of the kit is a path, and unknown ones are not called")
            }
            _ => None,
        }
    }
}
