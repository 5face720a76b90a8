//! V1: `authToken` in the query, over the sorted parameters.
//!
//! Pages `en-us_topic_0070649066` and its copy of 2025-04-25; FAQ `0082027567` (2025-11-13) about `+`.

use super::paired::Paired;
use crate::analysis::capture::CapturedRequest;
use crate::analysis::finding::{Case, Finding};
use crate::analysis::pairs::{MOST_PAIRS, Pair, Pairs, Role};
use crate::analysis::query::pairs;
use crate::analysis::slip::Slip;
use crate::analysis::token::Origin;
use crate::analysis::verdict::VerdictCode;

const TOKEN: &str = "authToken";

pub(in crate::analysis) fn explain(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let pairs = Pairs { pairs: read(request.query()), signature: TOKEN, is_json: false };
    // A `+` of base64 may stand in the URL as it is.
    let token = pairs.pairs.iter().find(|pair| pair.role == Role::Signature);
    let token = token.map(|pair| pair.plus_kept.as_ref().unwrap_or(&pair.value));
    let token =
        token.map(|token| String::from_utf8_lossy(token).into_owned()).filter(|token| !token.is_empty());
    if pairs.pairs.len() > MOST_PAIRS {
        return Finding::unknown("The query has more parameters than are analysed");
    }
    if let Some(name) = pairs.repeated() {
        return Finding::repeated(&name, token);
    }
    // The order in which the vendor's sample looks at them.
    let Some(time_stamp) = pairs.value("timeStamp") else { return Finding::missing("timeStamp", token) };
    let Some(token) = token else { return Finding::missing(TOKEN, None) };
    let has_activity = pairs.value("activity").is_some();
    let paired = Paired { pairs, time_stamp, origin: Origin::Query("timeStamp".to_owned()) };
    let missing = Slip::about(VerdictCode::ParameterMissing, "activity");
    let carried = if has_activity { Vec::new() } else { vec![missing] };
    paired.explain(case, &token).with_carried(carried)
}

fn read(query: &str) -> Vec<Pair> {
    let mut read = Vec::new();
    for pair in pairs(query).take(MOST_PAIRS + 1) {
        let name = pair.decoded_name();
        let role = if name == TOKEN.as_bytes() { Role::Signature } else { Role::Signed };
        read.push(Pair {
            origin: Origin::Query(String::from_utf8_lossy(&name).into_owned()),
            name,
            value: pair.form_value(),
            wire: pair.value.as_bytes().to_vec(),
            plus_kept: pair.value.contains('+').then(|| pair.plain_value()),
            role,
        });
    }
    read
}
