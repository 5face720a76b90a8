//! A customer buys at a mock market, and the shop asks it what was bought.

use std::time::Duration;

use marketplace_tower::open_api::{
    BaseAddress, Client, Credentials, MockOrder, PeriodType, Settings as Asking, Site,
};
use rehearsal::market::{Api, Fault, Market, MarketSettings, PlacedOrder, Plan};
use rehearsal::{Billing, KooGallery, Order, Report, throw_away_key};
use serde_json::{Value, json};

use super::running::{self, Running};
use crate::BoxError;
use crate::settings::Settings;

const AK: &str = "AKOFTHEREHEARSAL";

/// A shop that sells there, on files of its own.
struct Stall {
    shop: Running,
    market: Market,
}

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn sell() -> Result<bool, BoxError> {
    let directory = tempfile::tempdir()?;
    let stall = Stall::start(running::quick(directory.path())?).await?;
    let mut report = Report::default();
    if let Some(instance) = report.check("a tenant is what the order says", stall.buy().await) {
        report.check("an upgrade makes it what the other order says", stall.upgrade(&instance).await);
    }
    report.check("a purchase sent again asks the market nothing", stall.again().await);
    report.check("a market that is busy is asked again", stall.busy().await);
    report.check("a market that is down fails the purchase, and not the next one", stall.down().await);
    report.check("an order that nobody placed makes nothing", stall.unknown().await);
    stall.whole_life(&mut report).await?;
    stall.stop().await?;
    Ok(report.conclude())
}

impl Stall {
    async fn start(settings: Settings) -> Result<Self, BoxError> {
        let key = settings.keys.load().await?.ring().first().clone();
        let credentials = Credentials::new(AK, throw_away_key("secret")?)?;
        let market = Market::start(MarketSettings::new(credentials.clone(), key)).await?;
        let asking = Asking::new(Site::International, credentials);
        let client = Client::connect(asking.with_base_address(BaseAddress::new(&market.url())?))?;
        let shop = Running::start(Settings { orders: Some(client), ..settings }).await?;
        Ok(Self { shop, market })
    }

    async fn stop(self) -> Result<(), BoxError> {
        self.shop.stop().await?;
        self.market.stop().await;
        Ok(())
    }

    fn koogallery(&self) -> &KooGallery {
        self.shop.koogallery()
    }

    /// Somebody orders three months of gold, with room for seven.
    fn order(&self) -> Order {
        let order = self.koogallery().order();
        let placed = PlacedOrder::like(MockOrder::PeriodYearNew, &order.id).with_order_line_id(&order.line);
        let placed = placed.with_sku_code("gold").with_linear_value(7).with_period(PeriodType::Month, 3);
        self.market.place(placed);
        order
    }

    async fn new_instance(&self, code: &str, order: &Order) -> Result<String, String> {
        let answer = self.koogallery().call(code, &self.koogallery().new_instance(order)).await?;
        if code == "000000" { answer.instance_id() } else { Ok(String::new()) }
    }

    async fn buy(&self) -> Result<String, String> {
        let instance = self.new_instance("000000", &self.order()).await?;
        self.is(&instance, "gold × 7, 3 month").await?;
        Ok(instance)
    }

    /// The tenant of this instance is set up so.
    async fn is(&self, instance: &str, plan: &str) -> Result<(), String> {
        let call = json!({"activity": "queryInstance", "instanceId": instance});
        let answer = self.koogallery().call("000000", &call).await?;
        let memo = answer.text("/info/0/appInfo/memo")?;
        if memo.ends_with(&format!(": {plan}")) { Ok(()) } else { Err(format!("it is `{memo}`")) }
    }

    async fn upgrade(&self, instance: &str) -> Result<(), String> {
        let order = self.koogallery().order();
        let placed = PlacedOrder::like(MockOrder::Change, &order.id).with_order_line_id(&order.line);
        let placed = placed.with_sku_code("platinum").with_linear_value(20).with_period(PeriodType::Year, 1);
        self.market.place(placed);
        let call: Value = json!({
            "activity": "upgradeInstance", "instanceId": instance, "orderId": order.id, "orderLineId": order.line,
        });
        self.koogallery().call("000000", &call).await?;
        self.is(instance, "platinum × 20, 1 year").await
    }

    async fn again(&self) -> Result<(), String> {
        let order = self.order();
        let instance = self.new_instance("000000", &order).await?;
        let asked = self.market.calls(Api::QueryOrder);
        let same = self.new_instance("000000", &order).await?;
        match self.market.calls(Api::QueryOrder) - asked {
            0 if same == instance => Ok(()),
            times => Err(format!("`{same}` after `{instance}`, and {times} more order queries")),
        }
    }

    async fn busy(&self) -> Result<(), String> {
        self.market.fail_next_of(Api::QueryOrder, 2, Fault::THROTTLED_406);
        self.new_instance("000000", &self.order()).await.map(drop)
    }

    async fn down(&self) -> Result<(), String> {
        let order = self.order();
        self.market.fail_next_of(Api::QueryOrder, 1000, Fault::INTERNAL_500);
        self.new_instance("000005", &order).await?;
        self.market.heal();
        // KooGallery sends it again within the hour.
        let instance = self.new_instance("000000", &order).await?;
        self.is(&instance, "gold × 7, 3 month").await
    }

    async fn unknown(&self) -> Result<(), String> {
        self.new_instance("000005", &self.koogallery().order()).await.map(drop)
    }

    /// From the purchase to the release, as KooGallery plays it; its hours are a tenth of a second.
    async fn whole_life(&self, report: &mut Report) -> Result<(), BoxError> {
        let url = self.koogallery().line().url();
        for billing in [Billing::Period, Billing::OneTime] {
            let plan = Plan::new(billing).with_hour(Duration::from_millis(100));
            let drive = self.market.drive(&url, plan).await?;
            for step in &drive.steps {
                let outcome = if step.is_done() { Ok(()) } else { Err(step.to_string()) };
                report.check(format_args!("{}: {}", billing.name(), step.name), outcome);
            }
        }
        Ok(())
    }
}
