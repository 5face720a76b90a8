//! Flags of V1.

use serde::de::Deserializer;

use super::field::RequestField;
use super::from_text::from_text;
use super::source::{Decoder, Source};
use crate::text::check_length;

/// A flag of at most 2 UTF-16 units: `1` is yes; everything else, empty or missing too, is no. Seen as a `bool`.
#[derive(Debug)]
pub struct YesNo;

impl RequestField for YesNo {
    type Stored = bool;
    type View<'a> = bool;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<bool, D::Error> {
        from_text(deserializer, "0 or 1, as text", |text| check_length(text, 2).map(|()| text == "1"))
    }

    fn absent() -> Option<bool> {
        Some(false)
    }

    fn view<'a>(stored: &'a bool, _: &'a Source) -> bool {
        *stored
    }
}

#[cfg(test)]
mod tests {
    use crate::v1::NewInstance;

    #[test]
    fn only_one_is_yes() {
        let read = |flag: &str| {
            let query = format!("customerId=c&businessId=b&orderId=o&productId=p&{flag}");
            NewInstance::from_query(&query)
                .map(|request| request.is_trial())
                .map_err(|error| error.to_string())
        };
        assert_eq!(read("trialFlag=1"), Ok(true));
        for no in ["", "trialFlag=", "trialFlag=0", "trialFlag=2", "trialFlag=01", "trialFlag=%E6%98%AF"] {
            assert_eq!(read(no), Ok(false), "{no}");
        }
        assert_eq!(read("trialFlag=100"), Err("`trialFlag`: 3 UTF-16 units, the limit is 2".to_owned()));
    }
}
