//! Is the time that was signed near the clock of the receiver, and in the right unit?

use super::slip::Slip;
use super::verdict::VerdictCode;
use crate::signature::v2::Freshness;
use crate::{MarketTime, UnixMillis};

/// The window of the API gateway: 15 minutes.
const GATEWAY: u64 = 15 * 60 * 1000;
/// The window of Safe Creative: 5 seconds.
const SAFE_CREATIVE: u64 = 5000;
/// What a clock in China is ahead of UTC.
const UTC_8: u64 = 8 * 3_600_000;

/// The timestamp of V2 and the kit V2: 10 or 13 digits, 60 seconds.
pub(super) fn of_v2(timestamp: &str, nonce: &str, now: UnixMillis) -> Option<Slip> {
    let width = u64::try_from(Freshness::VENDOR.width().as_millis()).unwrap_or(u64::MAX);
    match (number(timestamp), timestamp.len()) {
        (Some(millis), 13) => window(millis, now.0, width),
        // Seconds are compared in whole seconds.
        (Some(seconds), 10) => window(seconds * 1000, now.0 / 1000 * 1000, width),
        _ if number(nonce).is_some() && matches!(nonce.len(), 10 | 13) => {
            Some(Slip::new(VerdictCode::NonceTimestampSwapped))
        }
        _ => Some(unit("it is 10 digits of seconds or 13 of milliseconds", timestamp)),
    }
}

/// The timeStamp of V1 and the first kit: digits of a date. The vendor has no window.
pub(super) fn of_v1(timestamp: &str) -> Option<Slip> {
    let is_date = number(timestamp).is_some() && (14..=20).contains(&timestamp.len());
    (!is_date).then(|| unit("it is a date, yyyyMMddHHmmssSSS", timestamp))
}

/// The ts of a usage push: milliseconds. A window is not documented.
pub(super) fn of_usage_push(timestamp: &str) -> Option<Slip> {
    let is_millis = number(timestamp).is_some() && timestamp.len() == 13;
    (!is_millis).then(|| unit("it is 13 digits of milliseconds", timestamp))
}

/// The ztime of Safe Creative: milliseconds, 5 seconds.
pub(super) fn of_safe_creative(ztime: &str, now: UnixMillis) -> Option<Slip> {
    match (number(ztime), ztime.len()) {
        (Some(millis), 13) => window(millis, now.0, SAFE_CREATIVE),
        // A receiver compares numbers, however few digits they have.
        (Some(millis), _) if now.0.abs_diff(millis) <= SAFE_CREATIVE => None,
        _ => Some(unit("it is 13 digits of milliseconds", ztime)),
    }
}

/// The x-sdk-date of the API gateway: `yyyyMMdd'T'HHmmss'Z'`, 15 minutes.
pub(super) fn of_sdk(date: &str, now: UnixMillis) -> Option<Slip> {
    let digits = date.split_once('T').and_then(|(day, time)| {
        let time = time.strip_suffix('Z')?;
        (day.len() == 8 && time.len() == 6).then(|| format!("{day}{time}"))
    });
    let moment = digits.and_then(|digits| digits.parse::<MarketTime>().ok());
    match moment.and_then(|moment| u64::try_from(moment.unix_millis()).ok()) {
        Some(millis) => window(millis, now.0, GATEWAY),
        None => Some(unit("it is UTC as yyyyMMddTHHmmssZ", date)),
    }
}

/// The other units in which a timestamp in digits may have been signed, the sent one being of another.
pub(super) fn other_units(timestamp: &str) -> Vec<String> {
    let cut = |length: usize| timestamp.get(..length).map(str::to_owned);
    match (number(timestamp).is_some(), timestamp.len()) {
        (true, 10) => vec![format!("{timestamp}000")],
        (true, 13) => cut(10).into_iter().collect(),
        (true, 16 | 19) => [cut(13), cut(10)].into_iter().flatten().collect(),
        // A date with and without its milliseconds.
        (true, 17) => cut(14).into_iter().collect(),
        (true, 14) => vec![format!("{timestamp}000")],
        _ => Vec::new(),
    }
}

fn window(at: u64, now: u64, width: u64) -> Option<Slip> {
    let distance = now.abs_diff(at);
    if distance <= width {
        return None;
    }
    let code = if at < now { VerdictCode::StaleTimestamp } else { VerdictCode::FutureTimestamp };
    let zone = if distance.abs_diff(UTC_8) <= width { ", as a clock in UTC+8 is," } else { "" };
    Some(Slip::about(code, &format!("{}{zone}", span(distance))))
}

fn unit(rule: &str, timestamp: &str) -> Slip {
    let shown: String = timestamp.chars().take(24).collect();
    Slip::about(VerdictCode::TimestampUnit, &format!("{rule}, and not `{shown}`"))
}

/// Digits and nothing else, at most 19 of them.
fn number(text: &str) -> Option<u64> {
    let is_number = (1..=19).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A time span, in the two largest of its units.
fn span(millis: u64) -> String {
    let seconds = millis / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if seconds < 10 => format!("{millis} ms"),
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(slip: Option<Slip>) -> Option<VerdictCode> {
        slip.map(|slip| slip.code)
    }

    #[test]
    fn windows_are_exact() {
        let now = UnixMillis(1_680_508_066_618);
        for (stamp, expected) in [
            ("1680508066618", None),
            ("1680508006618", None),
            ("1680508006617", Some(VerdictCode::StaleTimestamp)),
            ("1680508126618", None),
            ("1680508126619", Some(VerdictCode::FutureTimestamp)),
            ("1680508006", None),
            ("1680508005", Some(VerdictCode::StaleTimestamp)),
            ("1680508066618000", Some(VerdictCode::TimestampUnit)),
            ("", Some(VerdictCode::TimestampUnit)),
            ("9999999999999999999", Some(VerdictCode::TimestampUnit)),
        ] {
            assert_eq!(code(of_v2(stamp, "n", now)), expected, "{stamp}");
        }
        assert_eq!(code(of_v2("n", "1680508066618", now)), Some(VerdictCode::NonceTimestampSwapped));
        // 2023-04-03T07:47:46Z
        assert_eq!(code(of_sdk("20230403T074746Z", now)), None);
        assert_eq!(code(of_sdk("20230403T073246Z", now)), Some(VerdictCode::StaleTimestamp));
        let ahead = of_sdk("20230403T154746Z", now).unwrap();
        assert_eq!(ahead.code, VerdictCode::FutureTimestamp);
        assert!(ahead.about.unwrap().contains("UTC+8"));
        for date in ["20230403074746", "1680508066", "20230403T074746", "20231303T074746Z", "T", "TZ"] {
            assert_eq!(code(of_sdk(date, now)), Some(VerdictCode::TimestampUnit), "{date}");
        }
        assert_eq!(code(of_safe_creative("1680508061618", now)), None);
        assert_eq!(code(of_safe_creative("1680508061617", now)), Some(VerdictCode::StaleTimestamp));
        assert_eq!(code(of_safe_creative("1", UnixMillis(1))), None);
        assert_eq!(code(of_safe_creative("20081106141840", now)), Some(VerdictCode::TimestampUnit));
    }

    #[test]
    fn spans_are_short() {
        for (millis, text) in [
            (61, "61 ms"),
            (61_000, "1 min 1 s"),
            (28_800_000, "8 h 0 min"),
            (u64::MAX, "213503982334 days 14 h"),
        ] {
            assert_eq!(span(millis), text);
        }
    }
}
