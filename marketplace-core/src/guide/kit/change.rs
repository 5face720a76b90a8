//! `flag`: what becomes of the thing that a call is about.

use crate::guide::numbered_enum;

numbered_enum! {
    /// What becomes of the tenant, the application, the users or the department that a call names: `flag`, a number or its
    /// text.
    ///
    /// Calls are repeated: adding what is there, and deleting what is not, are successes. A delete must not check that the
    /// instance exists.
    pub enum Change {
        /// It is removed.
        Delete = 0,
        /// It is new.
        Add = 1,
        /// It is changed. In the first generation only users and departments are.
        Modify = 2,
        /// The users may no longer use the application. Only in `authSync` of the second generation.
        CancelAuthorisation = 3,
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn has_the_numbers_of_the_wire() {
        let changes = [Change::Delete, Change::Add, Change::Modify, Change::CancelAuthorisation];
        assert_eq!(changes.map(Change::number), [0, 1, 2, 3]);
    }
}
