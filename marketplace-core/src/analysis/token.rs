//! The signed text, piece by piece.

use std::fmt;

/// What stands for a masked value in hexadecimal: eleven zeros, as in Safe Creative's own report.
pub(super) const MASKED_HEX: &str = "00000000000";

/// Where in the request a piece of the signed text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The key of this name. It is not in the request.
    Key(String),
    /// A parameter of the query.
    Query(String),
    /// A parameter of the body, which is a form.
    Form(String),
    /// A header.
    Header(String),
    /// A member of the body, which is JSON.
    Member(String),
    /// The whole body.
    Body,
    /// The path.
    Path,
    /// The method.
    Method,
    /// Computed; from what, says the text.
    Computed(String),
    /// Fixed by the scheme.
    Scheme,
}

impl Origin {
    pub(super) fn map_texts(&mut self, change: impl Fn(&str) -> String) {
        match self {
            Self::Key(text)
            | Self::Query(text)
            | Self::Form(text)
            | Self::Header(text)
            | Self::Member(text)
            | Self::Computed(text) => *text = change(text),
            Self::Body | Self::Path | Self::Method | Self::Scheme => {}
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => write!(f, "the key \"{name}\""),
            Self::Query(name) => write!(f, "query, `{name}`"),
            Self::Form(name) => write!(f, "form, `{name}`"),
            Self::Header(name) => write!(f, "header `{name}`"),
            Self::Member(name) => write!(f, "body, member `{name}`"),
            Self::Body => f.write_str("body"),
            Self::Path => f.write_str("path"),
            Self::Method => f.write_str("method"),
            Self::Computed(from) => f.write_str(from),
            Self::Scheme => f.write_str("the scheme"),
        }
    }
}

/// One piece of the signed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub(super) order: usize,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) hexvalue: String,
    pub(super) is_masked: bool,
    pub(super) origin: Origin,
}

impl Token {
    /// Its place, from 0.
    #[must_use]
    pub fn order(&self) -> usize {
        self.order
    }

    /// What it is: the name of the parameter whose value it is, `parameter name`, `separator`, or the word of the scheme
    /// (`accessKey`, `inner`).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its letters; those that are not UTF-8, as U+FFFD. Of a secret, a mask.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its bytes, in lower-case hexadecimal digits. Of a secret, eleven zeros.
    #[must_use]
    pub fn hexvalue(&self) -> &str {
        &self.hexvalue
    }

    /// Is it a secret that is not shown?
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.is_masked
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// One piece of the signed text, before anything is masked that must not be shown.
pub(super) struct RawToken {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) mask: Option<&'static str>,
    pub(super) origin: Origin,
}

impl RawToken {
    pub(super) fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>, origin: Origin) -> Self {
        Self { name: name.into(), bytes: bytes.into(), mask: None, origin }
    }

    pub(super) fn separator(text: &str) -> Self {
        Self::new("separator", text, Origin::Scheme)
    }

    /// The key. Its bytes are not kept.
    pub(super) fn key(name: &str, mask: &'static str, key_name: &str) -> Self {
        Self { mask: Some(mask), ..Self::new(name, "", Origin::Key(key_name.to_owned())) }
    }

    pub(super) fn masked_as(self, mask: &'static str) -> Self {
        Self { mask: Some(mask), ..self }
    }
}
