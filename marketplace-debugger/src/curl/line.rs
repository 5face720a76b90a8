//! The request of a curl line's words.

use marketplace_core::analysis::CapturedRequest;

use super::error::{CurlError, CurlProblem};
use super::option::{Known, Meaning, long, short};
use super::sent::{Sent, urlencoded};
use super::words::{Word, Words};

/// Is this the name of curl, with or without a path?
pub(super) fn names_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

pub(super) fn request(line: &str, words: &mut Words) -> Result<CapturedRequest, CurlError> {
    let mut reader = Reader { line, warnings: &mut words.warnings, sent: Sent::default(), unknown: None };
    let mut rest = words.words.iter().peekable();
    // The prompt of a shell, copied along.
    rest.next_if(|word| word.bytes == b"$");
    let Some(first) = rest.next() else { return Err(reader.wrong(0, CurlProblem::Empty)) };
    if !str::from_utf8(&first.bytes).is_ok_and(names_curl) {
        return Err(reader.wrong(first.at, CurlProblem::NotCurl));
    }
    while let Some(word) = rest.next() {
        match &*word.bytes {
            [b'-', b'-', _, ..] => reader.long(word, &mut rest)?,
            [b'-', _, ..] if word.bytes != b"--" => reader.short(word, &mut rest)?,
            b"--" => {}
            _ => reader.url(word, word.at)?,
        }
    }
    let Reader { sent, .. } = reader;
    sent.into_request().ok_or_else(|| CurlError::at(line, first.at, CurlProblem::NoUrl))
}

type Rest<'r, 'w> = std::iter::Peekable<std::slice::Iter<'w, Word>>;

struct Reader<'l> {
    line: &'l str,
    warnings: &'l mut Vec<String>,
    sent: Sent,
    /// The first option that is not known and has what may be its value after it, and where it is.
    unknown: Option<(usize, String)>,
}

impl Reader<'_> {
    fn long(&mut self, word: &Word, rest: &mut Rest<'_, '_>) -> Result<(), CurlError> {
        let text = self.text(&word.bytes, word.at)?;
        let name = text.strip_prefix("--").unwrap_or(&text);
        if let Some((before, _)) = name.split_once('=')
            && long(before).is_some()
        {
            return Err(self.wrong(word.at, CurlProblem::EqualsSign(format!("--{before}"))));
        }
        match long(name) {
            Some(known) if known.takes_value => {
                let value = self.value(&text, word, rest)?;
                self.take(known.meaning, &text, value)
            }
            Some(known) => self.switch(known.meaning, word),
            None => {
                self.pass_over(word, &text, rest);
                Ok(())
            }
        }
    }

    /// Letters one after the other; the first that takes a value takes the rest of the word, or the next one.
    fn short(&mut self, word: &Word, rest: &mut Rest<'_, '_>) -> Result<(), CurlError> {
        let letters = word.bytes.get(1..).unwrap_or_default();
        for (at, byte) in letters.iter().enumerate() {
            let letter = char::from(*byte);
            let name = format!("-{letter}");
            match short(letter) {
                Some(Known { meaning, takes_value: true }) => {
                    let own = letters.get(at + 1..).filter(|own| !own.is_empty());
                    let value = match own {
                        Some(own) => Word { bytes: own.to_vec(), ..*word },
                        None => self.value(&name, word, rest)?,
                    };
                    return self.take(meaning, &name, value);
                }
                Some(known) => self.switch(known.meaning, word)?,
                None => self.pass_over(word, &name, rest),
            }
        }
        Ok(())
    }

    fn pass_over(&mut self, word: &Word, name: &str, rest: &mut Rest<'_, '_>) {
        self.warn(format!("`{}` is not known, and was passed over", shown(name)));
        if rest.peek().is_some_and(|next| !next.bytes.starts_with(b"-")) {
            self.unknown.get_or_insert_with(|| (word.at, shown(name)));
        }
    }

    fn value(&self, name: &str, word: &Word, rest: &mut Rest<'_, '_>) -> Result<Word, CurlError> {
        let is_option = |next: &&Word| {
            let next = if next.is_bare { str::from_utf8(&next.bytes).unwrap_or_default() } else { "" };
            match (next.strip_prefix("--"), next.strip_prefix('-')) {
                (Some(name), _) => long(name).is_some(),
                (None, Some(letter)) => {
                    matches!(letter, "X" | "H" | "d" | "A" | "b" | "k" | "i" | "s" | "L" | "G")
                }
                (None, None) => false,
            }
        };
        match rest.next_if(|next| !is_option(next)) {
            Some(value) => Ok(value.clone()),
            None => Err(self.wrong(word.at, CurlProblem::MissingArgument(name.to_owned()))),
        }
    }

    fn switch(&mut self, meaning: Meaning, word: &Word) -> Result<(), CurlError> {
        match meaning {
            Meaning::Get => self.sent.is_get = true,
            Meaning::Head => self.sent.is_head = true,
            Meaning::Next => return Err(self.wrong(word.at, CurlProblem::Next)),
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, meaning: Meaning, name: &str, value: Word) -> Result<(), CurlError> {
        let at = value.at;
        match meaning {
            Meaning::Method => {
                let method = self.text(&value.bytes, at)?;
                let is_of_token =
                    |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
                if method.is_empty() || !method.bytes().all(is_of_token) {
                    return Err(self.wrong(at, CurlProblem::Method));
                }
                self.sent.method = Some(method);
            }
            Meaning::Header => return self.header(&value),
            Meaning::Data | Meaning::Json if value.bytes.starts_with(b"@") => {
                return Err(self.wrong(at, CurlProblem::FromFile));
            }
            Meaning::Data | Meaning::RawData => self.sent.add_data(&value.bytes, b"&"),
            Meaning::Json => {
                self.sent.is_json = true;
                self.sent.add_data(&value.bytes, b"");
            }
            Meaning::EncodedData => {
                let encoded =
                    urlencoded(&value.bytes).ok_or_else(|| self.wrong(at, CurlProblem::FromFile))?;
                self.sent.add_data(&encoded, b"&");
            }
            Meaning::Url => return self.url(&value, at),
            Meaning::Agent => self.sent.agent = Some(self.field(&value)?),
            Meaning::Referer => self.sent.referer = Some(self.field(&value)?),
            Meaning::Cookie if value.bytes.contains(&b'=') => {
                let cookie = self.field(&value)?;
                match &mut self.sent.cookie {
                    Some(known) => *known = format!("{known}; {cookie}"),
                    None => self.sent.cookie = Some(cookie),
                }
            }
            Meaning::Cookie => self.warn("cookies of a file were passed over".to_owned()),
            Meaning::Multipart => return Err(self.wrong(at, CurlProblem::Multipart(name.to_owned()))),
            Meaning::Unseen => self.warn(format!("`{name}` was passed over, and may change what is sent")),
            Meaning::Get | Meaning::Head | Meaning::Next | Meaning::None => {}
        }
        Ok(())
    }

    /// `Name: value`; `Name;` is an empty one, and `Name:` takes away one that curl would add.
    fn header(&mut self, word: &Word) -> Result<(), CurlError> {
        if word.bytes.starts_with(b"@") {
            return Err(self.wrong(word.at, CurlProblem::FromFile));
        }
        let text = self.field(word)?;
        let (name, value) = match (text.split_once(':'), text.strip_suffix(';')) {
            (Some((name, value)), _) => {
                (trimmed(name), Some(trimmed(value)).filter(|value| !value.is_empty()))
            }
            (None, Some(name)) => (trimmed(name), Some("")),
            (None, None) => ("", None),
        };
        if name.is_empty() {
            return Err(self.wrong(word.at, CurlProblem::Header));
        }
        if let Some(value) = value {
            self.sent.headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(())
    }

    fn url(&mut self, value: &Word, at: usize) -> Result<(), CurlError> {
        let url = self.field(value)?;
        if self.sent.url.is_some() {
            return Err(match &self.unknown {
                Some((at, name)) => self.wrong(*at, CurlProblem::UnknownOption(name.clone())),
                None => self.wrong(at, CurlProblem::TwoUrls),
            });
        }
        if url.is_empty() {
            return Err(self.wrong(at, CurlProblem::NoUrl));
        }
        if is_of_another_kind(&url) {
            return Err(self.wrong(at, CurlProblem::Scheme));
        }
        // As curl does. A path alone is what a recording may have instead.
        let is_whole = url.contains("://") || url.starts_with('/');
        self.sent.url = Some(if is_whole { url } else { format!("http://{url}") });
        Ok(())
    }

    /// A text of one line, which may hold what is not ASCII.
    fn field(&self, value: &Word) -> Result<String, CurlError> {
        let text = self.text(&value.bytes, value.at)?;
        if text.contains(|letter: char| letter.is_control() && letter != '\t') {
            return Err(self.wrong(value.at, CurlProblem::Unprintable));
        }
        Ok(text)
    }

    fn text(&self, bytes: &[u8], at: usize) -> Result<String, CurlError> {
        String::from_utf8(bytes.to_vec()).map_err(|_| self.wrong(at, CurlProblem::Unprintable))
    }

    fn wrong(&self, at: usize, problem: CurlProblem) -> CurlError {
        CurlError::at(self.line, at, problem)
    }

    fn warn(&mut self, text: String) {
        if !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }
}

/// `ftp://host`, and `https:/host` with a letter too few; a port is no reason.
fn is_of_another_kind(url: &str) -> bool {
    let known = ["http://", "https://"];
    let begins = |with: &str| url.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.contains(":/") && !known.into_iter().any(begins) && !path.starts_with('/')
}

/// Without the blanks around it that HTTP drops.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// A name of the line in a sentence: short, and nothing that a terminal obeys.
fn shown(name: &str) -> String {
    name.chars().take(40).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use crate::curl::{CurlProblem, parse, read};

    #[test]
    fn options_stand_in_any_order_and_together() {
        let expected = parse("curl -X POST -H 'A: b' -d 'c' https://h/p").unwrap();
        for line in [
            "curl https://h/p -XPOST -HA:b -dc",
            "/usr/bin/curl -sSkX POST --url https://h/p --data-raw c --header 'A:  b '",
            "$ curl.exe --insecure --request POST -i --compressed --location -o /dev/null -d c -H A:b https://h/p",
            "curl -H A:b https://h/p -kd c",
        ] {
            assert_eq!(parse(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn data_is_joined_encoded_or_put_into_the_query() {
        for (line, method, target, body) in [
            ("curl h/p -d a=1 -d b=2", "POST", "http://h/p", "a=1&b=2"),
            ("curl -G h/p -d a=1 --data-urlencode 'b=c d&'", "GET", "http://h/p?a=1&b=c%20d%26", ""),
            ("curl -G 'h/p?x=y#f' -d a=1", "GET", "http://h/p?x=y&a=1#f", ""),
            ("curl h --data-urlencode =a+b --data-urlencode 'c d'", "POST", "http://h", "a%2Bb&c%20d"),
            ("curl -I h/p", "HEAD", "http://h/p", ""),
            ("curl h --data-raw @x", "POST", "http://h", "@x"),
            ("curl h --data-binary $'a\n'", "POST", "http://h", "a\n"),
            ("curl -X PUT h -d ''", "PUT", "http://h", ""),
        ] {
            let request = parse(line).unwrap();
            assert_eq!((&*request.method, &*request.target), (method, target), "{line}");
            assert_eq!(request.body, body, "{line}");
        }
    }

    #[test]
    fn headers_come_from_several_options() {
        let request =
            parse("curl h -A agent -e from -b a=1 -b b=2 -H 'X;' -H 'Accept:' -H 'Y: 1:2'").unwrap();
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(headers, ["X=", "Y=1:2", "User-Agent=agent", "Referer=from", "Cookie=a=1; b=2"]);
        let request = parse("curl h --json '{}' -H 'accept: x'").unwrap();
        assert_eq!(request.headers.len(), 2);
        assert_eq!(request.headers[1], ("Content-Type".to_owned(), "application/json".to_owned()));
    }

    #[test]
    fn what_is_not_known_is_passed_over_and_said() {
        let line = read("curl --fancy -% 'h?a=1' -u a:b -b jar --no-fancy").unwrap();
        assert_eq!(line.warnings.len(), 4, "{:?}", line.warnings);
        assert_eq!(read("curl h?a=1&b=2").unwrap().request.target, "http://h?a=1&b=2");
    }

    #[test]
    fn mistakes_are_pointed_at() {
        let option = |name: &str| CurlProblem::MissingArgument(name.to_owned());
        for (line, at, problem) in [
            ("", 0, CurlProblem::Empty),
            ("wget h", 0, CurlProblem::NotCurl),
            ("curl h -H", 7, option("-H")),
            ("curl h -sH", 7, option("-H")),
            ("curl h --data", 7, option("--data")),
            ("curl -X -H 'a: b' h", 5, option("-X")),
            ("curl --request --header 'a: b' h", 5, option("--request")),
            ("curl h --request=POST", 7, CurlProblem::EqualsSign("--request".to_owned())),
            ("curl -d '{}'", 0, CurlProblem::NoUrl),
            ("curl -d '{}' ''", 13, CurlProblem::NoUrl),
            ("curl h --unknown value", 7, CurlProblem::UnknownOption("--unknown".to_owned())),
            ("curl --dta '{}' --silent h", 5, CurlProblem::UnknownOption("--dta".to_owned())),
            ("curl h 'A: b'", 7, CurlProblem::TwoUrls),
            ("curl -d '{}' htps://h/p", 13, CurlProblem::Scheme),
            ("curl https:/h/p", 5, CurlProblem::Scheme),
            ("curl h -H 'Accept application/json'", 10, CurlProblem::Header),
            ("curl h -H ': x'", 10, CurlProblem::Header),
            ("curl h -H $'a: b\\nc: d'", 10, CurlProblem::Unprintable),
            ("curl h -H @file", 10, CurlProblem::FromFile),
            ("curl h -d @file", 10, CurlProblem::FromFile),
            ("curl h --data-urlencode a@file", 24, CurlProblem::FromFile),
            ("curl h -F a=b", 10, CurlProblem::Multipart("-F".to_owned())),
            ("curl h --next h", 7, CurlProblem::Next),
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!((error.offset(), error.problem()), (at, &problem), "{line}");
        }
    }
}
