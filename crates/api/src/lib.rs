//! The `/v1` API: a folder a resource, a file an endpoint, wire types and problems beside them. It
//! names no database and decides nothing about seats.
//!
//! # Adding an endpoint
//! 1. A file in its resource's folder: the handler in three movements (read, ask, answer), with its
//!    `#[utoipa::path]` and an example.
//! 2. A line in the resource's `routes()`.
//! 3. `cargo test -p boxoffice-api` shows the change in `openapi/boxoffice.json`; review it, then
//!    write it with `UPDATE_OPENAPI=1`.

mod app;
mod body;
mod bookings;
mod caching;
mod events;
mod openapi;
mod order_links;
mod params;
mod payment_methods;
mod problem;
mod reservations;
mod seats;
mod service;
mod sessions;
mod webhooks;
mod who;

pub use app::{App, Config, Random, SharedPlans};
pub use openapi::{description, guarded, router};
pub use order_links::{OrderLinks, deliver_order_links};
pub use problem::Problem;
