//! Whether a call is real.

/// Whether a call is about a real purchase or comes from the debugging console.
///
/// On the wire: `testFlag`. Only `1`, as text or number, is a debugging call; real calls carry `0` (pages up to 2024)
/// or nothing (pages from 2025). Saved debugging calls are replayed against production twice a day, about ids that
/// nobody issued: they have to succeed, and must create nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// A real call.
    #[default]
    Live,
    /// A call of the debugging console.
    Debug,
}

impl Mode {
    /// Is it a debugging call?
    #[must_use]
    pub fn is_debug(self) -> bool {
        self == Self::Debug
    }
}
