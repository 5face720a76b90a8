//! As a table for a terminal.

use std::fmt::Write as _;

use crate::analysis::Analysis;

/// Columns of a value; longer ones are cut.
const WIDEST: usize = 48;
/// Columns of everything else.
const LINE: usize = 1000;
const HEADINGS: [&str; 5] = ["order", "name", "value", "hexvalue", "from"];

pub(in crate::analysis) fn terminal(analysis: &Analysis) -> String {
    let verdict = analysis.verdict();
    let mut out = String::new();
    let mut line = |name: &str, text: &str| {
        // Writing to a text does not fail.
        let _ = writeln!(out, "{name:<9} {}", escaped(text, LINE));
    };
    line("scheme", analysis.scheme.map_or("not recognised", |scheme| scheme.slug()));
    line("verdict", verdict.code().slug());
    line("", verdict.sentence());
    if let Some((code, sentence)) = analysis.first_problem().filter(|(code, _)| *code != verdict.code()) {
        line("first", &format!("{code}: {sentence}"));
    }
    line("do", verdict.action());
    line("see", &format!("docs/errors.md{}", verdict.link()));
    line("provided", analysis.provided().unwrap_or("none"));
    if let Some(right) = analysis.right_signature() {
        line("right", right);
    }
    let matched = analysis.probes.iter().filter(|probe| probe.matched()).count();
    let extent = if analysis.is_exhaustive() { "" } else { ", and stopped at the limit" };
    line(
        "tried",
        &format!(
            "{} signatures, {} kinds of mistake, {matched} matched{extent}",
            analysis.candidates(),
            analysis.probes.len()
        ),
    );
    if !analysis.tokens.is_empty() {
        out.push('\n');
        table(analysis, &mut out);
    }
    out
}

fn table(analysis: &Analysis, out: &mut String) {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(analysis.tokens.iter().map(|token| {
        [
            token.order().to_string(),
            escaped(token.name(), WIDEST),
            escaped(token.value(), WIDEST),
            escaped(token.hexvalue(), WIDEST),
            escaped(&token.origin().to_string(), 4 * WIDEST),
        ]
    }));
    let widths: [usize; 5] = std::array::from_fn(|at| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0)
    });
    for row in rows {
        let mut line = String::new();
        for (cell, widest) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', widest - width(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A text whose control characters, and what else a terminal would obey, are escaped, cut to a width.
fn escaped(text: &str, widest: usize) -> String {
    let mut out = String::new();
    let mut columns = 0;
    for letter in text.chars() {
        let mut shown = String::new();
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
        let more = width(&shown);
        if columns + more > widest {
            let _ = write!(out, "… ({} bytes)", text.len());
            break;
        }
        columns += more;
        out.push_str(&shown);
    }
    out
}

/// Columns: two for the letters of East Asia and for emoji, about.
fn width(text: &str) -> usize {
    text.chars()
        .map(|letter| match u32::from(letter) {
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1f64f
            | 0x1f900..=0x1f9ff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing() {
        assert_eq!(escaped("a\x1b[31m\u{202e}b\nc\"\\", 99), "a\\u{1b}[31m\\u{202e}b\\nc\"\\");
        assert_eq!(escaped("实例abc", 5), "实例a… (9 bytes)");
        assert_eq!(width("实a"), 3);
    }
}
