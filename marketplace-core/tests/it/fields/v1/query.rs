//! What holds for any parameter of a query.

use std::fmt::Write as _;

use marketplace_core::Mode;
use marketplace_core::call::CallText;
use marketplace_core::handler::Request;

/// A table of a page: the activity and a valid value of every mandatory parameter.
pub(super) struct Table(pub(super) &'static str, pub(super) &'static [(&'static str, &'static str)]);

impl Table {
    /// A query in which this parameter has this value, or is missing, and all mandatory ones are there.
    pub(super) fn query(&self, name: &str, value: Option<&str>) -> String {
        let mut query = format!("activity={}&timeStamp=20230327065233980&unknown=%F0%9F%A6%80", self.0);
        let others = self.1.iter().copied().filter(|(mandatory, _)| *mandatory != name);
        for (name, value) in others.chain(value.map(|value| (name, value))) {
            write!(query, "&{name}=").unwrap();
            for letter in value.chars() {
                if letter.is_ascii_alphanumeric() {
                    query.push(letter);
                } else {
                    let mut bytes = [0; 4];
                    letter
                        .encode_utf8(&mut bytes)
                        .bytes()
                        .for_each(|byte| write!(query, "%{byte:02X}").unwrap());
                }
            }
        }
        query
    }

    pub(super) fn read<R: Request>(&self, name: &str, value: Option<&str>) -> Result<R, String> {
        decode(&self.query(name, value))
    }
}

pub(super) fn decode<R: Request>(query: &str) -> Result<R, String> {
    CallText::from_query(query).and_then(R::decode).map_err(|error| error.to_string())
}

/// A parameter of text: its limit, whether it has to be there, and how a handler sees it.
pub(super) fn text<R: Request>(
    table: &Table,
    name: &str,
    max: usize,
    mandatory: bool,
    see: impl Fn(&R) -> Option<&str>,
) {
    // A query is not longer than 16 KiB, and every Chinese letter takes nine of its characters.
    let letters = if max < 1024 { &["x", "é", "实", "🦀"][..] } else { &["x"] };
    for letter in letters {
        let fits = letter.repeat(max / letter.encode_utf16().count());
        let request = table.read::<R>(name, Some(&fits)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(see(&request), Some(&*fits), "{name}");
    }
    let fits = "x".repeat(max);
    for (more, length) in [("x", max + 1), ("实", max + 1), ("🦀", max + 2)] {
        let error = table.read::<R>(name, Some(&format!("{fits}{more}"))).map(drop).unwrap_err();
        assert_eq!(error, format!("`{name}`: {length} UTF-16 units, the limit is {max}"));
    }
    for nothing in [None, Some("")] {
        match (table.read::<R>(name, nothing), mandatory) {
            (Ok(request), false) => assert_eq!(see(&request), None, "{name}"),
            (Err(error), true) => {
                let rule = if nothing.is_some() { format!("`{name}`: is empty") } else { missing(name) };
                assert_eq!(error, rule);
            }
            (found, _) => panic!("{name} = {nothing:?}: {found:?}"),
        }
    }
}

pub(super) fn missing(name: &str) -> String {
    format!("`{name}` is missing")
}

/// A parameter that is more than text: what it reads and shows, and what it refuses, by its name and without its value.
pub(super) fn other<R: Request, T: PartialEq + std::fmt::Debug>(
    table: &Table,
    name: &str,
    good: &[(&str, T)],
    bad: &[&str],
    see: impl Fn(&R) -> T,
) {
    for (value, seen) in good {
        match table.read::<R>(name, Some(value)) {
            Ok(request) => assert_eq!(&see(&request), seen, "{name} = {value}"),
            Err(error) => panic!("{name} = {value}: {error}"),
        }
    }
    for value in bad {
        let error = table.read::<R>(name, Some(value)).map(drop).expect_err(value);
        assert!(error.starts_with(&format!("`{name}`: ")), "{value}: {error}");
        assert!(value.len() < 3 || !error.contains(value), "{value}: {error}");
    }
}

/// What is the same in every activity: unknown names are ignored, each mandatory one is missed, `testFlag` is read.
pub(super) fn activity<R: Request>(table: &Table) {
    assert_eq!(R::ACTIVITY, table.0);
    let text = CallText::from_query(&table.query("", None)).unwrap();
    assert_eq!(text.activity().unwrap(), R::ACTIVITY);
    for (name, _) in table.1 {
        assert_eq!(table.read::<R>(name, None).map(drop), Err(missing(name)));
    }
    let mode = |value: Option<&str>| table.read::<R>("testFlag", value).unwrap().mode();
    assert_eq!(mode(Some("1")), Mode::Debug);
    for live in [None, Some(""), Some("0"), Some("2"), Some("01"), Some("１")] {
        assert_eq!(mode(live), Mode::Live, "{live:?}");
    }
    let error = table.read::<R>("testFlag", Some("true")).map(drop).unwrap_err();
    assert_eq!(error, "`testFlag`: 4 UTF-16 units, the limit is 2");
}
