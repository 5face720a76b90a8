//! The access key and the key of the kit are two: neither serves what the other is for.

use rehearsal::Report;
use serde_json::json;

use super::kit::calls;
use super::licences::{by_code, get_license};
use super::market::{Generation, Market, NOT_AUTHENTIC};
use super::{v1, v2};

pub(super) async fn play(market: &Market, report: &mut Report) {
    for generation in Generation::BOTH {
        for (name, call) in calls(generation, "") {
            let key = market.access_key();
            let outcome = market.sync_with(generation, key, NOT_AUTHENTIC, name, &call).await;
            report.check(format_args!("{} {name} under the access key: refused", generation.name()), outcome);
        }
    }
    let order = market.number();
    let calls_of_v1 = v1::life("1", "CS1").into_iter();
    let more = [v1::query("1"), v1::end("1"), market.purchase(&order), get_license(market, &order)];
    for call in calls_of_v1.chain(more) {
        let call = call.with("testFlag", "1");
        let outcome = market.get(NOT_AUTHENTIC, &call.signed(market.kit_key())).await;
        report.check(format_args!("V1 {} under the key of the kit: refused", call.activity()), outcome);
    }
    let order = market.v2().order();
    let calls_of_v2 = v2::life("1", &order).into_iter().chain(by_code("1", &order));
    for mut call in calls_of_v2.chain([v2::query("1"), market.v2().new_instance(&order)]) {
        v2::put(&mut call, "testFlag", json!("1"));
        let body = call.to_string().into_bytes();
        let query = market.v2().sign_with(market.kit_key(), &body);
        let outcome = market.v2().post(NOT_AUTHENTIC, &query, &body).await;
        report.check(format_args!("V2 {} under the key of the kit: refused", v2::activity(&call)), outcome);
    }
}
