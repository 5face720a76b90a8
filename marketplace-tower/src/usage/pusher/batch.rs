//! Records that are pushed together, and apart if they have to be.

use std::time::Duration;

use marketplace_core::UtcTime;
use marketplace_core::open_api::{
    ApiFailure, Meaning, MeteredRecord, RecordCode, RecordRefusal, RecordRule, UnusableUsage,
};

use super::counts::Counters;
use crate::usage::market::{PushFailure, UsageMarket};
use crate::usage::store::{PushOutcome, Settlement, Taken};

/// How many calls one batch may cost: enough to find several bad records among a thousand, and not enough to storm a market
/// that refuses everything.
const MOST_CALLS: usize = 64;
/// A record that alone is refused for a reason that is in no table waits for so long.
const PUZZLED: Duration = Duration::from_secs(15 * 60);
/// So often a record is sent with others to a market that does not say whether it took them. Then it may be a record that the market
/// stumbles over, and it is looked for, or it would hold back all others until they are too old.
const TRUSTED: u32 = 5;
/// So many calls in a row may come to nothing in that search: it takes ten to come from a thousand records to one, and its
/// neighbour has to show then that the market is there.
const MOST_FAILURES: usize = 12;

/// Records on their way.
pub(super) struct Batch<'p> {
    market: &'p dyn UsageMarket,
    counters: &'p Counters,
    now: UtcTime,
    calls: usize,
    /// In a row, of which nobody knows what came.
    failures: usize,
    settled: Vec<Settlement>,
    ended: Ended,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// There may be more to push.
    All,
    /// The market takes fewer records at once.
    TooMany,
    /// The market cannot be reached, or wants to be left alone.
    Failed(Option<Duration>),
}

impl<'p> Batch<'p> {
    pub(super) fn new(market: &'p dyn UsageMarket, counters: &'p Counters, now: UtcTime) -> Self {
        Self { market, counters, now, calls: 0, failures: 0, settled: Vec::new(), ended: Ended::All }
    }

    /// Pushes what was taken, and says what came of each record.
    pub(super) async fn push(mut self, taken: Vec<Taken>) -> (Vec<Settlement>, Ended) {
        let mut due = Vec::with_capacity(taken.len());
        for taken in taken {
            // The market would refuse the whole push for one of these.
            match taken.record.usage().check(self.now) {
                Err(error @ UnusableUsage::TooOld { .. }) => {
                    let message = if taken.may_have_been_sent {
                        format!("{error}; it was sent before, and whether the market took it is not known")
                    } else {
                        format!("{error}; it was not sent")
                    };
                    self.refuse(&taken, "MKT.9004".to_owned(), message);
                }
                // It may be that another machine's clock is ahead: the market will say.
                _ => due.push(taken),
            }
        }
        // Depth first: what is halved comes before what is behind it.
        let mut parts = vec![due];
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            if self.calls == MOST_CALLS && !self.settled.iter().any(is_final) {
                // All those calls, and nothing came of them.
                self.ended = Ended::Failed(None);
            }
            if self.calls == MOST_CALLS || matches!(self.ended, Ended::Failed(_)) {
                self.leave(&part, Duration::ZERO, true);
                continue;
            }
            parts.extend(self.call(part).await);
        }
        (self.settled, self.ended)
    }

    /// One call. What has to be sent again, in parts, is returned.
    async fn call(&mut self, part: Vec<Taken>) -> Vec<Vec<Taken>> {
        let records: Vec<MeteredRecord> = part.iter().map(|taken| taken.record.clone()).collect();
        self.calls += 1;
        let answer = self.market.push(&records).await;
        self.counters.call(answer.is_err());
        self.failures =
            if matches!(answer, Err(PushFailure::Unknown { .. })) { self.failures + 1 } else { 0 };
        match answer {
            Ok(answer) => {
                let verdicts = answer.verdicts(&records);
                match (&*part, &*verdicts.unattributed) {
                    (_, []) if answer.rest_was_taken() => self.judge(part, &verdicts.refused),
                    // There is only one that it can be about.
                    ([_], unattributed) if !unattributed.is_empty() => {
                        let all = unattributed.iter().map(|refusal| (0, *refusal));
                        let all: Vec<_> = verdicts.refused.iter().copied().chain(all).collect();
                        self.judge(part, &all);
                    }
                    (_, []) => return self.judge_named(part, &verdicts.refused),
                    // Which of them is refused is found by sending fewer; the market knows the others by then.
                    _ => return halves(part.into_iter().map(sent)),
                }
            }
            Err(PushFailure::Refused(failure)) => return self.refused(part, &failure),
            Err(PushFailure::TooLarge { source }) => {
                tracing::warn!(error = &*source as &dyn std::error::Error, "a push of usage was too large");
                if part.len() > 1 {
                    self.ended = Ended::TooMany;
                    return halves(part.into_iter());
                }
                self.leave(&part, PUZZLED, true);
            }
            Err(PushFailure::NotTaken { source, pause }) => {
                tracing::warn!(error = &*source as &dyn std::error::Error, "usage was not taken");
                self.leave(&part, Duration::ZERO, true);
                self.ended = Ended::Failed(pause);
            }
            Err(PushFailure::Unknown { source }) => {
                tracing::warn!(
                    error = &*source as &dyn std::error::Error,
                    "usage may have been taken or not"
                );
                return self.unknown(part);
            }
        }
        Vec::new()
    }

    /// Either the market is in trouble, or one of the records gets it into trouble.
    fn unknown(&mut self, part: Vec<Taken>) -> Vec<Vec<Taken>> {
        let is_suspect = part.iter().any(|taken| taken.attempt > TRUSTED);
        if !is_suspect || self.failures >= MOST_FAILURES {
            self.leave(&part, Duration::ZERO, false);
            self.ended = Ended::Failed(None);
            return Vec::new();
        }
        if let [one] = &*part {
            tracing::error!(sn = %one.record.sn(), "the market does not say whether it took this record of usage, nor others with it");
            self.leave(&part, PUZZLED, false);
            return Vec::new();
        }
        halves(part.into_iter().map(sent))
    }

    /// The push was refused as a whole: for one of its records, or for something that no record can help.
    fn refused(&mut self, part: Vec<Taken>, failure: &ApiFailure) -> Vec<Vec<Taken>> {
        let meaning = failure.meaning();
        match meaning {
            Meaning::TooManyRecords if part.len() > 1 => {
                self.ended = Ended::TooMany;
                return halves(part.into_iter());
            }
            Meaning::Parameter
            | Meaning::Usage
            | Meaning::NoSuchInstance
            | Meaning::NotYours
            | Meaning::TooOld
            | Meaning::TooManyRecords
            | Meaning::Unknown => {}
            Meaning::Internal => {
                tracing::warn!(%failure, "usage may have been taken or not");
                self.failures += 1;
                return self.unknown(part);
            }
            _ => {
                tracing::error!(%failure, "the market refuses every push");
                self.leave(&part, Duration::ZERO, true);
                self.ended = Ended::Failed(None);
                return Vec::new();
            }
        }
        match (&*part, meaning) {
            // Nobody says that all of it was refused.
            ([_, _, ..], _) => return halves(part.into_iter().map(sent)),
            ([one], Meaning::Unknown) => {
                tracing::error!(sn = %one.record.sn(), %failure, "a record of usage is refused for a reason that is in no table");
                self.leave(&part, PUZZLED, true);
            }
            ([one], _) => self.refuse(one, failure.code().to_string(), failure.message().to_owned()),
            ([], _) => {}
        }
        Vec::new()
    }

    /// All but these were taken.
    fn judge(&mut self, part: Vec<Taken>, refused: &[(usize, &RecordRefusal)]) {
        for taken in self.judge_those(part, refused) {
            self.has(&taken, false);
        }
    }

    /// These were refused; of the others it is not known. They are sent again.
    fn judge_named(&mut self, part: Vec<Taken>, refused: &[(usize, &RecordRefusal)]) -> Vec<Vec<Taken>> {
        let rest: Vec<_> = self.judge_those(part, refused).into_iter().map(sent).collect();
        vec![rest]
    }

    /// Returns the others.
    fn judge_those(&mut self, part: Vec<Taken>, refused: &[(usize, &RecordRefusal)]) -> Vec<Taken> {
        let mut others = Vec::new();
        for (at, taken) in part.into_iter().enumerate() {
            let of_it: Vec<_> =
                refused.iter().filter(|(refused, _)| *refused == at).map(|(_, refusal)| *refusal).collect();
            if of_it.is_empty() {
                others.push(taken);
            } else {
                self.judge_one(&taken, &of_it);
            }
        }
        others
    }

    fn judge_one(&mut self, taken: &Taken, refusals: &[&RecordRefusal]) {
        let is_known = |refusal: &&RecordRefusal| match refusal.code().map(RecordCode::rule) {
            // The serial number is this record's alone.
            Some(RecordRule::SerialNumberRepeated) => true,
            // Its span is known: from this record if it may have been sent before, else from one that was not ours.
            Some(RecordRule::Duplicate) => taken.may_have_been_sent,
            _ => false,
        };
        if refusals.iter().any(is_known) {
            return self.has(taken, true);
        }
        match refusals.iter().find_map(|refusal| Some((refusal.code()?, refusal.description()))) {
            Some((code, said)) => {
                self.refuse(taken, code.to_string(), said.unwrap_or_default().to_owned());
            }
            // If it was taken, the market will say so when it comes again.
            None => {
                tracing::error!(sn = %taken.record.sn(), "what the market says of a record of usage cannot be read");
                self.leave(std::slice::from_ref(taken), PUZZLED, false);
            }
        }
    }

    fn has(&mut self, taken: &Taken, was_known: bool) {
        self.counters.pushed(was_known);
        self.settled.push(taken.settled(PushOutcome::Pushed));
    }

    fn refuse(&mut self, taken: &Taken, code: String, message: String) {
        tracing::error!(
            sn = %taken.record.sn(),
            instance = taken.record.usage().instance_id(),
            code,
            said = message,
            "the market refused usage"
        );
        self.counters.refused();
        self.settled.push(taken.settled(PushOutcome::Refused { code, message }));
    }

    /// They wait again. Whatever the last call says of them: what was sent in a call before may have arrived.
    fn leave(&mut self, part: &[Taken], pause: Duration, was_not_taken: bool) {
        let waiting = |taken: &Taken| {
            let was_not_taken = was_not_taken && !taken.may_have_been_sent;
            taken.settled(PushOutcome::Waiting { pause, was_not_taken })
        };
        self.settled.extend(part.iter().map(waiting));
    }
}

fn is_final(settlement: &Settlement) -> bool {
    !matches!(settlement.outcome, PushOutcome::Waiting { .. })
}

fn sent(taken: Taken) -> Taken {
    Taken { may_have_been_sent: true, ..taken }
}

/// The second half first: parts are taken from the end.
fn halves(part: impl Iterator<Item = Taken>) -> Vec<Vec<Taken>> {
    let mut part: Vec<_> = part.collect();
    let second = part.split_off(part.len() / 2);
    vec![second, part]
}
