//! Ledgers that fail, or do not answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use marketplace_tower::{
    Claim, Endpoint, InstanceId, Interrupted, Lease, Ledger, LedgerError, LedgerStore, Outcome, Reservation,
    StoreFuture,
};
use tracing::Level;

use super::shop::Plan;
use super::{Service, ask, ask_briefly, code, code_with, open_with, purchase, query};
use crate::support::events::Events;

/// A ledger in memory that writes down what it is asked, and fails or hangs on cue.
#[derive(Clone, Debug)]
pub(super) struct TestLedger {
    memory: Ledger,
    log: Arc<Mutex<Vec<&'static str>>>,
    fails: Arc<Mutex<Option<&'static str>>>,
    hangs: Arc<Mutex<Option<&'static str>>>,
}

impl Default for TestLedger {
    fn default() -> Self {
        Self { memory: Ledger::memory(), log: Arc::default(), fails: Arc::default(), hangs: Arc::default() }
    }
}

impl TestLedger {
    pub(super) fn take_log(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    fn fail(&self, question: Option<&'static str>) {
        *self.fails.lock().unwrap() = question;
    }

    pub(super) fn hang(&self, question: Option<&'static str>) {
        *self.hangs.lock().unwrap() = question;
    }

    fn asked<T: Send + 'static>(
        &self,
        question: &'static str,
        answer: impl FnOnce(&Ledger) -> StoreFuture<'static, Result<T, LedgerError>>,
    ) -> StoreFuture<'static, Result<T, LedgerError>> {
        self.log.lock().unwrap().push(question);
        if *self.hangs.lock().unwrap() == Some(question) {
            return StoreFuture::boxed(std::future::pending());
        }
        if *self.fails.lock().unwrap() == Some(question) {
            return StoreFuture::ready(Err(LedgerError::store("the disk of node-9 is full")));
        }
        let answer = answer(&self.memory);
        StoreFuture::boxed(async move {
            tokio::task::yield_now().await;
            answer.await
        })
    }
}

impl LedgerStore for TestLedger {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
        self.asked("begin", |ledger| ledger.begin(claim))
    }

    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
        self.asked("record", |ledger| ledger.record(lease, outcome))
    }

    fn extend<'a>(
        &'a self,
        lease: &'a Lease,
        duration: Duration,
    ) -> StoreFuture<'a, Result<(), LedgerError>> {
        self.asked("extend", |ledger| ledger.extend(lease, duration))
    }

    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
        self.asked("unfinished", |ledger| ledger.unfinished(instances))
    }

    fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>> {
        self.asked("interrupted", |ledger| ledger.interrupted(after, limit))
    }

    fn prune(&self, _: Duration) -> StoreFuture<'_, Result<u64, LedgerError>> {
        unreachable!("no endpoint prunes")
    }
}

/// Asks, and sees that the operator is told why it fails, and the caller is not.
async fn fails(service: &Service, body: &str) {
    let events = Events::catch();
    let answered = ask(service, body).await;
    assert_eq!(answered.text(), r#"{"resultCode":"000005","resultMsg":"internal error"}"#);
    let told = events.take_ours();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].level == Level::WARN && told[0].text.contains("the ledger could not be asked"),
        "{told:?}"
    );
}

#[tokio::test]
async fn nothing_is_made_that_could_not_be_reserved() {
    let ledger = TestLedger::default();
    let (service, till) = open_with(|shop| Endpoint::new(shop, Ledger::custom(ledger.clone())));
    ledger.fail(Some("begin"));
    fails(&service, &purchase("o", "b-1")).await;
    assert!(till.take_log().is_empty());
    assert_eq!(ledger.take_log(), ["begin"]);
    ledger.fail(None);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000000", "b-2"));
    assert_eq!(ledger.take_log(), ["begin", "record"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_acknowledged_that_could_not_be_recorded() {
    for plan in [Plan::Ready, Plan::Pending] {
        let is_ready = plan == Plan::Ready;
        let ledger = TestLedger::default();
        let mut endpoint = None;
        let (service, till) =
            open_with(|shop| endpoint.insert(Endpoint::new(shop, Ledger::custom(ledger.clone()))).clone());
        ledger.fail(Some("record"));
        till.plan([plan]);
        fails(&service, &purchase("o", "b-1")).await;
        assert_eq!(till.take_log()[0], "open o b-1");
        // The ledger is told as soon as it can be: what was done is not done again.
        ledger.fail(None);
        let found = if is_ready { "000000" } else { "000004" };
        assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with(found, "b-1"));
        endpoint.unwrap().drained().await;
        assert!(till.take_log().is_empty());
        assert_eq!(ask_briefly(&service, &purchase("o", "b-3")).await, code_with("000000", "b-1"));
        assert_eq!(till.take_log().is_empty(), is_ready);
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_does_not_run_again_while_its_outcome_is_still_to_be_recorded() {
    let ledger = TestLedger::default();
    let mut endpoint = None;
    // The ledger fails for longer than the lease.
    let (service, till) = open_with(|shop| {
        let made = Endpoint::new(shop, Ledger::custom(ledger.clone())).with_lease(Duration::ZERO);
        endpoint.insert(made).clone()
    });
    ledger.fail(Some("record"));
    fails(&service, &purchase("o", "b-1")).await;
    assert_eq!(ask_briefly(&service, &purchase("o", "b-2")).await, code_with("000004", "b-1"));
    ledger.fail(None);
    assert_eq!(ask_briefly(&service, &purchase("o", "b-3")).await, code_with("000000", "b-1"));
    assert_eq!(till.take_log(), ["open o b-1", "opened b-1"]);
    endpoint.unwrap().drained().await;
    assert_eq!(ask_briefly(&service, &purchase("o", "b-4")).await, code_with("000000", "b-1"));
    assert!(till.take_log().is_empty());
}

#[tokio::test]
async fn a_query_is_not_answered_past_a_ledger_that_fails() {
    let ledger = TestLedger::default();
    let (service, till) = open_with(|shop| Endpoint::new(shop, Ledger::custom(ledger.clone())));
    ledger.fail(Some("unfinished"));
    fails(&service, &query("i")).await;
    assert!(till.take_log().is_empty());
}

#[tokio::test]
async fn what_changes_nothing_needs_no_ledger() {
    let ledger = TestLedger::default();
    let (service, _till) = open_with(|shop| Endpoint::new(shop, Ledger::custom(ledger.clone())));
    let notice = r#"{"activity":"orderNotify","orderId":"o","orderLineId":"l","testFlag":"0"}"#;
    assert_eq!(ask_briefly(&service, notice).await, code("000000"));
    let debugging = r#"{"activity":"releaseInstance","instanceId":"i","testFlag":"1"}"#;
    assert_eq!(ask_briefly(&service, debugging).await, code("000000"));
    assert!(ledger.take_log().is_empty());
    let call = r#"{"activity":"releaseInstance","instanceId":"i"}"#;
    assert_eq!(ask_briefly(&service, call).await, code("000000"));
    assert_eq!(ledger.take_log(), ["begin", "record"]);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_is_not_waited_for_longer_than_the_deadline() {
    let ledger = TestLedger::default();
    let (service, till) = open_with(|shop| Endpoint::new(shop, Ledger::custom(ledger.clone())));
    // Without an id, 000004 would promise an instance that nobody can ask for.
    ledger.hang(Some("begin"));
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code("000005"));
    assert!(till.take_log().is_empty());
    // Nor would it be kept of a change that is not on the disk.
    let renewal = r#"{"activity":"refreshInstance","scene":"RENEWAL","orderId":"r","orderLineId":"l","instanceId":"i","expireTime":"20301124023618"}"#;
    for _ in ["first call", "repeat"] {
        assert_eq!(ask_briefly(&service, renewal).await, code("000005"));
    }
    assert!(till.take_log().is_empty());
    ledger.hang(Some("unfinished"));
    assert_eq!(ask_briefly(&service, &query("i")).await, code("000004"));
    assert!(till.take_log().is_empty());
    // The instance is made, but nobody can be told so for certain.
    ledger.hang(Some("record"));
    assert_eq!(ask_briefly(&service, &purchase("p", "c")).await, code_with("000004", "c"));
    assert_eq!(till.take_log(), ["open p c", "opened c"]);
}
