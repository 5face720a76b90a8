//! The promises of [`LedgerStore`](crate::LedgerStore).
//!
//! Each function takes an empty ledger, asks it, and panics if the answer breaks a promise.
//! [`ledger_contract!`](crate::ledger_contract) makes a test of each.

#![allow(clippy::missing_panics_doc, reason = "here a panic is the report")]

mod answered;
mod ask;
mod begun;
mod digest;
mod interrupted;
mod lease;
mod once;
mod prune;
mod purchase;
mod race;
mod state;
mod text;
mod unfinished;

pub(super) use self::ask::causes;

pub use self::answered::has_at_hand_only_what_it_would_answer;
pub use self::digest::{tells_the_digest_of_a_state_that_is_begun_anew, tells_the_digest_of_the_first_call};
pub use self::interrupted::{
    forgets_the_call_about_a_state_that_something_else_came_after, forgets_the_calls_about_an_ended_instance,
    lists_interrupted_calls, lists_interrupted_calls_in_pages,
};
pub use self::lease::{
    extends_a_lease, hands_a_work_over_only_when_its_lease_is_over,
    keeps_nothing_from_whoever_had_a_work_before, knows_no_work_that_nobody_began, takes_an_outcome_twice,
    takes_any_duration,
};
pub use self::once::{does_an_ordered_work_once, ends_an_instance_once, tells_works_of_one_order_apart};
pub use self::prune::{forgets_ended_instances_and_no_other, forgets_failed_attempts_and_no_purchase};
pub use self::purchase::{
    gives_another_id_if_the_candidate_is_taken, refuses_an_order_line_for_which_no_id_is_left,
    tells_how_far_a_purchase_has_come, what_is_done_stays_done,
};
pub use self::race::{
    gives_one_id_to_simultaneous_calls, gives_simultaneous_orders_with_one_candidate_an_id_each,
    hands_what_is_free_again_to_one_of_many, keeps_many_simultaneous_orders_apart,
    lets_one_of_many_change_the_state, takes_different_works_on_an_instance_at_once,
};
pub use self::state::{
    does_the_last_state_once, forgets_the_state_when_something_else_happens,
    lets_the_states_of_an_instance_wait_for_each_other, tells_licence_codes_from_instances,
};
pub use self::text::{takes_any_text, tells_order_lines_apart};
pub use self::unfinished::knows_what_is_unfinished;

/// Makes a module of tests that hold a [`LedgerStore`](crate::LedgerStore) to what it promises.
///
/// Takes the name of the module, and a closure that makes an **empty** ledger, as a future: each test asks for one of its
/// own, and several run at the same time. It comes with whatever has to live as long as the ledger, such as a directory
/// or a database that is dropped; `()` if there is nothing. The tests need tokio's features `macros` and
/// `rt-multi-thread`; this crate's `test-util` belongs into the `dev-dependencies`.
///
/// ```
/// # fn main() {}
/// use marketplace_tower::{Ledger, ledger_contract};
///
/// ledger_contract!(in_memory, || async { (Ledger::memory(), ()) });
///
/// # #[cfg(feature = "sqlite")]
/// ledger_contract!(in_a_file, || async {
///     let folder = tempfile::tempdir().unwrap();
///     (Ledger::sqlite(folder.path().join("shop.db")).await.unwrap(), folder)
/// });
/// ```
#[macro_export]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
macro_rules! ledger_contract {
    ($name:ident, $ledger:expr $(,)?) => {
        $crate::ledger_contract! {
            @tests $name, $ledger,
            gives_one_id_to_simultaneous_calls
            keeps_many_simultaneous_orders_apart
            gives_simultaneous_orders_with_one_candidate_an_id_each
            hands_what_is_free_again_to_one_of_many
            lets_one_of_many_change_the_state
            takes_different_works_on_an_instance_at_once
            tells_how_far_a_purchase_has_come
            what_is_done_stays_done
            gives_another_id_if_the_candidate_is_taken
            refuses_an_order_line_for_which_no_id_is_left
            tells_order_lines_apart
            takes_any_text
            tells_the_digest_of_the_first_call
            tells_the_digest_of_a_state_that_is_begun_anew
            hands_a_work_over_only_when_its_lease_is_over
            keeps_nothing_from_whoever_had_a_work_before
            extends_a_lease
            takes_an_outcome_twice
            knows_no_work_that_nobody_began
            takes_any_duration
            does_an_ordered_work_once
            tells_works_of_one_order_apart
            ends_an_instance_once
            does_the_last_state_once
            lets_the_states_of_an_instance_wait_for_each_other
            forgets_the_state_when_something_else_happens
            tells_licence_codes_from_instances
            knows_what_is_unfinished
            has_at_hand_only_what_it_would_answer
            lists_interrupted_calls
            lists_interrupted_calls_in_pages
            forgets_the_calls_about_an_ended_instance
            forgets_the_call_about_a_state_that_something_else_came_after
            forgets_ended_instances_and_no_other
            forgets_failed_attempts_and_no_purchase
        }
    };
    (@tests $name:ident, $ledger:expr, $($test:ident)*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                let (ledger, _guard) = ($ledger)().await;
                $crate::contract::ledger::$test(ledger).await;
            })*
        }
    };
}
