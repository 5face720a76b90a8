//! The catalogue of what can go wrong, and the page that shows it.

use std::collections::BTreeSet;

use marketplace_core::ResultCode;
use marketplace_core::analysis::VerdictCode;
use marketplace_core::catalogue::{self, ConsoleMessage, Entry, Kind};

/// Kept by hand. If an entry has changed, the test says what has to stand there; line ends are free.
const PAGE: &str = include_str!("../../../docs/errors.md");

/// What the debugger checks. The number is that of the console's message.
const CHECKS: [(&str, Option<u8>); 28] = [
    ("unreachable", Some(1)),
    ("timeout", Some(2)),
    ("http-status", Some(3)),
    ("content-type", Some(4)),
    ("body-sign-missing", Some(5)),
    ("body-sign-spelling", Some(5)),
    ("body-sign-form", Some(5)),
    ("body-sign-mismatch", Some(6)),
    ("body-not-json", Some(7)),
    ("result-msg-missing", Some(7)),
    ("result-code", Some(8)),
    ("field-missing", Some(9)),
    ("field-length", Some(10)),
    ("not-idempotent", None),
    ("debugging-refused", None),
    ("debugging-created", None),
    ("refusal-accepted", None),
    ("refusal-code", None),
    ("refusal-unsigned", None),
    ("refusal-body-leaks", None),
    ("oversize-accepted", None),
    ("unknown-activity-accepted", None),
    ("replay-accepted", None),
    ("slow-answer", None),
    ("connection-closed", None),
    ("redirect", None),
    ("encrypt-type", None),
    ("credentials-unreadable", None),
];

/// The Solution Guide of the Secure Key Manager, in its order.
const GUIDE: [(&str, &str); 10] = [
    ("skm-invalid-appkey", "Invalid Appkey"),
    ("skm-invalid-key-id", "Invalid Key ID"),
    ("skm-invalid-key-version", "Invalid Key Version"),
    ("skm-invalid-user-data", "Invalid User Data"),
    ("skm-invalid-key-status", "Invalid Key Status"),
    ("skm-invalid-key-version-status", "Invalid Key Version Status"),
    ("skm-ipv4-auth-failure", "IPv4 Auth Failure"),
    ("skm-mac-auth-failure", "MAC Auth Failure"),
    ("skm-certificate-auth-failure", "Certificate Auth Failure"),
    ("skm-url-not-found", "URL NOT FOUND"),
];

#[test]
fn each_slug_is_there_once_and_found_by_its_name() {
    let slugs: BTreeSet<_> = catalogue::all().map(|entry| entry.slug).collect();
    assert_eq!(slugs.len(), catalogue::all().count());
    for entry in catalogue::all() {
        assert_eq!(catalogue::find(entry.slug), Some(entry));
        assert_eq!(entry.anchor, format!("#{}", entry.slug));
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        assert!(entry.slug.chars().all(is_plain), "{} would have another anchor", entry.slug);
        assert_ne!(entry.also, Some(entry.kind), "{}", entry.slug);
    }
    for unknown in ["", "stale", "stale-timestamp ", "Stale-timestamp", "000006"] {
        assert_eq!(catalogue::find(unknown), None, "{unknown}");
    }
}

#[test]
fn every_text_is_made_of_sentences() {
    for Entry { slug, what, cause, fix, checks, .. } in catalogue::all() {
        for check in *checks {
            assert!(check.ends_with('?') && check.starts_with(char::is_uppercase), "{slug}: {check}");
            assert_eq!(check.matches('`').count() % 2, 0, "{slug}: {check}");
        }
        for text in [what, cause, fix] {
            assert!(text.ends_with('.') && !text.ends_with(".."), "{slug}: {text}");
            assert!(text.starts_with(|first: char| first.is_uppercase() || first == '`'), "{slug}: {text}");
            assert!(!text.contains("  ") && !text.contains('\n'), "{slug}: {text}");
            assert_eq!(text.matches('`').count() % 2, 0, "{slug}: {text}");
        }
        assert!(!what.contains(". "), "{slug} has more than one sentence: {what}");
        assert!(what != cause && what != fix && cause != fix, "{slug}");
    }
    let whats: BTreeSet<_> = catalogue::all().map(|entry| entry.what).collect();
    assert_eq!(whats.len(), catalogue::all().count());
}

#[test]
fn every_verdict_has_an_entry_and_speaks_from_it() {
    for code in VerdictCode::ALL {
        let entry = code.entry();
        assert!(entry.is(Kind::Verdict), "{code}");
        assert_eq!((entry.slug, entry.anchor), (code.slug(), code.link().as_str()));
        assert_eq!((code.sentence().as_str(), code.action()), (entry.what, entry.fix));
    }
    let verdicts: BTreeSet<_> = of(Kind::Verdict).map(|entry| entry.slug).collect();
    assert_eq!(verdicts, VerdictCode::ALL.iter().map(|code| code.slug()).collect());
}

#[test]
fn every_check_has_an_entry_and_the_message_of_the_console() {
    for (slug, number) in CHECKS {
        let entry = catalogue::find(slug).unwrap_or_else(|| panic!("{slug} has no entry"));
        assert!(entry.is(Kind::Check), "{slug}");
        assert_eq!(entry.console.map(|message| message.number), number, "{slug}");
    }
    assert_eq!(of(Kind::Check).count(), CHECKS.len());
    for number in 1..=10 {
        let expected: Vec<_> =
            CHECKS.iter().filter(|check| check.1 == Some(number)).map(|check| check.0).collect();
        let found: Vec<_> = catalogue::by_console_number(number).map(|entry| entry.slug).collect();
        assert_eq!(found, expected, "{number}");
    }
    assert_eq!(catalogue::by_console_number(0).count() + catalogue::by_console_number(11).count(), 0);
}

#[test]
fn every_result_code_has_an_entry() {
    let digits: Vec<_> = (0..=5).chain(100..=107).chain(900..=903).map(|code| format!("{code:06}")).collect();
    for digits in &digits {
        let code = ResultCode::from_text(digits).unwrap();
        let entry = catalogue::by_result_code(code).unwrap_or_else(|| panic!("{code} has no entry"));
        assert!(entry.is(Kind::ResultCode) && entry.code == Some(code), "{code}");
    }
    assert_eq!(of(Kind::ResultCode).count(), digits.len());
    assert_eq!(catalogue::by_result_code(ResultCode::from_text("000108").unwrap()), None);
    for entry in catalogue::all().filter(|entry| !entry.is(Kind::Refusal) && !entry.is(Kind::ResultCode)) {
        assert_eq!(entry.code, None, "{}", entry.slug);
    }
}

#[test]
fn every_message_of_the_solution_guide_has_its_checks() {
    for (slug, message) in GUIDE {
        let entry = catalogue::find(slug).unwrap_or_else(|| panic!("{slug} has no entry"));
        assert!(entry.is(Kind::SecureKeyManager) && !entry.checks.is_empty(), "{slug}");
        assert!(entry.what.contains(&format!("`{message}`")), "{slug}: {}", entry.what);
    }
    assert!(!catalogue::find("skm-client-certificate").unwrap().checks.is_empty());
    for entry in catalogue::all() {
        assert_eq!(entry.slug.starts_with("skm-"), entry.is(Kind::SecureKeyManager), "{}", entry.slug);
    }
}

#[test]
fn no_entry_of_the_open_apis_is_without_a_source() {
    for entry in catalogue::all() {
        let is_of_the_market = entry.is(Kind::OpenApi) || entry.is(Kind::UsageRecord);
        assert_eq!(entry.source.is_some(), is_of_the_market, "{}", entry.slug);
        assert!(entry.api_codes.is_empty() || is_of_the_market, "{}", entry.slug);
        let Some(source) = entry.source else { continue };
        assert!(source.ends_with('.') && source.matches('`').count() % 2 == 0, "{}: {source}", entry.slug);
        let is_a_page = source.contains("(20") || source.contains(" on 20");
        assert!(is_a_page || entry.api_codes.is_empty(), "{}: a page with its date: {source}", entry.slug);
    }
}

#[test]
fn the_console_has_ten_messages_in_two_languages() {
    let numbers: Vec<_> = ConsoleMessage::ALL.iter().map(|message| message.number).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    for ConsoleMessage { number, english, chinese, older, .. } in ConsoleMessage::ALL {
        assert!(english.len() > 40 && english.is_ascii(), "{number}");
        assert!(
            chinese.chars().filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)).count() >= 8,
            "{number}"
        );
        assert!(older.iter().all(|message| message.starts_with("http header->")), "{number}");
        // The placeholders are the same ones.
        for placeholder in
            ["{httpCode}", "{contentType}", "{fileId}", "**********", "\"resultCode\":\"000000\""]
        {
            assert_eq!(
                english.contains(placeholder),
                chinese.contains(placeholder),
                "{number}: {placeholder}"
            );
        }
    }
    let with_older: Vec<_> = ConsoleMessage::ALL.iter().filter(|message| !message.older.is_empty()).collect();
    assert!(matches!(with_older[..], [message] if message.number == 5 && message.older.len() == 2));
}

#[test]
fn the_page_has_a_heading_for_each_entry_in_the_same_order() {
    let headings: Vec<_> = blocks().into_iter().map(|(heading, _)| heading).collect();
    assert_eq!(headings, catalogue::all().map(|entry| entry.slug).collect::<Vec<_>>());
}

#[test]
fn the_page_says_what_the_catalogue_says() {
    for ((heading, block), entry) in blocks().into_iter().zip(catalogue::all()) {
        let expected = rendered(entry);
        let is_same = block.split_whitespace().eq(expected.split_whitespace());
        assert!(is_same, "below the heading {heading} of docs/errors.md, write\n\n{expected}");
    }
}

#[test]
fn the_page_leads_from_each_message_to_its_entries() {
    for message in ConsoleMessage::ALL {
        let links: Vec<_> = catalogue::by_console_number(message.number)
            .map(|entry| format!("[{}]({})", entry.slug, entry.anchor))
            .collect();
        let row = format!("| {} | `{}` | {} |", message.number, message.english, links.join(", "));
        assert!(PAGE.lines().any(|line| line == row), "docs/errors.md needs the row\n{row}");
    }
}

#[test]
fn the_links_of_the_page_lead_to_its_headings() {
    let sections: BTreeSet<_> =
        PAGE.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
    let anchors = catalogue::all().map(|entry| entry.anchor.to_owned());
    let known: BTreeSet<_> = anchors.chain(sections.iter().cloned()).collect();
    assert_eq!(
        known.len(),
        catalogue::all().count() + sections.len(),
        "a section has the anchor of an entry"
    );
    for (at, _) in PAGE.match_indices("](#") {
        let link = PAGE[at + 2..].split(')').next().unwrap();
        assert!(known.contains(link), "{link}");
    }
}

fn of(kind: Kind) -> impl Iterator<Item = &'static Entry> {
    catalogue::all().filter(move |entry| entry.is(kind))
}

/// The headings of entries, and what stands below each.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks: Vec<(&str, String)> = Vec::new();
    let mut in_entry = false;
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            blocks.push((heading, String::new()));
            in_entry = true;
        } else if line.starts_with('#') {
            in_entry = false;
        } else if let (true, Some((_, block))) = (in_entry, blocks.last_mut()) {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

fn rendered(entry: &Entry) -> String {
    let mut out = format!("{}\n\n- Cause: {}\n- Fix: {}\n", entry.what, entry.cause, entry.fix);
    for check in entry.checks {
        out.push_str(&format!("- Check: {check}\n"));
    }
    if let Some(source) = entry.source {
        out.push_str(&format!("- Source: {source}\n"));
    }
    if let (Kind::Refusal, Some(code)) = (entry.kind, entry.code) {
        out.push_str(&format!("- Answered with [{code}](#{code})\n"));
    }
    match entry.also {
        Some(Kind::Verdict) => out.push_str("- Also a verdict\n"),
        None => {}
        Some(other) => panic!("say how the page shows that {} is {other:?} as well", entry.slug),
    }
    if let Some(message) = entry.console {
        out.push_str(&format!("- Console, message {}:\n", message.number));
        out.push_str(&format!("  - `{}`\n  - `{}`\n", message.english, message.chinese));
        for older in message.older {
            out.push_str(&format!("  - formerly `{older}`\n"));
        }
    }
    out
}

/// As the usual renderers of Markdown make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-'));
    format!("#{}", kept.collect::<String>().to_lowercase().replace(' ', "-"))
}
