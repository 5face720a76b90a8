//! As JSON.

use serde::Serialize;

use crate::analysis::Analysis;

#[derive(Serialize)]
struct Report<'a> {
    scheme: Option<&'a str>,
    verdict: Verdict<'a>,
    tokens: Vec<Token<'a>>,
    provided: Option<&'a str>,
    probes: Vec<Probe<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<&'a str>,
}

#[derive(Serialize)]
struct Verdict<'a> {
    code: &'a str,
    sentence: &'a str,
    action: &'a str,
}

#[derive(Serialize)]
struct Token<'a> {
    order: usize,
    name: &'a str,
    value: &'a str,
    hexvalue: &'a str,
}

#[derive(Serialize)]
struct Probe<'a> {
    code: &'a str,
    matched: bool,
}

pub(in crate::analysis) fn json(analysis: &Analysis) -> String {
    let verdict = analysis.verdict();
    let report = Report {
        scheme: analysis.scheme.map(|scheme| scheme.slug()),
        verdict: Verdict {
            code: verdict.code().slug(),
            sentence: verdict.sentence(),
            action: verdict.action(),
        },
        tokens: analysis
            .tokens
            .iter()
            .map(|token| Token {
                order: token.order(),
                name: token.name(),
                value: token.value(),
                hexvalue: token.hexvalue(),
            })
            .collect(),
        provided: analysis.provided(),
        probes: analysis
            .probes
            .iter()
            .map(|probe| Probe { code: probe.code().slug(), matched: probe.matched() })
            .collect(),
        right: analysis.right_signature(),
    };
    // Texts, numbers and lists: there is nothing that cannot be written.
    serde_json::to_string(&report).unwrap_or_default()
}
