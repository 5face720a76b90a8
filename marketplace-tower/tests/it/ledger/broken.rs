//! Ledgers of a seller's own, of which most do not do what they should.

use std::time::Duration;

use marketplace_tower::contract::ledger as contract;

use super::*;

/// What is wrong with a ledger.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    CannotBeAsked,
    AlwaysNew,
    TakesEachCandidate,
    LosesWhatIsDone,
    IgnoresFences,
    IgnoresLeases,
    ExtendsNothing,
    TakesAnOutcomeOnce,
    MixesUpLines,
    MixesUpThings,
    MixesUpStates,
    LosesDigests,
    FinishesNothing,
    HasAnOldAnswerAtHand,
    ListsTheUnknown,
    PrunesNothing,
    PrunesEverything,
}

/// A ledger in memory, but for the fault.
#[derive(Debug)]
struct Broken {
    ledger: Ledger,
    fault: Fault,
}

impl Broken {
    fn ledger(fault: Fault) -> Ledger {
        Ledger::custom(Self { ledger: Ledger::memory(), fault })
    }

    fn work(&self, work: &Work) -> Work {
        match (self.fault, work.instance(), work.new_state()) {
            (Fault::MixesUpLines, None, _) => {
                Work::purchase(OrderKey::new(work.key().order().order_id(), None))
            }
            (Fault::MixesUpThings, Some(instance), state @ ("FREEZE" | "UNFREEZE")) => {
                Work::state(instance.clone(), state)
            }
            (Fault::MixesUpStates, Some(instance), "FREEZE" | "UNFREEZE") => {
                Work::state(instance.clone(), "FREEZE")
            }
            _ => work.clone(),
        }
    }

    fn lease(&self, lease: &Lease) -> Lease {
        Lease { work: self.work(&lease.work), ..lease.clone() }
    }
}

impl LedgerStore for Broken {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
        let mut claim = claim.clone();
        claim.work = self.work(&claim.work);
        if self.fault == Fault::IgnoresLeases {
            claim.lease = Duration::ZERO;
        }
        StoreFuture::boxed(async move {
            let mut said = match self.fault {
                Fault::CannotBeAsked => Err(LedgerError::store(format!("no route for {}", claim.work))),
                _ => self.ledger.begin(&claim).await,
            }?;
            match self.fault {
                Fault::AlwaysNew => said.progress = Progress::New(Fence::new(1)),
                Fault::TakesEachCandidate => said.instance = claim.candidate,
                Fault::LosesDigests => said.digest = None,
                _ => {}
            }
            Ok(said)
        })
    }

    fn answered(&self, work: &Work) -> Option<Answered> {
        match self.fault {
            Fault::HasAnOldAnswerAtHand => Some(Answered::new(Bytes::from_static(b"old"), None)),
            _ => self.ledger.answered(work),
        }
    }

    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
        let (lease, outcome) = match (self.fault, outcome) {
            (Fault::LosesWhatIsDone, Outcome::Done(_)) => (lease.clone(), Outcome::Failed),
            (_, outcome) => (self.lease(lease), outcome),
        };
        StoreFuture::boxed(async move {
            // Only one that is not over can be extended.
            if self.fault == Fault::TakesAnOutcomeOnce {
                self.ledger.extend(&lease, Duration::ZERO).await?;
            }
            match self.ledger.record(&lease, outcome).await {
                Err(LedgerError::Superseded { .. }) if self.fault == Fault::IgnoresFences => Ok(()),
                recorded => recorded,
            }
        })
    }

    fn extend<'a>(
        &'a self,
        lease: &'a Lease,
        duration: Duration,
    ) -> StoreFuture<'a, Result<(), LedgerError>> {
        match self.fault {
            Fault::ExtendsNothing => StoreFuture::ready(Ok(())),
            _ => self.ledger.extend(&self.lease(lease), duration),
        }
    }

    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
        match self.fault {
            Fault::FinishesNothing => StoreFuture::ready(Ok(!instances.is_empty())),
            _ => self.ledger.unfinished(instances),
        }
    }

    fn keeps_calls(&self) -> bool {
        false
    }

    fn interrupted(
        &self,
        _: Option<u64>,
        _: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>> {
        let listed = (self.fault == Fault::ListsTheUnknown).then(|| Interrupted::new(1, Bytes::new()));
        StoreFuture::ready(Ok(listed.into_iter().collect()))
    }

    fn prune(&self, ended_for: Duration) -> StoreFuture<'_, Result<u64, LedgerError>> {
        StoreFuture::boxed(async move {
            match self.fault {
                Fault::PrunesNothing => Ok(0),
                Fault::PrunesEverything => self.ledger.prune(Duration::ZERO).await,
                _ => self.ledger.prune(ended_for).await,
            }
        })
    }
}

#[tokio::test]
async fn a_ledger_of_the_sellers_own_is_asked() {
    let ledger = Broken::ledger(Fault::CannotBeAsked).clone();
    let error = ledger.begin(&purchase(1, 1)).await.unwrap_err();
    assert_eq!(error.to_string(), "the ledger could not be asked");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "no route for newInstance CS2211181819A7LXX/1");

    let ledger = Broken::ledger(Fault::ListsTheUnknown);
    let new = ledger.begin(&purchase(1, 1)).await.unwrap();
    let lease = Lease { work: Work::purchase(order(1)), fence: new.progress.fence().unwrap() };
    ledger.extend(&lease, Duration::ZERO).await.unwrap();
    assert!(ledger.unfinished(&[id(1)]).await.unwrap());
    let answer = Bytes::from_static(b"answer");
    ledger.record(&lease, Outcome::Done(answer.clone())).await.unwrap();
    assert_eq!(ledger.answered(&lease.work), Some(Answered::new(answer, Some(0))));
    assert!(!ledger.keeps_calls());
    assert_eq!(ledger.interrupted(None, 1).await.unwrap().len(), 1);
    assert_eq!(ledger.prune(Duration::ZERO).await.unwrap(), 0);
}

/// Each fault is found by a function that is about it, and its message says what is wrong.
#[tokio::test]
async fn the_contract_notices_each_fault() {
    macro_rules! notices {
        ($($fault:ident: $test:ident, $message:literal;)*) => {$(
            let found = tokio::spawn(contract::$test(Broken::ledger(Fault::$fault))).await;
            let (fault, test) = (Fault::$fault, stringify!($test));
            let panic = found.expect_err(&format!("`{test}` has not noticed {fault:?}")).into_panic();
            let message = panic.downcast::<String>().unwrap_or_else(|panic| {
                Box::new(panic.downcast::<&str>().unwrap().to_string())
            });
            assert!(message.contains($message), "`{test}` says about {fault:?}: {message}");
        )*};
    }
    notices! {
        CannotBeAsked: tells_how_far_a_purchase_has_come, "could not be begun: the ledger could not be asked: no route";
        AlwaysNew: gives_one_id_to_simultaneous_calls, "64 have it, 0 were held";
        AlwaysNew: tells_how_far_a_purchase_has_come, "should be Held (its lease is not over), and is New";
        AlwaysNew: does_an_ordered_work_once, "should be Held (its lease is not over), and is New";
        AlwaysNew: ends_an_instance_once, "should be Held (its lease is not over), and is New";
        AlwaysNew: lets_one_of_many_change_the_state, "64 have it, 0 were held";
        AlwaysNew: hands_what_is_free_again_to_one_of_many, "64 have it, 0 were held";
        AlwaysNew: takes_different_works_on_an_instance_at_once, "could not be recorded";
        AlwaysNew: takes_any_duration, "should be Held (its lease is never over)";
        TakesEachCandidate: gives_one_id_to_simultaneous_calls, "calls and ids of line 0";
        TakesEachCandidate: gives_another_id_if_the_candidate_is_taken, "the instance of";
        TakesEachCandidate: gives_simultaneous_orders_with_one_candidate_an_id_each, "order lines with the candidate";
        LosesWhatIsDone: what_is_done_stays_done, "what was done stays done";
        LosesWhatIsDone: keeps_many_simultaneous_orders_apart, "(it was done), and is Interrupted";
        LosesWhatIsDone: does_the_last_state_once, "(it is the last state), and is Interrupted";
        LosesWhatIsDone: takes_any_text, "(no other instance has the same id), and is Interrupted";
        IgnoresFences: keeps_nothing_from_whoever_had_a_work_before, "should be superseded (Failed, after";
        IgnoresFences: knows_no_work_that_nobody_began, "should be superseded (nobody began it)";
        IgnoresLeases: hands_a_work_over_only_when_its_lease_is_over, "was handed over after";
        ExtendsNothing: extends_a_lease, "should be Held (its lease was extended)";
        TakesAnOutcomeOnce: takes_an_outcome_twice, "Failed of `newInstance CS2211181819A7LXX/bought` could not be recorded";
        MixesUpLines: tells_order_lines_apart, "should be New (no other order line is the same)";
        MixesUpLines: tells_works_of_one_order_apart, "should be New (nobody has asked for it)";
        MixesUpThings: tells_licence_codes_from_instances, "should be New (nobody has asked for it)";
        MixesUpStates: lets_the_states_of_an_instance_wait_for_each_other, "should be New (freezing failed)";
        MixesUpStates: does_the_last_state_once, "instance state instance UNFREEZE";
        LosesDigests: tells_the_digest_of_the_first_call, "of `newInstance CS2211181819A7LXX/bought`, New";
        LosesDigests: tells_the_digest_of_a_state_that_is_begun_anew, "FREEZE`, begun for the 0. time";
        FinishesNothing: knows_what_is_unfinished, "nothing was reserved";
        HasAnOldAnswerAtHand: has_at_hand_only_what_it_would_answer, "has no final answer (nobody has asked for it)";
        ListsTheUnknown: lists_interrupted_calls, "it says that it keeps no calls";
        PrunesNothing: forgets_ended_instances_and_no_other, "the works on the ended instance";
        PrunesNothing: forgets_failed_attempts_and_no_purchase, "what failed, the purchase apart";
        PrunesEverything: forgets_ended_instances_and_no_other, "nothing ended";
        PrunesEverything: forgets_failed_attempts_and_no_purchase, "nothing failed so long ago";
    }
}
