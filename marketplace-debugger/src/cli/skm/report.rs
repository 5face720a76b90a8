//! What is said about it. None of it is a secret.

use std::error::Error;
use std::fmt::Write as _;

use marketplace_core::{AccessKey, KeyRing, KeyState, UnusableKeyDocument};
use marketplace_tower::secure_key_manager::{
    ApiVersion, Cause, Confirmation, Diagnosis, MacAddress, SecretValue, SkmError,
};

use super::super::exit::Exit;
use super::settings::{self, FromEnvironment};

/// What the server sees, beside what it was shown.
pub(super) fn seen(seen: &Confirmation, shown: &FromEnvironment, version: ApiVersion) -> (String, Exit) {
    let address = seen.address().map_or("not said".to_owned(), |address| address.to_string());
    let (mac, is_mac_fine) = match (seen.mac().map(MacAddress::expose), &shown.mac) {
        (Some(arrived), Some(sent)) if arrived == sent.expose() => ("arrived, as SKM_MAC has it", true),
        (Some(_), _) => ("another one arrived: something changes the header on the way", false),
        (None, Some(_)) => ("did not arrive: something removes the header on the way", false),
        (None, None) => ("none, SKM_MAC is not set", true),
    };
    let (certificate, is_certificate_fine) = match (seen.sent_certificate(), shown.offers_certificate) {
        (true, true) => ("arrived", true),
        (true, false) => ("another one arrived: a proxy offers its own", false),
        (false, true) => ("did not arrive: is there a proxy that ends TLS?", false),
        (false, false) => ("none, SKM_CERTIFICATE is not set", true),
    };
    let text = format!(
        "the credentials are right, with {version} of the API; the server sees\n  \
         address      {address}\n  MAC address  {mac}\n  certificate  {certificate}\n"
    );
    (text, if is_mac_fine && is_certificate_fine { Exit::Fine } else { Exit::Found })
}

/// What a secret is good for.
pub(super) fn secret(secret: &SecretValue, ring: Result<&KeyRing, &UnusableKeyDocument>) -> String {
    let text = secret.expose();
    let mut report = format!("the secret can be read: {} bytes\n", text.len());
    let written = match ring {
        Err(why) => writeln!(report, "  neither a usable key nor a document of keys: {why}"),
        Ok(_) if !text.trim_start().starts_with('{') => writeln!(report, "  usable as one key"),
        Ok(ring) => {
            report.push_str("  usable as a document of keys\n");
            ring.iter().try_for_each(|key| writeln!(report, "    {}", described(key)))
        }
    };
    // Writing to a text does not fail.
    debug_assert!(written.is_ok());
    report
}

fn described(key: &AccessKey) -> String {
    let version = key.version().map_or("no version".to_owned(), |version| format!("version {version}"));
    let state = match key.state() {
        KeyState::InService => "in service",
        KeyState::ScheduledForDeletion => "scheduled for deletion",
        KeyState::Disabled => "disabled",
        _ => "in another state",
    };
    format!("{}: {version}, {state}", key.name())
}

/// A call that was answered, and not with what was asked for.
pub(super) fn refusal(error: &SkmError) -> String {
    let message = error.guide_message().map(|message| format!("`{message}`: ")).unwrap_or_default();
    format!("refused: {message}{}\n  do: {}\n", with_sources(error), error.entry().fix)
}

/// What was found out about it.
pub(super) fn diagnosis(error: &SkmError, diagnosis: &Diagnosis) -> String {
    let mut report = format!("the secret cannot be read: {}\n{diagnosis}\n", with_sources(error));
    let mut variables: Vec<&str> = diagnosis.causes().iter().flat_map(variables).copied().collect();
    variables.dedup();
    if !variables.is_empty() {
        report += &format!("  here that is {}\n", variables.join(" and "));
    }
    let entry = diagnosis.entry();
    report +=
        &format!("  usually: {}\n    do: {}\n  see docs/errors.md{}\n", entry.cause, entry.fix, entry.anchor);
    report
}

/// Where the environment has what a cause is about.
fn variables(cause: &Cause) -> &'static [&'static str] {
    match cause {
        Cause::AppkeyUnknown => &[settings::APPKEY],
        Cause::UserKeyRefused => &[settings::USER_KEY_ID, settings::USER_KEY_SECRET],
        Cause::WrongAddress => &[settings::URL],
        Cause::NoSuchCall(_) | Cause::VersionTooOld { .. } => &[settings::API_VERSION],
        Cause::MacNotSent | Cause::MacNotRegistered | Cause::MacSpelledOtherwise => &[settings::MAC],
        Cause::CertificateNotOffered | Cause::CertificateOfOther | Cause::CertificateRefusedInTls(_) => {
            &[settings::CERTIFICATE]
        }
        _ => &[],
    }
}

/// An error, and what it comes from.
pub(super) fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use marketplace_tower::secure_key_manager::{AppKey, Credentials, Environment, Settings};

    use super::*;

    #[test]
    fn what_does_not_arrive_as_it_was_sent_is_found() {
        for (mac, offers_certificate, answer, says, exit) in [
            (None, false, r#"{"clientMacHeader": null}"#, "none, SKM_MAC", Exit::Fine),
            (Some("aa:bb:cc:dd:ee:ff"), false, r#"{"clientMacHeader": null}"#, "did not arrive", Exit::Found),
            (
                Some("aa:bb:cc:dd:ee:ff"),
                false,
                r#"{"clientMacHeader": "aa:bb:cc:dd:ee:fe"}"#,
                "another one",
                Exit::Found,
            ),
            (
                Some("aa:bb:cc:dd:ee:ff"),
                false,
                r#"{"clientMacHeader": "aa:bb:cc:dd:ee:ff"}"#,
                "arrived, as",
                Exit::Fine,
            ),
            (None, true, r#"{"clientSentCertificate": false}"#, "a proxy that ends TLS", Exit::Found),
            (None, true, r#"{"clientSentCertificate": true}"#, "certificate  arrived", Exit::Fine),
            (None, false, r#"{"clientSentCertificate": true}"#, "offers its own", Exit::Found),
        ] {
            let credentials = Credentials::v1_0(AppKey::new("appkey").unwrap());
            let client = Settings::new(Environment::Public, credentials);
            let mac = mac.map(|mac| MacAddress::new(mac).unwrap());
            let shown = FromEnvironment { client, mac, offers_certificate };
            let (text, found) = seen(&serde_json::from_str(answer).unwrap(), &shown, ApiVersion::V1_0);
            assert!(text.contains(says) && found == exit && !text.contains("aa:bb"), "{text}");
        }
    }
}
