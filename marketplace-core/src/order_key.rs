//! What tells one purchase from another.

use std::fmt;
use std::sync::Arc;

/// The order line that a `newInstance` is about. KooGallery sends a call again and again; the line stays the same.
///
/// `businessId` is no part of it: it is a different one in each call. The early `buyerInfo`/`orderInfo` shape has no line.
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    /// The order id, followed by the line id.
    ids: Arc<str>,
    line_at: Option<usize>,
}

impl OrderKey {
    /// An order, and its line if the call names one.
    #[must_use]
    pub fn new(order_id: &str, order_line_id: Option<&str>) -> Self {
        let ids = match order_line_id {
            Some(line) => [order_id, line].concat().into(),
            None => order_id.into(),
        };
        Self { ids, line_at: order_line_id.map(|_| order_id.len()) }
    }

    /// KooGallery's id of the order.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.ids.get(..self.line_at.unwrap_or(self.ids.len())).unwrap_or_default()
    }

    /// KooGallery's id of the order line.
    #[must_use]
    pub fn order_line_id(&self) -> Option<&str> {
        self.ids.get(self.line_at?..)
    }
}

impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderKey({self})")
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order_line_id() {
            Some(line) => write!(f, "{}/{line}", self.order_id()),
            None => f.write_str(self.order_id()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_line_apart() {
        assert_ne!(OrderKey::new("ab", Some("c")), OrderKey::new("a", Some("bc")));
        assert_ne!(OrderKey::new("ab", Some("")), OrderKey::new("ab", None));
        let key = OrderKey::new("实1", Some("line"));
        assert_eq!((key.order_id(), key.order_line_id()), ("实1", Some("line")));
    }
}
