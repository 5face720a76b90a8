//! An analysis, written down.

mod json;
mod terminal;
mod xml;

pub(super) use json::json;
pub(super) use terminal::terminal;
pub(super) use xml::xml;
