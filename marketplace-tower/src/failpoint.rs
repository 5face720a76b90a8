//! Places on the way of a work where a test can end the process.

/// The way has come to this place. Does nothing but in tests.
#[inline]
pub(crate) fn reach(place: &'static str) {
    #[cfg(feature = "test-util")]
    if let Some(hook) = hook::HOOK.get() {
        hook(place);
    }
    #[cfg(not(feature = "test-util"))]
    let _ = place;
}

#[cfg(feature = "test-util")]
mod hook {
    use std::sync::OnceLock;

    type Hook = Box<dyn Fn(&'static str) + Send + Sync>;

    pub(super) static HOOK: OnceLock<Hook> = OnceLock::new();

    /// Calls this each time that the way of a work comes to one of [`FAILPOINTS`], in the whole process; a test ends the process
    /// there, to see what is left. Tells whether it is the first hook, which is the only one.
    pub fn on_failpoint(hook: impl Fn(&'static str) + Send + Sync + 'static) -> bool {
        HOOK.set(Box::new(hook)).is_ok()
    }

    /// The places, in the order in which a call comes by: the call is verified and admitted; the ledger is about to be asked;
    /// the work is begun, its instance id reserved; the method has returned; the outcome is recorded; the answer is signed.
    pub const FAILPOINTS: [&str; 6] = ["admitted", "beginning", "begun", "worked", "recorded", "signed"];

    /// The places by which usage comes on its way to the market: it is taken from the outbox; the market has answered; the outbox knows.
    pub const USAGE_FAILPOINTS: [&str; 3] = ["usage-taken", "usage-pushed", "usage-settled"];
}

#[cfg(feature = "test-util")]
pub use self::hook::{FAILPOINTS, USAGE_FAILPOINTS, on_failpoint};
