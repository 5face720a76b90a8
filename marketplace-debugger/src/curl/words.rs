//! The words of a line, as a POSIX shell makes them, and `$'…'`, which bash and zsh have besides.

use super::error::{CurlError, CurlProblem};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the line.
    pub(super) at: usize,
    /// Nothing of it was quoted.
    pub(super) is_bare: bool,
}

/// The words of a line, and what was passed over.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    pub(super) warnings: Vec<String>,
}

pub(super) fn split(line: &str) -> Result<Words, CurlError> {
    let at = line.len() - line.trim_start_matches('\u{feff}').len();
    let mut shell = Shell { line, at, word: None, words: Words::default(), swallowed: None };
    while let Some(letter) = shell.peek() {
        shell.outside(letter)?;
    }
    shell.end_word();
    Ok(shell.words)
}

struct Shell<'l> {
    line: &'l str,
    at: usize,
    /// The word that is being read.
    word: Option<Word>,
    words: Words,
    /// A quote that seems to reach over an option to the quote of another word.
    swallowed: Option<usize>,
}

impl Shell<'_> {
    fn outside(&mut self, letter: char) -> Result<(), CurlError> {
        let is_start = self.word.is_none();
        let after = self.after(letter.len_utf8());
        match letter {
            ' ' | '\t' | '\r' => self.end_word(),
            '\u{a0}' => {
                self.warn("a no-break space was taken for a blank");
                self.end_word();
            }
            '\n' => {
                self.end_word();
                if !self.words.words.is_empty()
                    && self.rest().contains(|letter: char| !letter.is_whitespace())
                {
                    return Err(self.wrong(self.at, CurlProblem::LineWithoutBackslash));
                }
            }
            '\\' => return self.backslash(),
            '\'' => return self.single(),
            '"' => return self.double(1),
            '$' if after == Some('\'') => return self.ansi(),
            '$' if after == Some('"') => return self.double(2),
            '$' if begins_substitution(after) => return Err(self.wrong(self.at, CurlProblem::Substitution)),
            '`' => return Err(self.wrong(self.at, CurlProblem::Substitution)),
            '&' if !is_start && after.is_some_and(|after| !after.is_whitespace() && after != '&') => {
                self.warn("an `&` stands outside of quotes: a shell would end the command there");
                self.push(letter);
            }
            '&' | '|' | ';' | '<' | '>' | '(' | ')' => {
                return Err(self.wrong(self.at, CurlProblem::Operator(letter)));
            }
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' if is_start => {
                return Err(self.wrong(self.at, CurlProblem::TypographicQuote(letter)));
            }
            '–' | '—' | '−' if is_start => {
                return Err(self.wrong(self.at, CurlProblem::LongDash(letter)));
            }
            '^' if matches!(after, None | Some('\n' | '\r' | '"')) => {
                return Err(self.wrong(self.at, CurlProblem::CommandPrompt));
            }
            _ => self.push(letter),
        }
        self.at += letter.len_utf8();
        Ok(())
    }

    fn backslash(&mut self) -> Result<(), CurlError> {
        let at = self.at;
        let rest = self.line.get(at + 1..).unwrap_or_default();
        if let Some(length) = line_end(rest) {
            self.at += 1 + length;
            return Ok(());
        }
        let behind = rest.trim_start_matches([' ', '\t']);
        if behind.len() < rest.len() && (behind.is_empty() || line_end(behind).is_some()) {
            return Err(self.wrong(at, CurlProblem::BlankAfterBackslash));
        }
        let Some(letter) = rest.chars().next() else {
            return Err(self.wrong(at, CurlProblem::UnfinishedEscape));
        };
        self.push(letter);
        self.quoted();
        self.at += 1 + letter.len_utf8();
        Ok(())
    }

    fn single(&mut self) -> Result<(), CurlError> {
        let opened = self.at;
        let is_glued = self.word.is_some();
        self.quoted();
        let inside = self.line.get(opened + 1..).unwrap_or_default();
        let Some(length) = inside.find('\'') else { return Err(self.unclosed(opened)) };
        let content = inside.get(..length).unwrap_or_default();
        self.extend(content.as_bytes());
        self.at = opened + 1 + length + 1;
        self.suspect(opened, content, is_glued);
        Ok(())
    }

    fn double(&mut self, opening: usize) -> Result<(), CurlError> {
        let opened = self.at;
        let is_glued = self.word.is_some();
        self.quoted();
        self.at += opening;
        let inside = self.at;
        loop {
            let Some(letter) = self.peek() else { return Err(self.unclosed(opened)) };
            let after = self.after(letter.len_utf8());
            match (letter, after) {
                ('"', _) => break,
                ('\\', Some(escaped @ ('"' | '\\' | '$' | '`'))) => {
                    self.push(escaped);
                    self.at += 1;
                }
                ('\\', Some('\n')) => self.at += 1,
                ('\\', Some('\r')) if self.after(2) == Some('\n') => self.at += 2,
                ('`', _) => return Err(self.wrong(self.at, CurlProblem::Substitution)),
                ('$', after) if begins_substitution(after) => {
                    return Err(self.wrong(self.at, CurlProblem::Substitution));
                }
                _ => self.push(letter),
            }
            self.at += letter.len_utf8();
        }
        let content = self.line.get(inside..self.at).unwrap_or_default();
        self.at += 1;
        self.suspect(opened, content, is_glued);
        Ok(())
    }

    fn ansi(&mut self) -> Result<(), CurlError> {
        let opened = self.at;
        self.quoted();
        self.at += 2;
        loop {
            match self.peek() {
                None => return Err(self.unclosed(opened)),
                Some('\'') => break,
                Some('\\') => {
                    let (bytes, length) = escape(self.line.get(self.at + 1..).unwrap_or_default())
                        .ok_or_else(|| self.wrong(self.at, CurlProblem::UnfinishedEscape))?;
                    self.extend(&bytes);
                    self.at += 1 + length;
                }
                Some(letter) => {
                    self.push(letter);
                    self.at += letter.len_utf8();
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    /// A quote that is missing makes its partner open where it should close: what lies between holds an option, and is
    /// glued to what should have been quoted.
    fn suspect(&mut self, opened: usize, content: &str, is_glued: bool) {
        let is_glued = is_glued || self.peek().is_some_and(|after| !after.is_whitespace() && after != '\\');
        let holds_option = content.contains(" -") || content.contains("\n-");
        if is_glued && holds_option && self.swallowed.is_none() {
            self.swallowed = Some(opened);
        }
    }

    fn unclosed(&self, opened: usize) -> CurlError {
        self.wrong(opened, CurlProblem::UnclosedQuote)
    }

    /// What is wrong behind a quote that has swallowed something is wrong because of it.
    fn wrong(&self, at: usize, problem: CurlProblem) -> CurlError {
        match self.swallowed {
            Some(opened) => CurlError::at(self.line, opened, CurlProblem::UnclosedQuote),
            None => CurlError::at(self.line, at, problem),
        }
    }

    fn warn(&mut self, text: &str) {
        if !self.words.warnings.iter().any(|known| known == text) {
            self.words.warnings.push(text.to_owned());
        }
    }

    fn rest(&self) -> &str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn after(&self, bytes: usize) -> Option<char> {
        self.line.get(self.at + bytes..)?.chars().next()
    }

    fn current(&mut self) -> &mut Word {
        let at = self.at;
        self.word.get_or_insert_with(|| Word { bytes: Vec::new(), at, is_bare: true })
    }

    fn push(&mut self, letter: char) {
        self.extend(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.current().bytes.extend_from_slice(bytes);
    }

    fn quoted(&mut self) {
        self.current().is_bare = false;
    }

    fn end_word(&mut self) {
        self.words.words.extend(self.word.take());
    }
}

/// The length of a line end at the beginning of a text.
fn line_end(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

fn begins_substitution(after: Option<char>) -> bool {
    after
        .is_some_and(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '{' | '(' | '@' | '*'))
}

/// The bytes that an escape of `$'…'` stands for, and its length without the `\`.
fn escape(text: &str) -> Option<(Vec<u8>, usize)> {
    let letter = text.chars().next()?;
    let byte = |byte: u8| Some((vec![byte], letter.len_utf8()));
    match letter {
        'n' => byte(b'\n'),
        't' => byte(b'\t'),
        'r' => byte(b'\r'),
        'a' => byte(7),
        'b' => byte(8),
        'e' | 'E' => byte(27),
        'f' => byte(12),
        'v' => byte(11),
        '\\' | '\'' | '"' | '?' => byte(u8::try_from(letter).ok()?),
        'x' => {
            let (value, length) = number(text.get(1..)?, 16, 2)?;
            Some((vec![u8::try_from(value).ok()?], 1 + length))
        }
        '0'..='7' => {
            let (value, length) = number(text, 8, 3)?;
            Some((vec![u8::try_from(value & 0xff).ok()?], length))
        }
        'u' | 'U' => {
            let (value, length) = number(text.get(1..)?, 16, if letter == 'u' { 4 } else { 8 })?;
            Some((char::from_u32(value)?.to_string().into_bytes(), 1 + length))
        }
        // A shell leaves both as they are.
        other => Some((format!("\\{other}").into_bytes(), other.len_utf8())),
    }
}

/// At least one digit, and at most so many.
fn number(text: &str, radix: u32, most: usize) -> Option<(u32, usize)> {
    let length = text.chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
    u32::from_str_radix(text.get(..length)?, radix).ok().map(|value| (value, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let words = split(line).unwrap().words;
        words.into_iter().map(|word| String::from_utf8(word.bytes).unwrap()).collect()
    }

    #[test]
    fn quotes_are_those_of_a_shell() {
        for (line, expected) in [
            ("a  b\tc", &["a", "b", "c"][..]),
            ("'a b'\"c d\"e", &["a bc de"]),
            (r#""a\"b\\c\$d\ne""#, &[r#"a"b\c$d\ne"#]),
            (r"a\ b \'", &["a b", "'"]),
            ("'it'\\''s'", &["it's"]),
            ("a \\\n b \\\r\n c\n\n", &["a", "b", "c"]),
            ("\n a", &["a"]),
            ("''", &[""]),
            (r"$'a\'b\n\x41\u5b9e\101\q'", &["a'b\nA实A\\q"]),
            ("$\"a\"", &["a"]),
            ("a$ $", &["a$", "$"]),
            ("\"a\\\nb\"", &["ab"]),
            ("a&b=c", &["a&b=c"]),
            ("", &[]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
        assert_eq!(split(r"$'\xff'").unwrap().words[0].bytes, [0xff]);
    }

    #[test]
    fn what_a_shell_would_not_take_literally_is_pointed_at() {
        for (line, at, problem) in [
            ("a 'b", 2, CurlProblem::UnclosedQuote),
            ("a \"b", 2, CurlProblem::UnclosedQuote),
            ("a $'b\\'", 2, CurlProblem::UnclosedQuote),
            ("a 'b -H 'c: d'", 2, CurlProblem::UnclosedQuote),
            ("a b' -H 'c: d'", 3, CurlProblem::UnclosedQuote),
            ("a \\", 2, CurlProblem::UnfinishedEscape),
            ("$'\\xg'", 2, CurlProblem::UnfinishedEscape),
            ("a \\ \nb", 2, CurlProblem::BlankAfterBackslash),
            ("a\nb", 1, CurlProblem::LineWithoutBackslash),
            ("a “b”", 2, CurlProblem::TypographicQuote('“')),
            ("a –H", 2, CurlProblem::LongDash('–')),
            ("a | b", 2, CurlProblem::Operator('|')),
            ("a &", 2, CurlProblem::Operator('&')),
            ("a \"$KEY\"", 3, CurlProblem::Substitution),
            ("a `b`", 2, CurlProblem::Substitution),
            ("a $(b)", 2, CurlProblem::Substitution),
            ("a ^\nb", 2, CurlProblem::CommandPrompt),
        ] {
            let error = split(line).unwrap_err();
            assert_eq!((error.offset(), error.problem()), (at, &problem), "{line}");
        }
    }
}
