//! One purchase, from the payment to the release, which the admin watches.

use rehearsal::{KooGallery, Order, Report};
use serde_json::{Value, json};
use tonic::Code;

use super::grpc::Answer;
use super::running::Running;
use crate::admin::proto::change::Kind;
use crate::admin::proto::{Change, DescribeRequest, Instance, ListReply, ListRequest, State, WatchRequest};

/// The end of 2037 (UTC), as KooGallery writes it and in milliseconds.
const EXPIRES: (&str, i64) = ("20371231235959", 2_145_916_799_000);

/// Buys, renews, freezes, upgrades and releases. The stream that saw it is handed on, still open.
pub(super) async fn play(shop: &Running, report: &mut Report) -> Option<Answer> {
    let watch = match Answer::to(shop, "Watch", &WatchRequest {}).await {
        Ok(answer) => answer.begins().map(|()| answer),
        Err(why) => Err(why),
    };
    let mut watcher = report.check("Watch is answered before anything happens", watch)?;
    let market = shop.koogallery();
    let order = market.order();
    let instance = report.check("newInstance makes an instance", buy(market, &order).await)?;
    let told = expect(&mut watcher, Kind::Purchased, &instance, State::Active).await;
    report.check("Watch tells the purchase while the stream lasts", told);
    report.check("List shows it, and ends in trailers", listed(shop, &instance, &order).await);

    for (name, call, kind, state) in changes(&instance, &order) {
        let outcome = match repeated(market, &call).await {
            Ok(()) => expect(&mut watcher, kind, &instance, state).await,
            Err(why) => Err(why),
        };
        report.check(format_args!("Watch tells {name} once, although the call comes twice"), outcome);
    }
    report.check("Describe shows what came of it", described(shop, &instance).await);
    let nobody = DescribeRequest { id: "nobody-issued-this".to_owned() };
    let outcome = match Answer::to(shop, "Describe", &nobody).await {
        Ok(answer) => answer.ended_in_headers(Code::NotFound).await,
        Err(why) => Err(why),
    };
    report.check("Describe of an unknown instance is NOT_FOUND, in trailers only", outcome);
    Some(watcher)
}

pub(super) async fn buy(market: &KooGallery, order: &Order) -> Result<String, String> {
    market.call("000000", &market.new_instance(order)).await?.instance_id()
}

/// What is called, what the admin is told, and how the instance is afterwards.
fn changes(instance: &str, order: &Order) -> [(&'static str, Value, Kind, State); 5] {
    let (id, line) = (format!("{}-B", order.id), format!("{}-000002", order.id));
    let status =
        |status| json!({"activity": "updateInstanceStatus", "instanceId": instance, "status": status});
    let renewal = json!({"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL",
        "orderId": order.id, "orderLineId": order.line, "expireTime": EXPIRES.0});
    let upgrade =
        json!({"activity": "upgradeInstance", "instanceId": instance, "orderId": id, "orderLineId": line});
    let release = json!({"activity": "releaseInstance", "instanceId": instance});
    [
        ("the renewal", renewal, Kind::Renewed, State::Active),
        ("the freezing", status("FREEZE"), Kind::Frozen, State::Frozen),
        ("the unfreezing", status("UNFREEZE"), Kind::Unfrozen, State::Active),
        ("the upgrade", upgrade, Kind::Upgraded, State::Active),
        ("the release", release, Kind::Released, State::Released),
    ]
}

async fn repeated(market: &KooGallery, call: &Value) -> Result<(), String> {
    for _ in 0..2 {
        market.call("000000", call).await?;
    }
    Ok(())
}

/// The next thing that the stream tells is this, and the stream goes on.
async fn expect(watcher: &mut Answer, kind: Kind, instance: &str, state: State) -> Result<(), String> {
    let change: Change = watcher.next().await?.ok_or("the stream has ended")?;
    match &change.instance {
        Some(Instance { id, .. }) if id != instance => Err(format!("told of `{id}`, not `{instance}`")),
        Some(shown) if change.kind() == kind && shown.state() == state => Ok(()),
        _ => Err(format!("told {change:?}, not {kind:?} and {state:?}")),
    }
}

async fn listed(shop: &Running, instance: &str, order: &Order) -> Result<(), String> {
    let mut answer = Answer::to(shop, "List", &ListRequest::default()).await?;
    let list: ListReply = answer.next().await?.ok_or("there is no message")?;
    if answer.next::<ListReply>().await?.is_some() {
        return Err("there are two messages".to_owned());
    }
    answer.ended_in_trailers(Code::Ok)?;
    let bought = Instance {
        id: instance.to_owned(),
        order_id: order.id.clone(),
        state: State::Active.into(),
        expires_unix_millis: 0,
    };
    if list.instances == [bought] { Ok(()) } else { Err(format!("listed {list:?}")) }
}

async fn described(shop: &Running, instance: &str) -> Result<(), String> {
    let answer = shop.admin().describe(DescribeRequest { id: instance.to_owned() }).await;
    let shown = answer.map_err(|status| status.to_string())?.into_inner();
    if shown.state() == State::Released && shown.expires_unix_millis == EXPIRES.1 {
        Ok(())
    } else {
        Err(format!("described as {shown:?}"))
    }
}
