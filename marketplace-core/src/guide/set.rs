//! Several guides.

use super::Guide;

/// Several guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guides(u8);

impl Guides {
    pub(crate) const ALL: Self = Self(u8::MAX);

    pub(crate) const fn of(guides: &[Guide]) -> Self {
        let (mut set, mut rest) = (0, guides);
        while let [guide, more @ ..] = rest {
            set |= 1 << *guide as u8;
            rest = more;
        }
        Self(set)
    }

    pub(crate) fn contains(self, guide: Guide) -> bool {
        self.intersects(Self::of(&[guide]))
    }

    pub(crate) fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Guide> for Guides {
    fn from_iter<I: IntoIterator<Item = Guide>>(guides: I) -> Self {
        Self(guides.into_iter().fold(0, |set, guide| set | Self::of(&[guide]).0))
    }
}
