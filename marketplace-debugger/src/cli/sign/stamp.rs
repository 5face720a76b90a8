//! Times as the schemes write them, and nonces.

use marketplace_core::analysis::AnalysisScheme;
use marketplace_core::seal::Iv;
use marketplace_core::{MarketTime, UnixMillis};

use crate::cli::exit::Failure;

/// China is ahead of UTC, and so is the clock of the first kit.
const UTC_8: u64 = 8 * 3_600_000;

/// The time of a scheme.
pub(super) fn of(scheme: AnalysisScheme, now: UnixMillis) -> Result<String, Failure> {
    match scheme {
        AnalysisScheme::V1 => digits(now.0),
        AnalysisScheme::KitV1 => digits(now.0.saturating_add(UTC_8)),
        AnalysisScheme::SdkHmac => {
            let digits = digits(now.0)?;
            let (day, time) = digits.split_at_checked(8).unwrap_or_default();
            Ok(format!("{day}T{}Z", time.get(..6).unwrap_or_default()))
        }
        _ => Ok(now.0.to_string()),
    }
}

/// 32 letters and digits.
pub(super) fn nonce() -> Result<String, Failure> {
    let half =
        || Iv::from_random(getrandom::fill).map_err(|error| Failure::about("no random numbers", error));
    Ok(format!("{}{}", half()?.as_str(), half()?.as_str()))
}

/// `yyyyMMddHHmmssSSS`.
fn digits(millis: u64) -> Result<String, Failure> {
    let millis = i64::try_from(millis).map_err(Failure::new)?;
    MarketTime::from_unix_millis(millis).map(|time| time.to_string()).map_err(Failure::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_has_its_own_clock_face() {
        let of = |scheme| of(scheme, UnixMillis(1_669_257_378_256)).unwrap();
        assert_eq!(of(AnalysisScheme::V2), "1669257378256");
        assert_eq!(of(AnalysisScheme::V1), "20221124023618256");
        assert_eq!(of(AnalysisScheme::KitV1), "20221124103618256");
        assert_eq!(of(AnalysisScheme::SdkHmac), "20221124T023618Z");
        assert_eq!(nonce().unwrap().len(), 32);
        assert_ne!(nonce().unwrap(), nonce().unwrap());
    }
}
