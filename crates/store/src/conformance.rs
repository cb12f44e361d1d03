//! The conformance suite: what every store does, written once and run against each. No store lives
//! here, and nothing about how one keeps its rows.
//!
//! A store's tests bring a [`Harness`] and one line, `boxoffice_store::store_conformance!(MyHarness);`,
//! which makes one test of each case.
//!
//! # Adding a case
//! 1. Write it as an `async fn` of the module it belongs to; its name is the sentence it proves.
//! 2. Name it in [`store_conformance`](crate::store_conformance).

pub mod appending;
pub mod attempts;
mod desk;
mod expected;
mod faulty;
pub mod finding;
pub mod ledgers;
pub mod migrating;
pub mod model;
pub mod noticing;
mod outcomes;
pub mod publishing;
mod random;
mod records;
pub mod refunding;
pub mod selling;
mod wishes;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use boxoffice_model::{Clock, Micros, Timestamp};

use crate::store::Store;

pub use desk::{Desk, SEATS, publish, record};
pub use faulty::{COMMIT_FAULTS, CommitFault, FaultyStore};

/// How a case ends.
pub type CaseResult = Result<(), Box<dyn Error>>;

/// How a store is set up for its tests.
pub trait Harness: Sized {
    /// A new, empty store that tells the time by `clock`.
    fn set_up(clock: Arc<TurnedClock>) -> Self;

    /// The store.
    fn store(&self) -> &dyn Store;

    /// Closes the store and opens it again, as a restart does.
    #[must_use]
    fn reopen(self) -> Self;
}

/// A clock that stands still until it is turned.
#[derive(Debug)]
pub struct TurnedClock(AtomicI64);

impl TurnedClock {
    /// Stands at `now`.
    pub fn new(now: Timestamp) -> Self {
        TurnedClock(AtomicI64::new(now.0))
    }

    /// Moves it on.
    pub fn turn(&self, by: Micros) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// When the cases begin: 2027-01-15T08:00:00Z.
pub const BEGIN: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A store and the clock it tells the time by.
pub struct Given<H> {
    pub harness: H,
    pub clock: Arc<TurnedClock>,
}

impl<H: Harness> Given<H> {
    /// A new, empty store.
    pub fn new() -> Self {
        let clock = Arc::new(TurnedClock::new(BEGIN));
        Given {
            harness: H::set_up(Arc::clone(&clock)),
            clock,
        }
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        self.harness.store()
    }

    /// The same store after a restart.
    #[must_use]
    pub fn reopen(self) -> Self {
        Given {
            harness: self.harness.reopen(),
            clock: self.clock,
        }
    }
}

impl<H: Harness> Default for Given<H> {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a case on a new store, on a runtime of its own.
///
/// # Errors
/// Whatever the case ends in.
pub fn run<H: Harness, F: Future<Output = CaseResult>>(
    case: impl FnOnce(Given<H>) -> F,
) -> CaseResult {
    runtime()?.block_on(async { case(Given::new()).await })
}

/// Stores may need a runtime around them while they are used.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// One test of each case, for the store that a [`Harness`] sets up.
#[macro_export]
macro_rules! store_conformance {
    ($harness:ty) => {
        $crate::store_conformance! { $harness;
            publishing::a_new_store_is_empty_and_has_its_keys,
            publishing::a_published_event_reads_back_with_an_empty_ledger,
            publishing::readers_learn_only_what_changed_since_their_revision,
            publishing::all_events_of_a_batch_share_a_revision,
            publishing::an_event_that_is_undone_leaves_the_revision_to_the_others,
            publishing::an_id_and_a_number_belong_together,
            publishing::staged_events_are_seen_by_nobody_until_they_are_shown,
            publishing::what_was_never_shown_is_removed_by_the_next_stage,
            publishing::a_piece_whose_id_is_taken_is_staged_not_at_all,
            publishing::numbers_of_a_month_are_given_in_order,
            publishing::a_plan_reads_back_whole_however_large,
            ledgers::entries_read_back_in_pages,
            ledgers::a_reservation_is_found_by_its_address,
            ledgers::what_has_run_out_is_due_the_longest_first,
            ledgers::the_newest_snapshot_replaces_the_one_before,
            ledgers::a_restart_forgets_nothing,
            appending::an_append_follows_the_version_that_was_locked,
            appending::an_event_that_is_unknown_is_not_locked,
            appending::readers_see_only_what_is_committed,
            appending::a_batch_sees_what_it_appended,
            appending::what_is_undone_leaves_the_other_events_alone,
            appending::a_batch_that_is_dropped_leaves_no_trace,
            appending::time_is_the_stores_clock,
            selling::a_booking_is_written_with_its_entry,
            selling::a_sale_that_is_undone_leaves_no_ticket,
            selling::the_store_itself_refuses_to_sell_a_seat_twice,
            selling::a_booking_that_fails_says_why_and_what_is_left_to_do,
            selling::a_cancelled_booking_gives_its_tickets_back,
            selling::what_needs_a_step_is_found_the_oldest_first,
            selling::a_step_on_a_booking_that_is_not_there_is_refused,
            selling::bookings_read_back_in_pages,
            finding::orders_are_found_by_the_address_that_they_were_placed_with,
            selling::a_charge_is_remembered_as_it_stands_last,
            refunding::a_refund_is_written_with_its_entry_and_only_its_tickets_go,
            refunding::seats_that_were_taken_back_may_be_sold_again,
            refunding::refunds_are_listed_by_event_and_by_booking,
            refunding::a_refund_is_done_once_however_often_that_is_said,
            refunding::what_is_confirmed_again_stays_refunded,
            refunding::a_seat_of_another_booking_is_not_taken_back,
            refunding::a_booking_that_is_cancelled_keeps_its_refunds,
            attempts::a_redirect_moves_the_limit_with_its_entry,
            attempts::a_payment_that_waits_for_its_payer_is_unfinished,
            attempts::money_that_comes_late_makes_a_sale_like_any_other,
            attempts::an_event_that_is_called_off_voids_what_is_under_way_and_nothing_else,
            attempts::what_stands_before_a_calling_off_in_its_batch_is_void_too,
            noticing::a_notice_counts_once,
            noticing::a_notice_has_what_came_to_nothing_looked_at_again,
            noticing::a_notice_leaves_a_confirmed_booking_as_it_is,
            noticing::a_notice_about_a_booking_that_is_not_there_changes_nothing,
            noticing::what_has_come_up_since_is_not_cleaned_up,
            noticing::what_is_no_longer_due_is_not_cleaned_up,
            noticing::what_is_in_trouble_is_listed_apart,
            model::it_agrees_with_a_list_of_entries_under_random_batches,
        }
    };
    ($harness:ty; $($module:ident :: $case:ident,)*) => {
        $(
            #[test]
            fn $case() -> $crate::conformance::CaseResult {
                $crate::conformance::run($crate::conformance::$module::$case::<$harness>)
            }
        )*
    };
}
