//! What the operator is told: the tracing events of one thread.
//!
//! One subscriber serves the whole binary, and hands each event to the thread that asked for those of its own. Subscribers
//! that come and go would race for the cached interest of each call site.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    static CAUGHT: RefCell<Option<Vec<Line>>> = const { RefCell::new(None) };
}

/// One event or span.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) level: Level,
    pub(crate) target: String,
    /// `name=value` for each field, the message too.
    pub(crate) text: String,
}

/// The events of this thread, of every level, from now on.
pub(crate) struct Events {
    // Of this thread: not to be sent to another.
    here: PhantomData<*const ()>,
}

impl Events {
    pub(crate) fn catch() -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            tracing::subscriber::set_global_default(Catcher)
                .expect("no test installs another subscriber for all threads");
        });
        CAUGHT.set(Some(Vec::new()));
        Self { here: PhantomData }
    }

    /// Those since the last time.
    pub(crate) fn take(&self) -> Vec<Line> {
        CAUGHT.with_borrow_mut(|caught| caught.as_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Those of the library that are worth an operator's attention, since the last time.
    pub(crate) fn take_ours(&self) -> Vec<Line> {
        let ours = |line: &Line| line.target.starts_with("marketplace") && line.level <= Level::INFO;
        self.take().into_iter().filter(ours).collect()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        CAUGHT.set(None);
    }
}

struct Catcher;

impl Catcher {
    fn keep(metadata: &Metadata<'_>, fields: impl FnOnce(&mut Text)) {
        let mut text = Text(String::new());
        fields(&mut text);
        let line = Line { level: *metadata.level(), target: metadata.target().to_owned(), text: text.0 };
        CAUGHT.with_borrow_mut(|caught| caught.as_mut().map(|lines| lines.push(line)));
    }
}

impl Subscriber for Catcher {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        CAUGHT.with_borrow(Option::is_some)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Self::keep(span.metadata(), |text| span.record(text));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        Self::keep(event.metadata(), |text| event.record(text));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, "{}={value} ", field.name());
    }
}
