//! Stores that do not do what they should, and are noticed.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MeteredRecord, MeteringSn};

use super as contract;
use super::ask::at;
use crate::usage::{
    Addition, Asked, MemoryUsage, PushOutcome, RefusedUsage, Settlement, Taken, UsageOutbox, UsageProgress,
    UsageRecord, UsageStore,
};
use crate::{LedgerError, StoreFuture};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    CannotBeAsked,
    KnowsNothingAgain,
    TellsTheLastSerialNumber,
    TakesOtherUsageForTheSame,
    StopsAtWhatIsNotGood,
    HandsOutInAnyOrder,
    HandsOutWhatEndedLater,
    LosesPackages,
    IgnoresLeases,
    IgnoresPauses,
    ForgetsThatItWasSent,
    ThinksThatAllWasSent,
    NeverRestores,
    AlwaysRestores,
    IgnoresAttempts,
    CountsAllThatIsSettled,
    CountsNothingTwice,
    LosesMessages,
    ListsFromTheBeginning,
    PutsNothingBack,
    CountsAllThatIsPutBack,
    CountsThoseOfTheMomentAsOverdue,
    CountsRefusedAsWaiting,
    PrunesNothing,
    PrunesAll,
}

/// A store in memory, but for the fault.
#[derive(Debug)]
struct Broken {
    store: MemoryUsage,
    fault: Fault,
    attempts: Mutex<HashMap<MeteringSn, u32>>,
    settled: Mutex<HashSet<(MeteringSn, u32)>>,
}

fn outbox(fault: Fault) -> UsageOutbox {
    let store = MemoryUsage::default();
    UsageOutbox::custom(Broken { store, fault, attempts: Mutex::default(), settled: Mutex::default() })
}

fn without_package(record: &MeteredRecord) -> MeteredRecord {
    let usage = record.usage();
    let alone = UsageRecord::new(usage.instance_id(), usage.begin(), usage.end(), usage.value());
    alone.unwrap().metered(record.sn().clone(), record.record_time()).unwrap()
}

impl UsageStore for Broken {
    fn add<'a>(
        &'a self,
        records: &'a [MeteredRecord],
    ) -> StoreFuture<'a, Result<Vec<Addition>, LedgerError>> {
        StoreFuture::boxed(async move {
            if self.fault == Fault::CannotBeAsked {
                return Err(LedgerError::store("no route to host"));
            }
            let mut added = Vec::new();
            for record in records {
                added.extend(self.store.add(std::slice::from_ref(record)).await?);
                if self.fault == Fault::StopsAtWhatIsNotGood && added.last() != Some(&Addition::Added) {
                    break;
                }
            }
            for (added, record) in added.iter_mut().zip(records) {
                match (self.fault, &*added) {
                    (Fault::KnowsNothingAgain, _) => *added = Addition::Added,
                    (Fault::TellsTheLastSerialNumber, Addition::Known(_)) => {
                        *added = Addition::Known(record.sn().clone());
                    }
                    (Fault::TakesOtherUsageForTheSame, Addition::OtherUsage(sn)) => {
                        *added = Addition::Known(sn.clone());
                    }
                    _ => {}
                }
            }
            Ok(added)
        })
    }

    fn take(&self, mut asked: Asked) -> StoreFuture<'_, Result<Vec<Taken>, LedgerError>> {
        match self.fault {
            Fault::HandsOutWhatEndedLater => asked.ended_by = UtcTime::MAX,
            Fault::IgnoresLeases => asked.lease = Duration::ZERO,
            _ => {}
        }
        StoreFuture::boxed(async move {
            let mut taken = self.store.take(asked).await?;
            for taken in &mut taken {
                self.attempts.lock().unwrap().insert(taken.record.sn().clone(), taken.attempt);
                match self.fault {
                    Fault::ForgetsThatItWasSent => taken.may_have_been_sent = false,
                    Fault::ThinksThatAllWasSent => taken.may_have_been_sent = true,
                    Fault::LosesPackages => taken.record = without_package(&taken.record),
                    _ => {}
                }
            }
            if self.fault == Fault::HandsOutInAnyOrder {
                taken.reverse();
            }
            Ok(taken)
        })
    }

    fn settle<'a>(&'a self, settled: &'a [Settlement]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        let mut said = settled.to_vec();
        for settlement in &mut said {
            match (self.fault, &mut settlement.outcome) {
                (Fault::IgnoresPauses, PushOutcome::Waiting { pause, .. }) => *pause = Duration::ZERO,
                (Fault::NeverRestores, PushOutcome::Waiting { was_not_taken, .. }) => *was_not_taken = false,
                (Fault::AlwaysRestores, PushOutcome::Waiting { was_not_taken, .. }) => *was_not_taken = true,
                (Fault::LosesMessages, PushOutcome::Refused { message, .. }) => message.clear(),
                (Fault::IgnoresAttempts, _) => {
                    let attempts = self.attempts.lock().unwrap();
                    settlement.attempt = attempts.get(&settlement.sn).copied().unwrap_or_default();
                }
                _ => {}
            }
        }
        StoreFuture::boxed(async move {
            let counted = self.store.settle(&said).await?;
            let mut known = self.settled.lock().unwrap();
            let new = settled.iter().filter(|said| known.insert((said.sn.clone(), said.attempt))).count();
            Ok(match self.fault {
                Fault::CountsAllThatIsSettled => settled.len() as u64,
                Fault::CountsNothingTwice => counted.min(new as u64),
                _ => counted,
            })
        })
    }

    fn push_again<'a>(&'a self, sns: &'a [MeteringSn]) -> StoreFuture<'a, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            Ok(match self.fault {
                Fault::PutsNothingBack => 0,
                Fault::CountsAllThatIsPutBack => self.store.push_again(sns).await?.max(sns.len() as u64),
                _ => self.store.push_again(sns).await?,
            })
        })
    }

    fn progress(&self, overdue_before: UtcTime) -> StoreFuture<'_, Result<UsageProgress, LedgerError>> {
        StoreFuture::boxed(async move {
            let is_late =
                self.fault == Fault::CountsThoseOfTheMomentAsOverdue && overdue_before < UtcTime::MAX;
            let overdue_before = at(overdue_before.unix_seconds() + u64::from(is_late));
            let mut progress = self.store.progress(overdue_before).await?;
            if self.fault == Fault::CountsRefusedAsWaiting {
                progress.waiting += progress.refused;
            }
            Ok(progress)
        })
    }

    fn refused(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RefusedUsage>, LedgerError>> {
        let after = after.filter(|_| self.fault != Fault::ListsFromTheBeginning);
        self.store.refused(after, limit)
    }

    fn prune(&self, began_before: UtcTime) -> StoreFuture<'_, Result<u64, LedgerError>> {
        match self.fault {
            Fault::PrunesNothing => StoreFuture::ready(Ok(0)),
            Fault::PrunesAll => self.store.prune(UtcTime::MAX),
            _ => self.store.prune(began_before),
        }
    }
}

/// Each promise is seen to be broken, and is kept if nothing is wrong.
macro_rules! notices {
    ($($promise:ident: $($fault:ident)*;)*) => {
        $(#[tokio::test]
        async fn $promise() {
            contract::$promise(outbox(Fault::None)).await;
            for fault in [Fault::CannotBeAsked, $(Fault::$fault),*] {
                let run = tokio::spawn(contract::$promise(outbox(fault)));
                assert!(run.await.is_err_and(|error| error.is_panic()), "{fault:?} is not noticed");
            }
        })*
    };
}

notices! {
    hands_out_what_ended_first_first: HandsOutInAnyOrder HandsOutWhatEndedLater ThinksThatAllWasSent IgnoresLeases;
    knows_the_same_usage_again: KnowsNothingAgain TellsTheLastSerialNumber StopsAtWhatIsNotGood;
    refuses_other_usage_of_a_known_span: KnowsNothingAgain TakesOtherUsageForTheSame StopsAtWhatIsNotGood;
    refuses_a_serial_number_of_another_record: KnowsNothingAgain StopsAtWhatIsNotGood;
    adds_what_is_good_beside_what_is_not: KnowsNothingAgain StopsAtWhatIsNotGood;
    hands_a_record_out_again_only_when_its_lease_is_over: IgnoresLeases ForgetsThatItWasSent;
    keeps_a_pause: IgnoresPauses IgnoresLeases;
    remembers_whether_a_record_may_have_been_sent:
        ForgetsThatItWasSent ThinksThatAllWasSent NeverRestores AlwaysRestores CountsNothingTwice;
    takes_any_duration: IgnoresLeases IgnoresPauses;
    hands_out_no_pushed_record: CountsAllThatIsPutBack;
    changes_nothing_for_who_had_a_record_before: IgnoresAttempts CountsAllThatIsSettled;
    changes_nothing_for_who_had_no_record: IgnoresAttempts CountsAllThatIsSettled;
    takes_an_outcome_twice: CountsNothingTwice;
    keeps_what_was_settled_first: CountsAllThatIsSettled LosesMessages;
    keeps_what_was_refused: LosesMessages;
    lists_refused_records_in_pages: ListsFromTheBeginning;
    pushes_refused_records_again: PutsNothingBack CountsAllThatIsPutBack IgnoresAttempts CountsRefusedAsWaiting;
    tells_how_far_everything_is: CountsThoseOfTheMomentAsOverdue CountsRefusedAsWaiting;
    forgets_what_is_done_with_and_no_other: PrunesNothing PrunesAll;
    adds_again_what_it_forgot: PrunesNothing PrunesAll;
    takes_a_thousand_records_at_once: IgnoresLeases HandsOutInAnyOrder KnowsNothingAgain;
    gives_many_simultaneous_takers_each_record_once: ThinksThatAllWasSent;
    adds_simultaneous_records_once: KnowsNothingAgain TellsTheLastSerialNumber;
    takes_any_text: LosesPackages KnowsNothingAgain TakesOtherUsageForTheSame PutsNothingBack;
    keeps_values_and_times: LosesPackages;
}
