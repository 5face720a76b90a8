//! Judging one answer by every rule.

use std::time::Duration;

use marketplace_core::signature::BodySign;
use marketplace_core::{AccessKey, Guide};
use serde_json::Value;

use super::answer::{Answer, shortened};
use super::leak::Secrets;
use super::rules::{Rule, Rules};
use super::{credentials, lengths};
use crate::check::Failure;
use crate::transport::RawAnswer;

/// What a call is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It should succeed.
    Ordinary,
    /// It should be refused, with one of these codes.
    Refusal(&'static [&'static str]),
    /// It should be refused because it is too long; that may be a status of HTTP.
    TooLong,
}

/// What a judge has to know.
pub(crate) struct Judge<'j> {
    pub(crate) rules: &'j mut Rules,
    pub(crate) key: &'j AccessKey,
    pub(crate) guide: Guide,
    pub(crate) deadline: Duration,
    pub(crate) keeps_spelling: bool,
    /// The call that was answered.
    pub(crate) call: &'j str,
    pub(crate) purpose: Purpose,
    /// The right signature of the call, if it was sent with a wrong one.
    pub(crate) signature: Option<&'j str>,
}

impl Judge<'_> {
    /// Judges an answer, and reads it.
    pub(crate) fn judge(mut self, raw: &RawAnswer) -> Answer {
        let secrets = Secrets { key: self.key, signature: self.signature };
        let answer = Answer::read(raw, &secrets);
        self.rule(Rule::Unreachable, Ok(()));
        self.rule(Rule::Timeout, Ok(()));
        self.rule(Rule::ConnectionClosed, Ok(()));
        let was_slow = raw.took > self.deadline;
        self.rule(
            Rule::SlowAnswer,
            fails(was_slow, || Failure::new(format!("after {:?}, not within {:?}", raw.took, self.deadline))),
        );
        let leaks = secrets.are_in(raw);
        if !matches!(self.purpose, Purpose::Ordinary) && !answer.is_success() {
            let what = "the answer holds the access key, or the signature that the call should have had";
            self.rule(Rule::RefusalBodyLeaks, fails(leaks, || Failure::new(what)));
        }
        if self.status(raw) {
            self.content_type(raw);
            self.body_sign(raw, &answer);
            self.body(&answer);
        }
        answer
    }

    fn rule(&mut self, rule: Rule, outcome: Result<(), Failure>) {
        self.rules.judge(rule, self.call, outcome);
    }

    /// Is the rest of the answer the seller's?
    fn status(&mut self, raw: &RawAnswer) -> bool {
        let status = raw.status;
        let is_redirect = (300..400).contains(&status);
        let to = || {
            let place = raw.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
            let place = place.map_or_else(String::new, |(_, value)| format!(" to `{}`", shortened(value)));
            Failure::new(format!("status {status}{place}"))
        };
        self.rule(Rule::Redirect, fails(is_redirect, to));
        if is_redirect {
            return false;
        }
        let is_right = status == 200 || (status == 413 && self.purpose == Purpose::TooLong);
        let failure = || Failure::new(format!("status {status}")).with_value(status.to_string());
        self.rule(Rule::HttpStatus, fails(!is_right, failure));
        is_right
    }

    fn content_type(&mut self, raw: &RawAnswer) {
        let found = raw.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let found = found.map_or("", |(_, value)| value.as_str());
        let kind = found.split(';').next().unwrap_or_default().trim();
        let failure = || match found {
            "" => Failure::new("there is no content type").with_value("null"),
            found => Failure::new(format!("`{}`", shortened(found))).with_value(shortened(found)),
        };
        self.rule(Rule::ContentType, fails(!kind.eq_ignore_ascii_case("application/json"), failure));
    }

    fn body_sign(&mut self, raw: &RawAnswer, answer: &Answer) {
        let signs: Vec<_> =
            raw.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(BodySign::NAME)).collect();
        if self.keeps_spelling {
            for (name, _) in &signs {
                let failure = || Failure::new(format!("spelled `{}`", shortened(name)));
                self.rule(Rule::BodySignSpelling, fails(name != BodySign::NAME, failure));
            }
        }
        let verified = match signs.as_slice() {
            [] => Err((Rule::BodySignMissing, Failure::new("there is no `Body-Sign`"))),
            [(_, value)] => match BodySign::verify(self.key, &raw.body, value) {
                Ok(true) => Ok(()),
                Ok(false) => Err((Rule::BodySignMismatch, Failure::new("it does not sign these bytes"))),
                Err(error) => Err((Rule::BodySignForm, Failure::new(error.to_string()))),
            },
            _ => Err((Rule::BodySignForm, Failure::new("it is there more than once"))),
        };
        if !matches!(self.purpose, Purpose::Ordinary) && !answer.is_success() {
            self.rule(Rule::RefusalUnsigned, verified.map_err(|(_, failure)| failure));
            return;
        }
        let in_order = [Rule::BodySignMissing, Rule::BodySignForm, Rule::BodySignMismatch];
        match verified {
            Ok(()) => in_order.into_iter().for_each(|rule| self.rule(rule, Ok(()))),
            Err((broken, failure)) => {
                in_order
                    .into_iter()
                    .take_while(|rule| *rule != broken)
                    .for_each(|rule| self.rule(rule, Ok(())));
                self.rule(broken, Err(failure));
            }
        }
    }

    fn body(&mut self, answer: &Answer) {
        let is_read = answer.code().is_some();
        let why = if answer.json.is_some() { "there is no `resultCode`" } else { "it is no JSON object" };
        self.rule(Rule::BodyNotJson, fails(!is_read, || Failure::new(why)));
        let Some(json) = answer.json.as_ref().filter(|_| is_read) else { return };
        let has_message = json.get("resultMsg").is_some_and(Value::is_string);
        self.rule(Rule::ResultMsgMissing, fails(!has_message, || Failure::new("there is no `resultMsg`")));
        self.rule(Rule::FieldLength, lengths::check(json));
        if self.guide == Guide::V1 {
            credentials::judge(self.rules, self.call, self.key, json);
        }
        if let (Purpose::Refusal(codes), Some(code), false) =
            (self.purpose, answer.code(), answer.is_success())
        {
            let failure = || Failure::new(format!("{}, not {}", answer.shown(), codes.join(" or ")));
            self.rule(Rule::RefusalCode, fails(!codes.contains(&code), failure));
        }
    }
}

fn fails(is_wrong: bool, failure: impl FnOnce() -> Failure) -> Result<(), Failure> {
    if is_wrong { Err(failure()) } else { Ok(()) }
}
