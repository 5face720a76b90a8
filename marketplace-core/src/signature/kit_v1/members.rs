//! The members of a body, as they are signed.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::call::{Parameters, is_too_deep};
use crate::signature::pair::{MOST_PAIRS, by_utf16, could_be_split, is_name};
use crate::signature::token;

/// The members of a body but for those that are `null`, each name once, in the order in which they are signed.
pub(super) struct Members<'b>(Vec<(String, Cow<'b, str>)>);

impl<'b> Members<'b> {
    /// Nothing, if the body cannot be read, or could be read in two ways. It takes time in proportion to its length.
    pub(super) fn read(body: &'b [u8]) -> Option<Self> {
        let json = str::from_utf8(body).ok()?;
        if is_too_deep(json) {
            return None;
        }
        let Object(mut members) = serde_json::from_str(json).ok()?;
        members.sort_by(|(one, _), (other, _)| by_utf16(one, other));
        if members.windows(2).any(|two| matches!(two, [(one, _), (other, _)] if one == other)) {
            return None;
        }
        let mut read = Vec::with_capacity(members.len());
        for (name, raw) in members {
            // With an `activity`, the same text would be a V1 call.
            if !is_name(&name) || name == "activity" {
                return None;
            }
            if let Some(value) = value(raw)? {
                read.push((name, value));
            }
        }
        Some(Self(read))
    }

    pub(super) fn time_stamp(&self) -> Option<&str> {
        let (_, stamp) = self.0.iter().find(|(name, _)| name == "timeStamp")?;
        token::is_time_stamp(stamp).then_some(stamp)
    }

    /// The texts that may have been signed: without the blank members, as the vendor's sample does it, or with them.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        let has_blank = self.0.iter().any(|(_, value)| is_blank(value));
        [false, true].into_iter().filter(move |blank| has_blank || !blank).map(|blank| self.text(blank))
    }

    fn text(&self, blank: bool) -> String {
        let signed = self.0.iter().filter(|(_, value)| blank || !is_blank(value));
        Parameters::write(signed.map(|(name, value)| (&**name, &**value))).0
    }
}

/// A value as it is signed: `Some(None)` if it is `null`, nothing if it could be taken for several members.
fn value(raw: &RawValue) -> Option<Option<Cow<'_, str>>> {
    let raw = raw.get();
    match raw.bytes().next()? {
        b'n' => Some(None),
        b'"' => {
            let text = text(raw)?;
            (!could_be_split(&text) || is_json(&text)).then_some(Some(text))
        }
        _ => Some(Some(Cow::Borrowed(raw))),
    }
}

fn text(raw: &str) -> Option<Cow<'_, str>> {
    if raw.contains('\\') {
        return serde_json::from_str(raw).ok().map(Cow::Owned);
    }
    raw.strip_prefix('"')?.strip_suffix('"').map(Cow::Borrowed)
}

/// An object or a list, in which `&` may stand anywhere: whoever splits it is left with pieces that are none.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{']) && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Blank as Java has it: other than here, spaces that do not break count as letters.
fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| match letter {
        '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => false,
        '\u{1c}'..='\u{1f}' => true,
        other => other.is_whitespace(),
    })
}

/// The members of an object in the order in which they are written, their values unread.
struct Object<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() == MOST_PAIRS {
                        return Err(A::Error::custom("too many members"));
                    }
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Option<Vec<String>> {
        Members::read(body.as_bytes()).map(|members| members.texts().collect())
    }

    #[test]
    fn members_are_signed_as_they_are_written() {
        let body = r#" {"flag" : 1, "b":"\u5b9e\/\"x\"", "Z":1.50, "list":[ 1,{"a":"&b=" } ], "no":null, "t":true,
            "text":"[{\"a\":\"1&b=2\"}]", "e":"", "blank":" \t", "space":"\u00a0", "plain":"A & B"}"#;
        let rest =
            "flag=1&list=[ 1,{\"a\":\"&b=\" } ]&plain=A & B&space=\u{a0}&t=true&text=[{\"a\":\"1&b=2\"}]";
        assert_eq!(
            texts(body).unwrap(),
            [format!("Z=1.50&b=实/\"x\"&{rest}"), format!("Z=1.50&b=实/\"x\"&blank= \t&e=&{rest}")]
        );
        assert_eq!(texts(r#"{"a":"1"}"#).unwrap(), ["a=1"]);
    }

    #[test]
    fn refuses_what_could_be_read_in_two_ways() {
        for body in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":null,"a":1}"#,
            r#"{"activity":"newInstance"}"#,
            r#"{"activity":null}"#,
            r#"{"a=1&b":"2"}"#,
            r#"{"a=1":"2"}"#,
            r#"{"":"2"}"#,
            r#"{"a":"1&b=2"}"#,
            r#"{"a":"1\u0026b\u003d2"}"#,
            r#"{"a":"[1&b=2"}"#,
            r#"{"a":"[1]&b=2"}"#,
            r#"{"a":"\ud800"}"#,
        ] {
            assert_eq!(texts(body), None, "{body}");
        }
    }

    #[test]
    fn refuses_what_is_no_object() {
        let deep = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
        assert!(texts(&deep(100)).is_some());
        let many: Vec<_> = (0..200).map(|at| format!("\"m{at}\":1")).collect();
        let many = format!("{{{}}}", many.join(","));
        let unclosed = format!("{{\"a\":{}", "[".repeat(10_000));
        for body in
            ["", "[]", "1", "null", "{", r#"{"a":1} x"#, "\u{feff}{}", &deep(10_000), &many, &unclosed]
        {
            assert_eq!(texts(body), None);
        }
        assert!(Members::read(b"{\"a\":\"\xff\"}").is_none());
    }
}
