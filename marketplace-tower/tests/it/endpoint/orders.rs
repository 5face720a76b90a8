//! Methods that take the order that a call names.

mod debugging;
mod failures;
mod market;
mod once;
mod times;

use std::sync::Arc;

use marketplace_tower::v2::{
    NewInstance, NewInstanceReply, OrderNotify, QueryInstance, QueryInstanceReply, RefreshInstance,
    ReleaseInstance, UpdateInstanceStatus, UpgradeInstance,
};
use marketplace_tower::{
    Endpoint, Fault, InstanceId, Layer, Ledger, Marketplace, Order, Provisioning, marketplace_handler,
};

use self::market::Market;
use super::shop::{Plan, Till};
use super::{brief, code, code_with, open_with, purchase};
use crate::support::signing::Call;
use crate::support::{Answered, KEY, layer, send};

/// A shop that asks what was bought.
struct Buyer(Arc<Till>);

impl Buyer {
    fn note(&self, what: &str, order: &Order) {
        // As a seller would, who wants to know what went on.
        tracing::info!(?order, what);
        let (info, line) = (order.info(), order.line().order_line_id());
        self.0.note(format!("{what}: {:?} {}/{line}", info.order_type(), info.order_id()));
    }
}

#[marketplace_handler(billing = period)]
impl Buyer {
    #[activity(newInstance)]
    async fn open(
        &self,
        _: NewInstance,
        instance: InstanceId,
        order: Order,
    ) -> Result<Provisioning<NewInstanceReply>, Fault> {
        self.note(&format!("open {instance}"), &order);
        match self.0.next_plan() {
            Plan::Pending => return Ok(Provisioning::Pending),
            Plan::Fail => return Err(Fault::internal("no tenant is free")),
            Plan::Wait => self.0.pass_gate().await,
            _ => {}
        }
        Ok(Provisioning::Ready(NewInstanceReply::new(instance)?))
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        self.0.note("describe");
        Err(Fault::instance_not_found())
    }

    #[activity(refreshInstance)]
    async fn renew(&self, _: RefreshInstance, order: Order) -> Result<(), Fault> {
        self.note("renew", &order);
        Ok(())
    }

    #[activity(updateInstanceStatus)]
    async fn freeze(&self, _: UpdateInstanceStatus) -> Result<(), Fault> {
        self.0.note("freeze");
        Ok(())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        self.0.note("close");
        Ok(())
    }

    #[activity(upgradeInstance)]
    async fn upgrade(&self, _: UpgradeInstance, order: Order) -> Result<(), Fault> {
        self.note("upgrade", &order);
        Ok(())
    }

    #[activity(orderNotify)]
    async fn notified(&self, _: OrderNotify, order: Option<Order>) -> Result<(), Fault> {
        match order {
            Some(order) => self.note("notified", &order),
            None => self.0.note("notified, no order"),
        }
        Ok(())
    }
}

/// A shop behind the layer, the market that it asks, and what both do.
struct Open {
    service: Marketplace<Endpoint<Buyer>>,
    endpoint: Endpoint<Buyer>,
    till: Arc<Till>,
    market: Arc<Market>,
}

impl Open {
    fn new() -> Self {
        Self::with(Ledger::memory(), |endpoint, market| endpoint.with_orders(market))
    }

    fn with(ledger: Ledger, set: impl FnOnce(Endpoint<Buyer>, Arc<Market>) -> Endpoint<Buyer>) -> Self {
        let (till, market) = (Arc::<Till>::default(), Arc::<Market>::default());
        let endpoint = set(Endpoint::new(Buyer(Arc::clone(&till)), ledger), Arc::clone(&market));
        Self { service: layer().layer(endpoint.clone()), endpoint, till, market }
    }

    async fn ask(&self, body: &str) -> Answered {
        ask(self.service.clone(), body).await
    }

    async fn ask_briefly(&self, body: &str) -> (String, Option<String>) {
        brief(&self.ask(body).await)
    }

    /// A call that the test does not wait for.
    fn spawn(&self, body: String) -> tokio::task::JoinHandle<(String, Option<String>)> {
        let service = self.service.clone();
        tokio::spawn(async move { brief(&ask(service, &body).await) })
    }
}

async fn ask(service: Marketplace<Endpoint<Buyer>>, body: &str) -> Answered {
    let answered = send(&service, Call::new(body.to_owned()).request()).await.unwrap();
    assert!(answered.is_signed_by(KEY));
    answered
}

fn change(activity: &str, order: &str) -> String {
    format!(r#"{{"activity":"{activity}","orderId":"{order}","orderLineId":"{order}-1","instanceId":"i"}}"#)
}

fn refresh(scene: &str, order: &str) -> String {
    change("refreshInstance", order)
        .replace('}', &format!(r#","scene":"{scene}","expireTime":"20301124023618"}}"#))
}

fn early(order: &str) -> String {
    format!(r#"{{"activity":"newInstance","orderInfo":[{{"orderId":"{order}","businessId":"b"}}]}}"#)
}

#[tokio::test]
async fn a_method_is_given_the_order_that_the_call_names() {
    let open = Open::new();
    assert_eq!(open.ask_briefly(&purchase("o", "b")).await, code_with("000000", "b"));
    for call in [refresh("RENEWAL", "r"), change("upgradeInstance", "u"), change("orderNotify", "n")] {
        assert_eq!(open.ask_briefly(&call).await, code("000000"), "{call}");
    }
    assert_eq!(open.market.take_log(), ["o/o-1", "r/r-1", "u/u-1", "n/n-1"]);
    assert_eq!(
        open.till.take_log(),
        ["open b: New o/o-1", "renew: New r/r-1", "upgrade: New u/u-1", "notified: New n/n-1"]
    );
    let counts = open.endpoint.counts();
    assert_eq!((counts.orders_asked, counts.orders_failed), (4, 0));
}

#[tokio::test]
async fn methods_that_take_no_order_have_none_fetched() {
    let market = Arc::<Market>::default();
    // A shop that takes no order, although the calls name some.
    let (service, till) =
        open_with(|shop| Endpoint::new(shop, Ledger::memory()).with_orders(Arc::clone(&market)));
    for call in [
        purchase("o", "b"),
        refresh("RENEWAL", "r"),
        change("upgradeInstance", "u"),
        change("orderNotify", "n"),
        change("releaseInstance", "e"),
    ] {
        assert_eq!(super::ask_briefly(&service, &call).await.0, "000000", "{call}");
    }
    assert_eq!(till.take_log().len(), 6);
    assert!(market.take_log().is_empty());
}

#[tokio::test]
async fn without_a_source_only_methods_that_can_do_without_an_order_run() {
    let open = Open::with(Ledger::memory(), |endpoint, _| endpoint);
    let events = crate::support::events::Events::catch();
    assert_eq!(open.ask_briefly(&purchase("o", "b")).await, code("000005"));
    let told = events.take_ours();
    assert!(told.iter().any(|line| line.text.contains("`Endpoint::with_orders`")), "{told:?}");
    assert_eq!(open.ask_briefly(&change("orderNotify", "n")).await, code("000000"));
    assert_eq!(open.till.take_log(), ["notified, no order"]);
}

/// The call has no line: the order's only one is bought.
#[tokio::test]
async fn an_early_purchase_is_given_the_only_line() {
    let open = Open::new();
    assert_eq!(open.ask_briefly(&early("o")).await, code_with("000000", "b"));
    assert_eq!(open.market.take_log(), ["o"]);
    assert_eq!(open.till.take_log(), ["open b: New o/o-000001"]);
}

/// What an order costs is paid by those who take one.
#[tokio::test]
async fn a_method_that_takes_no_order_allocates_no_more() {
    let with = open_with(|shop| Endpoint::new(shop, Ledger::memory()).with_orders(Market::default()));
    let without = open_with(|shop| Endpoint::new(shop, Ledger::memory()));
    let counts = [with, without].map(|(service, _till)| {
        let request = Call::new(purchase("o", "b")).request();
        let mut answer = std::pin::pin!(tower::ServiceExt::oneshot(service, request));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        allocation_counter::measure(|| assert!(answer.as_mut().poll(&mut cx).is_ready())).count_total
    });
    assert_eq!(counts[0], counts[1]);
    assert_ne!(counts[0], 0);
}

#[tokio::test]
async fn nothing_of_the_buyer_is_logged() {
    let open = Open::new();
    let events = crate::support::events::Events::catch();
    assert_eq!(open.ask_briefly(&purchase("o", "b")).await, code_with("000000", "b"));
    open.market.plan([market::Plan::OtherLine]);
    assert_eq!(open.ask_briefly(&purchase("p", "c")).await, code("000005"));
    let told = events.take();
    assert!(told.iter().any(|line| line.text.contains("order=Order {")), "{told:?}");
    for line in told {
        for private in
            ["1860000", "mock_user", "mock user", "test.example.com", "127.0.0.1", "0000000000000000"]
        {
            // The SKU of the mock order has zeros as well.
            let text = line
                .text
                .replace("00000000-0000-4000-8000-000000000000", "")
                .replace("OFFI000000000000000000", "");
            assert!(!text.contains(private), "{text}");
        }
    }
}
