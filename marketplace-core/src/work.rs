//! What a call does, so that the same call is known when it comes again.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::{InstanceId, OrderKey};

/// Between the line of an order and the instance that the order changes: no id has it.
const OF: char = '\u{1f}';

/// Work that is done once, however often KooGallery sends the call that asks for it.
///
/// Calls are sent again when an answer is late or lost; each guide says by what a repeat is known. `businessId` is never
/// part of it: it is another one each time. Equal works are the same work.
///
/// | work | known by | source |
/// | --- | --- | --- |
/// | a purchase | order and line; V1: the order, with the product if it is paid per use | V2 page 427, V1 page 0070649013 |
/// | a renewal, an upgrade | its own order (and line, and `scene`), and the instance | pages 429, 0070649180 |
/// | freezing, expiring and the way back | the instance and its new state | own inference: the pages say nothing |
/// | the end of an instance | the instance | pages 431, 0070649056 |
#[derive(Clone, PartialEq, Eq)]
pub struct Work {
    order: OrderKey,
    /// Nothing for a purchase: most works are one.
    change: Option<Arc<Change>>,
}

/// A work on an instance that is there.
#[derive(Clone, PartialEq, Eq)]
struct Change {
    activity: &'static str,
    scene: &'static str,
    kind: WorkKind,
    instance: InstanceId,
    state: &'static str,
    thing: Thing,
}

/// What is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// An instance.
    Instance,
    /// A licence code, whose text stands where the id of an instance would.
    LicenceCode,
}

/// By what work is known in a ledger: at any time there is one entry for each.
///
/// The states of an instance share one, because only the last of them counts. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkKey {
    order: OrderKey,
    activity: &'static str,
    scene: &'static str,
}

/// What becomes of work that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// It makes an instance, and stays done for as long as that lives.
    Purchase,
    /// It belongs to an order of its own, and stays done for as long as the instance lives.
    Ordered,
    /// It puts an instance into a state. It is done until something else is done to the instance.
    State,
    /// It ends the instance, and stays done.
    End,
}

impl Work {
    /// A new instance for an order line.
    #[must_use]
    pub fn purchase(order: OrderKey) -> Self {
        Self { order, change: None }
    }

    /// A change of an instance that has an order of its own. `scene` is empty if the call has none.
    ///
    /// The instance is part of the key, against the word of the pages: an order that renews several instances renews each.
    #[must_use]
    pub fn ordered(
        activity: &'static str,
        scene: &'static str,
        order: OrderKey,
        instance: InstanceId,
    ) -> Self {
        let line = order.order_line_id().unwrap_or_default();
        let line = format!("{line}{OF}{instance}");
        let order = OrderKey::new(order.order_id(), Some(&line));
        let (kind, thing) = (WorkKind::Ordered, Thing::Instance);
        Self::change(order, Change { activity, scene, kind, instance, state: "", thing })
    }

    /// An instance that is put into a state.
    #[must_use]
    pub fn state(instance: InstanceId, state: &'static str) -> Self {
        let WorkKey { order, activity, scene } = Thing::Instance.state(&instance);
        let (kind, thing) = (WorkKind::State, Thing::Instance);
        Self::change(order, Change { activity, scene, kind, instance, state, thing })
    }

    /// The end of an instance.
    #[must_use]
    pub fn end(activity: &'static str, instance: InstanceId) -> Self {
        let order = OrderKey::new(instance.as_str(), None);
        let (kind, thing) = (WorkKind::End, Thing::Instance);
        Self::change(order, Change { activity, scene: "", kind, instance, state: "", thing })
    }

    /// The same work on a licence code, whose text was given for the id of an instance.
    #[must_use]
    pub fn on_licence_code(mut self) -> Self {
        if let Some(change) = self.change.as_mut().map(Arc::make_mut) {
            change.thing = Thing::LicenceCode;
            if change.kind == WorkKind::State {
                change.activity = change.thing.name();
            }
        }
        self
    }

    /// By what it is known.
    #[must_use]
    pub fn key(&self) -> WorkKey {
        let (activity, scene) = match &self.change {
            None => ("newInstance", ""),
            Some(change) => (change.activity, change.scene),
        };
        WorkKey { order: self.order.clone(), activity, scene }
    }

    /// The order line; see [`WorkKey::order`].
    #[must_use]
    pub fn order(&self) -> &OrderKey {
        &self.order
    }

    /// What becomes of it once it is done.
    #[must_use]
    pub fn kind(&self) -> WorkKind {
        self.change.as_ref().map_or(WorkKind::Purchase, |change| change.kind)
    }

    /// What is worked on.
    #[must_use]
    pub fn thing(&self) -> Thing {
        self.change.as_ref().map_or(Thing::Instance, |change| change.thing)
    }

    /// The instance that the call names; none if it is to be made.
    #[must_use]
    pub fn instance(&self) -> Option<&InstanceId> {
        self.change.as_ref().map(|change| &change.instance)
    }

    /// The state that the instance is put into, as the wire calls it; empty for other works.
    #[must_use]
    pub fn new_state(&self) -> &'static str {
        self.change.as_ref().map_or("", |change| change.state)
    }

    /// Where the state is kept that this work puts an end to: after a renewal, an instance can expire again.
    #[must_use]
    pub fn ended_state(&self) -> Option<WorkKey> {
        let change = self.change.as_ref()?;
        match change.kind {
            WorkKind::Ordered | WorkKind::End => Some(change.thing.state(&change.instance)),
            WorkKind::Purchase | WorkKind::State => None,
        }
    }

    fn change(order: OrderKey, change: Change) -> Self {
        Self { order, change: Some(Arc::new(change)) }
    }
}

impl WorkKey {
    /// The activity, or what it is that has states.
    #[must_use]
    pub fn activity(&self) -> &'static str {
        self.activity
    }

    /// Which of several works of one order it is: a `scene` of the wire, or `state`. Mostly empty.
    #[must_use]
    pub fn scene(&self) -> &'static str {
        self.scene
    }

    /// The order; for states and ends, the id of the instance in its place. The line of an ordered work is followed by U+001F
    /// and the instance.
    #[must_use]
    pub fn order(&self) -> &OrderKey {
        &self.order
    }
}

impl Thing {
    /// Its name in a ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::LicenceCode => "licence code",
        }
    }

    fn state(self, instance: &InstanceId) -> WorkKey {
        let order = OrderKey::new(instance.as_str(), None);
        WorkKey { activity: self.name(), scene: "state", order }
    }
}

/// The order is enough: few works share one.
impl Hash for Work {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order.hash(state);
    }
}

impl Hash for WorkKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order.hash(state);
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key().fmt(f)?;
        match self.new_state() {
            "" => Ok(()),
            state => write!(f, " {state}"),
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({self})")
    }
}

impl fmt::Display for WorkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.order.to_string();
        let order = order.replace(OF, " of ");
        match self.scene {
            "" => write!(f, "{} {order}", self.activity),
            scene => write!(f, "{} {scene} {order}", self.activity),
        }
    }
}

impl fmt::Debug for WorkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> InstanceId {
        InstanceId::new(id).unwrap()
    }

    #[test]
    fn the_states_of_an_instance_share_an_entry_and_are_not_the_same_work() {
        let (freeze, back) = (Work::state(id("1"), "FREEZE"), Work::state(id("1"), "UNFREEZE"));
        assert_eq!(freeze.key(), back.key());
        assert_ne!(freeze, back);
        assert_ne!(freeze.key(), freeze.clone().on_licence_code().key());
        let renewal = Work::ordered("refreshInstance", "RENEWAL", OrderKey::new("order", None), id("1"));
        assert_eq!(renewal.ended_state(), Some(freeze.key()));
        assert_eq!(renewal.on_licence_code().ended_state().as_ref(), Some(&freeze.on_licence_code().key()));
    }

    #[test]
    fn scenes_and_activities_of_one_order_are_apart() {
        let order = OrderKey::new("order", Some("line"));
        let work = |activity, scene| Work::ordered(activity, scene, order.clone(), id("1"));
        assert_ne!(work("refreshInstance", "RENEWAL").key(), work("refreshInstance", "RENEWAL_CHANGE").key());
        assert_ne!(work("refreshInstance", "").key(), work("upgradeInstance", "").key());
        assert_ne!(work("refreshInstance", "").key(), Work::purchase(order.clone()).key());
        let of_another = Work::ordered("refreshInstance", "", order.clone(), id("2"));
        assert_ne!(work("refreshInstance", "").key(), of_another.key());
        assert_eq!(work("refreshInstance", "RENEWAL").to_string(), "refreshInstance RENEWAL order/line of 1");
    }
}
