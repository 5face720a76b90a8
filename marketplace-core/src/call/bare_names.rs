//! Names of members without quotes, as two of the vendor's examples have them.

/// The text with quotes around the names of members that have none; nothing, if there is no such name.
///
/// A bare name has ASCII letters, digits, `_` and `$`, stands where a name can, and is followed by a colon. Everything
/// else stays as it is, so that what was not JSON for another reason still is not. Each letter is looked at twice at most.
pub(super) fn quote_bare_names(json: &str) -> Option<String> {
    let mut quoted = String::with_capacity(json.len() + json.len() / 4);
    let (mut rest, mut is_bare, mut name_may_follow) = (json, false, false);
    while let Some(first) = rest.bytes().next() {
        let may_be_name = name_may_follow && is_part_of_name(first) && !first.is_ascii_digit();
        let length = match first {
            b'"' => length_of_text(rest),
            _ if may_be_name => rest.bytes().take_while(|letter| is_part_of_name(*letter)).count(),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (token, after) = rest.split_at_checked(length)?;
        if may_be_name && after.trim_ascii_start().starts_with(':') {
            quoted.extend(["\"", token, "\""]);
            is_bare = true;
        } else {
            quoted.push_str(token);
        }
        name_may_follow = match first {
            b'{' | b',' => true,
            blank if blank.is_ascii_whitespace() => name_may_follow,
            _ => false,
        };
        rest = after;
    }
    is_bare.then_some(quoted)
}

fn is_part_of_name(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'$')
}

/// How long the text is that begins here, with its quotes. One that does not end goes to the end.
fn length_of_text(json: &str) -> usize {
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|letter| {
        let ends = letter == b'"' && !escaped;
        escaped = letter == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |between| between + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_names_only() {
        for (json, quoted) in [
            (r#"{a:1}"#, r#"{"a":1}"#),
            (
                r#"[{orgCode:"1", name : "a,b:c{d:" ,parent_Code$2:""}]"#,
                r#"[{"orgCode":"1", "name" : "a,b:c{d:" ,"parent_Code$2":""}]"#,
            ),
            (r#"{"a":{b:[true,null,{c:"\"{d:"}]}}"#, r#"{"a":{"b":[true,null,{"c":"\"{d:"}]}}"#),
            ("{\n\ta\r\n : 1}", "{\n\t\"a\"\r\n : 1}"),
            (r#"{a:"\\",b:"实:例"}"#, r#"{"a":"\\","b":"实:例"}"#),
            (r#"{true:1}"#, r#"{"true":1}"#),
        ] {
            assert_eq!(quote_bare_names(json).as_deref(), Some(quoted));
            assert!(serde_json::from_str::<serde_json::Value>(quoted).is_ok(), "{quoted}");
        }
    }

    #[test]
    fn leaves_the_rest_as_it_is() {
        for json in [
            "",
            "x",
            r#"{"a":1}"#,
            r#"["a:b",{"c":"{d:1}"}]"#,
            r#"{"a\":{b:1}"#,
            "[a,b]",
            "{1a:1}",
            "{实:1}",
            "{a b:1}",
            "{a}",
            "{'a':1}",
            "a:1",
            "[a:1]",
            "\"{a:1}",
            "{-a:1}",
        ] {
            assert_eq!(quote_bare_names(json), None, "{json}");
        }
    }

    #[test]
    fn whatever_is_json_stays_and_once_is_enough() {
        let letters = ['{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', '$', ' ', '实'];
        let (mut state, mut valid, mut bare) = (0x5eed_u64, 0, 0);
        for _ in 0..300_000 {
            let mut text = String::new();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push(letters[(state >> 33) as usize % letters.len()]);
            }
            let quoted = quote_bare_names(&text);
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                valid += 1;
                assert_eq!(quoted, None, "{text}");
            }
            if let Some(quoted) = quoted {
                bare += 1;
                assert_eq!(quote_bare_names(&quoted), None, "{text}");
                assert_eq!(quoted.replace('"', ""), text.replace('"', ""));
            }
        }
        assert!(valid > 20 && bare > 1000, "{valid} {bare}");
    }

    #[test]
    fn a_long_text_is_no_longer_twice() {
        for part in ["{", "{a", "{a:", ",a:", "{a ", "a", "\"", "\\", "{a:\"\\", "  ", "实", "{$:{", "\u{c}"]
        {
            let json = part.repeat(400_000);
            let quoted = quote_bare_names(&json);
            assert!(quoted.is_none_or(|quoted| quoted.len() <= 2 * json.len()), "{part}");
        }
        let spread = format!("{{a{}:1}}", " ".repeat(400_000));
        assert!(quote_bare_names(&spread).is_some());
    }
}
