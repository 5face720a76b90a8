//! The text of schemes that sign sorted `name=value&…`, and the texts that may have been signed instead.

use super::body::{encoded_twice, latin_1};
use super::json::escape;
use super::query::{Encoding, percent_encoded};
use super::slip::{Slip, Variant};
use super::token::{Origin, RawToken};
use super::verdict::VerdictCode;

/// More pairs are not analysed.
pub(super) const MOST_PAIRS: usize = 256;
/// Pairs of which each is left out once.
const MOST_LEFT_OUT: usize = 64;

/// One pair.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) name: Vec<u8>,
    /// As it is signed.
    pub(super) value: Vec<u8>,
    /// As it stands on the wire.
    pub(super) wire: Vec<u8>,
    /// With `+` kept, if the scheme's receivers read it both ways.
    pub(super) plus_kept: Option<Vec<u8>>,
    pub(super) role: Role,
    pub(super) origin: Origin,
}

/// What a pair is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Signed,
    /// Left out because it is blank or null.
    Blank,
    /// The signature itself.
    Signature,
    /// Safe Creative's `debug-component`.
    Debug,
}

/// The pairs of one request, in the order of the wire.
#[derive(Debug)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<Pair>,
    /// The name of the parameter of the signature.
    pub(super) signature: &'static str,
    /// Were the values members of JSON, with escapes?
    pub(super) is_json: bool,
}

/// A text: which pairs, in which order, written how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Text {
    plus_kept: bool,
    choice: Choice,
    order: Order,
    values: Values,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Choice {
    #[default]
    Signed,
    /// The parameter of the signature too, with this value.
    Signature(&'static str),
    Debug,
    WithoutEmpty,
    /// Blank ones too; null with this value, or not at all.
    Blank(Option<&'static str>),
    Without(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Order {
    #[default]
    ByName,
    Wire,
    Descending,
    IgnoringCase,
    ByValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Values {
    #[default]
    Plain,
    PlusForBlank,
    BlankForPlus,
    Wire,
    Encoded(Encoding),
    Latin1,
    Twice,
    Escaped,
    SlashEscaped,
}

impl Pairs {
    /// A name that is there more than once.
    pub(super) fn repeated(&self) -> Option<String> {
        let mut names: Vec<&[u8]> = self.pairs.iter().map(|pair| &*pair.name).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|two| matches!(two, [one, other] if one == other))?;
        twice.first().map(|name| String::from_utf8_lossy(name).into_owned())
    }

    /// The value of a pair, unless it is empty.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let pair = self.pairs.iter().find(|pair| pair.name == name.as_bytes() && !pair.value.is_empty())?;
        Some(String::from_utf8_lossy(&pair.value).into_owned())
    }

    pub(super) fn texts(&self) -> Vec<Variant<Text>> {
        let mut right = vec![Text::default()];
        if self.pairs.iter().any(|pair| pair.role == Role::Signed && pair.plus_kept.is_some()) {
            right.push(Text { plus_kept: true, ..Text::default() });
        }
        let (choices, orders, values) = (self.choices(), Self::orders(), self.values());
        let mut texts: Vec<_> = right.iter().copied().map(Variant::right).collect();
        for text in right {
            texts.extend(
                choices
                    .iter()
                    .map(|(choice, slip)| Variant::wrong(slip.clone(), Text { choice: *choice, ..text })),
            );
            texts.extend(
                values
                    .iter()
                    .map(|(values, slip)| Variant::wrong(slip.clone(), Text { values: *values, ..text })),
            );
            texts.extend(
                orders
                    .iter()
                    .map(|(order, slip)| Variant::wrong(slip.clone(), Text { order: *order, ..text })),
            );
            for (order, slip) in &orders {
                for (values, other) in &values {
                    let value = Text { order: *order, values: *values, ..text };
                    texts.push(Variant { slips: vec![slip.clone(), other.clone()], value });
                }
            }
            for (choice, slip) in choices.iter().filter(|(choice, _)| !matches!(choice, Choice::Without(_))) {
                for (order, other) in &orders {
                    let value = Text { choice: *choice, order: *order, ..text };
                    texts.push(Variant { slips: vec![slip.clone(), other.clone()], value });
                }
                for (values, other) in &values {
                    let value = Text { choice: *choice, values: *values, ..text };
                    texts.push(Variant { slips: vec![slip.clone(), other.clone()], value });
                }
            }
        }
        texts
    }

    pub(super) fn write(&self, text: &Text) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for (at, pair) in self.chosen(text).into_iter().enumerate() {
            if at > 0 {
                out.push(b'&');
            }
            out.extend_from_slice(&pair.name);
            out.push(b'=');
            out.extend_from_slice(&written(&pair, text)?);
        }
        Some(out)
    }

    /// The tokens of a right text: four for each pair, beginning with its separator, which the first has only on demand.
    pub(super) fn tokens(&self, text: Option<&Text>, has_first_separator: bool) -> Vec<RawToken> {
        let text = text.copied().unwrap_or_default();
        let text = Text { plus_kept: text.plus_kept, ..Text::default() };
        let mut tokens = Vec::new();
        for (at, pair) in self.chosen(&text).into_iter().enumerate() {
            if at > 0 || has_first_separator {
                tokens.push(RawToken::separator("&"));
            }
            let value = written(&pair, &text).unwrap_or_default();
            let name = String::from_utf8_lossy(&pair.name).into_owned();
            tokens.push(RawToken::new("parameter name", pair.name, pair.origin.clone()));
            tokens.push(RawToken::separator("="));
            tokens.push(RawToken::new(name, value, pair.origin));
        }
        tokens
    }

    fn chosen(&self, text: &Text) -> Vec<Pair> {
        let mut chosen: Vec<Pair> = Vec::with_capacity(self.pairs.len());
        for (at, pair) in self.pairs.iter().enumerate() {
            let is_empty = pair.value.is_empty();
            let value = match (pair.role, text.choice) {
                (Role::Signed, Choice::WithoutEmpty) if is_empty => continue,
                (Role::Signed, Choice::Without(left_out)) if at == left_out => continue,
                (Role::Debug, Choice::Debug) | (Role::Signed, _) => None,
                (Role::Blank, Choice::Blank(None)) if pair.wire == b"null" => continue,
                (Role::Blank, Choice::Blank(null)) if pair.wire == b"null" => null,
                (Role::Blank, Choice::Blank(_)) => None,
                _ => continue,
            };
            let mut pair = pair.clone();
            if let Some(value) = value {
                pair.value = value.into();
                pair.wire = value.into();
            }
            chosen.push(pair);
        }
        if let Choice::Signature(value) = text.choice {
            chosen.push(Pair {
                name: self.signature.into(),
                value: value.into(),
                wire: value.into(),
                plus_kept: None,
                role: Role::Signature,
                origin: Origin::Scheme,
            });
        }
        match text.order {
            Order::ByName => chosen.sort_by(by_name),
            Order::Descending => chosen.sort_by(|one, other| by_name(other, one)),
            Order::IgnoringCase => chosen.sort_by_key(|pair| pair.name.to_ascii_lowercase()),
            Order::ByValue => chosen.sort_by(|one, other| one.value.cmp(&other.value)),
            Order::Wire => {}
        }
        chosen
    }

    fn choices(&self) -> Vec<(Choice, Slip)> {
        let has = |role| self.pairs.iter().any(|pair| pair.role == role);
        let mut choices = Vec::new();
        let mut push = |choice, code, about: &str| choices.push((choice, Slip::about(code, about)));
        if self.pairs.iter().any(|pair| pair.role == Role::Signed && pair.value.is_empty()) {
            push(Choice::WithoutEmpty, VerdictCode::EmptyValueDropped, "the parameters with empty values");
        }
        if has(Role::Blank) {
            let blank = VerdictCode::EmptyValueKept;
            push(Choice::Blank(None), blank, "the blank members");
            push(Choice::Blank(Some("")), blank, "the blank members and those that are null, as empty");
            push(Choice::Blank(Some("null")), blank, "the blank members and those that are null, as `null`");
        }
        if has(Role::Debug) {
            push(Choice::Debug, VerdictCode::DebugComponentSigned, "debug-component");
        }
        for value in ["", "null"] {
            let about = format!("`{}={value}`", self.signature);
            push(Choice::Signature(value), VerdictCode::TokenIncluded, &about);
        }
        let signed = self.pairs.iter().enumerate().filter(|(_, pair)| pair.role == Role::Signed);
        for (at, pair) in signed.take(MOST_LEFT_OUT) {
            push(Choice::Without(at), VerdictCode::ParameterUnsigned, &String::from_utf8_lossy(&pair.name));
        }
        choices
    }

    fn orders() -> Vec<(Order, Slip)> {
        [
            (Order::Wire, "in the order in which they were sent"),
            (Order::Descending, "from Z to A"),
            (Order::IgnoringCase, "as if upper and lower case were the same"),
            (Order::ByValue, "by value"),
        ]
        .map(|(order, about)| (order, Slip::about(VerdictCode::NotSorted, about)))
        .into()
    }

    fn values(&self) -> Vec<(Values, Slip)> {
        let any = |is: &dyn Fn(&[u8]) -> bool| self.pairs.iter().any(|pair| is(&pair.value));
        let mut values = Vec::new();
        let mut push = |value, code, about: &str| values.push((value, Slip::about(code, about)));
        let plus = VerdictCode::PlusBecameBlank;
        if any(&|value| value.contains(&b' ')) {
            push(Values::PlusForBlank, plus, "the values: `+` was signed");
        }
        if any(&|value| value.contains(&b'+')) {
            push(Values::BlankForPlus, plus, "the values: a blank was signed");
        }
        let encoded = VerdictCode::UrlEncodedValues;
        if self.is_json {
            let has_letters = self.pairs.iter().any(|pair| pair.wire.windows(2).any(|two| two == b"\\u"));
            let code =
                if has_letters { VerdictCode::BodyEscapedUnicode } else { VerdictCode::BodyEscapedSlash };
            push(Values::Wire, code, "the values with their escapes");
            push(
                Values::Escaped,
                VerdictCode::BodyEscapedUnicode,
                "the values with `\\u…` for all but ASCII",
            );
            push(Values::SlashEscaped, VerdictCode::BodyEscapedSlash, "the values with `\\/` for `/`");
        } else {
            push(Values::Wire, encoded, "The values were signed as they stand in the URL, percent-encoded");
        }
        push(
            Values::Encoded(Encoding::Rfc3986),
            encoded,
            "The values were signed percent-encoded by RFC 3986",
        );
        push(Values::Encoded(Encoding::Form), encoded, "The values were signed as in a form");
        push(
            Values::Encoded(Encoding::Lower),
            encoded,
            "The values were signed percent-encoded with lower-case digits",
        );
        push(
            Values::Encoded(Encoding::LowerForm),
            encoded,
            "The values were signed as in a form, with lower-case digits",
        );
        if any(&|value| !value.is_ascii()) {
            push(Values::Latin1, VerdictCode::Latin1, "in Latin-1");
            push(Values::Twice, VerdictCode::Latin1, "encoded in UTF-8 twice");
        }
        values
    }
}

fn by_name(one: &Pair, other: &Pair) -> std::cmp::Ordering {
    // As Java compares, by UTF-16, which differs from the order of bytes beyond U+FFFF only.
    let units = |pair: &Pair| String::from_utf8_lossy(&pair.name).encode_utf16().collect::<Vec<_>>();
    if one.name.is_ascii() && other.name.is_ascii() {
        one.name.cmp(&other.name)
    } else {
        units(one).cmp(&units(other))
    }
}

fn written(pair: &Pair, text: &Text) -> Option<Vec<u8>> {
    let value = pair.plus_kept.as_ref().filter(|_| text.plus_kept).unwrap_or(&pair.value);
    let replaced = |from, to| value.iter().map(|byte| if *byte == from { to } else { *byte }).collect();
    Some(match text.values {
        Values::Plain => value.clone(),
        Values::PlusForBlank => replaced(b' ', b'+'),
        Values::BlankForPlus => replaced(b'+', b' '),
        Values::Wire => pair.wire.clone(),
        Values::Encoded(encoding) => percent_encoded(value, encoding),
        Values::Latin1 => latin_1(value)?,
        Values::Twice => encoded_twice(value),
        Values::Escaped => {
            let mut out = Vec::new();
            for letter in str::from_utf8(value).ok()?.chars() {
                if letter.is_ascii() {
                    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                } else {
                    escape(letter, false, &mut out);
                }
            }
            out
        }
        Values::SlashEscaped => {
            value.iter().flat_map(|byte| if *byte == b'/' { b"\\/".to_vec() } else { vec![*byte] }).collect()
        }
    })
}
