//! No rendering shows a key, nor the right signature unless it was asked for.

use marketplace_core::analysis::Analysis;

use super::cases::{Case, all};
use super::signing::{base64, hex};
use crate::random::Random;

/// Everything that can be made of an analysis.
fn renderings(analysis: &Analysis) -> Vec<String> {
    let verdict = analysis.verdict();
    let mut shown = vec![
        format!("{analysis:?}"),
        format!("{analysis:#?}"),
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

/// The first text that shows eight letters of a secret in a row.
fn leak<'s>(shown: &'s [String], secret: &str) -> Option<&'s String> {
    let windows: Vec<&str> = (0..secret.len() - 7).map(|at| &secret[at..at + 8]).collect();
    shown.iter().find(|text| windows.iter().any(|window| text.contains(window)))
}

fn shows_no_key(case: &Case, shown: &[String]) {
    for key in &case.texts_of_keys {
        for form in [key.clone(), hex(key), hex(key).to_uppercase()] {
            assert_eq!(leak(shown, &form), None, "{} {:?}", case.scheme, case.codes);
        }
    }
}

fn shows_nothing(case: &Case) {
    let shown = renderings(&case.explain());
    shows_no_key(case, &shown);
    let standard = base64(&case.right);
    for form in [
        hex(&case.right),
        hex(&case.right).to_uppercase(),
        standard.replace('+', "-").replace('/', "_"),
        standard.replace('+', " "),
        base64(hex(&case.right)),
        standard,
    ] {
        assert_eq!(leak(&shown, &form), None, "{} {:?}", case.scheme, case.codes);
    }
}

#[test]
fn neither_key_nor_right_signature_is_shown() {
    for case in all() {
        shows_nothing(&case);
    }
}

/// The secrets may be in what was captured: in a value, a name, a header, the body.
#[test]
fn not_even_if_they_are_in_the_request() {
    let mut random = Random::seeded(0x5ec2e7);
    let mut ran = 0;
    for mut case in all() {
        let right = case.right.clone();
        let secrets = [
            case.texts_of_keys[0].clone(),
            case.texts_of_keys[1].clone(),
            hex(&right),
            hex(&right).to_uppercase(),
            base64(&right),
            hex(&case.texts_of_keys[0]),
        ];
        // A mistake that is tried is not tried with another text; the right signature of this one is of no use then, but
        // it is that of the request without the addition.
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
        shows_no_key(&case, &renderings(&analysis));
        let revealed = case.reveal();
        shows_no_key(&case, &renderings(&revealed));
        // What is right now, says the analysis itself.
        if let Some(right) = revealed.right_signature() {
            assert_eq!(leak(&renderings(&analysis), right), None, "{} {:?}", case.scheme, case.codes);
        }
        ran += 1;
    }
    println!("{ran} requests with secrets in them");
}

#[test]
fn the_right_signature_is_shown_on_demand_and_the_key_is_not() {
    let mut revealed = 0;
    for case in all() {
        let analysis = case.reveal();
        let shown = renderings(&analysis);
        shows_no_key(&case, &shown);
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
