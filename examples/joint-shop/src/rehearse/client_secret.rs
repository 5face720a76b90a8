//! `clientSecret`, as KooGallery would encrypt it. The pages do not say with which hashes.

use rehearsal::Report;
use serde_json::{Value, json};

use super::kit::calls;
use super::market::{Generation, Market, SUCCESS};
use super::v2::put;

/// Published with the source: a key for rehearsals, and for nothing else.
pub(super) const TEST_PRIVATE_KEY: &str = include_str!("../../test-key/TEST_private_key.pem");
/// Encrypted with its public half, by another program.
const SEALED: &str = include_str!("../../test-key/client_secrets.json");
/// What all of them hold.
pub(super) const SECRET: &str = "rehearsed-secret";

pub(super) async fn play(market: &Market, report: &mut Report) {
    for generation in Generation::BOTH {
        for number in 0..3 {
            let padding = text(number, "padding");
            let outcome = opened(market, generation, number).await;
            report.check(format_args!("{} clientSecret by {padding} is opened", generation.name()), outcome);
        }
        let outcome = broken(market, generation).await;
        report.check(
            format_args!("{}: no answer tells how a clientSecret is broken", generation.name()),
            outcome,
        );
    }
}

/// A secret by one of the three paddings.
pub(super) fn sealed(number: usize) -> String {
    text(number, "sealed")
}

fn text(number: usize, name: &str) -> String {
    let all: Value = serde_json::from_str(SEALED).unwrap_or_default();
    all.pointer(&format!("/sealed/{number}/{name}")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn call(generation: Generation, secret: &str) -> Value {
    let found = calls(generation, "").into_iter().find(|(name, _)| *name == "applicationSync");
    let mut call = found.map(|(_, call)| call).unwrap_or_default();
    put(&mut call, "clientSecret", json!(secret));
    call
}

async fn opened(market: &Market, generation: Generation, number: usize) -> Result<(), String> {
    let mut call = call(generation, &sealed(number));
    let app = market.number();
    put(&mut call, "appId", json!(app));
    market.sync(generation, SUCCESS, "applicationSync", &call).await?;
    let sql = "SELECT client_secret FROM applications WHERE app_id = ?1";
    market.stored().expect(sql, &app, SECRET.to_owned())
}

async fn broken(market: &Market, generation: Generation) -> Result<(), String> {
    let good = sealed(0);
    let (start, end) = good.split_at_checked(100).unwrap_or_default();
    let flipped = |text: &str| text.replacen('A', "B", 1).replacen('x', "y", 1);
    for broken in [
        "short".to_owned(),
        "no base64!".to_owned(),
        start.to_owned(),
        format!("{}{end}", flipped(start)),
        format!("{start}{}", flipped(end)),
        "A".repeat(512),
        format!("{good}AAAA"),
    ] {
        let answer = market.sync(generation, "000005", "applicationSync", &call(generation, &broken)).await?;
        if answer.text("/resultMsg")? != "internal error" {
            return Err(format!("`{}` is told", answer.text("/resultMsg")?));
        }
    }
    Ok(())
}
