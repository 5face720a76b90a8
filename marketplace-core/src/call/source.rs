//! The text of a call, and where in it the fields of its request are.

use std::fmt;
use std::num::NonZeroU32;

use bytestring::ByteString;

use super::field::Span;

/// The text of a call, in which the fields of its request are spans.
#[doc(hidden)]
#[derive(Clone)]
pub struct Source {
    text: ByteString,
    copies: Box<str>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("length", &self.text.len()).finish_non_exhaustive()
    }
}

impl Source {
    pub(super) fn new(text: ByteString, copies: Box<str>) -> Self {
        Self { text, copies }
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        get(&self.text, self.text.len(), &self.copies, span)
    }
}

fn get<'a>(text: &'a str, copies_at: usize, copies: &'a str, span: Span) -> &'a str {
    let (start, length) = (span.start as usize, span.length.get() as usize);
    match start.checked_sub(copies_at) {
        None => text.get(start..start + length),
        Some(start) => copies.get(start..start + length),
    }
    .unwrap_or_default()
}

/// A request is being read.
#[doc(hidden)]
#[derive(Debug)]
pub struct Decoder<'de> {
    text: &'de str,
    /// Where the copies begin: after the signed text.
    copies_at: usize,
    copies: String,
}

impl<'de> Decoder<'de> {
    /// Nothing read yet.
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, copies_at: text.len(), copies: String::new() }
    }

    /// What had to be copied.
    pub(super) fn into_copies(self) -> Box<str> {
        self.copies.into_boxed_str()
    }

    /// A slice of the text itself; nothing, if it is empty.
    #[inline]
    pub(super) fn borrowed(&mut self, value: &'de str) -> Option<Span> {
        let start = (value.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if start < self.text.len() { span(start, value) } else { self.copied(value) }
    }

    /// A text that is not in the signed text as it is, because it was escaped there; nothing, if it is empty.
    pub(super) fn copied(&mut self, value: &str) -> Option<Span> {
        let start = self.copies_at + self.copies.len();
        self.copies.push_str(value);
        span(start, value)
    }

    /// A text that was read.
    pub(super) fn get(&self, span: Span) -> &str {
        get(self.text, self.copies_at, &self.copies, span)
    }

    /// For JSON inside a text, which is not a slice of the signed text: everything read there is copied.
    pub(crate) fn nested<'inner>(&mut self) -> Decoder<'inner> {
        Decoder { text: "", copies_at: self.copies_at, copies: std::mem::take(&mut self.copies) }
    }

    /// Takes the copies back.
    pub(crate) fn rejoin(&mut self, nested: Decoder<'_>) {
        self.copies = nested.copies;
    }
}

/// The longest text that is read; spans are of 32 bits, and copies have to fit as well.
pub(super) const LONGEST: usize = 1 << 30;

// Neither the text nor its copies, which come from it, are longer than `LONGEST`.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn span(start: usize, value: &str) -> Option<Span> {
    NonZeroU32::new(value.len() as u32).map(|length| Span { start: start as u32, length })
}
