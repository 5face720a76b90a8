//! What a ledger has to be able to do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use marketplace_core::{InstanceId, Work};

use super::{Answered, Claim, Interrupted, Lease, LedgerError, Outcome, Reservation};
use crate::StoreFuture;
use crate::usage::UsageStore;

/// How long the state of an instance is known to be the last one: after this, a repeat runs again. KooGallery repeats for
/// three hours at most, and what happens to an instance elsewhere is not seen here.
pub const STATE_IS_KNOWN_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Where works, instance ids and answers are remembered.
///
/// An implementation decides who was first, also among calls that come at the same time, through several machines, or
/// after a crash. What it has answered is durable: it survives the loss of power. [`ledger_contract!`](crate::ledger_contract)
/// holds it to all that is said here.
pub trait LedgerStore: fmt::Debug + Send + Sync + 'static {
    /// Asks for a work. At most one caller at a time has it.
    ///
    /// - It is **done**: [`Progress::Done`](super::Progress) with its answer. Purchases, ordered works and ends stay done. A
    ///   state is done if it was the last one, for [`STATE_IS_KNOWN_FOR`]; if not, it is begun anew.
    /// - Another caller has it, and its lease is not over: [`Progress::Held`](super::Progress). The states of an instance are
    ///   one work in this respect.
    /// - Else it is this caller's, with the next fence, until the lease is over: `New`, `Interrupted` or `Accepted`.
    ///
    /// The first claim of a purchase makes its candidate the instance id, for ever. If that is the id of another purchase
    /// already, the id is [`InstanceId::derived`] from the order, with no prefix. A purchase is never forgotten while its
    /// instance lives. An ordered work or an end that is handed out makes the instance's last state unknown, and forgets the
    /// call that was set aside about it: it is not to be taken up after what came later.
    ///
    /// Whatever is handed out is durable before it is returned.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]. Whether the work was handed out is then unknown, and the call can be repeated.
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, Result<Reservation, LedgerError>>;

    /// The final answer about a work, if the store can tell it without waiting: most calls are repeats. Nothing says that
    /// there is none.
    fn answered(&self, _work: &Work) -> Option<Answered> {
        None
    }

    /// Writes down what came of a work that this lease is about, and gives the lease back.
    ///
    /// [`Outcome::Done`] is final. It makes the state of the instance unknown again if the work has [ended
    /// it](Work::ended_state). The end of an instance also forgets the calls that were set aside about it, and leaves its
    /// purchase no longer unfinished. A failure leaves what was written, the instance id above all.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; [`LedgerError::Superseded`] if the work was handed out again since, or is unknown: nothing was written.
    /// An outcome that is recorded a second time, by the same lease, succeeds.
    fn record<'a>(&'a self, lease: &'a Lease, outcome: Outcome) -> StoreFuture<'a, Result<(), LedgerError>>;

    /// Makes a lease last until so long from now.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]; [`LedgerError::Superseded`] if the work was handed out again since, or the lease was given back.
    fn extend<'a>(&'a self, lease: &'a Lease, duration: Duration)
    -> StoreFuture<'a, Result<(), LedgerError>>;

    /// Is any of these instances reserved for a purchase, and neither accepted nor done? Ids that nobody reserved are not.
    ///
    /// Asked for each `queryInstance`: it should cost little if nothing is unfinished.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn unfinished<'a>(&'a self, instances: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>>;

    /// Does it keep calls, so that they can be taken up again? One that forgets on restart need not.
    fn keeps_calls(&self) -> bool {
        true
    }

    /// Up to `limit` calls whose works were begun, have no answer, and are nobody's any more, ordered by position, from
    /// behind `after` on.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn interrupted(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Interrupted>, LedgerError>>;

    /// Forgets the works on instances whose end was done so long ago, and attempts that failed so long ago and made no
    /// instance. Tells how many works it forgot.
    ///
    /// # Errors
    ///
    /// [`LedgerError`].
    fn prune(&self, ended_for: Duration) -> StoreFuture<'_, Result<u64, LedgerError>>;

    /// Where usage is kept, if it is kept here as well; see [`UsageOutbox`](crate::usage::UsageOutbox).
    fn usage_store(&self) -> Option<Arc<dyn UsageStore>> {
        None
    }
}
