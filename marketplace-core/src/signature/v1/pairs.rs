//! The decoded parameters of a query, and the texts that may have been signed.

use std::borrow::Cow;

use super::QueryError;
use super::known::KnownName;
use super::percent::{Plus, decode};
use crate::call::Parameters;
use crate::signature::pair::{MOST_PAIRS, by_utf16, could_be_split, is_name};

/// Longer queries are refused unread; a long one has about 3 KiB.
const LONGEST_QUERY: usize = 16 * 1024;
/// The one parameter whose value may hold `&`: the name of a company.
const MAY_HOLD_AMPERSANDS: &str = "customerName";

/// The parameters of a query, each name once, in the order in which they are signed.
pub(super) struct Pairs<'q>(Vec<Pair<'q>>);

struct Pair<'q> {
    name: Cow<'q, str>,
    /// Its `+` read as blanks.
    value: Cow<'q, str>,
    /// Its `+` kept, if it has any.
    kept: Option<Cow<'q, str>>,
}

/// One way to read a query. The vendor's own samples disagree about both.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    plus: Plus,
    /// Are parameters with empty values signed?
    empty: bool,
}

impl<'q> Pairs<'q> {
    pub(super) fn parse(query: &'q str) -> Result<Self, QueryError> {
        if query.len() > LONGEST_QUERY {
            return Err(QueryError::TooLong);
        }
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST_PAIRS {
                return Err(QueryError::TooMany);
            }
            pairs.push(Pair::parse(pair)?);
        }
        pairs.sort_by(|one, other| by_utf16(&one.name, &other.name));
        let mut neighbours = pairs.iter().zip(pairs.iter().skip(1));
        match neighbours.find(|(one, other)| one.name == other.name) {
            Some((repeated, _)) => Err(QueryError::Repeated(KnownName::of(&repeated.name))),
            None => Ok(Self(pairs)),
        }
    }

    /// The value of a parameter, its `+` read as blanks.
    pub(super) fn value(&self, name: &str) -> Option<&Cow<'q, str>> {
        self.0.iter().find(|pair| pair.name == name).map(|pair| &pair.value)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// No value can be taken for several parameters. Names hold neither blank nor `+`, so one reading speaks for all.
    pub(super) fn check_ampersands(&self) -> Result<(), QueryError> {
        let is_odd = |pair: &Pair<'_>| match &*pair.name {
            MAY_HOLD_AMPERSANDS => could_be_split(&pair.value),
            _ => pair.value.contains('&'),
        };
        match self.0.iter().find(|pair| is_odd(pair)) {
            Some(odd) => Err(QueryError::Ampersand(KnownName::of(&odd.name))),
            None => Ok(()),
        }
    }

    /// The ways in which this query can be read, the likeliest first.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading> {
        let with_plus = self.0.iter().any(|pair| pair.kept.is_some());
        let with_empty = self.0.iter().any(|pair| pair.value.is_empty());
        let all = [(Plus::Blank, true), (Plus::Kept, true), (Plus::Blank, false), (Plus::Kept, false)];
        all.into_iter()
            .filter(move |(plus, empty)| (with_plus || *plus == Plus::Blank) && (with_empty || *empty))
            .map(|(plus, empty)| Reading { plus, empty })
    }

    /// The text that is signed, if it was read so.
    pub(super) fn write(&self, reading: Reading) -> (String, Parameters) {
        let signed = self.0.iter().filter(|pair| pair.name != "authToken");
        let read = signed.map(|pair| (&*pair.name, pair.value(reading.plus)));
        Parameters::write(read.filter(|(_, value)| reading.empty || !value.is_empty()))
    }

    pub(super) fn into_owned(self) -> Pairs<'static> {
        Pairs(self.0.into_iter().map(Pair::into_owned).collect())
    }
}

impl<'q> Pair<'q> {
    fn parse(pair: &'q str) -> Result<Self, QueryError> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name, Plus::Kept).ok_or(QueryError::Encoding)?;
        if !is_name(&name) {
            return Err(QueryError::Name);
        }
        let kept = if value.contains('+') { decode(value, Plus::Kept) } else { None };
        let value = decode(value, Plus::Blank).ok_or(QueryError::Encoding)?;
        Ok(Self { name, value, kept })
    }

    fn value(&self, plus: Plus) -> &str {
        match (plus, &self.kept) {
            (Plus::Kept, Some(kept)) => kept,
            _ => &self.value,
        }
    }

    fn into_owned(self) -> Pair<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Pair { name: owned(self.name), value: owned(self.value), kept: self.kept.map(owned) }
    }
}

/// Reads a query that nobody has verified, its `+` as blanks: for tests of a seller's own methods.
pub(crate) fn read_unverified(query: &str) -> Result<(String, Parameters), QueryError> {
    let pairs = Pairs::parse(query)?;
    pairs.check_ampersands()?;
    Ok(pairs.write(Reading { plus: Plus::Blank, empty: true }))
}
