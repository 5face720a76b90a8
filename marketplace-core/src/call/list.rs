//! A list in a request, as a handler sees it.

use std::fmt;

use super::{RequestField, Source};

/// A list in a request.
pub struct List<'a, T: RequestField> {
    elements: &'a [T::Stored],
    source: &'a Source,
}

impl<'a, T: RequestField> List<'a, T> {
    pub(crate) fn new(elements: &'a [T::Stored], source: &'a Source) -> Self {
        Self { elements, source }
    }

    /// How many elements it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Has it none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The first element.
    #[must_use]
    pub fn first(&self) -> Option<T::View<'a>> {
        self.iter().next()
    }

    /// Its elements in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T::View<'a>> + use<'a, T> {
        let source = self.source;
        self.elements.iter().map(move |stored| T::view(stored, source))
    }
}

impl<T: RequestField> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: RequestField> Copy for List<'_, T> {}

impl<T: RequestField> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
