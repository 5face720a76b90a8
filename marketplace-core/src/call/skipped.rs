//! Members that nobody asked for.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::value::RawValue;

/// A value nobody asked for: any JSON, also numbers and texts that no type of ours could hold, but not nested more deeply
/// than what is asked for may be.
pub(super) struct Skipped;

const DEEPEST: usize = 127;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        if is_too_deep(raw) { Err(D::Error::custom("nested too deeply")) } else { Ok(Self) }
    }
}

/// Is this JSON nested more deeply than a call may be? It need not be valid.
pub(crate) fn is_too_deep(json: &str) -> bool {
    depth(json) > DEEPEST
}

/// How deeply a JSON value is nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for letter in json.bytes() {
        match letter {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v2::ReleaseInstance;

    #[test]
    fn depth_counts_brackets_outside_texts() {
        for (json, deepest) in
            [("1", 0), ("[]", 1), (r#"{"a":[1,{"b":2}],"c":[]}"#, 3), (r#""[[[""#, 0), (r#"["\"[",[]]"#, 2)]
        {
            assert_eq!(depth(json), deepest, "{json}");
        }
    }

    fn refused(unknown: &str) -> Option<String> {
        let body = format!(r#"{{"activity":"releaseInstance","instanceId":"1","unknown":{unknown}}}"#);
        ReleaseInstance::from_json(body).err().map(|error| error.to_string())
    }

    #[test]
    fn what_nobody_asked_for_may_be_any_json() {
        for unknown in
            ["1e400", r#""\ud800""#, "[1,{}]", "null", &format!("{}{}", "[".repeat(127), "]".repeat(127))]
        {
            assert_eq!(refused(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn what_nobody_asked_for_may_not_be_nested_without_end() {
        for levels in [128, 100_000] {
            let unknown = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            assert!(
                refused(&unknown).is_some_and(|error| error.starts_with("nested too deeply")),
                "{levels}"
            );
        }
    }
}
