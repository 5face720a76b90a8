//! The bytes of a body that arrives.

use bytes::{Bytes, BytesMut};

/// The frames of a body, which are not copied as long as there is only one.
pub(super) struct Kept {
    frames: Frames,
    expected: usize,
}

enum Frames {
    /// At most one frame so far, which need not be copied.
    Whole(Bytes),
    /// Several frames in one buffer: a list of frames from a slow sender takes several times the memory.
    Joined(BytesMut),
    /// They have been given away.
    Taken,
}

impl Kept {
    /// Nothing yet. `expected` is the length that was announced, or 0.
    pub(super) fn new(expected: usize) -> Self {
        Self { frames: Frames::Whole(Bytes::new()), expected }
    }

    pub(super) fn push(&mut self, frame: Bytes) {
        match &mut self.frames {
            Frames::Whole(whole) if whole.is_empty() => *whole = frame,
            Frames::Whole(whole) => {
                let mut joined = BytesMut::with_capacity(self.expected.max(whole.len() + frame.len()));
                joined.extend_from_slice(whole);
                joined.extend_from_slice(&frame);
                self.frames = Frames::Joined(joined);
            }
            Frames::Joined(joined) => joined.extend_from_slice(&frame),
            Frames::Taken => {}
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.frames {
            Frames::Whole(whole) => whole.len(),
            Frames::Joined(joined) => joined.len(),
            Frames::Taken => 0,
        }
    }

    /// All of it, once: what is verified is all that was read, or nothing.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        match std::mem::replace(&mut self.frames, Frames::Taken) {
            Frames::Whole(whole) => Some(whole),
            Frames::Joined(joined) => Some(joined.freeze()),
            Frames::Taken => None,
        }
    }
}
