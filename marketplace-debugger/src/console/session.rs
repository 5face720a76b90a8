//! Making calls, one after the other.

use std::time::Duration;

use marketplace_core::analysis::CapturedRequest;

use super::answer::Answer;
use super::judge::{Judge, Purpose};
use super::rules::{Rule, Rules};
use super::signer::{Signed, Signer};
use crate::case::{Case, Content};
use crate::check::{Check, Failure, Group, Outcome};
use crate::transport::{RawAnswer, Silence, Transport};

/// After so many calls that nobody answered in time, no further ones are made.
const MOST_TIMEOUTS: usize = 2;

/// What happens while the console checks.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// So many calls will be made, about.
    Planned(usize),
    /// A call is about to be made.
    Calling {
        /// What it is called.
        name: &'e str,
        /// The request, signed: it is in force for a minute.
        request: &'e CapturedRequest,
    },
    /// It was made.
    Called,
}

/// Who is told about events.
pub(crate) type Observer = Box<dyn FnMut(Event<'_>) + Send>;

/// One run of the console.
pub(crate) struct Session<'s> {
    pub(crate) transport: &'s mut dyn Transport,
    pub(crate) signer: Signer,
    pub(crate) rules: Rules,
    pub(crate) checks: Vec<Check>,
    pub(crate) cases: Vec<Case>,
    pub(crate) deadline: Duration,
    pub(crate) patience: Duration,
    /// How long a body is that is far too long.
    pub(crate) oversize: usize,
    pub(crate) observer: Option<Observer>,
    pub(crate) calls: usize,
    pub(crate) timeouts: usize,
    /// Why no further calls are made.
    pub(crate) hung_up: Option<String>,
}

impl Session<'_> {
    pub(crate) fn tell(&mut self, event: Event<'_>) {
        if let Some(observer) = &mut self.observer {
            observer(event);
        }
    }

    /// Makes an ordinary call.
    pub(crate) async fn call(&mut self, name: &str, activity: &str, content: Content) -> Option<Answer> {
        let signed = self.signer.sign(activity, content);
        self.send(name, &signed, Purpose::Ordinary).await
    }

    /// Makes a call that was signed before. Nothing, if there is no answer: the rules say why.
    pub(crate) async fn send(&mut self, name: &str, signed: &Signed, purpose: Purpose) -> Option<Answer> {
        let raw = self.exchange(name, signed).await?;
        match raw {
            Ok(raw) => Some(self.judge(name, signed, purpose, &raw)),
            Err(silence) => {
                self.silence(name, purpose, silence);
                None
            }
        }
    }

    async fn exchange(&mut self, name: &str, signed: &Signed) -> Option<Result<RawAnswer, Silence>> {
        if self.hung_up.is_some() {
            return None;
        }
        let request = signed.request();
        self.tell(Event::Calling { name, request: &request });
        let raw = self.transport.exchange(&request, signed.framing, self.patience).await;
        self.calls += 1;
        self.tell(Event::Called);
        Some(raw)
    }

    fn judge(&mut self, name: &str, signed: &Signed, purpose: Purpose, raw: &RawAnswer) -> Answer {
        let judge = Judge {
            rules: &mut self.rules,
            key: &self.signer.key,
            guide: self.signer.guide,
            deadline: self.deadline,
            keeps_spelling: self.transport.keeps_spelling(),
            call: name,
            purpose,
            signature: (!signed.is_signed_rightly()).then_some(&*signed.right),
        };
        judge.judge(raw)
    }

    fn silence(&mut self, name: &str, purpose: Purpose, silence: Silence) {
        let is_first = self.calls <= 1;
        let failure = Failure::new(silence.to_string());
        let reached = |rules: &mut Rules| rules.judge(Rule::Unreachable, name, Ok(()));
        match silence {
            Silence::Unreachable(_) => {
                self.rules.judge(Rule::Unreachable, name, Err(failure));
                self.hung_up = Some("the address is not reached".to_owned());
            }
            Silence::TimedOut(_) => {
                reached(&mut self.rules);
                self.rules.judge(Rule::Timeout, name, Err(failure));
                self.timeouts += 1;
                if is_first || self.timeouts >= MOST_TIMEOUTS {
                    self.hung_up = Some("calls are not answered in time".to_owned());
                }
            }
            // Who will not read so much may hang up.
            Silence::Closed(_) if purpose == Purpose::TooLong => {}
            Silence::Closed(_) => {
                reached(&mut self.rules);
                self.rules.judge(Rule::ConnectionClosed, name, Err(failure));
                if is_first {
                    self.hung_up = Some("the first call was not answered".to_owned());
                }
            }
        }
    }

    /// Why there is no answer to go by.
    pub(crate) fn unanswered(&self) -> String {
        self.hung_up.clone().unwrap_or_else(|| "there was no answer".to_owned())
    }

    /// Notes what came of a check.
    pub(crate) fn check(
        &mut self,
        group: Group,
        slug: &'static str,
        name: impl Into<String>,
        outcome: impl Into<Outcome>,
    ) {
        self.checks.push(Check { name: name.into(), group, slug, outcome: outcome.into() });
    }
}

/// The answer was to be `000000`.
pub(crate) fn succeeded(answer: &Answer) -> Result<(), Failure> {
    if answer.is_success() { Ok(()) } else { Err(Failure::new(format!("answered {}", answer.shown()))) }
}
