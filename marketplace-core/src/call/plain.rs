//! Fields that are `Copy`: numbers, times, flags.

use std::fmt;

use serde::de::{Deserializer, Visitor};

use super::field::RequestField;
use super::source::{Decoder, Source};
use crate::text::check_length;
use crate::{Amount, MarketTime, Mode};

/// A field that is `Copy` and is seen as it is kept; read from JSON by a visitor.
macro_rules! plain_field {
    ($field:ty = $kept:ty, $expecting:literal, { $($visit:item)* }) => {
        impl RequestField for $field {
            type Stored = $kept;
            type View<'a> = $kept;

            fn decode<'de, D: Deserializer<'de>>(deserializer: D, _: &mut Decoder<'de>) -> Result<$kept, D::Error> {
                struct Value;
                impl Visitor<'_> for Value {
                    type Value = $kept;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    $($visit)*
                }
                deserializer.deserialize_any(Value)
            }

            fn view<'a>(stored: &'a $kept, _: &'a Source) -> $kept {
                *stored
            }
        }
    };
}

plain_field!(MarketTime = MarketTime, "a time of 14 or 17 digits", {
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<MarketTime, E> {
        text.parse().map_err(E::custom)
    }
});

plain_field!(Amount = Amount, "a number of at most 8 digits and 4 decimals", {
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Amount, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Amount, E> {
        Amount::from_whole(value).map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Amount, E> {
        Amount::from_float(value).map_err(E::custom)
    }
});

plain_field!(i64 = i64, "a whole number", {
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i64, E> {
        text.parse().map_err(|_| E::custom("not a whole number"))
    }

    fn visit_i64<E>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::custom("not a whole number of 64 bits"))
    }

    // Java writes a Double that happens to be whole as `20.0`. Up to 2^53 a float holds every whole number.
    #[allow(clippy::cast_possible_truncation)]
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<i64, E> {
        let whole = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        if whole { Ok(value as i64) } else { Err(E::custom("not a whole number")) }
    }
});

/// `testFlag` of a JSON object: only `1`, as text or number, is a debugging call.
pub(super) struct Flag;

plain_field!(Flag = Mode, "0 or 1, as text or number", {
    fn visit_str<E>(self, text: &str) -> Result<Mode, E> {
        Ok(mode(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Mode, E> {
        Ok(if number == 1 { Mode::Debug } else { Mode::Live })
    }

    fn visit_unit<E>(self) -> Result<Mode, E> {
        Ok(Mode::Live)
    }
});

/// `testFlag` of a query, whose table limits it to 2 UTF-16 units: only `1` is a debugging call.
pub(super) struct ShortFlag;

plain_field!(ShortFlag = Mode, "0 or 1, as text", {
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Mode, E> {
        check_length(text, 2).map(|()| mode(text)).map_err(E::custom)
    }
});

fn mode(flag: &str) -> Mode {
    if flag == "1" { Mode::Debug } else { Mode::Live }
}

#[cfg(test)]
mod tests {
    use crate::Mode;
    use crate::v1::NewInstance;

    #[test]
    fn only_one_is_a_debugging_call_of_v1() {
        let read = |flag: &str| {
            let query = format!("customerId=c&businessId=b&orderId=o&productId=p&testFlag={flag}");
            NewInstance::from_query(&query).map(|request| request.mode()).map_err(|error| error.to_string())
        };
        assert_eq!(read("1"), Ok(Mode::Debug));
        for live in ["", "0", "2", "01", "%E6%98%AF"] {
            assert_eq!(read(live), Ok(Mode::Live), "{live}");
        }
        assert_eq!(read("111"), Err("`testFlag`: 3 UTF-16 units, the limit is 2".to_owned()));
    }
}
