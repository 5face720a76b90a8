//! Writing an answer.

use std::io;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};

use crate::{ResultCode, Text};

/// The members of an object of an answer, as the message macro generates them.
#[doc(hidden)]
pub trait ReplyMembers {
    /// Writes each member that is there, by its name on the wire.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// The seller's own `resultMsg`, if one was given.
    fn result_msg(&self) -> Option<&Text<255>> {
        None
    }
}

/// An answer that has only a result.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl ReplyMembers for Nothing {
    fn write<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// Serialises members as an object of their own.
#[doc(hidden)]
pub fn serialize_members<T: ReplyMembers, S: Serializer>(
    members: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    members.write(&mut map)?;
    map.end()
}

/// Writes one member of an answer.
#[doc(hidden)]
pub fn write_member<T: super::ReplyField, M: SerializeMap>(
    map: &mut M,
    name: &'static str,
    value: &T,
) -> Result<(), M::Error> {
    map.serialize_entry(name, value)
}

/// The body of an answer: `resultCode` and `resultMsg` first, then its members. Compact JSON in ASCII.
///
/// The vendor wants what is not ASCII as `\uXXXX`; so everything is, and no charset can spoil it. `resultMsg` is always
/// there, because the debugging console demands it although the tables do not.
#[must_use]
pub fn answer_body(code: ResultCode, message: &str, members: &impl ReplyMembers) -> Bytes {
    struct Body<'a, T>(ResultCode, &'a str, &'a T);
    impl<T: ReplyMembers> Serialize for Body<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("resultCode", &self.0)?;
            map.serialize_entry("resultMsg", self.1)?;
            self.2.write(&mut map)?;
            map.end()
        }
    }
    // Enough for an answer with an instance id, and little to keep for one that is remembered.
    let mut body = Vec::with_capacity(128);
    let mut json = serde_json::Serializer::with_formatter(&mut body, Ascii(CompactFormatter));
    match Body(code, message, members).serialize(&mut json) {
        Ok(()) => Bytes::from(body),
        // Nothing that an answer can hold fails to become JSON in memory; if it did, this is the truth.
        Err(_) => Bytes::from_static(br#"{"resultCode":"000005","resultMsg":"internal error"}"#),
    }
}

struct Ascii(CompactFormatter);

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.is_ascii() {
            return writer.write_all(fragment.as_bytes());
        }
        let mut units = [0; 2];
        for letter in fragment.chars() {
            if letter.is_ascii() {
                writer.write_all(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
            } else {
                for unit in letter.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_ascii_only() {
        let body = answer_body(ResultCode::SOLD_OUT, "卖完了 🦀 \"\\\n", &Nothing);
        assert!(body.is_ascii());
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(read["resultMsg"], "卖完了 🦀 \"\\\n");
    }
}
