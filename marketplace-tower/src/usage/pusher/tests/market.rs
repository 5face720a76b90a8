//! A market that does what a test says.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, PushAnswer, read_push};

use crate::StoreFuture;
use crate::usage::{PushFailure, UsageMarket};

/// What the market does with the next call, once it has looked at it.
pub(super) enum Next {
    /// Answers.
    Answer,
    /// Takes it, and its answer is lost.
    TakeAndBeSilent,
    /// Does not take it.
    BeBusy(Option<Duration>),
    /// Refuses the whole with this code.
    Refuse(&'static str),
}

#[derive(Default)]
pub(super) struct Shop {
    pub(super) next: VecDeque<Next>,
    /// How often each record was taken.
    pub(super) taken: BTreeMap<String, u32>,
    pub(super) spans: HashMap<(String, UtcTime), String>,
    /// Records of these instances are refused with this code.
    pub(super) bad: HashMap<&'static str, &'static str>,
    /// For one of these, the whole push is refused with this code.
    pub(super) poison: HashMap<&'static str, &'static str>,
    /// A refusal names no record.
    pub(super) is_vague: bool,
    /// A list of refusals comes under the code of a failure, and nothing is taken then.
    pub(super) fails_with_list: bool,
    /// For one of these, there is no answer.
    pub(super) stumbles_over: Vec<&'static str>,
    /// Every refusal is followed, or preceded, by another of this code.
    pub(super) also: Option<(&'static str, bool)>,
    pub(super) most: usize,
    /// It is somebody on the way who takes so many.
    pub(super) most_is_of_a_proxy: bool,
    pub(super) calls: Vec<usize>,
}

#[derive(Clone, Default)]
pub(super) struct Market(pub(super) Arc<Mutex<Shop>>);

impl Market {
    pub(super) fn set(&self, set: impl FnOnce(&mut Shop)) -> &Self {
        set(&mut self.0.lock().unwrap());
        self
    }

    pub(super) fn taken(&self) -> Vec<u32> {
        self.0.lock().unwrap().taken.values().copied().collect()
    }

    pub(super) fn calls(&self) -> Vec<usize> {
        self.0.lock().unwrap().calls.clone()
    }
}

pub(super) fn answer(json: &str) -> Result<PushAnswer, PushFailure> {
    read_push(json.as_bytes()).unwrap().map_err(PushFailure::Refused)
}

fn whole(code: &str) -> Result<PushAnswer, PushFailure> {
    answer(&format!(r#"{{"resultCode":"{code}","resultMsg":"no"}}"#))
}

impl Shop {
    fn take(&mut self, records: &[MeteredRecord]) -> Result<PushAnswer, PushFailure> {
        let source = || Arc::from(crate::BoxError::from("as the test says"));
        if self.most > 0 && records.len() > self.most {
            return if self.most_is_of_a_proxy {
                Err(PushFailure::TooLarge { source: source() })
            } else {
                whole("MKT.9003")
            };
        }
        if records.iter().any(|record| self.stumbles_over.contains(&record.usage().instance_id())) {
            return Err(PushFailure::Unknown { source: source() });
        }
        let is_bad = |record: &MeteredRecord| self.bad.contains_key(record.usage().instance_id());
        let takes = !(self.fails_with_list && records.iter().any(is_bad));
        let poison = records.iter().find_map(|record| self.poison.get(record.usage().instance_id()));
        if let Some(code) = poison {
            return whole(code);
        }
        let mut refused = Vec::new();
        for record in records {
            let (sn, usage) = (record.sn().to_string(), record.usage());
            let span = (usage.instance_id().to_owned(), usage.begin());
            let code = if let Some(code) = self.bad.get(usage.instance_id()) {
                code
            } else if let Some(times) = self.taken.get_mut(&sn) {
                *times += 1;
                "005"
            } else if self.spans.contains_key(&span) {
                "010"
            } else {
                if takes {
                    self.taken.insert(sn.clone(), 1);
                    self.spans.insert(span, sn.clone());
                }
                continue;
            };
            let sn = if self.is_vague { "" } else { &sn };
            let entry =
                |code| format!(r#"{{"metering_sn":"{sn}","error_code":"{code}","error_desc":"bad"}}"#);
            refused.push(entry(code));
            match self.also {
                Some((also, true)) => refused.insert(refused.len() - 1, entry(also)),
                Some((also, false)) => refused.push(entry(also)),
                None => {}
            }
        }
        let code = if takes { "MKT.0000" } else { "MKT.9002" };
        answer(&format!(r#"{{"resultCode":"{code}","records":[{}]}}"#, refused.join(",")))
    }
}

impl UsageMarket for Market {
    fn push<'a>(&'a self, records: &'a [MeteredRecord]) -> StoreFuture<'a, Result<PushAnswer, PushFailure>> {
        let mut shop = self.0.lock().unwrap();
        shop.calls.push(records.len());
        let source = Arc::from(crate::BoxError::from("as the test says"));
        StoreFuture::ready(match shop.next.pop_front().unwrap_or(Next::Answer) {
            Next::Answer => shop.take(records),
            Next::TakeAndBeSilent => {
                let _lost = shop.take(records);
                Err(PushFailure::Unknown { source })
            }
            Next::BeBusy(pause) => Err(PushFailure::NotTaken { source, pause }),
            Next::Refuse(code) => whole(code),
        })
    }
}
