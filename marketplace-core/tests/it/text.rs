//! Lengths are those of Java: UTF-16 code units.

use marketplace_core::{FieldTooLong, SecretText, Text, TooLong, text};

use crate::random::Random;

/// Letters of one to four bytes, at the edges of their ranges, and those that combine.
const LETTERS: &str = "a \0\"\\\u{7f}\u{80}é\u{7ff}\u{800}实例\u{d7ff}\u{e000}\u{feff}\u{ffff}\u{10000}🦀👩\u{200d}\u{301}\u{10ffff}";

fn holds<const MAX: usize>(value: &str) {
    let units = value.encode_utf16().count();
    let fits = units <= MAX;
    let too_long = TooLong { limit: MAX, length: units };
    match Text::<MAX>::new(value.to_owned()) {
        Ok(text) => {
            assert!(fits, "{value:?} in {MAX}");
            assert_eq!((text.as_str(), text.to_string().as_str(), text.as_ref()), (value, value, value));
            assert_eq!(serde_json::to_string(&text).unwrap(), serde_json::to_string(value).unwrap());
            assert_eq!(format!("{text:?}"), format!("{value:?}"));
        }
        Err(error) => {
            assert!(!fits, "{value:?} in {MAX}");
            assert_eq!(error, too_long);
            let named = FieldTooLong { field: "memo", limit: MAX, length: units };
            assert_eq!(error.in_field("memo"), named);
        }
    }
    assert_eq!(
        SecretText::<MAX>::new(value).map(|_| ()).map_err(|error| error.length),
        if fits { Ok(()) } else { Err(units) }
    );

    let cut = Text::<MAX>::truncated(value.to_owned());
    let rest = value.strip_prefix(cut.as_str()).expect("what is kept is the beginning");
    let kept = cut.as_str().encode_utf16().count();
    assert!(kept <= MAX);
    // As much as fits: the next letter would not.
    assert!(rest.chars().next().is_none_or(|next| kept + next.len_utf16() > MAX), "{value:?} in {MAX}");
    assert!(Text::<MAX>::new(cut.as_str().to_owned()).is_ok());
}

#[test]
fn lengths_are_those_of_encode_utf16() {
    let mut random = Random::seeded(0x16);
    for _ in 0..20_000 {
        let length = random.below(12);
        let value = random.text(LETTERS, length);
        holds::<0>(&value);
        holds::<1>(&value);
        holds::<2>(&value);
        holds::<5>(&value);
        holds::<8>(&value);
        holds::<64>(&value);
    }
}

#[test]
fn lengths_hold_at_the_limits_of_the_tables() {
    for letter in ["a", "é", "实", "🦀"] {
        let units = letter.encode_utf16().count();
        for extra in ["", "a", "é", "实", "🦀"] {
            for less in 0..2 {
                let value = |max: usize| format!("{}{extra}", letter.repeat(max / units - less));
                holds::<64>(&value(64));
                holds::<128>(&value(128));
                holds::<255>(&value(255));
                holds::<512>(&value(512));
                holds::<1024>(&value(1024));
            }
        }
    }
}

#[test]
fn constants_are_checked_too() {
    const CRAB: Text<2> = text!("🦀");
    assert_eq!(CRAB, Text::new("🦀").unwrap());
    let at_the_limit: Text<6> = text!("实a🦀é\u{7f}");
    assert_eq!(at_the_limit.as_str().encode_utf16().count(), 6);
    assert_eq!(Text::<2>::MAX, 2);
    // In a `const` this is an error of the compiler; here it panics.
    assert!(std::panic::catch_unwind(|| Text::<1>::from_static("🦀")).is_err());
    assert!(std::panic::catch_unwind(|| Text::<1>::from_static("实")).is_ok());
}
