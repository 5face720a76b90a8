//! The promises of [`UsageStore`](crate::usage::UsageStore).
//!
//! Each function takes an empty outbox, asks its store, and panics if the answer breaks a promise.
//! [`usage_contract!`](crate::usage_contract) makes a test of each.

#![allow(clippy::missing_panics_doc, reason = "here a panic is the report")]

mod add;
mod ask;
mod lease;
mod progress;
mod prune;
mod race;
mod refused;
mod settle;
mod text;

pub use self::add::{
    adds_what_is_good_beside_what_is_not, hands_out_what_ended_first_first, knows_the_same_usage_again,
    refuses_a_serial_number_of_another_record, refuses_other_usage_of_a_known_span,
};
pub use self::lease::{
    hands_a_record_out_again_only_when_its_lease_is_over, keeps_a_pause,
    remembers_whether_a_record_may_have_been_sent, takes_any_duration,
};
pub use self::progress::tells_how_far_everything_is;
pub use self::prune::{adds_again_what_it_forgot, forgets_what_is_done_with_and_no_other};
pub use self::race::{
    adds_simultaneous_records_once, gives_many_simultaneous_takers_each_record_once,
    takes_a_thousand_records_at_once,
};
pub use self::refused::{
    keeps_what_was_refused, lists_refused_records_in_pages, pushes_refused_records_again,
};
pub use self::settle::{
    changes_nothing_for_who_had_a_record_before, changes_nothing_for_who_had_no_record,
    hands_out_no_pushed_record, keeps_what_was_settled_first, takes_an_outcome_twice,
};
pub use self::text::{keeps_values_and_times, takes_any_text};

/// Makes a module of tests that hold a [`UsageStore`](crate::usage::UsageStore) to what it promises.
///
/// Takes the name of the module, and a closure that makes a [`UsageOutbox`](crate::usage::UsageOutbox) over an **empty** store,
/// as a future: each test asks for one of its own, and several run at the same time. It comes with whatever has to live as long
/// as the store, such as a directory or a database that is dropped; `()` if there is nothing. The tests need tokio's features
/// `macros` and `rt-multi-thread`; this crate's `test-util` belongs into the `dev-dependencies`.
///
/// ```
/// # fn main() {}
/// use marketplace_tower::usage::UsageOutbox;
/// use marketplace_tower::{Ledger, usage_contract};
///
/// usage_contract!(in_memory, || async { (UsageOutbox::of(&Ledger::memory()).unwrap(), ()) });
/// ```
#[macro_export]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
macro_rules! usage_contract {
    ($name:ident, $outbox:expr $(,)?) => {
        $crate::usage_contract! {
            @tests $name, $outbox,
            hands_out_what_ended_first_first
            knows_the_same_usage_again
            refuses_other_usage_of_a_known_span
            refuses_a_serial_number_of_another_record
            adds_what_is_good_beside_what_is_not
            hands_a_record_out_again_only_when_its_lease_is_over
            keeps_a_pause
            remembers_whether_a_record_may_have_been_sent
            takes_any_duration
            hands_out_no_pushed_record
            changes_nothing_for_who_had_a_record_before
            changes_nothing_for_who_had_no_record
            takes_an_outcome_twice
            keeps_what_was_settled_first
            keeps_what_was_refused
            lists_refused_records_in_pages
            pushes_refused_records_again
            tells_how_far_everything_is
            forgets_what_is_done_with_and_no_other
            adds_again_what_it_forgot
            takes_a_thousand_records_at_once
            gives_many_simultaneous_takers_each_record_once
            adds_simultaneous_records_once
            takes_any_text
            keeps_values_and_times
        }
    };
    (@tests $name:ident, $outbox:expr, $($test:ident)*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                let (outbox, _guard) = ($outbox)().await;
                $crate::contract::usage::$test(outbox).await;
            })*
        }
    };
}
