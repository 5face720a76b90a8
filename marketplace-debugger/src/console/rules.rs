//! The rules that every answer has to keep. Each is one check, whichever call broke it.

use crate::check::{Check, Failure, Group, Outcome};

/// How many calls a report names that broke the same rule.
const NAMED: usize = 3;

/// A rule about answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Unreachable,
    Timeout,
    ConnectionClosed,
    Redirect,
    HttpStatus,
    ContentType,
    BodySignMissing,
    BodySignSpelling,
    BodySignForm,
    BodySignMismatch,
    BodyNotJson,
    ResultMsgMissing,
    FieldLength,
    EncryptType,
    CredentialsUnreadable,
    SlowAnswer,
    RefusalCode,
    RefusalUnsigned,
    RefusalBodyLeaks,
}

use Rule::{
    BodyNotJson, BodySignForm, BodySignMismatch, BodySignMissing, BodySignSpelling, ConnectionClosed,
    ContentType, CredentialsUnreadable, EncryptType, FieldLength, HttpStatus, Redirect, RefusalBodyLeaks,
    RefusalCode, RefusalUnsigned, ResultMsgMissing, SlowAnswer, Timeout, Unreachable,
};

impl Rule {
    const ALL: [Self; 19] = [
        Unreachable,
        Timeout,
        ConnectionClosed,
        Redirect,
        HttpStatus,
        ContentType,
        BodySignMissing,
        BodySignSpelling,
        BodySignForm,
        BodySignMismatch,
        BodyNotJson,
        ResultMsgMissing,
        FieldLength,
        EncryptType,
        CredentialsUnreadable,
        SlowAnswer,
        RefusalCode,
        RefusalUnsigned,
        RefusalBodyLeaks,
    ];

    fn slug(self) -> &'static str {
        match self {
            Unreachable => "unreachable",
            Timeout => "timeout",
            ConnectionClosed => "connection-closed",
            Redirect => "redirect",
            HttpStatus => "http-status",
            ContentType => "content-type",
            BodySignMissing => "body-sign-missing",
            BodySignSpelling => "body-sign-spelling",
            BodySignForm => "body-sign-form",
            BodySignMismatch => "body-sign-mismatch",
            BodyNotJson => "body-not-json",
            ResultMsgMissing => "result-msg-missing",
            FieldLength => "field-length",
            EncryptType => "encrypt-type",
            CredentialsUnreadable => "credentials-unreadable",
            SlowAnswer => "slow-answer",
            RefusalCode => "refusal-code",
            RefusalUnsigned => "refusal-unsigned",
            RefusalBodyLeaks => "refusal-body-leaks",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Unreachable => "the address is reached",
            Timeout => "every call is answered before the console gives up",
            ConnectionClosed => "every answer is complete",
            Redirect => "no answer sends the caller elsewhere",
            HttpStatus => "every answer has status 200",
            ContentType => "every answer is `application/json`",
            BodySignMissing => "every answer has `Body-Sign`",
            BodySignSpelling => "the header is spelled `Body-Sign`",
            BodySignForm => "`Body-Sign` has the form that is read",
            BodySignMismatch => "`Body-Sign` signs the bytes of the body",
            BodyNotJson => "every body is a JSON object with a `resultCode`",
            ResultMsgMissing => "every body has a `resultMsg`",
            FieldLength => "no field is longer than its table allows",
            EncryptType => "`encryptType` says how the credentials are sealed",
            CredentialsUnreadable => "the credentials can be opened with the access key",
            SlowAnswer => "every answer is on time",
            RefusalCode => "refusals have the right code",
            RefusalUnsigned => "refusals are signed as well",
            RefusalBodyLeaks => "refusals keep the key and the right signature to themselves",
        }
    }

    fn group(self) -> Group {
        match self {
            RefusalCode | RefusalUnsigned | RefusalBodyLeaks => Group::Refusals,
            _ => Group::Answers,
        }
    }
}

/// What was seen of the rules so far.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    kept: Vec<Rule>,
    broken: Vec<(Rule, String, Failure)>,
    left_out: Vec<(Rule, String)>,
}

impl Rules {
    /// The answer to this call keeps a rule, or does not.
    pub(crate) fn judge(&mut self, rule: Rule, call: &str, outcome: Result<(), Failure>) {
        match outcome {
            Ok(()) => self.kept.push(rule),
            Err(failure) => self.broken.push((rule, call.to_owned(), failure)),
        }
    }

    /// A rule that cannot be seen here, and why.
    pub(crate) fn leave_out(&mut self, rule: Rule, why: &str) {
        self.left_out.push((rule, why.to_owned()));
    }

    fn is_broken(&self, rule: Rule) -> bool {
        self.broken.iter().any(|(broken, ..)| *broken == rule)
    }

    /// The rules that were broken, each with what was seen.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaints =
            self.broken.iter().map(|(rule, _, failure)| format!("{}: {}", rule.slug(), failure.detail));
        complaints.collect()
    }

    /// One check for each rule.
    pub(crate) fn conclude(self, otherwise: &str) -> Vec<Check> {
        Rule::ALL
            .into_iter()
            .map(|rule| Check {
                name: rule.name().to_owned(),
                group: rule.group(),
                slug: rule.slug(),
                outcome: self.outcome(rule, otherwise),
            })
            .collect()
    }

    fn outcome(&self, rule: Rule, otherwise: &str) -> Outcome {
        if let Some((_, why)) = self.left_out.iter().find(|(known, _)| *known == rule) {
            return Outcome::NotRun(why.clone());
        }
        // Who never signs does not sign refusals either: that is one mistake, not two.
        let same =
            [BodySignMissing, BodySignForm, BodySignMismatch].into_iter().find(|rule| self.is_broken(*rule));
        if let (RefusalUnsigned, Some(same)) = (rule, same) {
            return Outcome::NotRun(format!("other answers are not signed either: see `{}`", same.slug()));
        }
        let broken: Vec<_> = self.broken.iter().filter(|(broken, ..)| *broken == rule).collect();
        match broken.first() {
            Some((_, call, failure)) => {
                let others: Vec<_> = broken.iter().skip(1).map(|(_, call, _)| call.as_str()).collect();
                let detail = match others.len() {
                    0 => format!("{call}: {}", failure.detail),
                    1..=NAMED => format!("{call}: {}; also {}", failure.detail, others.join(", ")),
                    more => format!("{call}: {}; and {more} more calls", failure.detail),
                };
                Outcome::Failed(Failure { detail, value: failure.value.clone() })
            }
            None if self.kept.contains(&rule) => Outcome::Passed,
            None => Outcome::NotRun(otherwise.to_owned()),
        }
    }
}
