//! What is wrong with a curl line, and where.

use std::fmt;

/// Letters of the line that are shown before the place and after it.
const AROUND: usize = 36;

/// A curl line cannot be read.
///
/// `Display` says where and what, in one line; [`excerpt`](Self::excerpt) shows the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlError {
    problem: CurlProblem,
    offset: usize,
    line: usize,
    column: usize,
    excerpt: String,
}

impl CurlError {
    pub(super) fn at(text: &str, offset: usize, problem: CurlProblem) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let whole = text.get(start..).unwrap_or_default();
        let whole = whole.split(['\r', '\n']).next().unwrap_or_default();
        Self { problem, offset, line, column, excerpt: excerpt(whole, column - 1) }
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &CurlProblem {
        &self.problem
    }

    /// Bytes before the place.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The line of the place, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The letter of the line, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// The surroundings of the place, and below them a caret that points at it.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }
}

impl fmt::Display for CurlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl std::error::Error for CurlError {}

/// What can be wrong with a curl line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CurlProblem {
    /// There are no words.
    #[error("nothing is here")]
    Empty,
    /// The first word is another.
    #[error("a curl line begins with `curl`")]
    NotCurl,
    /// A quote has no partner.
    #[error("the quote that opens here is not closed where it should be")]
    UnclosedQuote,
    /// A `\` with nothing after it, or with digits that are none.
    #[error("this `\\` is the beginning of nothing that a shell knows")]
    UnfinishedEscape,
    /// A `\` that should end a line has blanks after it.
    #[error("the line goes on only if nothing follows its `\\`: delete the blanks after it")]
    BlankAfterBackslash,
    /// A line ends, and more follows.
    #[error("the line ends here without a `\\`, and more follows")]
    LineWithoutBackslash,
    /// A quote of a word processor.
    #[error("`{0}` does not quote: use ' or \"")]
    TypographicQuote(char),
    /// A dash of a word processor.
    #[error("`{0}` is no hyphen: options begin with `-`")]
    LongDash(char),
    /// A letter that ends or redirects a command.
    #[error("a shell obeys a `{0}` outside of quotes: quote it, or leave out what follows")]
    Operator(char),
    /// Something that a shell replaces.
    #[error("a shell puts something else in place of this, and what is not in the line: write what was sent")]
    Substitution,
    /// The escapes of cmd.exe.
    #[error("a `^` of cmd.exe: copy the line as one for bash")]
    CommandPrompt,
    /// An option that needs a value has none.
    #[error("`{0}` takes a value, and there is none")]
    MissingArgument(String),
    /// `--option=value`.
    #[error("curl wants a blank after `{0}`, and no `=`")]
    EqualsSign(String),
    /// A value that is in a file.
    #[error("this is read from a file: write what was sent")]
    FromFile,
    /// A form of several parts.
    #[error("`{0}` sends a body that the line does not hold: capture the request itself")]
    Multipart(String),
    /// What should be a method is none.
    #[error("a method is a word such as `POST`")]
    Method,
    /// A header without a colon.
    #[error("a header is `Name: value`")]
    Header,
    /// A URL or header with control characters, or that is no UTF-8.
    #[error("this holds letters that HTTP cannot carry here")]
    Unprintable,
    /// There is no URL.
    #[error("there is no URL")]
    NoUrl,
    /// There are two URLs, perhaps because an option is not known.
    #[error("a second URL: is something not quoted, or is an option misspelled?")]
    TwoUrls,
    /// An option that is not known, with what can only be its value after it.
    #[error("`{0}` is no option of curl: is it misspelled?")]
    UnknownOption(String),
    /// A URL of another kind.
    #[error("a URL begins with `http://` or `https://`")]
    Scheme,
    /// A second request.
    #[error("a second request begins here")]
    Next,
}

/// A line, cut around a place, and a caret below that place.
fn excerpt(line: &str, place: usize) -> String {
    let from = place.saturating_sub(AROUND);
    let (mut shown, mut below) = (String::new(), String::new());
    if from > 0 {
        shown.push('…');
        below.push(' ');
    }
    for (at, letter) in line.chars().enumerate().skip(from) {
        if at > place + AROUND {
            shown.push('…');
            break;
        }
        let letter = if is_plain(letter) { letter } else { '\u{fffd}' };
        shown.push(letter);
        if at < place {
            below.push_str(if is_wide(letter) { "  " } else { " " });
        }
    }
    format!("{shown}\n{below}^")
}

/// Nothing that a terminal would obey.
fn is_plain(letter: char) -> bool {
    let is_bidi = matches!(u32::from(letter), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff);
    !letter.is_control() && !is_bidi
}

/// Two columns, as the letters of East Asia have.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
        | 0xff00..=0xff60 | 0x1f300..=0x1f9ff | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_points_at_the_place() {
        assert_eq!(excerpt("curl -H", 5), "curl -H\n     ^");
        assert_eq!(excerpt("实 -H", 2), "实 -H\n   ^");
        assert_eq!(excerpt("a\u{1b}\u{202e}b", 3), "a\u{fffd}\u{fffd}b\n   ^");
        assert_eq!(excerpt("", 0), "\n^");
        let long = excerpt(&"x".repeat(200), 100);
        assert_eq!(long, format!("…{}…\n{}^", "x".repeat(73), " ".repeat(37)));
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let error = CurlError::at("curl \\\n  实 -H", 12, CurlProblem::Header);
        assert_eq!((error.line(), error.column(), error.offset()), (2, 4, 12));
        assert_eq!(error.to_string(), "line 2, column 4: a header is `Name: value`");
    }
}
