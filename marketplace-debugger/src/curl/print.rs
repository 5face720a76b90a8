//! A request, written as a curl line.

use marketplace_core::analysis::CapturedRequest;

/// Writes a line that sends the request, and that [`parse`](super::parse) reads as the same one.
///
/// This holds for whatever HTTP can carry: a method and names of headers that are tokens, values without blanks around
/// them, a URL or a path beginning with `/`. A body may hold any bytes; a shell cuts it at its first NUL.
///
/// The line holds the request's signature. Until its time is over, whoever has the line can send the request.
#[must_use]
pub fn print(request: &CapturedRequest) -> String {
    let mut line = String::from("curl");
    let mut push = |option: &str, value: &[u8]| {
        for part in [option, &quoted(value)] {
            if !part.is_empty() {
                line.push(' ');
                line.push_str(part);
            }
        }
    };
    let method = &*request.method;
    match (method, request.body.is_empty()) {
        ("GET", true) => {}
        // With `-X HEAD` curl would wait for a body.
        ("HEAD", true) => push("--head", b""),
        _ => push("-X", method.as_bytes()),
    }
    if request.target.contains(['[', ']', '{', '}']) {
        push("--globoff", b"");
    }
    let option = if request.target.starts_with('-') { "--url" } else { "" };
    push(option, request.target.as_bytes());
    for (name, value) in &request.headers {
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        push("-H", header.as_bytes());
    }
    let has_type = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !request.body.is_empty() {
        if !has_type {
            // Or curl says that it is a form.
            push("-H", b"Content-Type:");
        }
        push("--data-raw", &request.body);
    }
    line
}

/// A value as one word of a shell. Nothing at all is nothing.
fn quoted(value: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
    match str::from_utf8(value) {
        Ok(text) if value.iter().all(is_plain) && !text.starts_with('-') => text.to_owned(),
        Ok(text) if !text.contains(|letter: char| letter == '\'' || must_be_escaped(letter)) => {
            format!("'{text}'")
        }
        _ => format!("$'{}'", escaped(value)),
    }
}

fn escaped(value: &[u8]) -> String {
    let mut text = String::new();
    for chunk in value.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\'' | '\\' => text.extend(['\\', letter]),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                letter if must_be_escaped(letter) => {
                    for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                        text.push_str(&format!("\\x{byte:02x}"));
                    }
                }
                letter => text.push(letter),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Control characters, and what turns the writing around: a terminal would obey them.
fn must_be_escaped(letter: char) -> bool {
    let is_bidi = matches!(u32::from(letter), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff);
    letter.is_control() || is_bidi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_the_console_prints() {
        let request = CapturedRequest::new("POST", "https://h/p?a=1&b=2")
            .with_header("Content-Type", "application/json")
            .with_header("Empty", "")
            .with_body(r#"{"a":"it's"}"#);
        assert_eq!(
            print(&request),
            r#"curl -X POST 'https://h/p?a=1&b=2' -H 'Content-Type: application/json' -H 'Empty;' --data-raw $'{"a":"it\'s"}'"#
        );
        assert_eq!(print(&CapturedRequest::new("GET", "/p")), "curl /p");
        assert_eq!(print(&CapturedRequest::new("HEAD", "/p")), "curl --head /p");
        let bytes = CapturedRequest::new("POST", "/p").with_body(&b"\xff\x00\n"[..]);
        assert_eq!(print(&bytes), r"curl -X POST /p -H 'Content-Type:' --data-raw $'\xff\x00\n'");
    }
}
