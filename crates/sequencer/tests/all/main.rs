//! The sequencer on the real store, with commits that wait, fail or lose their answer when the test
//! says so. No test sleeps.
#![allow(clippy::unwrap_used)]

mod batches;
mod faults;
mod inventories;
mod office;
mod random;
