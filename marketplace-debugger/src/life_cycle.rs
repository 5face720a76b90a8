//! A purchase, from the payment to the release.

mod kit;
mod v1;
mod v2;

use marketplace_core::Guide;
use tokio::time::{Instant, sleep};

use crate::case::Content;
use crate::check::{Failure, Group, Outcome};
use crate::console::{Answer, Plan, Session, shortened, succeeded};
use crate::fields::Fields;

/// One step of a life.
pub(crate) struct Step {
    name: &'static str,
    activity: &'static str,
    fields: Says,
    wants: Wants,
}

/// What a step says about what was bought. A step that is about the instance is only made when there is one.
enum Says {
    OfOrder(OfOrder),
    OfInstance(OfInstance),
}

type OfOrder = fn(&Purchase) -> Fields;
type OfInstance = fn(&Purchase, &str) -> Fields;

/// What the answer to a step has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    /// Success, and the id of an instance.
    Instance,
    /// The same id again.
    SameInstance,
    /// Success, and what the customer sees; it may take a while.
    Details,
    /// Success.
    Success,
    /// Success once more, of what has been done.
    SuccessAgain,
}

/// What is bought. The ids are of this run and no other.
pub(crate) struct Purchase {
    run: String,
    order: String,
    count: u32,
}

impl Purchase {
    pub(crate) fn new(run: &str, order: u32) -> Self {
        Self { run: run.to_owned(), order: format!("CS{run}O{order}"), count: 0 }
    }

    pub(crate) fn order(&self) -> &str {
        &self.order
    }

    pub(crate) fn line(&self) -> String {
        format!("{}-000001", self.order)
    }

    /// Another one in each call, also in one that repeats another.
    pub(crate) fn business_id(&self) -> String {
        format!("{}-b{}", self.order, self.count)
    }

    /// An order that comes later, such as a renewal: the same for each time it is sent.
    pub(crate) fn later_order(&self, which: &str) -> String {
        format!("CS{}{which}", self.run)
    }
}

/// The steps for a plan.
pub(crate) fn steps(plan: &Plan) -> Vec<Step> {
    match plan.guide {
        Guide::V1 => v1::steps(plan),
        Guide::KitV1 | Guide::KitV2 => kit::steps(plan),
        _ => v2::steps(plan),
    }
}

/// The fields of a debugging call of each activity of the plan, about instances that nobody issued.
pub(crate) fn debugging(plan: &Plan, purchase: &Purchase) -> Vec<(&'static str, Fields)> {
    match plan.guide {
        Guide::V1 => v1::debugging(plan, purchase),
        Guide::KitV1 | Guide::KitV2 => kit::debugging(plan),
        _ => v2::debugging(plan, purchase),
    }
}

/// A question about an instance, if the guide has one.
pub(crate) fn query(plan: &Plan, instance: &str) -> Option<(&'static str, Fields)> {
    plan.has("queryInstance").then(|| {
        let fields = crate::fields::fields! { "instanceId" => instance };
        ("queryInstance", fields)
    })
}

/// Plays the whole life.
pub(crate) async fn play(session: &mut Session<'_>, plan: &Plan) {
    let mut purchase = Purchase::new(&session.signer.run.clone(), 1);
    let mut instance: Option<String> = None;
    for step in steps(plan) {
        if plan.debugging_only {
            let why = "only debugging calls are made".to_owned();
            session.check(Group::LifeCycle, step.slug(), step.name, Outcome::NotRun(why));
            continue;
        }
        purchase.count += 1;
        let fields = match (&step.fields, &instance) {
            (Says::OfOrder(says), _) => Some(says(&purchase)),
            (Says::OfInstance(says), Some(instance)) => Some(says(&purchase, instance)),
            (Says::OfInstance(_), None) => None,
        };
        match fields {
            Some(fields) => make(session, plan, &step, fields, &mut instance).await,
            None => {
                let why = "there is no instance that it could be about".to_owned();
                session.check(Group::LifeCycle, step.slug(), step.name, Outcome::NotRun(why));
            }
        }
    }
}

impl Step {
    fn slug(&self) -> &'static str {
        match self.wants {
            Wants::SameInstance | Wants::SuccessAgain => "not-idempotent",
            _ => "result-code",
        }
    }
}

async fn make(
    session: &mut Session<'_>,
    plan: &Plan,
    step: &Step,
    fields: Fields,
    instance: &mut Option<String>,
) {
    let answer = match step.wants {
        Wants::Details => poll(session, plan, step, &fields).await,
        _ => session.call(step.name, step.activity, Content::Fields(fields)).await,
    };
    let Some(answer) = answer.filter(|answer| answer.code().is_some()) else {
        let why = session.unanswered();
        session.check(Group::LifeCycle, step.slug(), step.name, Outcome::NotRun(why));
        return;
    };
    let is_later = answer.is_processing() && plan.guide == Guide::V2;
    match step.wants {
        Wants::Instance => {
            let success = if is_later { Ok(()) } else { succeeded(&answer) };
            let is_success = success.is_ok();
            session.check(Group::LifeCycle, step.slug(), step.name, success);
            if is_success {
                *instance = answer.text("/instanceId").map(ToOwned::to_owned);
                session.check(
                    Group::LifeCycle,
                    "field-missing",
                    says(step.name),
                    purchase_fields(plan, &answer),
                );
            }
        }
        Wants::SameInstance => {
            let same = match (answer.text("/instanceId"), &*instance) {
                _ if !(answer.is_success() || is_later) => succeeded(&answer).into(),
                (_, None) => Outcome::NotRun("the first one named no instance".to_owned()),
                (Some(again), Some(first)) if again == first => Outcome::Passed,
                (again, Some(first)) => {
                    let (again, first) = (shortened(again.unwrap_or_default()), shortened(first));
                    Outcome::Failed(Failure::new(format!(
                        "it names `{again}`, the first one named `{first}`"
                    )))
                }
            };
            session.check(Group::LifeCycle, step.slug(), step.name, same);
        }
        Wants::Details => {
            let success = succeeded(&answer);
            let is_success = success.is_ok();
            session.check(Group::LifeCycle, step.slug(), step.name, success);
            if is_success {
                session.check(Group::LifeCycle, "field-missing", says(step.name), query_fields(&answer));
            }
        }
        Wants::Success | Wants::SuccessAgain => {
            session.check(Group::LifeCycle, step.slug(), step.name, succeeded(&answer));
        }
    }
}

fn says(name: &str) -> String {
    format!("{name}: the required fields")
}

/// Asks as KooGallery does: again and again, until the instance is there.
async fn poll(session: &mut Session<'_>, plan: &Plan, step: &Step, fields: &Fields) -> Option<Answer> {
    let begin = Instant::now();
    loop {
        let answer = session.call(step.name, step.activity, Content::Fields(fields.clone())).await?;
        if !answer.is_processing() || begin.elapsed() >= plan.provisioning {
            return Some(answer);
        }
        sleep(plan.pause).await;
    }
}

/// What the answer to a purchase has to hold.
pub(crate) fn purchase_fields(plan: &Plan, answer: &Answer) -> Result<(), Failure> {
    answer.required("/instanceId")?;
    if plan.guide == Guide::V1 {
        answer.required("/appInfo/frontEndUrl")?;
    }
    Ok(())
}

/// What the answer to a question has to hold.
pub(crate) fn query_fields(answer: &Answer) -> Result<(), Failure> {
    answer.required("/info/0/instanceId")?;
    answer.required("/info/0/appInfo/frontEndUrl")?;
    if answer.has("/info/0/usageInfo/0").is_ok() {
        answer.has("/info/0/usageInfo/0/usageValue")?;
        answer.has("/info/0/usageInfo/0/statisticalTime")?;
    }
    Ok(())
}
