//! The lengths of the vendor's tables, in UTF-16 code units.

use serde_json::Value;

use crate::check::Failure;

/// Sealed fields are counted as they travel.
const FIELDS: [(&str, usize); 12] = [
    ("resultMsg", 255),
    ("encryptType", 3),
    ("instanceId", 64),
    ("frontEndUrl", 512),
    ("adminUrl", 512),
    ("userName", 128),
    ("password", 128),
    ("memo", 1024),
    ("relatedInstanceId", 64),
    ("usageValue", 20),
    ("statisticalTime", 20),
    ("dashboardUrl", 512),
];

/// No field of an answer may be longer than its table says. Of several, the first is named.
pub(super) fn check(answer: &Value) -> Result<(), Failure> {
    let code = answer.get("resultCode").and_then(Value::as_str).unwrap_or_default();
    if code.len() != 6 {
        let detail = format!("`resultCode` has {} characters, not 6", code.chars().count());
        return Err(Failure::new(detail).with_value("resultCode"));
    }
    walk(answer, 0)
}

fn walk(value: &Value, depth: usize) -> Result<(), Failure> {
    match value {
        // `info`, an entry of it, `appInfo`, a field: nothing of the tables is deeper.
        _ if depth > 5 => Ok(()),
        Value::Array(entries) => entries.iter().try_for_each(|entry| walk(entry, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let limit = FIELDS.iter().find(|(known, _)| known == name).map(|(_, limit)| *limit);
            let length = match value {
                Value::String(text) => text.encode_utf16().count(),
                Value::Number(number) => number.to_string().len(),
                _ => 0,
            };
            match limit {
                Some(limit) if length > limit => {
                    let detail = format!("`{name}` has {length} characters, the limit is {limit}");
                    Err(Failure::new(detail).with_value(name))
                }
                _ => walk(value, depth + 1),
            }
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_has_its_limit_wherever_it_stands() {
        for (name, limit) in FIELDS {
            for (length, fits) in [(limit, true), (limit + 1, false)] {
                let field = json!({name: "x".repeat(length)});
                let answer =
                    json!({"resultCode": "000000", "info": [{"appInfo": field, "usageInfo": [field]}]});
                assert_eq!(check(&answer).is_ok(), fits, "{name} {length}");
            }
        }
        assert!(check(&json!({"resultCode": "0000000"})).is_err());
        assert!(check(&json!({"resultCode": "000000", "memo": "🦀".repeat(513)})).is_err());
    }
}
