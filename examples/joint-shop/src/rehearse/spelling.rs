//! V1: a query may be spelled in many ways, and is the same call.

use marketplace_tower::signature::v1;
use rehearsal::Report;

use super::market::{Call, Market, time};
use super::v1::buy;

pub(super) async fn play(market: &Market, report: &mut Report) {
    for name in ["华为技术有限公司", "A + B", "A&B Ltd", "50% = ½", "a/b?c#d;e:f@g", "😀", "%41%2B"]
    {
        let call = purchase(market).with("customerName", name);
        report.check(format_args!("V1: the customer `{name}`"), buy(market, &call).await);
    }
    let outcome = raw(market, "A B", |query| query.replace("A%20B", "A+B")).await;
    report.check("V1: a raw + is a blank", outcome);
    report.check("V1: a raw + is a plus", raw(market, "A+B", |query| query.replace("A%2BB", "A+B")).await);
    let lower = |query: &str| query.replace("%E5", "%e5").replace("%8D", "%8d");
    report.check("V1: escapes in lower case", raw(market, "华", lower).await);
    let outcome = buy(market, &purchase(market).with("timeStamp", time(0)).reversed()).await;
    report.check("V1: parameters in another order", outcome);
    report.check("V1: the token comes first", token_first(market).await);
    let call = purchase(market).with("unheardOf", "a b+c=d").with("Zulu", "").with("x", "新");
    report.check("V1: parameters that nobody knows", buy(market, &call).await);
    report.check("V1: empty values are signed", buy(market, &purchase(market).with("userId", "")).await);
    report.check("V1: empty values are not signed", not_signed(market).await);
    for stamp in ["201706211855321", "20170725025113"] {
        let outcome = buy(market, &purchase(market).with("timeStamp", stamp)).await;
        report.check(format_args!("V1: a timeStamp of {} digits", stamp.len()), outcome);
    }
}

fn purchase(market: &Market) -> Call {
    market.purchase(&market.number())
}

/// A customer of this name, whose query is spelled in another way.
async fn raw(market: &Market, name: &str, spell: impl Fn(&str) -> String) -> Result<(), String> {
    let strict = purchase(market).with("customerName", name).signed(market.access_key());
    let spelled = spell(&strict);
    if spelled == strict {
        return Err(format!("{strict} is spelled as ever"));
    }
    market.get("000000", &spelled).await.map(drop)
}

async fn token_first(market: &Market) -> Result<(), String> {
    let query = purchase(market).signed(market.access_key());
    let (call, token) = query.rsplit_once('&').ok_or("no token")?;
    market.get("000000", &format!("{token}&{call}")).await.map(drop)
}

/// The page of `refreshInstance` leaves open whether an empty `productId` is part of the text.
async fn not_signed(market: &Market) -> Result<(), String> {
    let query = purchase(market).signed(market.access_key());
    market.get("000000", &format!("userId=&{query}&skuCode=")).await?;
    // The token is that of another text if the value is not empty.
    market.get("000001", &format!("userId=1&{query}")).await.map(drop)
}

/// The token of a text, as it stands in a query.
pub(super) fn token(market: &Market, stamp: &str, text: &str) -> String {
    v1::token(market.access_key(), stamp, text).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
