//! A pay-per-use customer, from the purchase to the last bill, in seconds: a mock market sells, the shop asks it what was bought,
//! counts, records and pushes, and the market bills.
//!
//! A rehearsal has its own ports, files and keys, so it can run beside a shop that sells. The shop is this program, started anew.

mod world;

use std::time::Duration;

use rehearsal::market::{Api, Fault, InstanceState, MarketInstance};
use rehearsal::{Order, Report};
use serde_json::{Value, json};

use self::world::World;
use crate::BoxError;

/// The SKU of the order: the shop knows it from there alone.
const SKU: &str = "sku-of-the-order";

/// Plays every check and prints one line for each; true if all passed.
pub(crate) async fn rehearse() -> Result<bool, BoxError> {
    let mut world = World::start().await?;
    let mut report = Report::default();
    if let Some((order, instance)) = report.check("newInstance makes what the order says", buy(&world).await)
    {
        report
            .check("newInstance sent again asks the market nothing", again(&world, &order, &instance).await);
        report.check("queryInstance shows the SKU of the order", shows(&world, &instance, SKU).await);
        report.check("what the tenant does is billed", bill(&world, &instance, 5, 5).await);
        report.check("… and shown to the customer", used(&world, &instance, 5).await);
        report.check("… and, after a crash, billed once", crash(&mut world, &instance).await);
        report.check("… while the market is busy", busy(&world, &instance).await);
        report.check("… and once if its answer is lost", lost(&world, &instance).await);
        report.check("what the market refuses is kept", refused(&world, &instance).await);
        report.check("a frozen tenant does nothing", freeze(&world, &instance).await);
        report.check("a released tenant has its last bill", release(&world, &instance).await);
    }
    report.check("an order that the market does not know makes nothing", unknown(&world).await);
    report.check("a market that is down fails the purchase, and not the next one", down(&world).await);
    world.stop().await?;
    Ok(report.conclude())
}

async fn buy(world: &World) -> Result<(Order, String), String> {
    let order = world.order(SKU);
    let instance = world.koogallery().call("000000", &new_instance(world, &order)).await?.instance_id()?;
    world.market().instance(MarketInstance::on_demand(&instance));
    Ok((order, instance))
}

async fn again(world: &World, order: &Order, instance: &str) -> Result<(), String> {
    let asked = world.market().calls(Api::QueryOrder);
    let same = world.koogallery().call("000000", &new_instance(world, order)).await?.instance_id()?;
    equal("instanceId", same.as_str(), instance)?;
    equal("order queries", world.market().calls(Api::QueryOrder), asked)
}

async fn shows(world: &World, instance: &str, wanted: &str) -> Result<(), String> {
    let answer = world.koogallery().call("000000", &query(instance)).await?;
    let memo = answer.text("/info/0/appInfo/memo")?;
    if memo.contains(wanted) { Ok(()) } else { Err(format!("memo is `{memo}`")) }
}

async fn used(world: &World, instance: &str, wanted: u64) -> Result<(), String> {
    let answer = world.koogallery().call("000000", &query(instance)).await?;
    equal("usageValue", answer.value("/info/0/usageInfo/0/usageValue"), Some(&json!(wanted)))
}

async fn bill(world: &World, instance: &str, work: u64, total: u64) -> Result<(), String> {
    world.work(instance, work).await?;
    world.billed(instance, total).await
}

async fn crash(world: &mut World, instance: &str) -> Result<(), String> {
    world.work(instance, 3).await?;
    world.crash()?;
    world.billed(instance, 8).await
}

async fn busy(world: &World, instance: &str) -> Result<(), String> {
    world.market().fail_next_of(Api::PushUsage, 2, Fault::THROTTLED_406);
    bill(world, instance, 2, 10).await
}

async fn lost(world: &World, instance: &str) -> Result<(), String> {
    world.market().fail_next_of(Api::PushUsage, 1, Fault::CloseAfterTaking);
    bill(world, instance, 1, 11).await?;
    world.progress("waiting", 0).await?;
    world.progress("refused", 0).await
}

async fn refused(world: &World, instance: &str) -> Result<(), String> {
    let order = world.order(SKU);
    let other = world.koogallery().call("000000", &new_instance(world, &order)).await?.instance_id()?;
    world.market().instance(MarketInstance::on_demand(&other).with_state(InstanceState::Abnormal));
    world.work(&other, 1).await?;
    world.progress("refused", 1).await?;
    // It holds nobody else up.
    bill(world, instance, 1, 12).await
}

async fn freeze(world: &World, instance: &str) -> Result<(), String> {
    let status =
        |status| json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": status});
    world.koogallery().call("000000", &status("FREEZE")).await?;
    equal("work while frozen", world.try_work(instance).await?, 403)?;
    world.koogallery().call("000000", &status("UNFREEZE")).await?;
    bill(world, instance, 1, 13).await
}

async fn release(world: &World, instance: &str) -> Result<(), String> {
    world.work(instance, 2).await?;
    let call = json!({"activity": "releaseInstance", "instanceId": instance});
    world.koogallery().call("000000", &call).await?;
    equal("work after the release", world.try_work(instance).await?, 403)?;
    world.billed(instance, 15).await?;
    world.koogallery().call("000003", &query(instance)).await.map(drop)
}

async fn unknown(world: &World) -> Result<(), String> {
    let order = world.koogallery().order();
    world.koogallery().call("000005", &new_instance(world, &order)).await.map(drop)
}

async fn down(world: &World) -> Result<(), String> {
    let order = world.order(SKU);
    world.market().fail_next_of(Api::QueryOrder, 100, Fault::INTERNAL_500);
    world.koogallery().call("000005", &new_instance(world, &order)).await?;
    world.market().heal();
    // KooGallery sends it again within the hour.
    world.koogallery().call("000000", &new_instance(world, &order)).await.map(drop)
}

fn new_instance(world: &World, order: &Order) -> Value {
    world.koogallery().new_instance(order)
}

fn query(instance: &str) -> Value {
    json!({"activity": "queryInstance", "instanceId": instance})
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?} in place of {wanted:?}")) }
}

/// How long something may take that happens every second.
const PATIENCE: Duration = Duration::from_secs(30);
