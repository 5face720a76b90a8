//! Debugging calls, about instances that nobody issued: they have to succeed, twice a day, and must not create anything.

use marketplace_core::Guide;

use crate::case::{Case, Content};
use crate::check::{Failure, Group, Outcome};
use crate::console::{Answer, Plan, Session, shortened, succeeded};
use crate::fields::Fields;
use crate::life_cycle::{self, Purchase};

const CREATED: &str = "a debugging newInstance creates nothing";

/// How many calls that makes, if a debugging purchase is not always the same.
pub(crate) fn count(plan: &Plan) -> usize {
    let afterwards = match plan.guide {
        Guide::KitV1 | Guide::KitV2 => 0,
        _ if plan.has("queryInstance") => 2,
        _ => 1,
    };
    plan.activities().len() + afterwards
}

/// Makes a debugging call of each activity.
pub(crate) async fn play(session: &mut Session<'_>, plan: &Plan) {
    let purchase = Purchase::new(&session.signer.run.clone(), 8);
    let mut stand_in = None;
    for (activity, fields) in life_cycle::debugging(plan, &purchase) {
        let name = format!("debugging {activity}");
        session.cases.push(Case::of_fields(&name, plan.guide, activity, fields.clone()));
        let answer = session.call(&name, activity, Content::Fields(fields)).await;
        let is_success =
            judge(session, plan, Group::Debugging, "debugging-refused", &name, activity, answer.as_ref());
        if activity == "newInstance" && is_success {
            stand_in = answer.as_ref().and_then(|answer| answer.text("/instanceId")).map(ToOwned::to_owned);
        }
    }
    let created = created(session, plan, stand_in).await;
    session.check(Group::Debugging, "debugging-created", CREATED, created);
}

/// Judges the answer to a call of the console by what the console wants of it; was it a success?
pub(crate) fn judge(
    session: &mut Session<'_>,
    plan: &Plan,
    group: Group,
    slug: &'static str,
    name: &str,
    activity: &str,
    answer: Option<&Answer>,
) -> bool {
    let Some(answer) = answer.filter(|answer| answer.code().is_some()) else {
        let why = session.unanswered();
        session.check(group, slug, name, Outcome::NotRun(why));
        return false;
    };
    session.check(group, slug, name, succeeded(answer));
    let required: Option<Result<(), Failure>> = match activity {
        _ if !answer.is_success() => None,
        "newInstance" => Some(life_cycle::purchase_fields(plan, answer)),
        "queryInstance" => Some(life_cycle::query_fields(answer)),
        _ => None,
    };
    if let Some(required) = required {
        session.check(group, "field-missing", format!("{name}: the required fields"), required);
    }
    answer.is_success()
}

/// Can a real call see what a debugging call left behind?
async fn created(session: &mut Session<'_>, plan: &Plan, stand_in: Option<String>) -> Outcome {
    if matches!(plan.guide, Guide::KitV1 | Guide::KitV2) {
        return Outcome::NotRun("no call of the kit says what there is".to_owned());
    }
    let Some(stand_in) = stand_in else {
        return Outcome::NotRun("a debugging newInstance named no instance".to_owned());
    };
    // Whoever answers every debugging call with one and the same instance creates none.
    let other = Purchase::new(&session.signer.run.clone(), 9);
    let fields =
        life_cycle::debugging(plan, &other).into_iter().find(|(activity, _)| *activity == "newInstance");
    let (_, fields) = fields.unwrap_or_else(|| ("newInstance", Fields::new()));
    let answer =
        session.call("debugging newInstance of another order", "newInstance", Content::Fields(fields)).await;
    if answer.is_some_and(|answer| answer.text("/instanceId") == Some(&stand_in)) {
        return Outcome::Passed;
    }
    let Some((activity, fields)) = life_cycle::query(plan, &stand_in) else {
        return Outcome::NotRun("with this billing no call says what there is".to_owned());
    };
    let answer = session
        .call("queryInstance about what a debugging call named", activity, Content::Fields(fields))
        .await;
    match answer.filter(|answer| answer.code().is_some()) {
        None => Outcome::NotRun(session.unanswered()),
        Some(answer) if answer.is_success() && answer.text("/info/0/instanceId").is_some() => {
            let what = format!(
                "a real queryInstance shows `{}`, which a debugging call named",
                shortened(&stand_in)
            );
            Outcome::Failed(Failure::new(what))
        }
        Some(_) => Outcome::Passed,
    }
}
