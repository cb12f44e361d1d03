//! The whole box office from outside: the real binary, a real store, plain HTTP.

mod bookings;
mod catalogue;
mod crash;
mod house;
mod reservations;
