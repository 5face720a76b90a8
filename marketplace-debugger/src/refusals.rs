//! Calls that have to be refused.

mod probe;

use marketplace_core::{AccessKey, UnixMillis};

use self::probe::{Defect, Probe};
use crate::case::Content;
use crate::check::{Failure, Group, Outcome};
use crate::console::{Plan, Purpose, Session, Signed, json};
use crate::fields::Fields;
use crate::life_cycle::{self, Purchase};
use crate::transport::Framing;

/// Far enough from the clock of any seller who looks at it: KooGallery's window is a minute.
const FAR: u64 = 10 * 60 * 1000;

/// How many calls that makes.
pub(crate) fn count(plan: &Plan) -> usize {
    let made = probe::all(plan.guide).into_iter().filter(|probe| probe.impossible.is_none());
    made.map(|probe| if probe.defect == Defect::Replayed { 2 } else { 1 }).sum()
}

/// Makes every call that has to be refused. They are debugging calls, so that one that is accepted does no harm.
pub(crate) async fn play(session: &mut Session<'_>, plan: &Plan) {
    for probe in probe::all(plan.guide) {
        let name = probe.name();
        let outcome = match probe.impossible {
            Some(why) => Outcome::NotRun(why.to_owned()),
            None => make(session, plan, &probe, &name).await,
        };
        session.check(Group::Refusals, probe.slug(), name, outcome);
    }
}

async fn make(session: &mut Session<'_>, plan: &Plan, probe: &Probe, name: &str) -> Outcome {
    let purchase = Purchase::new(&session.signer.unique(), 0);
    let Some((activity, fields)) = life_cycle::debugging(plan, &purchase).into_iter().next() else {
        return Outcome::NotRun("there is no call that could be made".to_owned());
    };
    let Some(signed) = spoil(session, probe, activity, fields) else {
        return Outcome::NotRun("it cannot be made of this call".to_owned());
    };
    if probe.defect == Defect::Replayed {
        let first = session.send("a call that is then replayed", &signed, Purpose::Ordinary).await;
        if !first.is_some_and(|first| first.is_success()) {
            return Outcome::NotRun("the call itself was not accepted".to_owned());
        }
    }
    let purpose = match probe.defect {
        Defect::TooLong(_) => Purpose::TooLong,
        _ => Purpose::Refusal(probe.codes()),
    };
    match session.send(name, &signed, purpose).await {
        Some(answer) if answer.is_success() => Outcome::Failed(Failure::new("it was accepted")),
        Some(answer) if answer.code().is_some() || purpose == Purpose::TooLong => Outcome::Passed,
        // Hanging up is a refusal too, of what is too long.
        None if purpose == Purpose::TooLong && session.hung_up.is_none() => Outcome::Passed,
        _ => Outcome::NotRun(session.unanswered()),
    }
}

/// Signs the call with the defect. Nothing, if that cannot be.
fn spoil(
    session: &mut Session<'_>,
    probe: &Probe,
    activity: &'static str,
    mut fields: Fields,
) -> Option<Signed> {
    let signer = &mut session.signer;
    let now = (signer.clock)();
    match probe.defect {
        Defect::Tampered(parameter) => {
            let mut signed = signer.sign(activity, Content::Fields(fields));
            let changed = with_another_digit(signed.value(parameter)?);
            signed.set(parameter, &changed);
            Some(signed)
        }
        Defect::OtherKey => {
            let other = AccessKey::new("a-key-of-another-seller").ok()?;
            Some(signer.sign_with(Some(&other), activity, Content::Fields(fields), now))
        }
        Defect::Altered(field) => {
            let mut signed = signer.sign(activity, Content::Fields(fields.clone()));
            if signed.value(field).is_some() {
                signed.set(field, "altered");
            } else {
                let text = String::from_utf8(signed.body.to_vec()).ok()?;
                let old = fields.get(field)?.as_str()?;
                let altered = text.replacen(&format!("\"{old}\""), &format!("\"{old}-altered\""), 1);
                (altered != text).then_some(())?;
                signed.body = altered.into();
            }
            Some(signed)
        }
        Defect::Without(parameter) => {
            let mut signed = signer.sign(activity, Content::Fields(fields));
            signed.remove(parameter);
            Some(signed)
        }
        Defect::Twice(parameter) => {
            let mut signed = signer.sign(activity, Content::Fields(fields));
            let other = with_another_digit(signed.value(parameter)?);
            signed.repeat(parameter, &other);
            Some(signed)
        }
        Defect::Stale => {
            let at = UnixMillis(now.0.saturating_sub(FAR));
            Some(signer.sign_at(activity, Content::Fields(fields), at))
        }
        Defect::Future => {
            let at = UnixMillis(now.0.saturating_add(FAR));
            Some(signer.sign_at(activity, Content::Fields(fields), at))
        }
        Defect::Replayed => Some(signer.sign(activity, Content::Fields(fields))),
        Defect::WithoutField("activity") => {
            let body = json(&signer.overridden(fields));
            Some(signer.sign(activity, Content::Body(body)))
        }
        Defect::WithoutField(field) => {
            fields.remove(field)?;
            Some(signer.sign(activity, Content::Fields(fields)))
        }
        Defect::NotJson => {
            let cut = json(&signer.overridden(fields));
            let cut = cut.slice(..cut.len().saturating_sub(1));
            Some(signer.sign(activity, Content::Body(cut)))
        }
        Defect::UnknownActivity => Some(signer.sign("unheardOfActivity", Content::Fields(fields))),
        Defect::TooLong(framing) => {
            fields.insert("zzz".to_owned(), "x".repeat(session.oversize).into());
            let mut signed = session.signer.sign(activity, Content::Fields(fields));
            signed.framing = framing;
            Some(signed)
        }
    }
}

/// The first letter or digit becomes another one, unless it is part of an escape: of a signature the last one may carry no
/// information.
fn with_another_digit(value: &str) -> String {
    let mut escape = 0;
    let mut is_done = false;
    let change = |letter: char| {
        escape = if letter == '%' { 3_u8 } else { escape.saturating_sub(1) };
        if is_done || escape > 0 || !letter.is_ascii_alphanumeric() {
            return letter;
        }
        is_done = true;
        if letter == '1' { '2' } else { '1' }
    };
    value.chars().map(change).collect()
}

impl Framing {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Length => "with its length told",
            Self::Chunks => "in chunks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_one_letter_and_no_escape() {
        for (value, other) in
            [("AB", "1B"), ("1B", "2B"), ("%2Bab", "%2B1b"), ("+/x", "+/1"), ("%2F%2B9", "%2F%2B1"), ("", "")]
        {
            assert_eq!(with_another_digit(value), other);
        }
    }
}
