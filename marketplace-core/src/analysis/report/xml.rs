//! As Safe Creative's own report.
//!
//! Page "Troubleshooting" of the vendor's wiki: `signatureanalisys`, spelled so; three facts, and the tokens as texts.

use crate::analysis::Analysis;

/// What the console shows instead of an expected signature.
const MASKED: &str = "**********";

pub(in crate::analysis) fn xml(analysis: &Analysis) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<signatureanalisys>\n");
    let mut element = |indent: &str, name: &str, text: &str| {
        out.push_str(&format!("{indent}<{name}>{}</{name}>\n", escaped(text)));
    };
    element("  ", "requestCharacterEncoding", analysis.character_encoding.as_deref().unwrap_or("UTF-8"));
    element("  ", "signatureWanted", analysis.right_signature().unwrap_or(MASKED));
    element("  ", "signatureProvided", analysis.provided().unwrap_or_default());
    out.push_str("  <tokens>\n");
    for token in analysis.tokens() {
        let (order, value, hexvalue) = (token.order(), token.value(), token.hexvalue());
        let text = format!("order={order} value=[{value}] hexvalue={hexvalue}");
        out.push_str(&format!("    <string>{}</string>\n", escaped(&text)));
    }
    out.push_str("  </tokens>\n</signatureanalisys>\n");
    out
}

/// Markup escaped; what XML 1.0 cannot hold at all, as U+FFFD. The bytes are in `hexvalue`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A parser would read it as a line feed.
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_what_xml_cannot_hold_is_escaped() {
        assert_eq!(
            escaped("a&<b>]]>\0\u{1b}\r\né\u{ffff}"),
            "a&amp;&lt;b&gt;]]&gt;\u{fffd}\u{fffd}&#13;\né\u{fffd}"
        );
    }
}
