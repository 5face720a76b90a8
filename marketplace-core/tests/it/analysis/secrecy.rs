//! No rendering shows a key, nor the right signature unless it was asked for.

use std::collections::HashSet;

use marketplace_core::analysis::Analysis;

use super::cases::{Case, all};
use super::signing::{base64, hex};
use crate::random::Random;

/// Everything that can be made of an analysis.
fn renderings(analysis: &Analysis) -> Vec<String> {
    let verdict = analysis.verdict();
    let mut shown = vec![
        format!("{analysis:?}"),
        analysis.to_terminal(),
        analysis.to_json(),
        analysis.to_xml(),
        format!("{:?} {verdict:?} {} {}", analysis.first_problem(), verdict.sentence(), verdict.action()),
        analysis.provided().unwrap_or_default().to_owned(),
    ];
    for token in analysis.tokens() {
        shown.push(format!(
            "{token:?} {} {} {} {}",
            token.name(),
            token.value(),
            token.hexvalue(),
            token.origin()
        ));
    }
    shown
}

/// Pieces of eight bytes, each as a number.
fn pieces(text: &str) -> impl Iterator<Item = u64> {
    let mut last = 0_u64;
    text.bytes()
        .map(move |byte| {
            last = last << 8 | u64::from(byte);
            last
        })
        .skip(7)
}

/// The first of the texts that shows a piece of a secret.
fn leak<'s>(shown: &'s [String], secrets: &[String]) -> Option<&'s String> {
    let secrets: HashSet<u64> = secrets.iter().flat_map(|secret| pieces(secret)).collect();
    assert!(!secrets.is_empty());
    shown.iter().find(|text| pieces(text).any(|piece| secrets.contains(&piece)))
}

fn forms_of_keys(case: &Case) -> Vec<String> {
    case.texts_of_keys.iter().flat_map(|key| [key.clone(), hex(key), hex(key).to_uppercase()]).collect()
}

fn forms_of_signature(right: &[u8]) -> Vec<String> {
    let standard = base64(right);
    vec![
        hex(right),
        hex(right).to_uppercase(),
        standard.replace('+', "-").replace('/', "_"),
        standard.replace('+', " "),
        base64(hex(right)),
        standard,
    ]
}

fn shows_none_of(secrets: &[String], shown: &[String], case: &Case) {
    assert_eq!(leak(shown, secrets), None, "{} {:?}", case.scheme, case.codes);
}

#[test]
fn a_leak_would_be_noticed() {
    let shown = ["nothing".to_owned(), "it is anary-7f, you know".to_owned()];
    assert_eq!(leak(&shown, &["canary-7f3a".to_owned()]), Some(&shown[1]));
    assert_eq!(leak(&shown, &["canary-8f3a".to_owned()]), None);
}

#[test]
fn neither_key_nor_right_signature_is_shown() {
    for case in all() {
        let secrets = [forms_of_keys(&case), forms_of_signature(&case.right)].concat();
        shows_none_of(&secrets, &renderings(&case.explain()), &case);
    }
}

/// The secrets may be in what was captured: in a value, a name, a header, the body.
#[test]
fn not_even_if_they_are_in_the_request() {
    let mut random = Random::seeded(0x5ec2e7);
    let mut ran = 0;
    for mut case in all().into_iter().step_by(2) {
        let right = case.right.clone();
        let secrets = [
            case.texts_of_keys[0].clone(),
            case.texts_of_keys[1].clone(),
            hex(&right),
            hex(&right).to_uppercase(),
            base64(&right),
            hex(&case.texts_of_keys[0]),
        ];
        let secret = secrets[random.below(secrets.len())].clone();
        if let Some(request) = &mut case.request {
            match random.below(6) {
                0 => request.target.push_str(&format!("&{secret}=1")),
                1 => request.target.push_str(&format!("&x={secret}")),
                2 => request.headers.push((secret.clone(), secret.clone())),
                3 => request.body = [&*request.body, secret.as_bytes()].concat().into(),
                4 => {
                    let body = String::from_utf8_lossy(&request.body).into_owned();
                    request.body = body.replacen('{', &format!("{{\"{secret}\":\"{secret}\","), 1).into();
                }
                _ => request.target = request.target.replacen('/', &format!("/{secret}/"), 3),
            }
        }
        if let Some(response) = &mut case.response {
            response.body = [&*response.body, secret.as_bytes()].concat().into();
        }
        let analysis = case.explain();
        let revealed = case.reveal();
        shows_none_of(&forms_of_keys(&case), &renderings(&revealed), &case);
        // What is right now, says the analysis itself.
        let mut secrets = forms_of_keys(&case);
        secrets.extend(revealed.right_signature().map(str::to_owned));
        shows_none_of(&secrets, &renderings(&analysis), &case);
        ran += 1;
    }
    println!("{ran} requests with secrets in them");
}

#[test]
fn the_right_signature_is_shown_on_demand_and_the_key_is_not() {
    let mut revealed = 0;
    for case in all() {
        let analysis = case.reveal();
        shows_none_of(&forms_of_keys(&case), &renderings(&analysis), &case);
        let Some(right) = analysis.right_signature() else {
            assert_eq!(analysis.candidates(), 0, "{} {:?}", case.scheme, case.codes);
            continue;
        };
        let is_right = right.eq_ignore_ascii_case(&hex(&case.right)) || right == base64(&case.right);
        // Of two right texts, the first is shown; in these cases, what was sent is the other one.
        assert!(is_right || analysis.is_valid(), "{} {:?}", case.scheme, case.codes);
        assert!(analysis.to_terminal().contains(right));
        assert!(analysis.to_json().contains(&format!("\"right\":\"{right}\"")));
        assert!(analysis.to_xml().contains(&format!("<signatureWanted>{right}</signatureWanted>")));
        assert!(case.explain().right_signature().is_none());
        revealed += 1;
    }
    assert!(revealed > 300, "{revealed}");
}

#[test]
fn a_provided_signature_that_is_right_shows_its_first_letters_only() {
    let case = all().into_iter().find(|case| case.codes.is_empty()).unwrap();
    let analysis = case.explain();
    let provided = analysis.provided().unwrap();
    assert_eq!(provided, format!("{}… (64 letters)", &hex(&case.right)[..6]));

    let wrong = all().into_iter().find(|case| case.codes.len() == 2).unwrap();
    let analysis = wrong.explain();
    assert!(wrong.request.unwrap().target.contains(analysis.provided().unwrap()));
}
