//! The kit V1: the header `authToken`, over the members of the body.
//!
//! Page `0070649159` (2025-11-13) and the page of the token for POST (2024-12-25).

use super::paired::Paired;
use crate::analysis::body::Body;
use crate::analysis::capture::CapturedRequest;
use crate::analysis::finding::{Case, Finding, only_header};
use crate::analysis::json::{Member, Node, decoded, inner};
use crate::analysis::pairs::{MOST_PAIRS, Pair, Pairs, Role};
use crate::analysis::slip::Slip;
use crate::analysis::token::Origin;
use crate::analysis::verdict::VerdictCode;

const TOKEN: &str = "authToken";
/// The page's example shows the value in quotes, and receivers take them off.
const QUOTES: [char; 9] = ['"', '\'', '“', '”', '„', '‘', '’', '‚', '`'];

pub(in crate::analysis) fn explain(case: Case<'_>, request: &CapturedRequest) -> Finding {
    let token = match only_header(request, TOKEN) {
        Ok(token) => token.trim_matches(|letter: char| letter.is_whitespace() || QUOTES.contains(&letter)),
        Err(slip) => return Finding::broken(slip, None),
    };
    if token.is_empty() {
        return Finding::missing(TOKEN, None);
    }
    let provided = Some(token.to_owned());
    let body = Body::new(&request.body);
    let Some(json @ Node::Object(members)) = body.json() else {
        let about = "The body is no JSON object that can be read, so nothing can have been signed";
        return Finding { provided, ..Finding::unknown(about) };
    };
    if members.len() > MOST_PAIRS {
        return Finding::unknown("The body has more members than are analysed");
    }
    let pairs = Pairs { pairs: json.members().iter().map(read).collect(), signature: TOKEN, is_json: true };
    if let Some(name) = pairs.repeated() {
        return Finding::repeated(&name, provided);
    }
    let Some(time_stamp) = pairs.value("timeStamp") else { return Finding::missing("timeStamp", provided) };
    let carried = if body.has_bom() {
        vec![Slip::about(VerdictCode::BodyBom, "a body without the byte order mark that was sent")]
    } else {
        Vec::new()
    };
    let paired = Paired { pairs, time_stamp, origin: Origin::Member("timeStamp".to_owned()) };
    paired.explain(case, token).with_carried(carried)
}

/// Null and blank members are not signed; what is no text is signed as it is written.
fn read(member: &Member<'_>) -> Pair {
    let name = decoded(member.name);
    let (value, wire, role) = match &member.value {
        Node::Text(raw) => {
            let value = decoded(raw);
            let role = if value.trim().is_empty() { Role::Blank } else { Role::Signed };
            (value, inner(raw), role)
        }
        value if value.is_null() => (String::new(), "null", Role::Blank),
        _ => (member.raw.to_owned(), member.raw, Role::Signed),
    };
    Pair {
        role: if name == TOKEN { Role::Signature } else { role },
        origin: Origin::Member(name.clone()),
        name: name.into_bytes(),
        value: value.into_bytes(),
        wire: wire.as_bytes().to_vec(),
        plus_kept: None,
    }
}
