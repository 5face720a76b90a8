//! The documented sort step, tried only when the bytes that travelled do not verify.
//!
//! The pages say that the body's parameters are sorted by name before signing: from Z to A on the international and
//! European sites, from A to Z on the China site, not at all on the licence page. Every body ever seen is already
//! compact and ascending, so that its raw bytes verify. This is for a body that is not.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Whether a body whose bytes do not verify is tried again with sorted members, as the vendor's pages document it.
///
/// It is on by default, because the pages say so; a seller whose log never shows a sorted match may switch it off. With
/// it on, a stranger still cannot alter what is signed: the handler sees the sorted bytes, which are the signed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortStep {
    /// Try the sorted body after the raw one.
    #[default]
    On,
    /// Raw bytes only.
    Off,
}

/// In which order the members of each object were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// From A to Z, as the China site says.
    Ascending,
    /// From Z to A, as the international site says.
    Descending,
}

/// Which bodies are sorted at all: nobody has vouched for them yet, and each level is read once more.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: usize,
    pub(super) levels: usize,
}

/// The body with its members sorted at every level, or nothing if it is not worth a try.
///
/// Members whose value is `null` are dropped, the result is written compactly, and numbers keep their text. Nothing comes
/// of a body beyond the limits, with a member twice, or already in this order.
pub(super) fn sorted(body: &[u8], order: SortOrder, limits: Limits) -> Option<Bytes> {
    if body.len() > limits.bytes {
        return None;
    }
    let root: &RawValue = serde_json::from_slice(body).ok()?;
    let mut sorted = Vec::with_capacity(body.len());
    write(root.get(), order, limits.levels, &mut sorted)?;
    (sorted != body).then(|| Bytes::from(sorted))
}

fn write(value: &str, order: SortOrder, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match value.bytes().next()? {
        b'{' => {
            let Members(members) = serde_json::from_str(value).ok()?;
            let mut members: Vec<_> = members.iter().filter(|(_, member)| member.get() != "null").collect();
            if order == SortOrder::Descending {
                members.reverse();
            }
            out.push(b'{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, name).ok()?;
                out.push(b':');
                write(member.get(), order, depth, out)?;
            }
            out.push(b'}');
            Some(())
        }
        b'[' => {
            let members: Vec<&RawValue> = serde_json::from_str(value).ok()?;
            out.push(b'[');
            for (at, member) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(member.get(), order, depth, out)?;
            }
            out.push(b']');
            Some(())
        }
        b'"' => {
            let text: String = serde_json::from_str(value).ok()?;
            serde_json::to_writer(out, &text).ok()
        }
        _ => {
            out.extend_from_slice(value.as_bytes());
            Some(())
        }
    }
}

/// The members of an object by name. A name given twice is an error: which of the two was signed?
struct Members<'de>(BTreeMap<String, &'de RawValue>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, member)) = map.next_entry::<String, &RawValue>()? {
                    if members.insert(name, member).is_some() {
                        return Err(serde::de::Error::custom("a member is given twice"));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { bytes: 64 * 1024, levels: 16 };

    #[test]
    fn sorts_at_every_level() {
        let body = r#"{ "b" : [ {"y":1.50, "x":null}, "\u5b9e/" ], "a" : "1" , "c":null }"#;
        let ascending = r#"{"a":"1","b":[{"y":1.50},"实/"]}"#;
        let descending = r#"{"b":[{"y":1.50},"实/"],"a":"1"}"#;
        assert_eq!(sorted(body.as_bytes(), SortOrder::Ascending, LIMITS).unwrap(), ascending);
        assert_eq!(sorted(body.as_bytes(), SortOrder::Descending, LIMITS).unwrap(), descending);
        assert_eq!(sorted(ascending.as_bytes(), SortOrder::Ascending, LIMITS), None);
    }

    #[test]
    fn leaves_alone_what_it_cannot_judge() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let wide = format!("{{\"b\":1,\"a\":\"{}\"}}", "a".repeat(LIMITS.bytes));
        for body in [r#"{"b":1,"a":1,"a":2}"#, "{", "", &deep, &deep[..40_000], &wide, "\u{feff}{}", "{}"] {
            assert_eq!(sorted(body.as_bytes(), SortOrder::Ascending, LIMITS), None);
        }
    }
}
