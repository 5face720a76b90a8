//! Debugging calls: the console replays saved cases twice a day, with ids that nobody ever issued. They have to succeed,
//! and must not create anything.

use rehearsal::Report;
use serde_json::json;

use super::kit::calls;
use super::licences::{by_code, by_instance, get_license};
use super::market::{Generation, Market, SUCCESS, UNKNOWN};
use super::v2::put;
use super::{online, v1, v2};

/// What the console fills in.
const TYPED: &str = "huaiweitest123456";

pub(super) async fn play(market: &Market, report: &mut Report) {
    let order = market.number();
    let calls_of_v1 = v1::life(TYPED, "CS1").into_iter().chain(by_instance(TYPED)).chain([
        v1::query(TYPED),
        v1::end(TYPED),
        market.purchase(&order),
        get_license(market, &order),
    ]);
    for call in calls_of_v1 {
        let name = format!("debugging call of V1 {}", call.activity());
        report.check(name, market.ask(SUCCESS, &call.with("testFlag", "1")).await);
    }
    let market2 = market.v2();
    let order = market2.order();
    for flag in [json!("1"), json!(1)] {
        let calls = v2::life(TYPED, &order).into_iter().chain(by_code(TYPED, &order));
        let more =
            [v2::query(TYPED), v2::end(TYPED), market2.new_instance(&order), online::ask(market, TYPED)];
        for mut call in calls.chain(more) {
            put(&mut call, "testFlag", flag.clone());
            let name = format!("debugging call of {}, testFlag {flag}", v2::activity(&call));
            report.check(name, market2.call(SUCCESS, &call).await);
        }
    }
    for generation in Generation::BOTH {
        for (name, mut call) in calls(generation, TYPED) {
            put(&mut call, "testFlag", json!(1));
            let outcome = market.sync(generation, SUCCESS, name, &call).await;
            report.check(format_args!("debugging call of {} {name}", generation.name()), outcome);
        }
    }
    report.check("a debugging call of V1 newInstance created nothing", created_nothing(market).await);
    report.check("no debugging call of the kit wrote anything down", wrote_nothing(market));
}

async fn created_nothing(market: &Market) -> Result<(), String> {
    let order = market.number();
    let answer = market.ask(SUCCESS, &market.purchase(&order).with("testFlag", "1")).await?;
    let stand_in = answer.instance_id()?;
    market.ask(UNKNOWN, &v1::query(&stand_in)).await?;
    let bought = v1::buy(market, &market.purchase(&order)).await?;
    if bought.instance == stand_in { Err("live, it names the same instance".to_owned()) } else { Ok(()) }
}

fn wrote_nothing(market: &Market) -> Result<(), String> {
    for table in ["enterprises", "applications", "departments", "users"] {
        market.stored().expect(&format!("SELECT count(*) FROM {table} WHERE instance_id = ?1"), TYPED, 0)?;
    }
    Ok(())
}
