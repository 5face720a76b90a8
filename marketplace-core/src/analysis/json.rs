//! A JSON text as it is written, and other ways to write it.
//!
//! Escapes and numbers keep their letters unless they are the thing to be changed: what is signed is bytes.

mod style;

pub(super) use style::{Order, Slash, Space, Style, Unicode, escape, permutations};

use serde::de::IgnoredAny;

/// Deeper texts are not read.
const DEEPEST: usize = 64;

/// One value. Texts keep their quotes and escapes.
#[derive(Debug)]
pub(super) enum Node<'j> {
    Object(Vec<Member<'j>>),
    Array(Vec<Node<'j>>),
    Text(&'j str),
    /// A number, a truth value or `null`.
    Plain(&'j str),
}

/// One member of an object.
#[derive(Debug)]
pub(super) struct Member<'j> {
    /// With quotes and escapes.
    pub(super) name: &'j str,
    /// The letters of the value, without white space around it.
    pub(super) raw: &'j str,
    pub(super) value: Node<'j>,
}

impl<'j> Node<'j> {
    /// Nothing, if it is not one value of JSON of bounded depth.
    pub(super) fn read(text: &'j str) -> Option<Self> {
        serde_json::from_str::<IgnoredAny>(text).ok()?;
        Reader { rest: text }.value(DEEPEST)
    }

    pub(super) fn members(&self) -> &[Member<'j>] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Plain("null"))
    }

    pub(super) fn written(&self, style: &Style) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(style, 0, &mut out);
        out
    }

    fn write(&self, style: &Style, level: usize, out: &mut Vec<u8>) {
        match self {
            Self::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| level > 0 || style.without != Some(*at))
                    .map(|(_, member)| member)
                    .filter(|member| !(style.without_nulls && member.value.is_null()))
                    .collect();
                match style.order {
                    Order::AsSent => {}
                    Order::Ascending => members.sort_by(|one, other| one.name.cmp(other.name)),
                    Order::Descending => members.sort_by(|one, other| other.name.cmp(one.name)),
                    Order::Table => members.sort_by_key(|member| style::place_in_table(member.name)),
                    Order::Permuted(order) if level == 0 => members = style::permute(members, order),
                    Order::Permuted(_) => {}
                }
                out.push(b'{');
                let count = members.len();
                for (at, member) in members.into_iter().enumerate() {
                    style.space.before_member(at, level + 1, out);
                    style.letters(member.name, out);
                    out.extend_from_slice(style.space.colon());
                    member.value.write(style, level + 1, out);
                }
                style.space.after_members(count, level, out);
                out.push(b'}');
            }
            Self::Array(values) => {
                out.push(b'[');
                for (at, value) in values.iter().enumerate() {
                    style.space.before_value(at, level + 1, out);
                    value.write(style, level + 1, out);
                }
                style.space.after_values(values.len(), level, out);
                out.push(b']');
            }
            Self::Text(raw) => style.letters(raw, out),
            Self::Plain(raw) => out.extend_from_slice(raw.as_bytes()),
        }
    }
}

/// What a text with its quotes says; its letters, if that is not Unicode.
pub(super) fn decoded(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_else(|_| inner(raw).to_owned())
}

/// A text without its quotes.
pub(super) fn inner(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw)
}

/// Reads what is known to be JSON.
struct Reader<'j> {
    rest: &'j str,
}

impl<'j> Reader<'j> {
    fn value(&mut self, depth: usize) -> Option<Node<'j>> {
        let depth = depth.checked_sub(1)?;
        match self.next()? {
            b'{' => {
                let mut members = Vec::new();
                self.skip(1);
                while self.next()? != b'}' {
                    if self.next()? == b',' {
                        self.skip(1);
                        self.next()?;
                    }
                    let name = self.text()?;
                    (self.next()? == b':').then(|| self.skip(1))?;
                    self.next()?;
                    let before = self.rest;
                    let value = self.value(depth)?;
                    let raw = before.get(..before.len() - self.rest.len())?;
                    members.push(Member { name, raw, value });
                }
                self.skip(1);
                Some(Node::Object(members))
            }
            b'[' => {
                let mut values = Vec::new();
                self.skip(1);
                while self.next()? != b']' {
                    if self.next()? == b',' {
                        self.skip(1);
                    }
                    values.push(self.value(depth)?);
                }
                self.skip(1);
                Some(Node::Array(values))
            }
            b'"' => self.text().map(Node::Text),
            _ => {
                let ends = |letter: char| matches!(letter, ',' | '}' | ']' | ' ' | '\n' | '\r' | '\t');
                let end = self.rest.find(ends).unwrap_or(self.rest.len());
                self.take(end).map(Node::Plain)
            }
        }
    }

    fn text(&mut self) -> Option<&'j str> {
        let mut is_escaped = false;
        let end = self.rest.bytes().skip(1).position(|letter| {
            let ends = letter == b'"' && !is_escaped;
            is_escaped = letter == b'\\' && !is_escaped;
            ends
        })?;
        self.take(end + 2)
    }

    /// The first letter that is not white space.
    fn next(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
        self.rest.bytes().next()
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self, bytes: usize) -> Option<&'j str> {
        let taken = self.rest.get(..bytes).filter(|taken| !taken.is_empty())?;
        self.skip(bytes);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, style: &Style) -> String {
        String::from_utf8(Node::read(text).unwrap().written(style)).unwrap()
    }

    #[test]
    fn what_is_not_to_be_changed_keeps_its_letters() {
        let text = r#"{"b":1.50e+3,"a":["\u00e4\/\"x\\",null,{}],"c":{"z":true,"y":-0}}"#;
        assert_eq!(written(text, &Style::default()), text);
        let spaced = r#" { "b" : 1.50e+3 , "a" : [ "\u00e4\/\"x\\" , null , { } ] , "c" : { "z" : true , "y" : -0 } } "#;
        assert_eq!(written(spaced, &Style::default()), text);
        let sorted = Style { order: Order::Ascending, without_nulls: true, ..Style::default() };
        assert_eq!(
            written(text, &sorted),
            r#"{"a":["\u00e4\/\"x\\",null,{}],"b":1.50e+3,"c":{"y":-0,"z":true}}"#
        );
        let first = Style { without: Some(0), order: Order::Descending, ..Style::default() };
        assert_eq!(written(text, &first), r#"{"c":{"z":true,"y":-0},"a":["\u00e4\/\"x\\",null,{}]}"#);
    }

    #[test]
    fn escapes_are_changed_both_ways() {
        let style = |unicode, slash| Style { unicode, slash, ..Style::default() };
        let text = "{\"k\":\"实😀/<\\\\u\"}";
        assert_eq!(
            written(text, &style(Unicode::Escaped, Slash::Escaped)),
            r#"{"k":"\u5b9e\ud83d\ude00\/<\\u"}"#
        );
        assert_eq!(written(text, &style(Unicode::Html, Slash::AsSent)), "{\"k\":\"实😀/\\u003c\\\\u\"}");
        let escaped = r#"{"k":"\u5B9e\ud83d\ude00\/\u003c\\u\u0022\u000a\ud83d"}"#;
        assert_eq!(
            written(escaped, &style(Unicode::Letters, Slash::Plain)),
            "{\"k\":\"实😀/<\\\\u\\u0022\\u000a\\ud83d\"}"
        );
    }

    #[test]
    fn white_space_is_that_of_the_usual_writers() {
        let text = r#"{"a":[1,2],"b":{},"c":[]}"#;
        let space = |space| written(text, &Style { space, ..Style::default() });
        assert_eq!(space(Space::Blanks), r#"{"a": [1, 2], "b": {}, "c": []}"#);
        assert_eq!(
            space(Space::Lines(0)),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}"
        );
        assert_eq!(space(Space::Jackson), "{\n  \"a\" : [ 1, 2 ],\n  \"b\" : { },\n  \"c\" : [ ]\n}");
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_not_read() {
        for text in ["", "{", "{}}", "[1,]", "{\"a\" 1}", "\u{feff}{}", &"[".repeat(100_000)] {
            assert!(Node::read(text).is_none());
        }
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Node::read(&deep(DEEPEST)).is_some());
        assert!(Node::read(&deep(DEEPEST + 1)).is_none());
        assert!(Node::read(&deep(100_000)).is_none());
    }
}
