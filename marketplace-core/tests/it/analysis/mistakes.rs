//! Each mistake gets its own code.

use std::collections::BTreeSet;

use marketplace_core::analysis::{AnalysisScheme, VerdictCode};

use super::cases::all;

#[test]
fn each_mistake_gets_its_own_code() {
    let mut wrong = Vec::new();
    for (at, case) in all().iter().enumerate() {
        let analysis = case.explain();
        let codes = analysis.verdict().codes();
        let expected = if case.codes.is_empty() { &[VerdictCode::Valid] } else { &*case.codes };
        if codes != expected {
            wrong.push(format!(
                "{at}: {} {expected:?} {codes:?} {} {:?}",
                case.scheme,
                analysis.verdict().sentence(),
                case.request.as_ref().map(|request| &request.target)
            ));
        }
        assert_eq!(analysis.is_valid(), codes == [VerdictCode::Valid]);
        assert_eq!(analysis.first_problem().is_none(), analysis.is_valid());
        assert!(analysis.is_exhaustive());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{} messages explained", all().len());
}

#[test]
fn every_code_and_every_scheme_has_a_case() {
    let cases = all();
    let mut codes: BTreeSet<_> =
        cases.iter().filter(|case| case.codes.len() < 2).flat_map(|case| &case.codes).collect();
    codes.insert(&VerdictCode::Valid);
    let missing: Vec<_> = VerdictCode::ALL.iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for scheme in AnalysisScheme::ALL {
        assert!(cases.iter().any(|case| case.scheme == scheme && case.codes.is_empty()), "{scheme}");
        assert!(cases.iter().any(|case| case.scheme == scheme && case.codes.len() == 2), "{scheme}");
    }
}

#[test]
fn the_scheme_is_recognised_as_long_as_something_of_it_is_there() {
    for case in all() {
        assert_eq!(AnalysisScheme::recognise(case.subject()), Some(case.scheme), "{:?}", case.codes);
    }
}

#[test]
fn what_matched_is_among_the_probes() {
    for case in all() {
        let analysis = case.explain();
        let matched: Vec<_> =
            analysis.probes().iter().filter(|probe| probe.matched()).map(|probe| probe.code()).collect();
        for code in &matched {
            assert!(case.codes.contains(code), "{code} {:?}", case.codes);
        }
        let mut codes: Vec<_> = analysis.probes().iter().map(|probe| probe.code()).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count, "each once");
        if case.codes == [VerdictCode::Unknown] {
            let is_readable = !analysis.verdict().sentence().contains("no hash of this scheme");
            assert!(matched.is_empty() && (count > 5) == is_readable, "{count}");
            assert_eq!(analysis.candidates() > 100, is_readable);
        }
        if analysis.is_valid() {
            assert_eq!(count, 0);
        }
    }
}

#[test]
fn the_first_problem_need_not_be_the_cause() {
    let mut case = all().into_iter().find(|case| case.codes == [VerdictCode::KeyOther]).unwrap();
    assert_eq!(case.explain().first_problem().unwrap().0, VerdictCode::KeyOther);
    case.now += 3_600_000;
    let analysis = case.explain();
    assert_eq!(analysis.verdict().code(), VerdictCode::KeyOther);
    assert_eq!(analysis.first_problem().unwrap().0, VerdictCode::StaleTimestamp);
    assert!(analysis.to_terminal().contains("first     stale-timestamp"));
}

#[test]
fn the_sentence_names_what_the_mistake_is_about() {
    for case in all() {
        let (analysis, code) = (case.explain(), case.codes.first().copied());
        let sentence = analysis.verdict().sentence();
        match code {
            Some(VerdictCode::KeyOther) if case.codes.len() == 1 => {
                assert!(
                    ["\"licences\"", "\"second pair\"", "\"AK"].iter().any(|name| sentence.contains(name)),
                    "{sentence}"
                );
            }
            Some(
                VerdictCode::ParameterMissing
                | VerdictCode::ParameterRepeated
                | VerdictCode::ParameterUnsigned,
            ) => {
                assert!(sentence.starts_with('`'), "{sentence}");
            }
            _ => {}
        }
        assert!(sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
        assert_eq!(sentence.starts_with("Several mistakes"), case.codes.len() > 1, "{sentence}");
    }
}
