//! `flag`: what becomes of the thing that a call is about.

use crate::guide::numbered_enum;

numbered_enum! {
    /// What becomes of the tenant, the application or the department that a call names: `flag`, a number or its text.
    ///
    /// Calls are repeated: adding what is there, and deleting what is not, are successes. A delete must not check that the
    /// instance exists.
    pub enum Change {
        /// It is removed.
        Delete = 0,
        /// It is new.
        Add = 1,
        /// It is changed. In the first generation only departments are.
        Modify = 2,
    }
}

numbered_enum! {
    /// What becomes of the users that an `authSync` names: `flag`, a number or its text.
    ///
    /// It is repeated as every [`Change`] is.
    pub enum UserChange {
        /// They are removed.
        Delete = 0,
        /// They are new.
        Add = 1,
        /// They are changed.
        Modify = 2,
        /// They may no longer use the application. New in the second generation.
        CancelAuthorisation = 3,
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, UserChange};

    #[test]
    fn has_the_numbers_of_the_wire() {
        let changes = [Change::Delete, Change::Add, Change::Modify];
        assert_eq!(changes.map(Change::number), [0, 1, 2]);
        use UserChange::{Add, CancelAuthorisation, Delete, Modify};
        assert_eq!([Delete, Add, Modify, CancelAuthorisation].map(UserChange::number), [0, 1, 2, 3]);
    }
}
