//! A body as it was sent, and the bodies that may have been signed instead.

use super::json::{Node, Order, Slash, Space, Style, Unicode, permutations};
use super::slip::{Slip, Variant};
use super::verdict::VerdictCode;

/// Larger bodies are not written anew; their ends are still tried.
const LARGEST_JSON: usize = 256 * 1024;
/// Members of which each is left out once.
const MOST_MEMBERS: usize = 64;
const BOM: &[u8] = "\u{feff}".as_bytes();

/// A body that was sent, taken apart.
#[derive(Debug)]
pub(super) struct Body<'b> {
    sent: &'b [u8],
    has_bom: bool,
    before: &'b [u8],
    core: &'b [u8],
    after: &'b [u8],
    json: Option<Node<'b>>,
    /// The style in which the core is written; nothing, if in none of the usual ones.
    space: Option<Space>,
}

/// One change of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Order(Order),
    Space(Space),
    Unicode(Unicode),
    Slash(Slash),
    WithoutNulls,
    Without(usize),
    Empty,
    Bom,
    End(&'static [u8]),
    NoBlanksBefore,
    LineEnds(LineEnds),
    Latin1,
    Twice,
}

/// What becomes of the line ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnds {
    LineFeeds,
    CarriageReturns,
    None,
}

/// At most two changes.
pub(super) type Edits = Vec<Edit>;

impl<'b> Body<'b> {
    pub(super) fn new(sent: &'b [u8]) -> Self {
        let (has_bom, rest) = sent.strip_prefix(BOM).map_or((false, sent), |rest| (true, rest));
        let behind = rest.trim_ascii_start();
        let core = behind.trim_ascii_end();
        let before = rest.get(..rest.len() - behind.len()).unwrap_or_default();
        let after = behind.get(core.len()..).unwrap_or_default();
        let text = (sent.len() <= LARGEST_JSON).then(|| str::from_utf8(core).ok()).flatten();
        let json = text.and_then(Node::read);
        let is_written = |space: &Space| {
            let style = Style { space: *space, ..Style::default() };
            json.as_ref().is_some_and(|json| json.written(&style) == core)
        };
        let space = Space::ALL.into_iter().find(is_written);
        Self { sent, has_bom, before, core, after, json, space }
    }

    pub(super) fn json(&self) -> Option<&Node<'b>> {
        self.json.as_ref()
    }

    pub(super) fn has_bom(&self) -> bool {
        self.has_bom
    }

    /// The sent body first; if the scheme sorts, the sorted one is as right. Then everything that may have been signed.
    pub(super) fn texts(&self, is_sorted: bool) -> Vec<Variant<Edits>> {
        let mut texts = vec![Variant::right(Vec::new())];
        if is_sorted && self.json.is_some() {
            texts.push(Variant::right(vec![Edit::Order(Order::Ascending), Edit::Space(Space::Compact)]));
            texts.push(Variant::right(vec![Edit::WithoutNulls, Edit::Order(Order::Ascending)]));
        }
        let edits = self.edits(is_sorted);
        for (edit, slip) in &edits {
            texts.push(Variant::wrong(slip.clone(), vec![*edit]));
        }
        for (at, (edit, slip)) in edits.iter().enumerate() {
            for (other, other_slip) in edits.iter().skip(at + 1) {
                let is_pair = edit.kind() != other.kind() && !edit.stands_alone() && !other.stands_alone();
                if is_pair {
                    let slips = vec![slip.clone(), other_slip.clone()];
                    texts.push(Variant { slips, value: vec![*edit, *other] });
                }
            }
        }
        texts
    }

    /// The body with changes; nothing, if it cannot be changed so.
    pub(super) fn write(&self, edits: &[Edit]) -> Option<Vec<u8>> {
        if edits.is_empty() {
            return Some(self.sent.to_vec());
        }
        let mut style = Style { space: self.space.unwrap_or_default(), ..Style::default() };
        let (mut has_bom, mut before, mut after) = (self.has_bom, self.before, self.after);
        let mut is_written_anew = false;
        for edit in edits {
            is_written_anew |= edit.is_of_json();
            match edit {
                Edit::Order(order) => style.order = *order,
                Edit::Space(space) => style.space = *space,
                Edit::Unicode(unicode) => style.unicode = *unicode,
                Edit::Slash(slash) => style.slash = *slash,
                Edit::WithoutNulls => style.without_nulls = true,
                Edit::Without(at) => style.without = Some(*at),
                Edit::Empty => return Some(Vec::new()),
                Edit::Bom => has_bom = !has_bom,
                Edit::End(end) => after = end,
                Edit::NoBlanksBefore => before = b"",
                Edit::LineEnds(_) | Edit::Latin1 | Edit::Twice => {}
            }
        }
        let anew = if is_written_anew { Some(self.json.as_ref()?.written(&style)) } else { None };
        let core = anew.as_deref().unwrap_or(self.core);
        let bom: &[u8] = if has_bom { BOM } else { b"" };
        let mut body = [bom, before, core, after].concat();
        for edit in edits {
            match edit {
                Edit::LineEnds(ends) => body = with_line_ends(&body, *ends),
                Edit::Latin1 => body = latin_1(&body)?,
                Edit::Twice => body = encoded_twice(&body),
                _ => {}
            }
        }
        Some(body)
    }

    fn edits(&self, is_sorted: bool) -> Vec<(Edit, Slip)> {
        let mut edits = Vec::new();
        self.edit_ends(&mut edits);
        if let Some(json) = &self.json {
            self.edit_json(json, is_sorted, &mut edits);
        }
        if !self.sent.is_ascii() {
            edits.push((Edit::Latin1, Slip::about(VerdictCode::Latin1, "the body in Latin-1")));
            edits.push((Edit::Twice, Slip::about(VerdictCode::Latin1, "the body encoded in UTF-8 twice")));
        }
        if !self.sent.is_empty() {
            edits.push((Edit::Empty, Slip::new(VerdictCode::BodyEmpty)));
        }
        edits
    }

    fn edit_ends(&self, edits: &mut Vec<(Edit, Slip)>) {
        let mut push = |edit, code, about: &str| edits.push((edit, Slip::about(code, about)));
        let ends = VerdictCode::BodyTrailingNewline;
        if self.after.is_empty() {
            push(Edit::End(b"\n"), ends, "the sent body and a line feed");
            push(Edit::End(b"\r\n"), ends, "the sent body and a line end (CR LF)");
        } else if self.after.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            push(Edit::End(b""), ends, "the sent body without the line end behind it");
            push(Edit::End(b"\n"), ends, "the sent body with a line feed as its only end");
        } else {
            push(
                Edit::End(b""),
                VerdictCode::BodyWhitespace,
                "the sent body without the white space behind it",
            );
        }
        let about = if self.has_bom {
            "the sent body without its mark"
        } else {
            "a byte order mark and the sent body"
        };
        push(Edit::Bom, VerdictCode::BodyBom, about);
        if !self.before.is_empty() {
            let about = "the sent body without the white space before it";
            push(Edit::NoBlanksBefore, VerdictCode::BodyWhitespace, about);
        }
        if self.core.contains(&b'\n') {
            for (to, about) in [
                (LineEnds::LineFeeds, "the sent body with line feeds as line ends"),
                (LineEnds::CarriageReturns, "the sent body with CR LF as line ends"),
                (LineEnds::None, "the sent body without its line ends"),
            ] {
                push(Edit::LineEnds(to), VerdictCode::BodyWhitespace, about);
            }
        }
    }

    fn edit_json(&self, json: &Node<'_>, is_sorted: bool, edits: &mut Vec<(Edit, Slip)>) {
        let mut push = |edit, code, about: &str| edits.push((edit, Slip::about(code, about)));
        let order = VerdictCode::BodyKeyOrder;
        if !is_sorted {
            push(Edit::Order(Order::Ascending), order, "the body with its members sorted from A to Z");
        }
        push(Edit::Order(Order::Descending), order, "the body with its members sorted from Z to A");
        for space in Space::ALL.into_iter().filter(|space| Some(*space) != self.space) {
            let about = match space {
                Space::Compact => "the body without white space between its tokens",
                Space::Blanks => "the body with a blank after each comma and colon",
                Space::Lines(_) => "the body in indented lines",
                Space::Jackson => "the body in the indented lines of Jackson",
            };
            push(Edit::Space(space), VerdictCode::BodyWhitespace, about);
        }
        let unicode = VerdictCode::BodyEscapedUnicode;
        if !self.core.is_ascii() {
            push(Edit::Unicode(Unicode::Escaped), unicode, "the body with `\\u…` for all letters but ASCII");
            push(
                Edit::Unicode(Unicode::EscapedUpper),
                unicode,
                "the body with `\\u…` in upper case for all but ASCII",
            );
        }
        if self.core.iter().any(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            push(
                Edit::Unicode(Unicode::Html),
                unicode,
                "the body with `\\u003c`, `\\u003e`, `\\u0026` for <, > and &",
            );
        }
        if self.core.windows(2).any(|two| two == b"\\u") {
            push(Edit::Unicode(Unicode::Letters), unicode, "the body with letters instead of its `\\u…`");
        }
        if self.core.windows(2).any(|two| two == b"\\/") {
            push(
                Edit::Slash(Slash::Plain),
                VerdictCode::BodyEscapedSlash,
                "the body with `/` instead of its `\\/`",
            );
        }
        if self.core.contains(&b'/') {
            push(
                Edit::Slash(Slash::Escaped),
                VerdictCode::BodyEscapedSlash,
                "the body with `\\/` instead of its `/`",
            );
        }
        if has_null(json) {
            push(Edit::WithoutNulls, VerdictCode::EmptyValueDropped, "the members that are `null`");
        }
        let members = json.members();
        if members.len() > 1 {
            for (at, member) in members.iter().enumerate().take(MOST_MEMBERS) {
                push(Edit::Without(at), VerdictCode::ParameterUnsigned, super::json::inner(member.name));
            }
            push(
                Edit::Order(Order::Table),
                order,
                "the body with its members as the vendor's tables list them",
            );
            for other in 1..permutations(members.len()) {
                push(
                    Edit::Order(Order::Permuted(other)),
                    order,
                    "the body with its members in another order",
                );
            }
        }
    }
}

impl Edit {
    /// Of one kind, there is only one change at a time.
    fn kind(self) -> u8 {
        match self {
            Self::Order(_) => 0,
            Self::Space(_) | Self::LineEnds(_) => 1,
            Self::Unicode(_) => 2,
            Self::Slash(_) => 3,
            Self::WithoutNulls => 4,
            Self::Bom => 5,
            Self::End(_) => 6,
            Self::NoBlanksBefore => 7,
            Self::Latin1 | Self::Twice => 8,
            Self::Without(_) | Self::Empty => 9,
        }
    }

    fn stands_alone(self) -> bool {
        matches!(self, Self::Without(_) | Self::Empty | Self::Order(Order::Table | Order::Permuted(_)))
    }

    fn is_of_json(self) -> bool {
        matches!(
            self,
            Self::Order(_)
                | Self::Space(_)
                | Self::Unicode(_)
                | Self::Slash(_)
                | Self::WithoutNulls
                | Self::Without(_)
        )
    }
}

fn has_null(json: &Node<'_>) -> bool {
    match json {
        Node::Object(members) => {
            members.iter().any(|member| member.value.is_null() || has_null(&member.value))
        }
        Node::Array(values) => values.iter().any(has_null),
        Node::Text(_) | Node::Plain(_) => false,
    }
}

fn with_line_ends(body: &[u8], ends: LineEnds) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for byte in body {
        match (byte, ends) {
            (b'\r', _) | (b'\n', LineEnds::None) => {}
            (b'\n', LineEnds::CarriageReturns) => out.extend_from_slice(b"\r\n"),
            _ => out.push(*byte),
        }
    }
    out
}

/// A text in Latin-1, with `?` for letters that it does not have, as Java writes. Nothing, if it is not UTF-8.
pub(super) fn latin_1(text: &[u8]) -> Option<Vec<u8>> {
    let letters = str::from_utf8(text).ok()?.chars();
    Some(letters.map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect())
}

/// A text whose bytes were taken for Latin-1 and encoded in UTF-8 once more.
pub(super) fn encoded_twice(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(body: &str) -> Vec<String> {
        let body = Body::new(body.as_bytes());
        let texts = body.texts(false);
        texts
            .iter()
            .filter_map(|text| body.write(&text.value))
            .map(|text| String::from_utf8_lossy(&text).into())
            .collect()
    }

    #[test]
    fn the_body_as_it_was_sent_stands_first() {
        for body in ["", " ", "{\"a\":1}\n", "\u{feff} {}", "no json", "{ \"a\":1 }"] {
            assert_eq!(all(body).first().unwrap(), body);
        }
    }

    #[test]
    fn python_writes_blanks_and_escapes_at_once() {
        let written = all("{\"b\":\"实\",\"a\":1}");
        for expected in [
            "{\"b\": \"\\u5b9e\", \"a\": 1}",
            "{\"a\":1,\"b\":\"实\"}",
            "{\"b\":\"实\",\"a\":1}\r\n",
            "\u{feff}{\"b\":\"实\",\"a\":1}",
            "{\"a\":1}",
            "",
        ] {
            assert!(written.iter().any(|text| text == expected), "{expected}");
        }
    }

    #[test]
    fn white_space_of_no_usual_kind_is_kept_unless_it_is_changed() {
        let body = Body::new(b"{ \"b\":1,\"a\" : 2}");
        assert_eq!(body.write(&[Edit::End(b"\n")]).unwrap(), b"{ \"b\":1,\"a\" : 2}\n");
        assert_eq!(body.write(&[Edit::Space(Space::Compact)]).unwrap(), b"{\"b\":1,\"a\":2}");
    }

    #[test]
    fn latin_1_has_questions_for_what_it_lacks() {
        assert_eq!(latin_1("é实".as_bytes()).unwrap(), b"\xe9?");
        assert_eq!(latin_1(b"\xe9"), None);
        assert_eq!(latin_1(&encoded_twice("é".as_bytes())).unwrap(), "é".as_bytes());
    }
}
