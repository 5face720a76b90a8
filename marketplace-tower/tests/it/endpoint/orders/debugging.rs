//! Calls of the debugging console, whose orders nobody placed.

use marketplace_tower::{MockOrder, Mode, OrderType};

use super::*;

/// Wants to see debugging calls.
struct Curious(Arc<Till>);

impl Curious {
    fn note(&self, mode: Mode, order: &Order) {
        let (info, line) = (order.info(), order.line().order_line_id());
        self.0.note(format!("{mode:?} {:?} {}/{line}", info.order_type(), info.order_id()));
    }
}

#[marketplace_handler(billing = one_time)]
impl Curious {
    #[activity(newInstance)]
    async fn open(
        &self,
        _: NewInstance,
        mode: Mode,
        id: InstanceId,
        order: Order,
    ) -> Result<NewInstanceReply, Fault> {
        self.note(mode, &order);
        Ok(NewInstanceReply::new(id)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(refreshInstance)]
    async fn renew(&self, _: RefreshInstance, order: Order, mode: Mode) -> Result<(), Fault> {
        self.note(mode, &order);
        Ok(())
    }

    #[activity(upgradeInstance)]
    async fn upgrade(&self, _: UpgradeInstance, mode: Mode, order: Order) -> Result<(), Fault> {
        self.note(mode, &order);
        Ok(())
    }

    #[activity(orderNotify)]
    async fn notified(&self, _: OrderNotify, mode: Mode, order: Option<Order>) -> Result<(), Fault> {
        match order {
            Some(order) => self.note(mode, &order),
            None => self.0.note("no order"),
        }
        Ok(())
    }
}

struct Console {
    service: Marketplace<Endpoint<Curious>>,
    endpoint: Endpoint<Curious>,
    till: Arc<Till>,
    market: Arc<Market>,
}

impl Console {
    fn new(with_orders: bool) -> Self {
        let (till, market) = (Arc::<Till>::default(), Arc::<Market>::default());
        let mut endpoint = Endpoint::new(Curious(Arc::clone(&till)), Ledger::memory());
        if with_orders {
            endpoint = endpoint.with_orders(Arc::clone(&market));
        }
        Self { service: layer().layer(endpoint.clone()), endpoint, till, market }
    }

    async fn code(&self, body: String) -> String {
        brief(&send(&self.service, Call::new(body).request()).await.unwrap()).0
    }
}

fn debugged(call: &str) -> String {
    let end = call.rfind('}').unwrap();
    format!(r#"{},"testFlag":"1"}}"#, &call[..end])
}

#[tokio::test]
async fn a_debugging_call_is_given_a_mock_order_and_nothing_is_asked() {
    let console = Console::new(true);
    for (call, expected) in [
        (purchase("o", "b"), "Debug New o/o-1"),
        (early("e"), "Debug New e/e-000001"),
        (change("orderNotify", "n"), "Debug New n/n-1"),
        (change("upgradeInstance", "u"), "Debug Change u/u-1"),
        (refresh("RENEWAL", "r"), "Debug Renew r/r-1"),
        (refresh("RENEWAL_CHANGE", "r"), "Debug Renew r/r-1"),
        (refresh("TRIAL_TO_FORMAL", "r"), "Debug TrialToFormal r/r-1"),
        (refresh("UNSUBSCRIBE_RENEWAL_PERIOD", "r"), "Debug Unsubscribe r/r-1"),
        // Those that the market knows, whatever the activity.
        (purchase("MOCKPERIODDAYTRIAL", "b"), "Debug Trial MOCKPERIODDAYTRIAL/MOCKPERIODDAYTRIAL-1"),
        (change("upgradeInstance", "MOCKMONTYRENEW"), "Debug Renew MOCKMONTYRENEW/MOCKMONTYRENEW-1"),
    ] {
        // Saved cases are replayed.
        for _ in 0..2 {
            assert_eq!(console.code(debugged(&call)).await, "000000", "{call}");
            assert_eq!(console.till.take_log(), [expected], "{call}");
        }
    }
    assert!(console.market.take_log().is_empty());
    assert_eq!(console.endpoint.counts().orders_asked, 0);
}

#[tokio::test]
async fn a_real_call_asks_for_a_mock_order_like_for_any_other() {
    let console = Console::new(true);
    let mock = MockOrder::Renew.order_id();
    assert_eq!(console.code(purchase(mock, "b")).await, "000000");
    assert_eq!(console.market.take_log(), [format!("{mock}/{mock}-1")]);
    // This market answers all with the same kind of order.
    assert_eq!(console.till.take_log(), [format!("Live {:?} {mock}/{mock}-1", OrderType::New)]);
}

#[tokio::test]
async fn debugging_shows_that_nobody_was_told_where_to_ask() {
    let console = Console::new(false);
    assert_eq!(console.code(debugged(&purchase("o", "b"))).await, "000005");
    assert_eq!(console.code(debugged(&change("orderNotify", "n"))).await, "000000");
    assert_eq!(console.till.take_log(), ["no order"]);
}

#[tokio::test]
async fn a_stand_in_still_answers_for_methods_that_do_not_want_debugging_calls() {
    let open = Open::new();
    let (code, _) = open.ask_briefly(&debugged(&purchase("o", "b"))).await;
    assert_eq!(code, "000000");
    assert!(open.till.take_log().is_empty() && open.market.take_log().is_empty());
}
