//! What holds for any field of a request.

use std::fmt::Write as _;

use marketplace_core::Mode;
use marketplace_core::call::CallText;
use marketplace_core::handler::Request;

/// A table of a page: the object in which its fields stand.
pub(super) struct Table {
    /// What comes before the members of the object, and after them.
    around: (String, &'static str),
    /// Where an error says it is.
    path: &'static str,
    /// A valid value of every mandatory member, as JSON.
    mandatory: Vec<(&'static str, &'static str)>,
    /// Is the activity in the path, as the kits have it?
    in_path: bool,
    /// Is the object JSON text, in a list?
    in_text: bool,
}

impl Table {
    /// The members of a call itself.
    pub(super) fn call(activity: &str, mandatory: &[(&'static str, &'static str)]) -> Self {
        Self {
            around: (format!(r#"{{"activity":"{activity}""#), "}"),
            path: "",
            mandatory: mandatory.to_vec(),
            in_path: false,
            in_text: false,
        }
    }

    /// The members of a call whose activity is in the path.
    pub(super) fn kit(mandatory: &[(&'static str, &'static str)]) -> Self {
        Self::part("{", "}", "", mandatory).in_path()
    }

    /// An object inside a call.
    pub(super) fn part(
        before: &str,
        after: &'static str,
        path: &'static str,
        mandatory: &[(&'static str, &'static str)],
    ) -> Self {
        let around = (before.to_owned(), after);
        Self { around, path, mandatory: mandatory.to_vec(), in_path: false, in_text: false }
    }

    /// The activity is in the path.
    pub(super) fn in_path(mut self) -> Self {
        self.in_path = true;
        self
    }

    /// The object is the only one of a list that is JSON text.
    pub(super) fn in_text(mut self) -> Self {
        self.in_text = true;
        self
    }

    /// A body in which this member has this value, or is missing, and all mandatory ones are there.
    pub(super) fn body(&self, name: &str, value: Option<&str>) -> String {
        let (before, after) = (self.around.0.as_str(), self.around.1);
        let mut body = if self.in_text { "[{".to_owned() } else { before.to_owned() };
        let mut push = |name: &str, value: &str| {
            let comma = if body.ends_with('{') { "" } else { "," };
            write!(body, r#"{comma}"{name}":{value}"#).unwrap();
        };
        for (mandatory, valid) in &self.mandatory {
            if *mandatory != name {
                push(mandatory, valid);
            }
        }
        if let Some(value) = value {
            push(name, value);
        }
        if self.in_text {
            return format!("{before}{}{after}", serde_json::to_string(&(body + "}]")).unwrap());
        }
        body + after
    }

    /// Reads a body in the form that this table has.
    pub(super) fn decode<R: Request>(&self, body: &str) -> Result<R, String> {
        if !self.in_path {
            return decode(body);
        }
        let text = CallText::named(R::ACTIVITY, body.to_owned().into()).map_err(|error| error.to_string())?;
        R::decode(text).map_err(|error| error.to_string())
    }
}

pub(super) fn decode<R: Request>(body: &str) -> Result<R, String> {
    let text = CallText::new(body.to_owned().into()).map_err(|error| error.to_string())?;
    R::decode(text).map_err(|error| error.to_string())
}

/// A field of text: its limit, whether it has to be there, and how a handler sees it.
pub(super) fn text_field<R: Request>(
    table: &Table,
    name: &str,
    max: usize,
    mandatory: bool,
    see: fn(&R) -> Option<&str>,
) {
    assert_eq!(mandatory, table.mandatory.iter().any(|(known, _)| *known == name), "{name}");
    let path = format!("`{}{name}`", table.path);
    let read = |value: Option<&str>| table.decode::<R>(&table.body(name, value));

    // At the limit, in letters of one to four bytes; an emoji has two units.
    for letter in ["x", "é", "实", "🦀"] {
        let units = letter.encode_utf16().count();
        let fits = letter.repeat(max / units) + &"x".repeat(max % units);
        let plain = format!("\"{fits}\"");
        let escaped: String = fits.encode_utf16().fold(String::new(), |mut escaped, unit| {
            write!(escaped, "\\u{unit:04x}").unwrap();
            escaped
        });
        for value in [plain, format!("\"{escaped}\"")] {
            let request = read(Some(&value)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(see(&request), Some(&*fits), "{path}");
        }
        for more in ["x", "实"] {
            let error = read(Some(&format!("\"{fits}{more}\""))).map(drop).unwrap_err();
            let rule = format!("{path}: {} UTF-16 units, the limit is {max}", max + 1);
            assert!(error.starts_with(&rule), "{error}");
        }
        let error = read(Some(&format!("\"{fits}🦀\""))).map(drop).unwrap_err();
        assert!(error.starts_with(&format!("{path}: {} UTF-16 units", max + 2)), "{error}");
    }

    for nothing in [None, Some("null"), Some("\"\"")] {
        match read(nothing) {
            Ok(request) => {
                assert!(!mandatory, "{path} = {nothing:?}");
                assert_eq!(see(&request), None, "{path} = {nothing:?}");
            }
            Err(error) => {
                assert!(mandatory, "{path} = {nothing:?}: {error}");
                assert!(error.starts_with(&path), "{error}");
            }
        }
    }
    refuses_other_types::<R>(table, name, &["7", "-1", "1.5", "true", "false", "[]", "{}", "[\"x\"]"]);
}

pub(super) fn refuses_other_types<R: Request>(table: &Table, name: &str, values: &[&str]) {
    let path = format!("`{}{name}`", table.path);
    for value in values {
        let error = table.decode::<R>(&table.body(name, Some(value))).map(drop).expect_err(&path);
        assert!(
            error.starts_with(&path) || error.starts_with(&path.replacen("`", "`[0].", 1)),
            "{value}: {error}"
        );
    }
}

/// A value that is more than text: what it reads and what it refuses, naming the field.
pub(super) fn other_field<R: Request>(
    table: &Table,
    name: &str,
    good: &[&str],
    bad: &[&str],
    mandatory: bool,
) {
    let path = format!("`{}{name}", table.path);
    for value in good {
        if let Err(error) = table.decode::<R>(&table.body(name, Some(value))) {
            panic!("{path} = {value}: {error}");
        }
    }
    for value in bad {
        let error = table.decode::<R>(&table.body(name, Some(value))).map(drop).expect_err(value);
        assert!(error.starts_with(&path), "{value}: {error}");
    }
    for nothing in [None, Some("null")] {
        match table.decode::<R>(&table.body(name, nothing)) {
            Ok(_) => assert!(!mandatory, "{path} = {nothing:?}"),
            Err(error) => assert!(mandatory && error.starts_with(&path), "{path} = {nothing:?}: {error}"),
        }
    }
}

/// `testFlag`: only `1` is a debugging call, and what is neither text nor number is refused.
pub(super) fn test_flag<R: Request>(table: &Table) {
    let mode =
        |value: Option<&str>| table.decode::<R>(&table.body("testFlag", value)).map(|request| request.mode());
    for one in ["\"1\"", "1", "\"\\u0031\""] {
        assert_eq!(mode(Some(one)), Ok(Mode::Debug), "{one}");
    }
    assert_eq!(mode(None), Ok(Mode::Live));
    for other in
        ["null", "\"\"", "0", "\"0\"", "2", "\"2\"", "11", "\"01\"", "\"10\"", "\" 1\"", "\"true\"", "\"１\""]
    {
        assert_eq!(mode(Some(other)), Ok(Mode::Live), "{other}");
    }
    for odd in ["true", "false", "[]", "[1]", "{}", "1.0", "1.5", "-1"] {
        let error = mode(Some(odd)).expect_err(odd);
        assert!(error.starts_with("`testFlag`"), "{error}");
    }
}

/// `activity` has to be there, as text. Which one it is has been decided when a request is decoded.
pub(super) fn activity<R: Request>(table: &Table) {
    let due = format!("\"{}\"", R::ACTIVITY);
    let whole = table.body("", None).replace(r#","":null"#, "");
    assert!(decode::<R>(&whole).is_ok(), "{whole}");
    let without = whole.replacen(&format!("\"activity\":{due},"), "", 1);
    assert_eq!(decode::<R>(&without).map(drop).unwrap_err(), {
        let end = without.len();
        format!("`activity` is missing, `{}` is due at line 1 column {end}", R::ACTIVITY)
    });
    for odd in ["null", "\"\"", "7", "[]", "{}", "true"] {
        let error = decode::<R>(&whole.replacen(&due, odd, 1)).map(drop).unwrap_err();
        assert!(error.starts_with("`activity`"), "{error}");
    }
}
