//! The whole box office from outside: the real binary, a real store, plain HTTP.

mod bad_bodies;
mod bad_database;
mod bad_input;
mod bookings;
mod catalogue;
mod checkout;
mod cluster;
mod crash;
mod crowd;
mod database_trouble;
mod failover;
mod house;
mod node_imports;
mod node_payments;
mod nodes;
mod order_links;
mod orders;
mod payment_chaos;
#[cfg(target_os = "linux")]
mod power;
mod refunds;
mod reservations;
mod restore;
mod secrets;
mod shoppers;
mod slow;
mod store_trouble;
mod stream;
mod stripe;
mod stripe_shop;
mod stripe_trouble;
