//! The whole box office from outside: the real binary, a real store, plain HTTP.

mod bad_bodies;
mod bad_input;
mod bookings;
mod catalogue;
mod crash;
mod crowd;
mod house;
#[cfg(target_os = "linux")]
mod power;
mod reservations;
mod secrets;
mod slow;
mod store_trouble;
mod stream;
