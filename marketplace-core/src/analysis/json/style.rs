//! The ways in which the same JSON is written.

/// The usual indents.
const INDENTS: [&[u8]; 3] = [b"  ", b"    ", b"\t"];

/// Members that are tried in every order: the calls of V2 have no more, but for `refreshInstance`.
const MOST_PERMUTED: usize = 5;

/// How a text is written.
#[derive(Debug, Clone, Default)]
pub(in crate::analysis) struct Style {
    pub(in crate::analysis) order: Order,
    pub(in crate::analysis) space: Space,
    pub(in crate::analysis) unicode: Unicode,
    pub(in crate::analysis) slash: Slash,
    pub(in crate::analysis) without_nulls: bool,
    /// The member of the outermost object that is left out.
    pub(in crate::analysis) without: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::analysis) enum Order {
    #[default]
    AsSent,
    Ascending,
    Descending,
    /// As the vendor's tables list the members.
    Table,
    /// The outermost members in another order, of which there are as many as [`permutations`].
    Permuted(usize),
}

/// The members of V2's calls in the order of the vendor's tables.
const TABLE: [&str; 11] = [
    "activity",
    "scene",
    "orderId",
    "orderLineId",
    "businessId",
    "instanceId",
    "status",
    "productInfo",
    "productId",
    "expireTime",
    "testFlag",
];

/// Where the vendor's tables have a member, the name in its quotes; behind all others, if they do not have it.
pub(super) fn place_in_table(name: &str) -> usize {
    TABLE.iter().position(|known| super::inner(name) == *known).unwrap_or(TABLE.len())
}

/// In how many orders members can stand; one, if there are too many to try.
pub(in crate::analysis) fn permutations(members: usize) -> usize {
    if members > MOST_PERMUTED { 1 } else { (1..=members).product() }
}

/// The members in one of their orders; 0 is that in which they are.
pub(super) fn permute<T>(mut rest: Vec<T>, mut order: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let count = rest.len();
        out.push(rest.remove(order % count));
        order /= count;
    }
    out
}

/// White space between the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::analysis) enum Space {
    #[default]
    Compact,
    /// A blank after each comma and colon, as Python writes.
    Blanks,
    /// Lines, with one of the usual indents.
    Lines(usize),
    /// Lines with two blanks and ` : `, as Jackson writes; lists stay in their line.
    Jackson,
}

impl Space {
    pub(in crate::analysis) const ALL: [Self; 6] =
        [Self::Compact, Self::Blanks, Self::Lines(0), Self::Lines(1), Self::Lines(2), Self::Jackson];

    pub(super) fn colon(self) -> &'static [u8] {
        match self {
            Self::Compact => b":",
            Self::Blanks | Self::Lines(_) => b": ",
            Self::Jackson => b" : ",
        }
    }

    pub(super) fn before_member(self, at: usize, level: usize, out: &mut Vec<u8>) {
        if at > 0 {
            out.push(b',');
        }
        match self {
            Self::Blanks if at > 0 => out.push(b' '),
            Self::Compact | Self::Blanks => {}
            Self::Lines(_) | Self::Jackson => self.new_line(level, out),
        }
    }

    pub(super) fn after_members(self, count: usize, level: usize, out: &mut Vec<u8>) {
        match self {
            Self::Jackson if count == 0 => out.push(b' '),
            Self::Lines(_) | Self::Jackson if count > 0 => self.new_line(level, out),
            _ => {}
        }
    }

    pub(super) fn before_value(self, at: usize, level: usize, out: &mut Vec<u8>) {
        if self != Self::Jackson {
            return self.before_member(at, level, out);
        }
        out.extend_from_slice(if at > 0 { b", " } else { b" " });
    }

    pub(super) fn after_values(self, count: usize, level: usize, out: &mut Vec<u8>) {
        if self == Self::Jackson { out.push(b' ') } else { self.after_members(count, level, out) }
    }

    fn new_line(self, level: usize, out: &mut Vec<u8>) {
        let indent = if let Self::Lines(at) = self { INDENTS.get(at) } else { INDENTS.first() };
        out.push(b'\n');
        (0..level).for_each(|_| out.extend_from_slice(indent.copied().unwrap_or_default()));
    }
}

/// Escapes of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::analysis) enum Unicode {
    #[default]
    AsSent,
    /// `\u5b9e` for all but ASCII.
    Escaped,
    /// The same with digits in upper case.
    EscapedUpper,
    /// `\u003c`, `\u003e` and `\u0026`, as Go writes.
    Html,
    /// Letters instead of escapes.
    Letters,
}

/// Escapes of `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::analysis) enum Slash {
    #[default]
    AsSent,
    Escaped,
    Plain,
}

impl Style {
    pub(super) fn letters(&self, raw: &str, out: &mut Vec<u8>) {
        let mut rest = raw;
        while let Some(letter) = rest.chars().next() {
            let after = rest.get(letter.len_utf8()..).unwrap_or_default();
            let (written, next) = match (letter, after.chars().next()) {
                ('\\', Some('u')) if self.unicode == Unicode::Letters => match escaped_letter(after) {
                    Some((letter, behind)) => (Written::Letter(letter), behind),
                    None => (Written::Raw, after),
                },
                ('\\', Some('/')) if self.slash == Slash::Plain => {
                    (Written::Letter('/'), after.get(1..).unwrap_or_default())
                }
                ('\\', Some(second)) => {
                    let end = 1 + second.len_utf8();
                    out.extend_from_slice(rest.get(..end).unwrap_or_default().as_bytes());
                    rest = rest.get(end..).unwrap_or_default();
                    continue;
                }
                ('/', _) if self.slash == Slash::Escaped => {
                    out.extend_from_slice(b"\\/");
                    (Written::Nothing, after)
                }
                ('<' | '>' | '&', _) if self.unicode == Unicode::Html => (Written::Escape, after),
                _ if !letter.is_ascii()
                    && matches!(self.unicode, Unicode::Escaped | Unicode::EscapedUpper) =>
                {
                    (Written::Escape, after)
                }
                _ => (Written::Raw, after),
            };
            match written {
                Written::Raw => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                Written::Letter(letter) => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                Written::Escape => escape(letter, self.unicode == Unicode::EscapedUpper, out),
                Written::Nothing => {}
            }
            rest = next;
        }
    }
}

enum Written {
    Raw,
    Letter(char),
    Escape,
    Nothing,
}

pub(in crate::analysis) fn escape(letter: char, upper: bool, out: &mut Vec<u8>) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        let written = if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
        out.extend_from_slice(written.as_bytes());
    }
}

/// The letter of an escape whose `\` has been read, if it is one that need not be escaped, and what follows it.
fn escaped_letter(after: &str) -> Option<(char, &str)> {
    let unit = |text: &str| u16::from_str_radix(text.get(1..5)?, 16).ok();
    let first = unit(after)?;
    let behind = after.get(5..)?;
    let (letter, behind) = match char::from_u32(u32::from(first)) {
        Some(letter) => (letter, behind),
        None => {
            let second = unit(behind.strip_prefix('\\').filter(|rest| rest.starts_with('u'))?)?;
            (char::decode_utf16([first, second]).next()?.ok()?, behind.get(6..)?)
        }
    };
    (!letter.is_control() && !matches!(letter, '"' | '\\')).then_some((letter, behind))
}
