//! The order of the members of a body.
//!
//! "Pushing usage data (new)" (2025-11-13) has the body "naturally sorted" before it is signed. Whoever signs another order has
//! signed something else, if the market sorts what it got.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// The first member that does not come after the one before it. Nothing, if all do, or if the body is no JSON.
pub(super) fn misplaced(body: &[u8]) -> Option<String> {
    let mut found = None;
    Search(&mut found).deserialize(&mut serde_json::Deserializer::from_slice(body)).ok()?;
    found
}

struct Search<'f>(&'f mut Option<String>);

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut last: Option<String> = None;
        while let Some(name) = members.next_key::<String>()? {
            if self.0.is_none() && last.is_some_and(|last| last >= name) {
                *self.0 = Some(name.clone());
            }
            members.next_value_seed(Search(self.0))?;
            last = Some(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Search(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_first_member_out_of_order() {
        for (body, name) in [
            (r#"{"a":1,"b":[{"c":null,"d":"x"},{"c":1.5,"d":-1}],"c":true}"#, None),
            (r#"{"b":1,"a":2}"#, Some("a")),
            (r#"{"a":{"y":0,"x":0},"b":{"d":0,"c":0}}"#, Some("x")),
            (r#"{"a":[{"a":1,"a":2}]}"#, Some("a")),
            (r#"{"b":1,"a":2"#, None),
            ("[]", None),
        ] {
            assert_eq!(misplaced(body.as_bytes()).as_deref(), name, "{body}");
        }
    }
}
