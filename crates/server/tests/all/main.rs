//! The whole box office from outside: the real binary, a real store, plain HTTP.

mod bookings;
mod catalogue;
mod crash;
mod crowd;
mod house;
#[cfg(target_os = "linux")]
mod power;
mod reservations;
mod store_trouble;
