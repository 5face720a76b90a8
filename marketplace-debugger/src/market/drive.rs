//! KooGallery's side of the line, driven: a purchase with all that follows, and its patience with a seller that fails.
//!
//! How often is repeated: "Service Interface Messages" and the pages of each interface (`zh-cn_topic_0070649414` 2025-12-16 and
//! others): a purchase for three hours, once an hour, then the order has failed; a renewal for two; a status and a release for one.
//! For V2's upgrade no page says it; three hours are V1's.

mod caller;
mod plan;
mod step;

pub use plan::Plan;
pub use step::{Drive, DrivenStep, StepOutcome};

use marketplace_core::UtcTime;
use marketplace_core::open_api::{MockOrder, Site};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use self::caller::Caller;
use super::{InstanceState, Market, MarketInstance, PlacedOrder};
use crate::billing::Billing;
use crate::console::{Answer, CannotRun, shortened};
use crate::fields::{Fields, fields};
use crate::wire::Wire;

/// Polls of `queryInstance` in an hour, and the hours for which is polled.
const POLLS_AN_HOUR: u32 = 20;
const HOURS_OF_POLLING: u32 = 12;

impl Market {
    /// Plays KooGallery against the seller at this URL, with orders that it can query here. The calls are signed with the access
    /// key and the clock of the settings; every answer is judged as the [console](crate::Console) judges it, and one that is not
    /// as it has to be counts as none: the call is repeated.
    ///
    /// **It makes real purchases**, with order ids of its own.
    ///
    /// # Errors
    ///
    /// [`CannotRun`], if it is no URL. What is wrong with the seller is in the [`Drive`].
    pub async fn drive(&self, seller: &str, plan: Plan) -> Result<Drive, CannotRun> {
        let wire = Wire::new(seller.parse()?).with_roots(plan.roots.clone());
        let settings = &self.shared.settings;
        let caller = Caller::new(wire, settings.key.clone(), settings.clock.clone(), plan.patience)?;
        let order = format!("CS{}N", caller.run());
        let opened = self.shared.second();
        let driver = Driver {
            market: self,
            plan,
            caller,
            order,
            opened,
            instance: None,
            seen: None,
            steps: Vec::new(),
        };
        Ok(driver.play().await)
    }
}

struct Driver<'m> {
    market: &'m Market,
    plan: Plan,
    caller: Caller,
    order: String,
    opened: UtcTime,
    /// The instance, when the purchase has succeeded.
    instance: Option<String>,
    /// The first instance that any answer to the purchase named, however wrong the rest of it was.
    seen: Option<String>,
    steps: Vec<DrivenStep>,
}

impl Driver<'_> {
    async fn play(mut self) -> Drive {
        let mock = match self.plan.billing {
            Billing::Period => MockOrder::PeriodYearNew,
            Billing::OneTime => MockOrder::OneTimeNew,
            Billing::OnDemand => MockOrder::OnDemand,
        };
        self.market.place(PlacedOrder::like(mock, self.order.clone()));
        self.purchase("newInstance", 3).await;
        let Some(instance) = self.instance.clone() else {
            self.leave_out("the order has failed and is refunded");
            return self.end(true);
        };
        self.open(&instance);
        if !self.query(&instance).await {
            self.leave_out("the instance is not there");
            return self.end(false);
        }
        // As if the answer had been lost: the same order is the same instance.
        self.purchase("newInstance again", 3).await;
        match self.plan.billing {
            Billing::Period => {
                self.renew(&instance).await;
                if self.plan.has_upgrade {
                    self.upgrade(&instance).await;
                }
                self.set_status("updateInstanceStatus FREEZE", &instance, "FREEZE").await;
            }
            Billing::OneTime => {}
            Billing::OnDemand => {
                self.await_usage(&instance).await;
                self.set_status("updateInstanceStatus FREEZE", &instance, "FREEZE").await;
                self.set_status("updateInstanceStatus UNFREEZE", &instance, "UNFREEZE").await;
            }
        }
        if self.plan.has_release {
            self.release(&instance).await;
        }
        self.end(false)
    }

    /// A purchase that is repeated with another `businessId` each time.
    async fn purchase(&mut self, name: &'static str, repeats: usize) {
        let mut step = begin(name);
        for attempt in 0..=repeats {
            if attempt > 0 {
                sleep(self.plan.hour).await;
            }
            step.attempts += 1;
            let fields = fields! {
                "businessId" => format!("{}-{}{attempt}", self.order, name.len()),
                "orderId" => self.order.clone(),
                "orderLineId" => line(&self.order),
            };
            let (answer, form) = self.call("newInstance", fields).await;
            let named = answer.as_ref().and_then(|answer| answer.text("/instanceId")).map(ToOwned::to_owned);
            if let (Some(named), Some(seen)) = (&named, &self.seen)
                && named != seen
            {
                let why = format!(
                    "it names the instance `{}`, and named `{}` before for the same order",
                    shortened(named),
                    shortened(seen)
                );
                step.outcome = StepOutcome::Failed(why);
                break;
            }
            self.seen = self.seen.take().or_else(|| named.clone());
            let result = form.and_then(|()| bought(answer.as_ref()));
            match (result, named) {
                (Ok(()), Some(named)) => {
                    self.instance = Some(named);
                    step.outcome = StepOutcome::Done;
                    break;
                }
                (Ok(()), None) => give_up_for_now(&mut step, "`instanceId` is missing".to_owned()),
                (Err(why), _) => give_up_for_now(&mut step, why),
            }
        }
        self.push(step);
    }

    /// From now on usage of it is taken, if it is billed by use.
    fn open(&self, instance: &str) {
        let state = match self.plan.billing {
            Billing::OnDemand => InstanceState::Running,
            Billing::Period | Billing::OneTime => InstanceState::NotPayPerUse,
        };
        let instance = MarketInstance::on_demand(instance).with_state(state).with_beginning(self.opened);
        self.market.instance(instance);
    }

    /// Asks again and again, until the instance is there.
    async fn query(&mut self, instance: &str) -> bool {
        let mut step = begin("queryInstance");
        let pause = self.plan.pause.unwrap_or(self.plan.hour / POLLS_AN_HOUR);
        let bound = self.plan.bound.unwrap_or(self.plan.hour * HOURS_OF_POLLING);
        let begun = Instant::now();
        loop {
            step.attempts += 1;
            let (answer, form) = self.call("queryInstance", fields! { "instanceId" => instance }).await;
            let shown = form.and_then(|()| is_shown(answer.as_ref(), instance));
            let Err(why) = shown else {
                step.outcome = StepOutcome::Done;
                break;
            };
            step.complain(why.clone());
            if begun.elapsed() >= bound {
                step.outcome = StepOutcome::Failed(format!("not there after {bound:?}: {why}"));
                break;
            }
            sleep(pause).await;
        }
        self.push(step)
    }

    async fn renew(&mut self, instance: &str) {
        let order = format!("CS{}R", self.caller.run());
        let placed = PlacedOrder::like(MockOrder::Renew, order.clone());
        let rendered = placed.rendered(self.market.shared.second());
        let until = rendered.pointer("/orderLine/0/expireTime").and_then(Value::as_str).unwrap_or_default();
        self.market.place(placed);
        let fields = fields! {
            "expireTime" => until,
            "instanceId" => instance,
            "orderId" => order.clone(),
            "orderLineId" => line(&order),
            "scene" => "RENEWAL",
        };
        self.insist("refreshInstance RENEWAL", "refreshInstance", &fields, 2).await;
        self.insist("refreshInstance RENEWAL again", "refreshInstance", &fields, 2).await;
    }

    async fn upgrade(&mut self, instance: &str) {
        let order = format!("CS{}U", self.caller.run());
        self.market.place(PlacedOrder::like(MockOrder::Change, order.clone()));
        let fields = fields! {
            "instanceId" => instance,
            "orderId" => order.clone(),
            "orderLineId" => line(&order),
        };
        self.insist("upgradeInstance", "upgradeInstance", &fields, 3).await;
    }

    async fn set_status(&mut self, name: &'static str, instance: &str, status: &str) {
        let fields = fields! { "instanceId" => instance, "status" => status };
        self.insist(name, "updateInstanceStatus", &fields, 1).await;
    }

    async fn release(&mut self, instance: &str) {
        let fields = fields! {
            "instanceId" => instance,
            "orderId" => self.order.clone(),
            "orderLineId" => line(&self.order),
        };
        let is_released = self.insist("releaseInstance", "releaseInstance", &fields, 1).await;
        let end = self.market.shared.second();
        if let Some(known) = self.market.shared.state().instances.get_mut(instance).filter(|_| is_released) {
            known.closed = Some(end);
        }
    }

    async fn await_usage(&mut self, instance: &str) {
        let Some(within) = self.plan.usage_within else { return };
        let mut step = begin("usage");
        let used = self.market.wait_until(|market| market.billed_of(instance).records > 0);
        step.outcome = match timeout(within, used).await {
            Ok(()) => StepOutcome::Done,
            Err(_) => StepOutcome::Failed(format!("no record of the instance was taken within {within:?}")),
        };
        self.push(step);
    }

    /// A call that has to be answered `000000`, and is repeated every hour until it is.
    async fn insist(&mut self, name: &'static str, activity: &str, fields: &Fields, repeats: usize) -> bool {
        let mut step = begin(name);
        for attempt in 0..=repeats {
            if attempt > 0 {
                sleep(self.plan.hour).await;
            }
            step.attempts += 1;
            let (answer, form) = self.call(activity, fields.clone()).await;
            match form.and_then(|()| succeeded(answer.as_ref())) {
                Ok(()) => {
                    step.outcome = StepOutcome::Done;
                    break;
                }
                Err(why) => give_up_for_now(&mut step, why),
            }
        }
        self.push(step)
    }

    async fn call(&mut self, activity: &str, mut fields: Fields) -> (Option<Answer>, Result<(), String>) {
        // China leaves it out of real calls.
        if self.market.shared.settings.site != Site::China {
            fields.insert("testFlag".to_owned(), "0".into());
        }
        self.caller.call(activity, fields).await
    }

    /// Was it done?
    fn push(&mut self, step: DrivenStep) -> bool {
        if let Some(observer) = &mut self.plan.observer {
            observer(&step);
        }
        let is_done = step.is_done();
        self.steps.push(step);
        is_done
    }

    fn leave_out(&mut self, why: &str) {
        let outcome = StepOutcome::NotPlayed(why.to_owned());
        self.push(DrivenStep { outcome, ..begin("everything else") });
    }

    fn end(self, is_refunded: bool) -> Drive {
        Drive {
            order_id: self.order,
            instance_id: self.instance,
            is_refunded,
            is_reached: self.caller.is_reached,
            steps: self.steps,
        }
    }
}

fn begin(name: &'static str) -> DrivenStep {
    DrivenStep {
        name,
        attempts: 0,
        complaints: Vec::new(),
        outcome: StepOutcome::NotPlayed("it was not come to".to_owned()),
    }
}

/// Unless it is repeated with more success, that is the end of it.
fn give_up_for_now(step: &mut DrivenStep, why: String) {
    step.complain(why.clone());
    step.outcome = StepOutcome::Failed(why);
}

fn line(order: &str) -> String {
    format!("{order}-000001")
}

fn succeeded(answer: Option<&Answer>) -> Result<(), String> {
    match answer {
        Some(answer) if answer.is_success() => Ok(()),
        Some(answer) => Err(format!("answered {}", answer.shown())),
        None => Err("there was no answer".to_owned()),
    }
}

/// A purchase may be under way, too.
fn bought(answer: Option<&Answer>) -> Result<(), String> {
    if answer.is_some_and(Answer::is_processing) { Ok(()) } else { succeeded(answer) }
}

fn is_shown(answer: Option<&Answer>, instance: &str) -> Result<(), String> {
    succeeded(answer)?;
    match answer.and_then(|answer| answer.text("/info/0/instanceId")) {
        Some(shown) if shown == instance => Ok(()),
        Some(shown) => Err(format!("it shows the instance `{}`", shortened(shown))),
        None => Err("`info.0.instanceId` is missing".to_owned()),
    }
}
